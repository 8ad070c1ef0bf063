#include "tests/support/test.h"

#include "base/clock.h"
#include "base/db/db.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/model/trust.h"
#include "content/routes/routes.h"
#include "content/server/backup.h"
#include "content/server/identity.h"
#include "content/server/server.h"
#include "content/server/settings.h"
#include "content/store/depot.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* The whole server in this process, asked over HTTP as units and staff ask: a small
 * province with two approvers and two units. */

enum { ROOT_A, ROOT_B, REGISTRAR, AN, BINH, UNIT_1, UNIT_2, KEYS };

struct answer {
    long status;
    char *text;
    size_t length;
};

struct fixture {
    char data[32];
    struct server_settings settings;
    struct server *server;
    struct secret_key keys[KEYS];
    char hex[KEYS][KEY_HEX_SIZE], server_hex[KEY_HEX_SIZE];
    char admin[ROUTES_TOKEN_SIZE];
    struct answer answer;
};

static size_t collect(char *data, size_t size, size_t count, void *context)
{
    struct answer *a = context;
    char *grown = realloc(a->text, a->length + size * count + 1);
    if (!grown)
        return 0;
    a->text = grown;
    memcpy(a->text + a->length, data, size * count);
    a->length += size * count;
    a->text[a->length] = '\0';
    return size * count;
}

/* One request; a token may be NULL. Returns the status. */
static long perform(struct fixture *f, struct answer *a, const char *method,
                    const char *path, const char *token, const char *body)
{
    char url[512], header[128];
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = NULL;
    free(a->text);
    *a = (struct answer){.text = strdup("")};
    snprintf(url, sizeof(url), "http://%s%s", server_address(f->server), path);
    snprintf(header, sizeof(header), "Authorization: Bearer %s", token ? token : "");
    if (token)
        headers = curl_slist_append(headers, header);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    if (body)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, a);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &a->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return a->status;
}

static long get(struct fixture *f, const char *path, const char *token)
{
    return perform(f, &f->answer, "GET", path, token, NULL);
}

static long post(struct fixture *f, const char *path, const char *token, const char *body)
{
    return perform(f, &f->answer, "POST", path, token, body);
}

static void expect(struct fixture *f, long got, long wanted)
{
    if (got != wanted)
        fail_msg("expected %ld, got %ld: %s", wanted, got, f->answer.text);
}

static void expect_holds(struct fixture *f, const char *part)
{
    if (!strstr(f->answer.text, part))
        fail_msg("expected '%s' in: %s", part, f->answer.text);
}

static json_t *parsed(struct fixture *f)
{
    json_t *value = json_loads(f->answer.text, 0, NULL);
    assert_non_null(value);
    return value;
}

/* The envelope of `payload`, signed by these keys; the caller's. */
static char *sealed(struct fixture *f, enum document_type type, const char *payload,
                    const int *signers, size_t count)
{
    struct envelope *e = NULL;
    char *text = NULL;
    assert_int_equal(envelope_create(type, payload, strlen(payload), &e), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(envelope_sign(e, &f->keys[signers[i]]), 0);
    assert_int_equal(envelope_write(e, &text), 0);
    envelope_destroy(e);
    return text;
}

#define SIGNED_BY(...)                                                                   \
    ((const int[]){__VA_ARGS__}), (sizeof((int[]){__VA_ARGS__}) / sizeof(int))
#define PERIOD                                                                           \
    "\"issued\": \"2026-01-01T00:00:00Z\", \"expires\": \"2050-01-01T00:00:00Z\""

static void bring(struct fixture *f, enum document_type type, const char *payload,
                  const int *signers, size_t count)
{
    char *text = sealed(f, type, payload, signers, count);
    expect(f, post(f, "/api/v1/documents", f->admin, text), 201);
    free(text);
}

static void bring_root(struct fixture *f)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{\"type\": \"root\", \"version\": 1, " PERIOD
             ", \"threshold\": 2, \"keys\": "
             "[{\"key\": \"%s\", \"name\": \"A\"}, {\"key\": \"%s\", \"name\": \"B\"}], "
             "\"registrars\": [{\"key\": \"%s\", \"name\": \"R\"}], \"servers\": "
             "[{\"key\": \"%s\", \"name\": \"S\"}]}",
             f->hex[ROOT_A], f->hex[ROOT_B], f->hex[REGISTRAR], f->server_hex);
    bring(f, DOCUMENT_ROOT, text, SIGNED_BY(ROOT_A, ROOT_B));
}

