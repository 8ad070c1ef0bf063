#include "tests/support/test.h"

#include "base/clock.h"
#include "base/db/db.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/routes/registry.h"
#include "content/server/sweep.h"
#include "content/store/objects.h"
#include "tests/support/office.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A real server's data, looked at between two of its lives. */

static int load(void *context, const struct depot_document *document)
{
    struct routes_context *c = context;
    CLEANUP(text_free) char *text = NULL;
    struct sha256 name;
    enum document_type type;
    struct diag diag = {""};
    size_t length;
    assert_int_equal(object_folder_read(c->objects, &document->name, ENVELOPE_BYTES_MAX,
                                        &text, &length),
                     0);
    if (registry_accept(c->registry, text, length, document->accepted_ms, &name, &type,
                        &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    return 0;
}

static void open_stock(struct office *f, struct routes_context *c)
{
    struct diag diag = {""};
    char path[64];
    server_destroy(f->server);
    f->server = NULL;
    *c = (struct routes_context){.clock = clock_system()};
    snprintf(path, sizeof(path), "%s/objects", f->data);
    assert_int_equal(object_folder_open(path, &c->objects, &diag), 0);
    snprintf(path, sizeof(path), "%s/tramtin.db", f->data);
    assert_int_equal(depot_open(&db_sqlite, path, &c->depot, &diag), 0);
    assert_int_equal(registry_create(c->objects, &c->registry), 0);
    assert_int_equal(depot_documents_visit(c->depot, load, c), 0);
}

static void close_stock(struct routes_context *c)
{
    registry_destroy(c->registry);
    depot_close(c->depot);
    object_folder_close(c->objects);
}

static int make_old(void *context, const struct sha256 *name, uint64_t bytes)
{
    struct routes_context *c = context;
    struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    char path[4096];
    (void)bytes;
    object_folder_path(c->objects, name, path, sizeof(path));
    return utimensat(AT_FDCWD, path, times, 0);
}

static struct sha256 put(struct routes_context *c, const char *text)
{
    struct sha256 name;
    assert_int_equal(object_folder_add(c->objects, text, strlen(text), &name), 0);
    return name;
}

/* A release of one picture; waiting, because nobody has signed. */
static void bring_draft(struct office *f, const struct sha256 *media)
{
    char hex[SHA256_HEX_SIZE], text[2048], from[TIMESTAMP_TEXT_SIZE],
        until[TIMESTAMP_TEXT_SIZE];
    int64_t now_ms = clock_wall_ms(clock_system()) / 1000 * 1000;
    timestamp_format(now_ms, from);
    timestamp_format(now_ms + 30 * MS_PER_DAY, until);
    sha256_to_hex(media, hex);
    snprintf(
        text, sizeof(text),
        "{\"type\": \"release\", \"kind\": \"campaign\", \"line\": \"draft\", "
        "\"revision\": 1, \"level\": \"routine\", \"area\": \"hue\", \"title\": \"D\", "
        "\"issued\": \"%s\", \"effective\": \"%s\", \"valid_from\": \"%s\", "
        "\"valid_until\": \"%s\", \"target\": {}, \"body\": {\"share_bp\": 5000, "
        "\"items\": [{\"id\": \"i\", \"type\": \"image\", \"duration_ms\": 12000, "
        "\"asset\": {\"sha256\": \"%s\", \"bytes\": 5, \"media\": \"image/png\"}}]}}",
        from, from, from, until, hex);
    char *draft = office_sealed(f, DOCUMENT_RELEASE, text, NULL, 0);
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, draft), 201);
    free(draft);
}

static void test_sweep_run__takes_only_what_nothing_names(void **state)
{
    struct office *f = *state;
    struct routes_context c;
    struct swept swept;
    struct sha256 media;
    sha256_of("media", 5, &media);
    office_bring_all(f);
    office_bring_placement(f, 1, true);
    char *token = office_enrol(f, UNIT_1, 200);
    char *release = office_campaign(f, 1, SIGNED_BY(AN, BINH));
    int64_t number = office_await_manifest(f, token, 0);
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, release), 201);
    number = office_await_manifest(f, token, number);
    bring_draft(f, &media);

    open_stock(f, &c);
    struct sha256 named = put(&c, "media"), orphan = put(&c, "orphan");
    struct sha256 past = put(&c, "a manifest of long ago");
    assert_int_equal(depot_manifest_add(c.depot, 7, 1, &past, &past, NULL, 0), 0);
    assert_int_equal(object_folder_visit(c.objects, make_old, &c), 0);
    struct sha256 young = put(&c, "young"), again = put(&c, "stored again");
    (void)make_old(&c, &again, 0);
    (void)put(&c, "stored again");
    assert_int_equal(sweep_run(&c, 14 * MS_PER_DAY, &swept), 0);
    assert_int_equal(swept.manifests, 1);
    assert_int_equal(swept.objects, 2);
    assert_int_equal(swept.bytes, strlen("orphan") + strlen("a manifest of long ago"));
    assert_true(object_folder_has(c.objects, &named));
    assert_true(object_folder_has(c.objects, &young));
    assert_true(object_folder_has(c.objects, &again));
    assert_false(object_folder_has(c.objects, &orphan));
    assert_false(object_folder_has(c.objects, &past));
    assert_int_equal(sweep_run(&c, 14 * MS_PER_DAY, &swept), 0);
    assert_int_equal(swept.objects, 0);
    close_stock(&c);

    office_start(f);
    assert_int_equal(office_await_manifest(f, token, 0), number); /* as if nothing were */
    office_expect(f, office_get(f, "/metrics", NULL), 200);
    office_expect_holds(f, "tramtin_swept_objects_total 0");
    free(release);
    free(token);
}

