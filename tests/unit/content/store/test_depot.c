#include "tests/support/test.h"

#include "base/attr.h"
#include "base/db/db.h"
#include "base/diag.h"
#include "base/text.h"
#include "content/model/audit.h"
#include "content/model/report.h"
#include "content/store/depot.h"
#include "tests/support/databases.h"

#include <glob.h>
#include <stdio.h>

struct fixture {
    struct database *database;
    struct depot *depot;
    char told[4096]; /* by visitors */
};

static int open_depot(struct fixture *f)
{
    struct diag diag = {""};
    int r = depot_open(f->database->driver, f->database->where, &f->depot, &diag);
    if (r < 0)
        print_error("%s\n", diag_text(&diag));
    return r;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    f->database = *state;
    *state = f;
    return database_prepare(f->database) ? open_depot(f) : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    depot_close(f->depot);
    free(f);
    return 0;
}

static struct sha256 hash_of(const char *text)
{
    struct sha256 hash;
    sha256_of(text, strlen(text), &hash);
    return hash;
}

static void tell(struct fixture *f, const char *text)
{
    size_t length = strlen(f->told);
    snprintf(f->told + length, sizeof(f->told) - length, "%s ", text);
}

static void assert_json(json_t *value, const char *expected)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(text, expected);
    free(text);
    json_decref(value);
}

/* ---- people ---- */

static void test_depot_person_of_token__knows_who_is_not_disabled(void **state)
{
    struct fixture *f = *state;
    struct sha256 token = hash_of("token"), other = hash_of("other");
    struct person person;
    json_t *roles =
        json_pack("[{s:s},{s:s}]", "permission", "viewer", "permission", "approver");
    assert_int_equal(depot_person_add(f->depot, "an", roles, 1), 0);
    assert_int_equal(depot_person_add(f->depot, "an", roles, 2), -EEXIST);
    json_decref(roles);
    assert_int_equal(depot_person_get(f->depot, "an", &person), 0);
    assert_int_equal(person.grant_count, 2);
    assert_int_equal(person.grants[1].role, ROLE_APPROVER);
    assert_int_equal(depot_person_get(f->depot, "binh", &person), -ENOENT);
    assert_int_equal(depot_person_token_add(f->depot, "an", &token, 3, 90), 0);
    assert_int_equal(depot_person_token_add(f->depot, "an", &token, 3, 90), -EEXIST);
    assert_int_equal(depot_person_token_add(f->depot, "binh", &other, 3, 90), -ENOENT);
    assert_int_equal(depot_person_of_token(f->depot, &token, 89, &person), 0);
    assert_string_equal(person.name, "an");
    assert_int_equal(person.role, ROLE_APPROVER);
    assert_int_equal(depot_person_of_token(f->depot, &other, 89, &person), -ENOENT);
    /* Not once it has expired, nor once it is revoked. */
    json_t *tokens = NULL;
    char id[17];
    assert_int_equal(depot_person_of_token(f->depot, &token, 90, &person), -ENOENT);
    assert_int_equal(depot_person_token_add(f->depot, "an", &other, 4, 0), 0);
    assert_int_equal(depot_person_of_token(f->depot, &other, 90, &person), 0);
    assert_int_equal(depot_person_tokens(f->depot, "an", &tokens), 0);
    assert_int_equal(json_array_size(tokens), 2);
    snprintf(id, sizeof(id), "%s",
             json_string_value(json_object_get(json_array_get(tokens, 1), "id")));
    assert_null(json_object_get(json_array_get(tokens, 1), "expires"));
    json_decref(tokens);
    assert_int_equal(depot_person_token_revoke(f->depot, "binh", id), -ENOENT);
    assert_int_equal(depot_person_token_revoke(f->depot, "an", id), 0);
    assert_int_equal(depot_person_of_token(f->depot, &other, 90, &person), -ENOENT);
    assert_int_equal(depot_person_disable(f->depot, "an"), 0);
    assert_int_equal(depot_person_disable(f->depot, "binh"), -ENOENT);
    assert_int_equal(depot_person_of_token(f->depot, &token, 89, &person), -ENOENT);
    assert_int_equal(depot_person_token_add(f->depot, "an", &other, 3, 90), -ENOENT);
    json_t *persons = NULL;
    assert_int_equal(depot_persons(f->depot, &persons), 0);
    assert_json(persons, "[{\"disabled\":true,\"name\":\"an\",\"roles\":[{\"permission\":"
                         "\"viewer\"},{\"permission\":\"approver\"}]}]");
}

