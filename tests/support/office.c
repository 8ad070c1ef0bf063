#include "tests/support/office.h"

#include "base/clock.h"
#include "base/db/db.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/model/manifest.h"
#include "content/server/identity.h"
#include "content/store/depot.h"

#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>

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
long office_perform(struct office *f, struct answer *a, const char *method,
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

long office_get(struct office *f, const char *path, const char *token)
{
    return office_perform(f, &f->answer, "GET", path, token, NULL);
}

long office_post(struct office *f, const char *path, const char *token, const char *body)
{
    return office_perform(f, &f->answer, "POST", path, token, body);
}

void office_expect(struct office *f, long got, long wanted)
{
    if (got != wanted)
        fail_msg("expected %ld, got %ld: %s", wanted, got, f->answer.text);
}

void office_expect_holds(struct office *f, const char *part)
{
    if (!strstr(f->answer.text, part))
        fail_msg("expected '%s' in: %s", part, f->answer.text);
}

json_t *office_parsed(struct office *f)
{
    json_t *value = json_loads(f->answer.text, 0, NULL);
    assert_non_null(value);
    return value;
}

/* The envelope of `payload`, signed by these keys; the caller's. */
char *office_sealed(struct office *f, enum document_type type, const char *payload,
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

void office_bring(struct office *f, enum document_type type, const char *payload,
                  const int *signers, size_t count)
{
    char *text = office_sealed(f, type, payload, signers, count);
    office_expect(f, office_post(f, "/api/v1/documents", f->admin, text), 201);
    free(text);
}

void office_bring_root(struct office *f)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{\"type\": \"root\", \"version\": 1, " PERIOD
             ", \"threshold\": 2, \"keys\": "
             "[{\"key\": \"%s\", \"name\": \"A\"}, {\"key\": \"%s\", \"name\": \"B\"}], "
             "\"registrars\": [{\"key\": \"%s\", \"name\": \"R\"}], \"servers\": "
             "[{\"key\": \"%s\", \"name\": \"S\"}]}",
             f->hex[ROOT_A], f->hex[ROOT_B], f->hex[REGISTRAR], f->server_hex);
    office_bring(f, DOCUMENT_ROOT, text, SIGNED_BY(ROOT_A, ROOT_B));
}

void office_bring_keyring(struct office *f)
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
    office_bring(f, DOCUMENT_KEYRING, text, SIGNED_BY(REGISTRAR));
}

void office_bring_placement(struct office *f, int version, bool both)
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
    office_bring(f, DOCUMENT_PLACEMENT, text, SIGNED_BY(AN));
}

void office_bring_all(struct office *f)
{
    office_bring_root(f);
    office_bring_keyring(f);
    office_bring(
        f, DOCUMENT_AREAS,
        "{\"type\": \"areas\", \"version\": 1, " PERIOD
        ", \"zone\": {\"name\": \"Asia/Ho_Chi_Minh\", \"offset_s\": 25200, "
        "\"transitions\": []}, \"areas\": [{\"id\": \"hue\", \"name\": \"Hue\"}, "
        "{\"id\": "
        "\"a-luoi\", \"name\": \"A Luoi\", \"parent\": \"hue\"}, "
        "{\"id\": \"phong-dien\", \"name\": \"Phong Dien\", \"parent\": \"hue\"}]}",
        SIGNED_BY(AN));
}

/* A campaign of one slide for everybody under Hue. */
char *office_campaign(struct office *f, int revision, const int *signers, size_t count)
{
    return office_campaign_of(f, "hue", "bhyt", revision, signers, count);
}

char *office_campaign_of(struct office *f, const char *area, const char *line,
                         int revision, const int *signers, size_t count)
{
    char text[2048], from[TIMESTAMP_TEXT_SIZE], until[TIMESTAMP_TEXT_SIZE];
    int64_t now_ms = clock_wall_ms(clock_system()) / 1000 * 1000;
    timestamp_format(now_ms - 60000, from);
    timestamp_format(now_ms + 30 * MS_PER_DAY, until);
    snprintf(
        text, sizeof(text),
        "{\"type\": \"release\", \"kind\": \"campaign\", \"line\": \"%s\", "
        "\"revision\": %d, \"level\": \"routine\", \"area\": \"%s\", \"title\": "
        "\"BHYT\", \"issued\": \"%s\", \"effective\": \"%s\", \"valid_from\": \"%s\", "
        "\"valid_until\": \"%s\", \"target\": {}, \"body\": {\"share_bp\": 5000, "
        "\"items\": [{\"id\": \"s-1\", \"type\": \"slide\", \"duration_ms\": 12000, "
        "\"slide\": {\"layout\": \"title\", \"title\": \"BHYT\"}}]}}",
        line, revision, area, from, from, from, until);
    return office_sealed(f, DOCUMENT_RELEASE, text, signers, count);
}

/* Asks to be enrolled; the token on success, the caller's, or NULL. */
char *office_enrol(struct office *f, int key, long wanted)
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
    office_expect(f, office_post(f, "/unit/v1/enrol", NULL, body), wanted);
    json_t *value = office_parsed(f);
    const char *token = json_string_value(json_object_get(value, "token"));
    char *copy = token ? strdup(token) : NULL;
    json_decref(value);
    return copy;
}

void office_start(struct office *f)
{
    struct diag diag = {""};
    if (server_create(&f->settings, &f->server, &diag) < 0)
        fail_msg("%s", diag.text);
}

static void make_keys(struct office *f)
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

static void make_admin(struct office *f)
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
    assert_int_equal(depot_person_token_add(depot, "admin", &hash, 1, 0), 0);
    depot_close(depot);
}

int office_setup(void **state)
{
    struct office *f = calloc(1, sizeof(*f));
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
                                           .manifest_days = 30,
                                           .keep_days = 14};
    make_keys(f);
    make_admin(f);
    office_start(f);
    *state = f;
    return 0;
}

int office_teardown(void **state)
{
    struct office *f = *state;
    server_destroy(f->server);
    free(f->answer.text);
    free(f);
    return 0;
}

/* The manifest after `after` as its number; the answer holds the envelope. */
int64_t office_await_manifest(struct office *f, const char *token, int64_t after)
{
    char path[128];
    snprintf(path, sizeof(path), "/unit/v1/manifest?after=%lld&wait=30",
             (long long)after);
    office_expect(f, office_get(f, path, token), 200);
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

static char *office_report(struct office *f, int number, int signer)
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
    return office_sealed(f, DOCUMENT_REPORT, text, &signer, 1);
}

void office_send_report(struct office *f, const char *token, int number, int signer,
                        long wanted)
{
    char *text = office_report(f, number, signer);
    office_expect(f, office_post(f, "/unit/v1/reports", token, text), wanted);
    free(text);
}

void office_user(struct office *f, const char *name, const char *permission,
                 const char *area, char ret_token[ROUTES_TOKEN_SIZE])
{
    char body[256], path[128];
    snprintf(
        body, sizeof(body),
        "{\"name\": \"%s\", \"roles\": [{\"permission\": \"%s\", \"area\": \"%s\"}]}",
        name, permission, area);
    office_expect(f, office_post(f, "/api/v1/users", f->admin, body), 201);
    snprintf(path, sizeof(path), "/api/v1/users/%s/tokens", name);
    office_expect(f, office_post(f, path, f->admin, ""), 201);
    json_t *value = office_parsed(f);
    snprintf(ret_token, ROUTES_TOKEN_SIZE, "%s",
             json_string_value(json_object_get(value, "token")));
    json_decref(value);
}