static void bring_keyring(struct fixture *f)
{
    static const char author[] =
        "{\"key\": \"%s\", \"person\": \"%s\", \"kinds\": [\"campaign\", \"timetable\", "
        "\"settings\", \"withdrawal\", \"areas\", \"placement\"], \"areas\": [\"hue\"], "
        "\"level\": \"priority\", \"from\": \"2026-01-01T00:00:00Z\", \"until\": "
        "\"2049-01-01T00:00:00Z\", \"state\": \"active\"}";
    char an[1024], binh[1024], text[4096];
    snprintf(an, sizeof(an), author, f->hex[AN], "Nguyen An");
    snprintf(binh, sizeof(binh), author, f->hex[BINH], "Le Binh");
    snprintf(text, sizeof(text),
             "{\"type\": \"keyring\", \"version\": 1, " PERIOD ", \"authors\": [%s, %s]}",
             an, binh);
    bring(f, DOCUMENT_KEYRING, text, SIGNED_BY(REGISTRAR));
}

static void bring_placement(struct fixture *f, int version, bool both)
{
    static const char unit[] =
        "{\"unit\": \"%s\", \"key\": \"%s\", \"name\": \"%s\", \"kind\": \"kiosk\", "
        "\"area\": \"a-luoi\", \"site\": \"ubnd\", \"tags\": [], \"languages\": "
        "[\"vi\"], "
        "\"from\": \"2026-01-01T00:00:00Z\", \"until\": \"2049-01-01T00:00:00Z\"}";
    char first[1024], second[1024], text[4096];
    snprintf(first, sizeof(first), unit, "kiosk-1", f->hex[UNIT_1], "Kiosk 1");
    snprintf(second, sizeof(second), unit, "kiosk-2", f->hex[UNIT_2], "Kiosk 2");
    snprintf(text, sizeof(text),
             "{\"type\": \"placement\", \"area\": \"hue\", \"version\": %d, " PERIOD
             ", \"units\": [%s%s%s]}",
             version, first, both ? ", " : "", both ? second : "");
    bring(f, DOCUMENT_PLACEMENT, text, SIGNED_BY(AN));
}

static void bring_all(struct fixture *f)
{
    bring_root(f);
    bring_keyring(f);
    bring(f, DOCUMENT_AREAS,
          "{\"type\": \"areas\", \"version\": 1, " PERIOD
          ", \"zone\": {\"name\": \"Asia/Ho_Chi_Minh\", \"offset_s\": 25200, "
          "\"transitions\": []}, \"areas\": [{\"id\": \"hue\", \"name\": \"Hue\"}, "
          "{\"id\": "
          "\"a-luoi\", \"name\": \"A Luoi\", \"parent\": \"hue\"}]}",
          SIGNED_BY(AN));
}

/* A campaign of one slide for everybody under Hue. */
static char *campaign(struct fixture *f, int revision, const int *signers, size_t count)
{
    char text[2048], from[TIMESTAMP_TEXT_SIZE], until[TIMESTAMP_TEXT_SIZE];
    int64_t now_ms = clock_wall_ms(clock_system()) / 1000 * 1000;
    timestamp_format(now_ms - 60000, from);
    timestamp_format(now_ms + 30 * MS_PER_DAY, until);
    snprintf(
        text, sizeof(text),
        "{\"type\": \"release\", \"kind\": \"campaign\", \"line\": \"bhyt\", "
        "\"revision\": %d, \"level\": \"routine\", \"area\": \"hue\", \"title\": "
        "\"BHYT\", \"issued\": \"%s\", \"effective\": \"%s\", \"valid_from\": \"%s\", "
        "\"valid_until\": \"%s\", \"target\": {}, \"body\": {\"share_bp\": 5000, "
        "\"items\": [{\"id\": \"s-1\", \"type\": \"slide\", \"duration_ms\": 12000, "
        "\"slide\": {\"layout\": \"title\", \"title\": \"BHYT\"}}]}}",
        revision, from, from, from, until);
    return sealed(f, DOCUMENT_RELEASE, text, signers, count);
}