/* ---- documents, releases, manifests ---- */

static int on_document(void *context, const struct depot_document *document)
{
    char text[64];
    snprintf(text, sizeof(text), "%s@%lld", document->type,
             (long long)document->accepted_ms);
    tell(context, text);
    return 0;
}

static void test_depot_documents_visit__goes_in_order_of_acceptance(void **state)
{
    struct fixture *f = *state;
    static const char *const types[] = {"trust", "areas", "release", "trust"};
    for (int i = 0; i < 4; i++) {
        struct depot_document document = {.name = hash_of(types[i]),
                                          .accepted_ms = 10 - i};
        (void)text_copy(document.type, sizeof(document.type), types[i]);
        assert_int_equal(depot_document_add(f->depot, &document), 0);
    }
    assert_int_equal(depot_documents_visit(f->depot, on_document, f), 0);
    assert_string_equal(f->told, "trust@10 areas@9 release@8 ");
    depot_close(f->depot);
    f->depot = NULL;
    assert_int_equal(open_depot(f), 0); /* kept */
    f->told[0] = '\0';
    assert_int_equal(depot_documents_visit(f->depot, on_document, f), 0);
    assert_string_equal(f->told, "trust@10 areas@9 release@8 ");
}

static int on_release(void *context, const struct depot_release *release)
{
    tell(context, release->title);
    return 0;
}

static void test_depot_release_put__replaces_what_waited(void **state)
{
    struct fixture *f = *state;
    struct depot_release found, release = {.id = hash_of("1"),
                                           .envelope = hash_of("e1"),
                                           .line = "tin",
                                           .kind = "bulletin",
                                           .level = "routine",
                                           .area = "hue",
                                           .title = "Một",
                                           .revision = 1,
                                           .created_ms = 5};
    assert_int_equal(depot_release_put(f->depot, &release), 0);
    release.published = true;
    release.envelope = hash_of("e2");
    assert_int_equal(depot_release_put(f->depot, &release), 0);
    assert_int_equal(depot_release_get(f->depot, &release.id, &found), 0);
    assert_true(found.published && sha256_equal(&found.envelope, &release.envelope));
    assert_string_equal(found.title, "Một");
    assert_string_equal(found.level, "routine");
    release.id = hash_of("2");
    assert_int_equal(depot_release_get(f->depot, &release.id, &found), -ENOENT);
    (void)text_copy(release.title, sizeof(release.title), "Hai");
    release.revision = 2;
    assert_int_equal(depot_release_put(f->depot, &release), 0);
    release.id = hash_of("3");
    (void)text_copy(release.line, sizeof(release.line), "other");
    (void)text_copy(release.title, sizeof(release.title), "Ba");
    release.created_ms = 6;
    assert_int_equal(depot_release_put(f->depot, &release), 0);
    assert_int_equal(depot_releases_visit(f->depot, "tin", 9, on_release, f), 0);
    assert_string_equal(f->told, "Hai Một ");
    assert_int_equal(depot_releases_visit(f->depot, NULL, 1, on_release, f), 0);
    assert_string_equal(f->told, "Hai Một Ba ");
}

static int on_manifest(void *context, const char *unit,
                       const struct depot_manifest *manifest)
{
    char text[128];
    snprintf(text, sizeof(text), "%s=%lld", unit, (long long)manifest->number);
    tell(context, text);
    return 0;
}

static int on_name(void *context, const struct sha256 *name)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(name, hex);
    tell(context, hex);
    return 0;
}

