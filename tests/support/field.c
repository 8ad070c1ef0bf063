/* A small world for tests. */
#include "tests/support/field.h"

#include "base/buf.h"
#include "content/model/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int r)
{
    if (r < 0) {
        fprintf(stderr, "field: %s\n", strerror(-r));
        abort();
    }
}

static void hex_of(const struct secret_key *secret, char hex[KEY_HEX_SIZE])
{
    struct public_key key;
    key_public(secret, &key);
    key_to_hex(&key, hex);
}

static char *seal(enum document_type type, const char *payload,
                  const struct secret_key *signer, const struct secret_key *second)
{
    struct envelope *e = NULL;
    char *text = NULL;
    must(envelope_create(type, payload, strlen(payload), &e));
    must(envelope_sign(e, signer));
    if (second)
        must(envelope_sign(e, second));
    must(envelope_write(e, &text));
    envelope_destroy(e);
    return text;
}

void field_add(struct field *f, enum document_type type, const char *payload,
               const struct secret_key *signer, const struct secret_key *second)
{
    if (f->count == FIELD_DOCUMENTS)
        abort();
    char *text = seal(type, payload, signer, second);
    f->documents[f->count].text = text;
    f->documents[f->count].type = type;
    sha256_of(text, strlen(text), &f->documents[f->count].name);
    f->count++;
}

#define LASTING "\"issued\":\"2026-01-01T00:00:00Z\",\"expires\":\"2036-01-01T00:00:00Z\""

void field_init(struct field *f)
{
    char root[KEY_HEX_SIZE], registrar[KEY_HEX_SIZE], author[KEY_HEX_SIZE],
        second[KEY_HEX_SIZE], server[KEY_HEX_SIZE], commune[KEY_HEX_SIZE];
    struct buf b = BUF_INIT(65536);
    memset(f, 0, sizeof(*f));
    must(key_init());
    key_generate(&f->root);
    key_generate(&f->registrar);
    key_generate(&f->author);
    key_generate(&f->second);
    key_generate(&f->server);
    key_generate(&f->commune);
    hex_of(&f->root, root);
    hex_of(&f->registrar, registrar);
    hex_of(&f->author, author);
    hex_of(&f->second, second);
    hex_of(&f->server, server);
    hex_of(&f->commune, commune);
    must(buf_printf(&b,
                    "{\"type\":\"root\",\"version\":1," LASTING ",\"threshold\":1,"
                    "\"keys\":[{\"key\":\"%s\",\"name\":\"R\"}],"
                    "\"registrars\":[{\"key\":\"%s\",\"name\":\"G\"}],"
                    "\"servers\":[{\"key\":\"%s\",\"name\":\"S\"}]}",
                    root, registrar, server));
    sha256_of(b.data, b.length, &f->fingerprint);
    field_add(f, DOCUMENT_ROOT, b.data, &f->root, NULL);
    buf_reset(&b);
    must(buf_printf(&b, "{\"type\":\"keyring\",\"version\":1," LASTING ",\"authors\":["));
    const char *const keys[] = {author, second}, *const people[] = {"A", "B"};
    for (int i = 0; i < 2; i++)
        must(buf_printf(
            &b,
            "%s{\"key\":\"%s\",\"person\":\"%s\",\"kinds\":[\"campaign\",\"timetable\","
            "\"settings\",\"withdrawal\",\"policy_pack\",\"notices\",\"areas\","
            "\"placement\"],"
            "\"areas\":[\"hue\"],"
            "\"level\":\"priority\",\"from\":\"2026-01-01T00:00:00Z\","
            "\"until\":\"2036-01-01T00:00:00Z\",\"state\":\"active\"}",
            i ? "," : "", keys[i], people[i]));
    must(buf_printf(&b,
                    ",{\"key\":\"%s\",\"person\":\"C\",\"kinds\":[\"timetable\"],"
                    "\"areas\":[\"a-luoi\"],\"level\":\"routine\","
                    "\"from\":\"2026-01-01T00:00:00Z\","
                    "\"until\":\"2036-01-01T00:00:00Z\",\"state\":\"active\"}]}",
                    commune));
    field_add(f, DOCUMENT_KEYRING, b.data, &f->registrar, NULL);
    field_add(f, DOCUMENT_AREAS,
              "{\"type\":\"areas\",\"version\":1," LASTING ","
              "\"zone\":{\"name\":\"Asia/Ho_Chi_Minh\",\"offset_s\":25200,"
              "\"transitions\":[]},\"areas\":["
              "{\"id\":\"hue\",\"name\":\"Huế\"},"
              "{\"id\":\"a-luoi\",\"name\":\"A Lưới\",\"parent\":\"hue\"}]}",
              &f->author, NULL);
    buf_release(&b);
}