/* Asks to be enrolled; the token on success, the caller's, or NULL. */
static char *enrol(struct fixture *f, int key, long wanted)
{
    char text[128], body[1024];
    char *proof = NULL;
    uint8_t signature[64];
    snprintf(text, sizeof(text), "tramtin-enrol-1 %s", f->hex[key]);
    key_sign(&f->keys[key], text, strlen(text), signature);
    assert_int_equal(text_to_base64(signature, 64, &proof), 0);
    snprintf(
        body, sizeof(body),
        "{\"key\": \"%s\", \"kind\": \"kiosk\", \"version\": \"1\", \"proof\": \"%s\"}",
        f->hex[key], proof);
    free(proof);
    expect(f, post(f, "/unit/v1/enrol", NULL, body), wanted);
    json_t *value = parsed(f);
    const char *token = json_string_value(json_object_get(value, "token"));
    char *copy = token ? strdup(token) : NULL;
    json_decref(value);
    return copy;
}

static void start(struct fixture *f)
{
    struct diag diag = {""};
    if (server_create(&f->settings, &f->server, &diag) < 0)
        fail_msg("%s", diag.text);
}

static void make_keys(struct fixture *f)
{
    struct secret_key secret;
    struct public_key key;
    struct diag diag = {""};
    for (int i = 0; i < KEYS; i++) {
        key_generate(&f->keys[i]);
        key_public(&f->keys[i], &key);
        key_to_hex(&key, f->hex[i]);
    }
    assert_int_equal(identity_open(f->data, &secret, &diag), 0);
    key_public(&secret, &key);
    key_to_hex(&key, f->server_hex);
}