static void test_depot_manifests_visit__gives_the_last_of_each_unit(void **state)
{
    struct fixture *f = *state;
    static const char *const both[] = {"u1", "u2"}, *const one[] = {"u2", "u2"};
    struct sha256 content = hash_of("c"), name = hash_of("n");
    struct depot_manifest found;
    json_t *list = NULL;
    char expected[512], hex[SHA256_HEX_SIZE];
    int64_t big = INT64_C(1795478249483);
    assert_int_equal(depot_manifest_add(f->depot, big, 0, &content, &name, both, 2), 0);
    assert_int_equal(depot_manifest_add(f->depot, big + 1, 9, &content, &name, one, 1),
                     0);
    /* Again is refused as a whole. */
    assert_int_equal(depot_manifest_add(f->depot, big, 1, &content, &name, one, 2),
                     -EEXIST);
    assert_int_equal(depot_manifests_visit(f->depot, on_manifest, f), 0);
    assert_string_equal(f->told, "u1=1795478249483 u2=1795478249484 ");
    assert_int_equal(depot_manifest_get(f->depot, big + 1, &found), 0);
    assert_int_equal(found.issued_ms, 9);
    assert_true(sha256_equal(&found.content, &content));
    assert_int_equal(depot_manifest_get(f->depot, 3, &found), -ENOENT);
    assert_int_equal(depot_manifests(f->depot, 1, &list), 0);
    sha256_to_hex(&name, hex);
    snprintf(expected, sizeof(expected),
             "[{\"issued\":\"1970-01-01T00:00:00.009Z\",\"number\":1795478249484,"
             "\"sha256\":\"%s\",\"units\":1}]",
             hex);
    assert_json(list, expected);
    /* What is no unit's last is forgotten, what is stays however old it is. */
    struct sha256 old = hash_of("old"), kept = hash_of("kept");
    int64_t count = 0;
    assert_int_equal(depot_manifest_add(f->depot, 1000, 1, &old, &old, NULL, 0), 0);
    assert_int_equal(
        depot_manifest_add(f->depot, 1001, 1, &kept, &kept, (const char *[]){"u9"}, 1),
        0);
    assert_int_equal(depot_manifests_forget(f->depot, 2, &count), 0);
    assert_int_equal(count, 1);
    f->told[0] = '\0';
    assert_int_equal(depot_names_visit(f->depot, on_name, f), 0);
    sha256_to_hex(&old, hex);
    assert_null(strstr(f->told, hex));
    sha256_to_hex(&kept, hex);
    assert_non_null(strstr(f->told, hex));
}

/* ---- units ---- */

static void test_depot_unit_enrolled__takes_the_token_of_before(void **state)
{
    struct fixture *f = *state;
    struct sha256 first = hash_of("first"), second = hash_of("second");
    struct depot_enrolment e = {
        .key = "k1", .kind = "kiosk", .version = "1", .remote = "::1", .since_ms = 0};
    struct depot_unit unit;
    char name[65];
    json_t *list = NULL;
    assert_int_equal(depot_enrolment_note(f->depot, &e), 0);
    (void)text_copy(e.version, sizeof(e.version), "2");
    assert_int_equal(depot_enrolment_note(f->depot, &e), 0);
    assert_int_equal(depot_enrolments(f->depot, &list), 0);
    assert_json(list, "[{\"key\":\"k1\",\"kind\":\"kiosk\",\"remote\":\"::1\",\"since\":"
                      "\"1970-01-01T00:00:00Z\",\"version\":\"2\"}]");
    assert_int_equal(depot_unit_enrolled(f->depot, "u1", "k1", &first, 5), 0);
    assert_int_equal(depot_enrolment_forget(f->depot, "k1"), -ENOENT);
    assert_int_equal(depot_unit_enrolled(f->depot, "u1", "k1", &second, 6), 0);
    assert_int_equal(depot_unit_of_token(f->depot, &first, name), -ENOENT);
    assert_int_equal(depot_unit_of_token(f->depot, &second, name), 0);
    assert_string_equal(name, "u1");
    assert_int_equal(depot_unit_enrolled(f->depot, "u2", "k2", &second, 6), -EEXIST);
    assert_int_equal(depot_unit_seen(f->depot, "u1", 77, 1000), 0);
    assert_int_equal(depot_unit_get(f->depot, "u1", &unit), 0);
    assert_int_equal(unit.manifest, 77);
    assert_int_equal(unit.seen_ms, 1000);
    assert_string_equal(unit.health, "");
    assert_int_equal(depot_unit_get(f->depot, "u2", &unit), -ENOENT);
}

static void test_depot_enrolment_note__has_an_end(void **state)
{
    struct fixture *f = *state;
    struct depot_enrolment e = {.kind = "kiosk"};
    int r = 0, count = 0;
    while (r == 0 && count < 3000) {
        snprintf(e.key, sizeof(e.key), "key-%d", count++);
        r = depot_enrolment_note(f->depot, &e);
    }
    assert_int_equal(r, -ENOSPC);
    assert_int_equal(count, 2001);
}

static const struct fault faults[] = {{"no sound", 1000, 2}};
static const struct health health = {.version = "1.0",
                                     .uptime_s = 60,
                                     .manifest = 7,
                                     .disk_free_bytes = INT64_C(99999999999),
                                     .faults = faults,
                                     .fault_count = 1};
