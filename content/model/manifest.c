/* Manifests: form only. */
#include "content/model/manifest.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/timestamp.h"
#include "content/model/parse.h"
#include "content/model/release.h"

#include <errno.h>
#include <string.h>

static void parse_document(struct json_reader *r, struct arena *a,
                           struct manifest_document *d)
{
    static const char *const types[] = {"root",      "keyring", "areas",
                                        "placement", "release", NULL};
    json_read_hex(r, "sha256", d->sha256.bytes, 32);
    d->bytes = json_read_int(r, "bytes", 1, ENVELOPE_BYTES_MAX);
    d->type = (enum document_type)json_read_choice(r, "type", types);
    d->inline_text =
        arena_text(a, json_read_text_or(r, "inline", ENVELOPE_BYTES_MAX, NULL));
}

int manifest_parse(const char *text, size_t length, struct manifest **ret,
                   struct diag *diag)
{
    CLEANUP(document_release) struct document_parse p;
    int r = document_begin(&p, text, length, "manifest", diag);
    if (r < 0)
        return r;
    struct manifest *m = arena_alloc(p.arena, sizeof(*m));
    if (!m)
        return -ENOMEM;
    m->number = json_read_int(&p.reader, "number", 1, INT64_C(1) << 53);
    m->issued_ms = json_read_time(&p.reader, "issued");
    m->expires_ms = json_read_time(&p.reader, "expires");
    target_parse(&p.reader, "audience", p.arena, &m->audience);
    const json_t *array = json_read_array(&p.reader, "documents", MANIFEST_DOCUMENTS_MAX);
    m->count = json_array_size(array);
    m->documents = arena_array(p.arena, m->count, sizeof(m->documents[0]));
    for (size_t i = 0; m->documents && !p.reader.error && i < m->count; i++) {
        struct json_reader one;
        json_reader_element(&one, &p.reader, "documents", i, json_array_get(array, i));
        parse_document(&one, p.arena, &m->documents[i]);
        p.reader.error = json_reader_finish(&one);
    }
    r = document_end(&p);
    if (r < 0)
        return r;
    m->arena = p.arena;
    p.arena = NULL;
    *ret = m;
    return 0;
}

void manifest_destroy(struct manifest *m)
{
    if (m)
        arena_destroy(m->arena);
}

static void set_texts(json_t *object, const char *key, struct text_list list)
{
    if (list.count == 0)
        return;
    json_t *array = json_array();
    for (size_t i = 0; i < list.count; i++)
        json_array_append_new(array, json_string(list.texts[i]));
    json_object_set_new(object, key, array);
}

static json_t *write_target(const struct target *t)
{
    static const char *const names[] = {"kiosk", "board", "radio"};
    json_t *value = json_object();
    set_texts(value, "areas", t->areas);
    set_texts(value, "tags_all", t->tags_all);
    set_texts(value, "tags_any", t->tags_any);
    set_texts(value, "languages", t->languages);
    set_texts(value, "units", t->units);
    json_t *kinds = json_array();
    for (unsigned i = 0; i < ARRAY_LENGTH(names); i++)
        if (t->kinds & 1U << i)
            json_array_append_new(kinds, json_string(names[i]));
    json_object_set_new(value, "kinds", kinds);
    return value;
}

int manifest_write(const struct manifest *m, char **ret)
{
    char issued[TIMESTAMP_TEXT_SIZE], expires[TIMESTAMP_TEXT_SIZE];
    timestamp_format(m->issued_ms, issued);
    timestamp_format(m->expires_ms, expires);
    json_t *documents = json_array();
    for (size_t i = 0; i < m->count; i++) {
        const struct manifest_document *d = &m->documents[i];
        char hex[SHA256_HEX_SIZE];
        sha256_to_hex(&d->sha256, hex);
        json_t *one =
            json_pack("{s:s, s:I, s:s}", "sha256", hex, "bytes", (json_int_t)d->bytes,
                      "type", document_type_name(d->type));
        if (one && d->inline_text)
            json_object_set_new(one, "inline", json_string(d->inline_text));
        json_array_append_new(documents, one);
    }
    CLEANUP(json_decrefp)
    json_t *value =
        json_pack("{s:s, s:I, s:s, s:s, s:o, s:o}", "type", "manifest", "number",
                  (json_int_t)m->number, "issued", issued, "expires", expires, "audience",
                  write_target(&m->audience), "documents", documents);
    return value ? json_write(value, ret) : -ENOMEM;
}