static void make_admin(struct fixture *f)
{
    struct depot *depot = NULL;
    struct sha256 hash;
    char path[64];
    struct diag diag = {""};
    snprintf(path, sizeof(path), "%s/tramtin.db", f->data);
    assert_int_equal(depot_open(&db_sqlite, path, &depot, &diag), 0);
    json_t *roles = json_pack("[{s:s}]", "permission", "administrator");
    assert_int_equal(depot_person_add(depot, "admin", roles, 1), 0);
    json_decref(roles);
    assert_int_equal(routes_token_create(f->admin, &hash), 0);
    assert_int_equal(depot_person_token_add(depot, "admin", &hash, 1), 0);
    depot_close(depot);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    if (!f || key_init() < 0)
        return -1;
    strcpy(f->data, "server-XXXXXX");
    if (!mkdtemp(f->data))
        return -1;
    f->settings = (struct server_settings){.data = f->data,
                                           .listen = "127.0.0.1:0",
                                           .workers = 3,
                                           .connections = 100,
                                           .upload_most_mb = 10,
                                           .manifest_days = 30};
    make_keys(f);
    make_admin(f);
    start(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    server_destroy(f->server);
    free(f->answer.text);
    free(f);
    return 0;
}

/* The manifest after `after` as its number; the answer holds the envelope. */
static int64_t await_manifest(struct fixture *f, const char *token, int64_t after)
{
    char path[128];
    snprintf(path, sizeof(path), "/unit/v1/manifest?after=%lld&wait=30",
             (long long)after);
    expect(f, get(f, path, token), 200);
    struct envelope *e = NULL;
    struct manifest *m = NULL;
    struct diag diag = {""};
    assert_int_equal(envelope_parse(f->answer.text, f->answer.length, &e, &diag), 0);
    assert_int_equal(manifest_parse((char *)e->payload, e->length, &m, &diag), 0);
    int64_t number = m->number;
    envelope_destroy(e);
    manifest_destroy(m);
    return number;
}

static void test_server__enrols_a_placed_key_only(void **state)
{
    struct fixture *f = *state;
    bring_all(f);
    assert_null(enrol(f, UNIT_1, 202));
    expect(f, get(f, "/api/v1/enrolments", f->admin), 200);
    expect_holds(f, f->hex[UNIT_1]);
    bring_placement(f, 1, false);
    char *token = enrol(f, UNIT_1, 200);
    assert_non_null(token);
    expect_holds(f, "\"unit\":\"kiosk-1\"");
    expect(f, get(f, "/api/v1/enrolments", f->admin), 200);
    expect_holds(f, "\"enrolments\":[]");
    expect(f, get(f, "/unit/v1/manifest?wait=0", "0123"), 401);
    assert_null(enrol(f, UNIT_2, 202));
    char *again = enrol(f, UNIT_1, 200); /* a new token ends the old one */
    expect(f, get(f, "/unit/v1/manifest", token), 401);
    free(token);
    free(again);
}

static void test_server__refuses_an_enrolment_without_proof(void **state)
{
    struct fixture *f = *state;
    char body[512];
    snprintf(body, sizeof(body),
             "{\"key\": \"%s\", \"kind\": \"kiosk\", \"proof\": \"%s\"}", f->hex[UNIT_1],
             "AAAA");
    expect(f, post(f, "/unit/v1/enrol", NULL, body), 400);
    expect_holds(f, "is not a signature by this key");
    expect(f, post(f, "/unit/v1/enrol", NULL, "{\"key\": 1}"), 400);
}

struct waiter {
    struct fixture *f;
    const char *token;
    int64_t after;
    struct answer answer;
};

static void *wait_for_manifest(void *context)
{
    struct waiter *w = context;
    char path[128];
    snprintf(path, sizeof(path), "/unit/v1/manifest?after=%lld&wait=50",
             (long long)w->after);
    perform(w->f, &w->answer, "GET", path, w->token, NULL);
    return NULL;
}

static void await_parked(struct fixture *f)
{
    do {
        struct timespec moment = {.tv_nsec = 5000000};
        nanosleep(&moment, NULL);
        expect(f, get(f, "/metrics", NULL), 200);
    } while (!strstr(f->answer.text, "\ntramtin_parked 1\n"));
}

static void test_server__wakes_the_units_when_a_release_is_published(void **state)
{
    struct fixture *f = *state;
    bring_all(f);
    bring_placement(f, 1, true);
    char *token = enrol(f, UNIT_1, 200);
    struct waiter w = {.f = f, .token = token};
    w.after = await_manifest(f, token, 0);
    expect(f, get(f, "/unit/v1/manifest?after=99999999999999", token), 204);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_manifest, &w), 0);
    await_parked(f);
    char *release = campaign(f, 1, SIGNED_BY(AN, BINH));
    expect(f, post(f, "/api/v1/releases", f->admin, release), 201);
    expect_holds(f, "\"state\":\"published\"");
    pthread_join(thread, NULL);
    assert_int_equal(w.answer.status, 200);
    struct sha256 name;
    char hex[SHA256_HEX_SIZE], path[128];
    sha256_of(release, strlen(release), &name);
    sha256_to_hex(&name, hex);
    struct envelope *e = NULL;
    struct diag diag = {""};
    assert_int_equal(envelope_parse(w.answer.text, w.answer.length, &e, &diag), 0);
    assert_non_null(strstr((char *)e->payload, hex));
    envelope_destroy(e);
    snprintf(path, sizeof(path), "/objects/%s", hex);
    expect(f, get(f, path, NULL), 200);
    assert_string_equal(f->answer.text, release);
    expect(f, get(f, "/api/v1/units/kiosk-1/rundown", f->admin), 200);
    expect_holds(f, "\"entries\":[{");
    expect(f, get(f, "/api/v1/units/none/rundown", f->admin), 404);
    free(release);
    free(w.answer.text);
    free(token);
}