static const struct play plays[] = {
    {.start_ms = 2000,
     .end_ms = 3000,
     .planned_start_ms = 1990,
     .line = "tin",
     .revision = 3,
     .item = "clip",
     .sha256 = "",
     .why = "share",
     .completed = true,
     .clock = "trusted",
     .note = "muộn"},
    {.start_ms = 1000,
     .end_ms = 2000,
     .planned_start_ms = 1000,
     .line = "",
     .revision = 0,
     .item = "last",
     .sha256 = "",
     .why = "filler",
     .completed = false,
     .clock = "trusted",
     .note = ""},
};

static void test_depot_report_add__counts_each_once(void **state)
{
    struct fixture *f = *state;
    struct sha256 token = hash_of("t");
    struct acknowledgement ack = {.document = hash_of("d"), .at_ms = 4};
    struct report report = {.unit = "u1",
                            .number = 1,
                            .clock = "trusted",
                            .plays = plays,
                            .play_count = ARRAY_LENGTH(plays),
                            .health = &health,
                            .acks = &ack,
                            .ack_count = 1};
    struct depot_unit unit;
    int64_t number = 0;
    json_t *list = NULL;
    assert_int_equal(depot_report_add(f->depot, &report, 10, &number), -ENOENT);
    assert_int_equal(depot_unit_enrolled(f->depot, "u1", "k", &token, 5), 0);
    assert_int_equal(depot_report_add(f->depot, &report, 10, &number), 0);
    assert_int_equal(depot_report_add(f->depot, &report, 11, &number), -EEXIST);
    assert_int_equal(number, 1);
    report.number = 3;
    assert_int_equal(depot_report_add(f->depot, &report, 12, &number), -ERANGE);
    assert_int_equal(number, 1);
    report.number = 2;
    report.play_count = 0;
    report.health = NULL; /* what was said of it before stays */
    assert_int_equal(depot_report_add(f->depot, &report, 13, &number), 0);
    assert_int_equal(depot_unit_get(f->depot, "u1", &unit), 0);
    assert_int_equal(unit.report, 2);
    assert_int_equal(unit.seen_ms, 13);
    assert_non_null(strstr(unit.health, "99999999999"));
    assert_int_equal(depot_plays(f->depot, "u1", 0, 2001, &list), 0);
    assert_int_equal(json_array_size(list), 2);
    const json_t *late = json_array_get(list, 1); /* in order of time */
    assert_string_equal(json_string_value(json_object_get(late, "note")), "muộn");
    assert_true(json_is_true(json_object_get(late, "completed")));
    assert_int_equal(json_integer_value(json_object_get(late, "revision")), 3);
    json_decref(list);
    assert_int_equal(depot_plays(f->depot, "u1", 0, 2000, &list), 0);
    assert_int_equal(json_array_size(list), 1);
    json_decref(list);
    /* After a restore a unit goes on with whatever it has reached. */
    assert_int_equal(depot_after_restore(f->depot), 0);
    report.number = 9;
    assert_int_equal(depot_report_add(f->depot, &report, 14, &number), 0);
    assert_int_equal(number, 9);
}

/* ---- sites, uploads, the rest ---- */

static void test_depot_site_put__replaces(void **state)
{
    struct fixture *f = *state;
    struct depot_site site = {"ga-hue", "Ga Huế", "hue", "2 Bùi Thị Xuân", "an"};
    json_t *list = NULL;
    assert_int_equal(depot_site_put(f->depot, &site), 0);
    (void)text_copy(site.contact, sizeof(site.contact), "binh");
    assert_int_equal(depot_site_put(f->depot, &site), 0);
    char area[65];
    assert_int_equal(depot_site_area(f->depot, "ga-hue", area), 0);
    assert_string_equal(area, "hue");
    assert_int_equal(depot_site_area(f->depot, "ga", area), -ENOENT);
    assert_int_equal(depot_sites(f->depot, &list), 0);
    assert_json(list, "[{\"address\":\"2 Bùi Thị Xuân\",\"area\":\"hue\",\"contact\":"
                      "\"binh\",\"id\":\"ga-hue\",\"name\":\"Ga Huế\"}]");
}

static int on_asset(void *context, const struct depot_asset *asset)
{
    tell(context, asset->id);
    return 0;
}