/* Flips a byte in the middle of the object's file. */
static void damage(struct routes_context *c, const struct sha256 *name)
{
    char path[4096], byte;
    struct stat st;
    object_folder_path(c->objects, name, path, sizeof(path));
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(pread(fd, &byte, 1, st.st_size / 2), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, st.st_size / 2), 1);
    close(fd);
}

/* What a damaged document named cannot be known: nothing goes, and it is said. */
static void test_sweep_run__takes_nothing_while_a_document_is_damaged(void **state)
{
    struct office *f = *state;
    struct routes_context c;
    struct swept swept;
    office_bring_all(f);
    char *release = office_campaign(f, 1, SIGNED_BY(AN, BINH));
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, release), 201);
    office_expect(f, office_get(f, "/healthz", NULL), 200);
    office_expect_holds(f, "\"ok\"");
    open_stock(f, &c);
    struct sha256 orphan = put(&c, "orphan"), name;
    sha256_of(release, strlen(release), &name);
    damage(&c, &name);
    assert_int_equal(object_folder_visit(c.objects, make_old, &c), 0);
    assert_int_equal(sweep_run(&c, 14 * MS_PER_DAY, &swept), -EUCLEAN);
    assert_int_equal(swept.objects, 0);
    assert_true(object_folder_has(c.objects, &orphan));
    assert_int_equal(atomic_load(&c.damaged), 1);
    close_stock(&c);

    office_start(f); /* it serves the rest, and says what is wrong */
    office_expect(f, office_get(f, "/healthz", NULL), 200);
    office_expect_holds(f, "\"degraded\"");
    office_expect(f, office_get(f, "/api/v1/documents", f->admin), 200);
    office_expect_holds(f, "\"areas\"");
    free(release);
}

static int64_t in_three_weeks(void *context)
{
    (void)context;
    return clock_wall_ms(clock_system()) + 21 * MS_PER_DAY;
}

static int bring_back(struct routes_context *c, const char *release, struct diag *diag)
{
    struct sha256 name;
    enum document_type type;
    return registry_accept(c->registry, release, strlen(release),
                           clock_wall_ms(clock_system()), &name, &type, diag);
}

/* What a later revision has replaced for longer than the grace leaves memory, and does
 * not come back; the later one stays. */
static void test_sweep_run__forgets_superseded_releases(void **state)
{
    struct office *f = *state;
    struct routes_context c;
    struct swept swept;
    struct diag diag = {""};
    const struct clock later = {.wall_ms = in_three_weeks};
    office_bring_all(f);
    char *first = office_campaign(f, 1, SIGNED_BY(AN, BINH));
    char *second = office_campaign(f, 2, SIGNED_BY(AN, BINH));
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, first), 201);
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, second), 201);
    open_stock(f, &c);
    assert_int_equal(sweep_run(&c, 14 * MS_PER_DAY, &swept), 0);
    assert_int_equal(swept.releases, 0);
    c.clock = &later;
    assert_int_equal(sweep_run(&c, 14 * MS_PER_DAY, &swept), 0);
    assert_int_equal(swept.releases, 1);
    assert_int_equal(bring_back(&c, second, &diag), 0);
    assert_int_equal(bring_back(&c, first, &diag), -ESTALE);
    assert_non_null(strstr(diag_text(&diag), "revision 1 is over"));
    close_stock(&c);
    free(first);
    free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_sweep_run__takes_only_what_nothing_names),
        OFFICE_TEST(test_sweep_run__takes_nothing_while_a_document_is_damaged),
        OFFICE_TEST(test_sweep_run__forgets_superseded_releases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