static void test_server__gathers_signatures(void **state)
{
    struct fixture *f = *state;
    bring_all(f);
    char *draft = campaign(f, 1, NULL, 0);
    expect(f, post(f, "/api/v1/releases", f->admin, draft), 201);
    expect_holds(f, "\"state\":\"waiting\"");
    json_t *value = parsed(f);
    const char *id = json_string_value(json_object_get(value, "id"));
    struct envelope *e = NULL;
    struct diag diag = {""};
    assert_int_equal(envelope_parse(draft, strlen(draft), &e, &diag), 0);
    char path[160], body[512];
    for (int i = AN; i <= BINH; i++) {
        char hex[SHA256_HEX_SIZE], *sig = NULL;
        assert_int_equal(envelope_sign(e, &f->keys[i]), 0);
        size_t last = e->signature_count - 1;
        sha256_to_hex(&e->signatures[last].key_id, hex);
        assert_int_equal(text_to_base64(e->signatures[last].bytes, 64, &sig), 0);
        snprintf(body, sizeof(body), "{\"keyid\": \"%s\", \"sig\": \"%s\"}", hex, sig);
        snprintf(path, sizeof(path), "/api/v1/releases/%s/signatures", id);
        expect(f, post(f, path, f->admin, body), 201);
        expect_holds(f, i == AN ? "\"state\":\"waiting\"" : "\"state\":\"published\"");
        free(sig);
    }
    snprintf(path, sizeof(path), "/api/v1/releases/%s", id);
    expect(f, get(f, path, f->admin), 200);
    expect_holds(f, "Le Binh");
    expect(f, get(f, "/api/v1/releases?state=published&line=bhyt", f->admin), 200);
    expect_holds(f, id);
    envelope_destroy(e);
    json_decref(value);
    free(draft);
}

static void test_server__refuses_as_a_unit_would(void **state)
{
    struct fixture *f = *state;
    char *release = campaign(f, 1, SIGNED_BY(AN, BINH));
    expect(f, post(f, "/api/v1/releases", f->admin, release), 409);
    bring_all(f);
    char *foreign = campaign(f, 1, SIGNED_BY(UNIT_1, UNIT_2));
    expect(f, post(f, "/api/v1/releases", f->admin, foreign), 201);
    expect_holds(f, "\"state\":\"waiting\"");
    expect(f, post(f, "/api/v1/documents", f->admin, release), 422);
    expect(f, post(f, "/api/v1/documents", f->admin, "{}"), 400);
    expect(f, post(f, "/api/v1/documents", NULL, "{}"), 401);
    char *keyring =
        sealed(f, DOCUMENT_KEYRING,
               "{\"type\": \"keyring\", \"version\": 9, " PERIOD ", \"authors\": []}",
               SIGNED_BY(AN));
    expect(f, post(f, "/api/v1/documents", f->admin, keyring), 422);
    expect_holds(f, "\"detail\":");
    free(keyring);
    free(foreign);
    free(release);
}

static char *report(struct fixture *f, int number, int signer)
{
    char text[2048];
    snprintf(
        text, sizeof(text),
        "{\"type\": \"report\", \"unit\": \"kiosk-1\", \"number\": %d, \"sent\": "
        "\"2026-11-23T10:00:00Z\", \"clock\": \"ntp\", \"plays\": [{\"start\": "
        "\"2026-11-23T09:00:00Z\", \"end\": \"2026-11-23T09:00:12Z\", "
        "\"planned_start\": \"2026-11-23T09:00:00Z\", \"line\": \"bhyt\", "
        "\"revision\": 1, \"item\": \"s-1\", \"sha256\": \"\", \"why\": \"campaign\", "
        "\"completed\": true, \"clock\": \"ntp\"}]}",
        number);
    return sealed(f, DOCUMENT_REPORT, text, &signer, 1);
}

static void send_report(struct fixture *f, const char *token, int number, int signer,
                        long wanted)
{
    char *text = report(f, number, signer);
    expect(f, post(f, "/unit/v1/reports", token, text), wanted);
    free(text);
}

static size_t count_plays(struct fixture *f)
{
    expect(f, get(f, "/api/v1/units/kiosk-1/plays?day=2026-11-23", f->admin), 200);
    json_t *value = parsed(f);
    size_t count = json_array_size(json_object_get(value, "plays"));
    json_decref(value);
    return count;
}

static void test_server__counts_a_report_once(void **state)
{
    struct fixture *f = *state;
    bring_all(f);
    bring_placement(f, 1, true);
    char *token = enrol(f, UNIT_1, 200);
    send_report(f, token, 1, UNIT_1, 200);
    send_report(f, token, 1, UNIT_1, 200);
    expect_holds(f, "{\"number\":1}");
    assert_int_equal(count_plays(f), 1);
    send_report(f, token, 3, UNIT_1, 409);
    expect_holds(f, "\"expected\":2");
    send_report(f, token, 2, UNIT_2, 400); /* another unit's key */
    send_report(f, token, 2, UNIT_1, 200);
    assert_int_equal(count_plays(f), 2);
    free(token);
}