void field_release(struct field *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->documents[i].text);
    f->count = 0;
}

void field_place(struct field *f, const struct public_key *unit, const char *id)
{
    char hex[KEY_HEX_SIZE];
    struct buf b = BUF_INIT(65536);
    key_to_hex(unit, hex);
    must(
        buf_printf(&b,
                   "{\"type\":\"placement\",\"area\":\"hue\",\"version\":1," LASTING
                   ",\"units\":[{\"unit\":\"%s\",\"key\":\"%s\",\"name\":\"Máy thử\","
                   "\"kind\":\"kiosk\",\"area\":\"a-luoi\",\"site\":\"ubnd\",\"tags\":[],"
                   "\"languages\":[\"vi\"],\"from\":\"2026-01-01T00:00:00Z\","
                   "\"until\":\"2036-01-01T00:00:00Z\"}]}",
                   id, hex));
    field_add(f, DOCUMENT_PLACEMENT, b.data, &f->author, NULL);
    buf_release(&b);
}

void field_add_timetable(struct field *f, const char *line, int revision,
                         const char *items, const char *filler,
                         const struct secret_key *signer)
{
    struct buf b = BUF_INIT(1 << 20);
    must(buf_printf(
        &b,
        "{\"type\":\"release\",\"kind\":\"timetable\",\"line\":\"%s\",\"revision\":%d,"
        "\"level\":\"routine\",\"area\":\"a-luoi\",\"title\":\"Thử\","
        "\"issued\":\"2026-01-01T00:00:00Z\",\"effective\":\"2026-01-01T00:00:00Z\","
        "\"valid_from\":\"2026-01-01T00:00:00Z\","
        "\"valid_until\":\"2028-12-01T00:00:00Z\",\"target\":{},"
        "\"body\":{\"slots\":[{\"id\":\"day\",\"name\":\"Cả ngày\","
        "\"start\":\"2026-01-02T00:00\",\"rrule\":\"FREQ=DAILY\","
        "\"duration_ms\":86400000,\"items\":%s}],\"filler\":%s}}",
        line, revision, items, filler));
    field_add(f, DOCUMENT_RELEASE, b.data, signer, NULL);
    buf_release(&b);
}

char *field_manifest(const struct field *f, int64_t number)
{
    struct manifest_document documents[FIELD_DOCUMENTS];
    struct manifest m = {.number = number,
                         .issued_ms = INT64_C(1767225600000),
                         .expires_ms = INT64_C(2082758400000),
                         .documents = documents,
                         .count = f->count};
    char *payload = NULL;
    for (size_t i = 0; i < f->count; i++)
        documents[i] = (struct manifest_document){
            .sha256 = f->documents[i].name,
            .bytes = (int64_t)strlen(f->documents[i].text),
            .type = f->documents[i].type,
            .inline_text = f->documents[i].fetched ? NULL : f->documents[i].text,
        };
    must(manifest_write(&m, &payload));
    char *text = seal(DOCUMENT_MANIFEST, payload, &f->server, NULL);
    free(payload);
    return text;
}