static void test_depot_asset_next__is_the_oldest_that_is_queued(void **state)
{
    struct fixture *f = *state;
    struct depot_asset found, asset = {.id = "b",
                                       .name = "Bản tin",
                                       .sha256 = "",
                                       .bytes = INT64_C(8000000000),
                                       .created_ms = 1};
    struct depot_figures figures;
    int64_t us = -1;
    assert_int_equal(depot_asset_add(f->depot, &asset), 0);
    assert_int_equal(depot_asset_add(f->depot, &asset), -EEXIST);
    (void)text_copy(asset.id, sizeof(asset.id), "a");
    asset.created_ms = 2;
    assert_int_equal(depot_asset_add(f->depot, &asset), 0);
    assert_int_equal(depot_asset_next(f->depot, 50, &found), -ENOENT);
    assert_int_equal(depot_asset_set(f->depot, "a", "queued", 0, "", ""), 0);
    assert_int_equal(depot_asset_set(f->depot, "b", "working", 50, "s", "{}"), 0);
    assert_int_equal(depot_asset_set(f->depot, "c", "ready", 0, "", ""), -ENOENT);
    /* Not before it is due; how often it failed is remembered. */
    assert_int_equal(depot_asset_defer(f->depot, "b", "later", 60), 0);
    assert_int_equal(depot_asset_defer(f->depot, "c", "later", 60), -ENOENT);
    assert_int_equal(depot_asset_get(f->depot, "b", &found), 0);
    assert_string_equal(found.state, "queued");
    assert_string_equal(found.sentence, "later");
    assert_int_equal(found.attempts, 1);
    assert_int_equal(depot_asset_next(f->depot, 59, &found), 0);
    assert_string_equal(found.id, "a");
    assert_int_equal(depot_asset_set(f->depot, "b", "working", 50, "s", "{}"), 0);
    assert_int_equal(depot_asset_next(f->depot, 60, &found), 0);
    assert_string_equal(found.id, "b");
    assert_int_equal(depot_asset_get(f->depot, "b", &found), 0);
    assert_true(found.bytes == asset.bytes && found.progress_bp == 50);
    assert_string_equal(found.name, "Bản tin");
    assert_int_equal(depot_asset_get(f->depot, "c", &found), -ENOENT);
    assert_int_equal(depot_assets_visit(f->depot, 5, on_asset, f), 0);
    assert_string_equal(f->told, "a b ");
    text_copy(asset.id, sizeof(asset.id), "c");
    assert_int_equal(depot_asset_add(f->depot, &asset), 0);
    assert_int_equal(depot_asset_delete(f->depot, "c"), 0);
    assert_int_equal(depot_asset_delete(f->depot, "c"), -ENOENT);
    assert_int_equal(depot_figures(f->depot, 0, &figures), 0);
    assert_int_equal(figures.jobs, 2);
    assert_int_equal(figures.units, 0);
    assert_int_equal(depot_ping(f->depot, &us), 0);
    assert_true(us >= 0);
}

static int on_object(void *context, const struct depot_object *object)
{
    tell(context, object->data ? "data" : "name");
    assert_true(!object->data || memcmp(object->data, "a\0b", object->bytes) == 0);
    return 0;
}

static void test_depot_objects_visit__gives_what_is_carried(void **state)
{
    struct fixture *f = *state;
    struct depot_object object = {.name = hash_of("1"), .bytes = 3, .data = "a\0b"};
    char value[16];
    assert_int_equal(depot_object_add(f->depot, &object), 0);
    object = (struct depot_object){.name = hash_of("2"), .bytes = 1 << 30};
    assert_int_equal(depot_object_add(f->depot, &object), 0);
    object = (struct depot_object){.name = hash_of("3"), .bytes = 0, .data = ""};
    assert_int_equal(depot_object_add(f->depot, &object), 0);
    assert_int_equal(depot_value_set(f->depot, "key", "secret"), 0);
    assert_int_equal(depot_value_get(f->depot, "key", value, sizeof(value)), 0);
    assert_string_equal(value, "secret");
    assert_int_equal(depot_value_get(f->depot, "none", value, sizeof(value)), -ENOENT);
    assert_int_equal(depot_objects_visit(f->depot, on_object, f), 0);
    assert_int_equal(strlen(f->told), 15);
    assert_int_equal(depot_after_restore(f->depot), 0);
    f->told[0] = '\0';
    assert_int_equal(depot_objects_visit(f->depot, on_object, f), 0);
    assert_string_equal(f->told, "");
}