static void test_server__remembers_after_a_restart(void **state)
{
    struct fixture *f = *state;
    bring_all(f);
    bring_placement(f, 1, true);
    char *token = enrol(f, UNIT_1, 200);
    char *release = campaign(f, 1, SIGNED_BY(AN, BINH));
    int64_t before = await_manifest(f, token, 0);
    expect(f, post(f, "/api/v1/releases", f->admin, release), 201);
    before = await_manifest(f, token, before);
    server_destroy(f->server);
    start(f);
    assert_int_equal(await_manifest(f, token, 0), before); /* the same, not a new one */
    expect(f, get(f, "/api/v1/documents", f->admin), 200);
    expect_holds(f, "\"placement\"");
    free(release);
    free(token);
}

static void test_backup_restore__keeps_the_field_going(void **state)
{
    struct fixture *f = *state;
    struct diag diag = {""};
    unsigned missing = 9;
    bring_all(f);
    bring_placement(f, 1, true);
    char *token = enrol(f, UNIT_1, 200);
    int64_t before = await_manifest(f, token, 0);
    expect(f, post(f, "/api/v1/backups", f->admin, ""), 201);
    json_t *value = parsed(f);
    char path[256];
    snprintf(path, sizeof(path), "%s/backups/%s", f->data,
             json_string_value(json_object_get(value, "name")));
    json_decref(value);
    for (int i = 1; i <= 5; i++) /* after the backup: lost with the disk */
        send_report(f, token, i, UNIT_1, 200);
    server_destroy(f->server);
    f->server = NULL;
    assert_int_equal(backup_restore(path, f->data, &missing, &diag), -ENOTEMPTY);
    char restored[] = "restored-XXXXXX";
    assert_non_null(mkdtemp(restored));
    if (backup_restore(path, restored, &missing, &diag) < 0)
        fail_msg("%s", diag.text);
    assert_int_equal(missing, 0);
    f->settings.data = restored;
    start(f);
    assert_int_equal(await_manifest(f, token, 0), before);
    bring_placement(f, 2, false);
    assert_true(await_manifest(f, token, before) > before);
    send_report(f, token, 6, UNIT_1, 200); /* 1 to 5 are not on the unit any more */
    send_report(f, token, 8, UNIT_1, 409);
    server_destroy(f->server);
    f->server = NULL;
    free(token);
}

static void test_server__guards_by_role(void **state)
{
    struct fixture *f = *state;
    expect(f,
           post(f, "/api/v1/users", f->admin,
                "{\"name\": \"lan\", \"roles\": [{\"permission\": \"viewer\", \"area\": "
                "\"hue\"}]}"),
           201);
    expect(f, post(f, "/api/v1/users", f->admin, "{\"name\": \"lan\", \"roles\": []}"),
           409);
    expect(f, post(f, "/api/v1/users/lan/tokens", f->admin, ""), 201);
    json_t *value = parsed(f);
    const char *token = json_string_value(json_object_get(value, "token"));
    expect(f, get(f, "/api/v1/me", token), 200);
    expect_holds(f, "viewer");
    expect(f, post(f, "/api/v1/documents", token, "{}"), 403);
    expect(f, get(f, "/api/v1/users", token), 403);
    expect(f, perform(f, &f->answer, "DELETE", "/api/v1/users/lan", f->admin, NULL), 204);
    expect(f, get(f, "/api/v1/me", token), 401);
    json_decref(value);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_server__enrols_a_placed_key_only),
        TEST(test_server__refuses_an_enrolment_without_proof),
        TEST(test_server__wakes_the_units_when_a_release_is_published),
        TEST(test_server__gathers_signatures),
        TEST(test_server__refuses_as_a_unit_would),
        TEST(test_server__counts_a_report_once),
        TEST(test_server__remembers_after_a_restart),
        TEST(test_backup_restore__keeps_the_field_going),
        TEST(test_server__guards_by_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