static void test_depot_backup__opens_as_a_depot(void **state)
{
    struct fixture *f = *state;
    struct diag diag = {""};
    struct depot *copy = NULL;
    struct depot_site site = {"a", "A", "hue", "", ""};
    json_t *list = NULL;
    assert_int_equal(depot_site_put(f->depot, &site), 0);
    if (f->database == &databases_postgres) {
        assert_int_equal(depot_backup(f->depot, "copy.db", &diag), -EOPNOTSUPP);
        return;
    }
    assert_int_equal(depot_backup(f->depot, "copy.db", &diag), 0);
    assert_int_equal(depot_open(&db_sqlite, "copy.db", &copy, &diag), 0);
    assert_int_equal(depot_sites(copy, &list), 0);
    assert_int_equal(json_array_size(list), 1);
    json_decref(list);
    depot_close(copy);
}

/* ---- the record of writes ---- */

static void read_line(const json_t *row, struct audit_line *line, struct sha256 *hash)
{
    *line = (struct audit_line){
        .number = json_integer_value(json_object_get(row, "number")),
        .at_ms = json_integer_value(json_object_get(row, "at_ms")),
        .person = json_string_value(json_object_get(row, "person")),
        .token = json_string_value(json_object_get(row, "token")),
        .what = json_string_value(json_object_get(row, "what")),
        .subject = json_string_value(json_object_get(row, "subject")),
    };
    assert_int_equal(
        sha256_from_hex(json_string_value(json_object_get(row, "hash")), hash), 0);
}

static void test_depot_audit_add__makes_a_chain(void **state)
{
    struct fixture *f = *state;
    struct sha256 token = hash_of("token"), before = {{0}}, said, found;
    struct audit_line line;
    json_t *list = NULL;
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            depot_audit_add(f->depot, 10 + i, "an", &token, "PUT /sites/{id}", "ga"), 0);
    assert_int_equal(depot_audit(f->depot, 0, 9, &list), 0);
    assert_int_equal(json_array_size(list), 3);
    for (int i = 0; i < 3; i++) {
        read_line(json_array_get(list, (size_t)i), &line, &said);
        assert_int_equal(line.number, i + 1);
        assert_int_equal(line.at_ms, 10 + i);
        assert_int_equal(audit_hash(&line, &before, &found), 0);
        assert_true(sha256_equal(&said, &found));
        line.person = "binh"; /* any change shows */
        assert_int_equal(audit_hash(&line, &before, &found), 0);
        assert_false(sha256_equal(&said, &found));
        before = said;
    }
    json_decref(list);
    assert_int_equal(depot_audit(f->depot, 1, 1, &list), 0);
    assert_int_equal(json_array_size(list), 1);
    assert_int_equal(
        json_integer_value(json_object_get(json_array_get(list, 0), "number")), 2);
    json_decref(list);
}

/* ---- last: what the tests above asked ---- */

/* Every statement in the sources was asked above, and each of them is understood by both,
 * also one that only one of them happened to be asked. */
static void test_depot__is_understood_by_both_databases(void **state)
{
    struct fixture *f = *state;
    char pattern[4096], sentence[512];
    unsigned in_sources = 0;
    size_t count;
    glob_t found;
    snprintf(pattern, sizeof(pattern), "%s/content/store/*.c", getenv("TRAMTIN_SOURCE"));
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        in_sources += databases_check_asked(found.gl_pathv[i]);
    globfree(&found);
    const char *const *statements = databases_statements(&count);
    assert_true(in_sources > 40 && count >= 40);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(statements[i], "PRAGMA", 6) == 0)
            continue; /* the driver's own */
        database_check(f->database, statements[i], sentence, sizeof(sentence));
        if (sentence[0])
            fail_msg("%s: %s: %s", f->database->driver->name, statements[i], sentence);
    }
}

#define BOTH(test) ON_BOTH(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_depot_person_of_token__knows_who_is_not_disabled),
        BOTH(test_depot_documents_visit__goes_in_order_of_acceptance),
        BOTH(test_depot_release_put__replaces_what_waited),
        BOTH(test_depot_manifests_visit__gives_the_last_of_each_unit),
        BOTH(test_depot_unit_enrolled__takes_the_token_of_before),
        BOTH(test_depot_enrolment_note__has_an_end),
        BOTH(test_depot_report_add__counts_each_once),
        BOTH(test_depot_site_put__replaces),
        BOTH(test_depot_asset_next__is_the_oldest_that_is_queued),
        BOTH(test_depot_objects_visit__gives_what_is_carried),
        BOTH(test_depot_backup__opens_as_a_depot),
        BOTH(test_depot_audit_add__makes_a_chain),
        BOTH(test_depot__is_understood_by_both_databases),
    };
    return cmocka_run_group_tests(tests, databases_start, databases_stop);
}
