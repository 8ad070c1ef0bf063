/* Root, keyring, placement: form only. */
#include "content/model/documents.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "content/model/parse.h"
#include "content/model/release.h"

#include <errno.h>
#include <string.h>

static const char *const level_names[] = {"routine", "priority", "emergency", NULL};
static const char *const kind_names[] = {"kiosk", "board", "radio", NULL};

const char *level_name(enum level level)
{
    return level_names[level];
}

const char *unit_kind_name(enum unit_kind kind)
{
    return kind_names[kind == UNIT_KIOSK ? 0 : kind == UNIT_BOARD ? 1 : 2];
}

int document_begin(struct document_parse *p, const char *text, size_t length,
                   const char *type, struct diag *diag)
{
    memset(p, 0, sizeof(*p));
    int r = json_parse(text, length, &json_limits_document, &p->value, diag);
    if (r < 0)
        return r;
    r = arena_create(ARENA_BYTES_MAX, &p->arena);
    if (r < 0)
        return r;
    const char *const types[] = {type, NULL};
    json_reader_init(&p->reader, p->value, type, diag);
    json_read_choice(&p->reader, "type", types);
    return p->reader.error;
}

void document_dates(struct document_parse *p, int64_t *version, int64_t *issued_ms,
                    int64_t *expires_ms)
{
    *version = json_read_int(&p->reader, "version", 1, INT64_C(1) << 53);
    *issued_ms = json_read_time(&p->reader, "issued");
    *expires_ms = json_read_time(&p->reader, "expires");
    if (!p->reader.error && *expires_ms <= *issued_ms)
        json_reader_fail(&p->reader, "expires", "not after issued");
}

int document_end(struct document_parse *p)
{
    int r = json_reader_finish(&p->reader);
    return r < 0 ? r : arena_failed(p->arena);
}

void document_release(struct document_parse *p)
{
    json_decref(p->value);
    arena_destroy(p->arena);
}

static struct named_key *named_keys(struct document_parse *p, const char *key,
                                    size_t *ret_count)
{
    const json_t *array = json_read_array(&p->reader, key, 100);
    size_t count = json_array_size(array);
    struct named_key *keys = arena_array(p->arena, count, sizeof(keys[0]));
    for (size_t i = 0; keys && !p->reader.error && i < count; i++) {
        struct json_reader r;
        json_reader_element(&r, &p->reader, key, i, json_array_get(array, i));
        json_read_hex(&r, "key", keys[i].key.bytes, 32);
        keys[i].name = arena_text(p->arena, json_read_text(&r, "name", 200));
        p->reader.error = json_reader_finish(&r);
        for (size_t k = 0; !p->reader.error && k < i; k++)
            if (key_equal(&keys[k].key, &keys[i].key))
                json_reader_fail(&p->reader, key, "[%zu]: the same key as [%zu]", i, k);
    }
    *ret_count = count;
    return keys;
}

int root_parse(const char *text, size_t length, struct root **ret, struct diag *diag)
{
    CLEANUP(document_release) struct document_parse p;
    int r = document_begin(&p, text, length, "root", diag);
    if (r < 0)
        return r;
    struct root *root = arena_alloc(p.arena, sizeof(*root));
    if (!root)
        return -ENOMEM;
    document_dates(&p, &root->version, &root->issued_ms, &root->expires_ms);
    root->threshold = (size_t)json_read_int(&p.reader, "threshold", 1, 100);
    root->keys = named_keys(&p, "keys", &root->key_count);
    root->registrars = named_keys(&p, "registrars", &root->registrar_count);
    root->servers = named_keys(&p, "servers", &root->server_count);
    if (!p.reader.error && root->threshold > root->key_count)
        json_reader_fail(&p.reader, "threshold", "more than there are keys");
    r = document_end(&p);
    if (r < 0)
        return r;
    root->arena = p.arena;
    p.arena = NULL;
    *ret = root;
    return 0;
}

void root_destroy(struct root *r)
{
    if (r)
        arena_destroy(r->arena);
}

static void parse_author(struct json_reader *r, struct arena *a, struct author *author)
{
    static const char *const states[] = {"active", "retired", "compromised", NULL};
    json_read_hex(r, "key", author->key.bytes, 32);
    author->person = arena_text(a, json_read_text(r, "person", 200));
    author->kinds = identifiers_parse(r, "kinds", a, 30);
    author->areas = identifiers_parse(r, "areas", a, 200);
    author->level = (enum level)json_read_choice(r, "level", level_names);
    author->from_ms = json_read_time(r, "from");
    author->until_ms = json_read_time(r, "until");
    author->state = (enum author_state)json_read_choice(r, "state", states);
    author->since_ms = json_read_time_or(r, "since", 0);
    if (!r->error && author->state != AUTHOR_ACTIVE && !json_reader_has(r, "since"))
        json_reader_fail(r, "since", "missing");
    struct text_list keep = texts_parse(r, "keep", a, 1000, 64);
    author->keep_count = keep.count;
    author->keep = arena_array(a, keep.count, sizeof(author->keep[0]));
    for (size_t i = 0; author->keep && i < keep.count; i++)
        if (sha256_from_hex(keep.texts[i], &author->keep[i]) < 0)
            json_reader_fail(r, "keep", "[%zu]: expected 64 lower-case hex digits", i);
}

int keyring_parse(const char *text, size_t length, struct keyring **ret,
                  struct diag *diag)
{
    CLEANUP(document_release) struct document_parse p;
    int r = document_begin(&p, text, length, "keyring", diag);
    if (r < 0)
        return r;
    struct keyring *k = arena_alloc(p.arena, sizeof(*k));
    if (!k)
        return -ENOMEM;
    document_dates(&p, &k->version, &k->issued_ms, &k->expires_ms);
    const json_t *authors = json_read_array(&p.reader, "authors", 2000);
    k->count = json_array_size(authors);
    k->authors = arena_array(p.arena, k->count, sizeof(k->authors[0]));
    for (size_t i = 0; k->authors && !p.reader.error && i < k->count; i++) {
        struct json_reader one;
        json_reader_element(&one, &p.reader, "authors", i, json_array_get(authors, i));
        parse_author(&one, p.arena, &k->authors[i]);
        p.reader.error = json_reader_finish(&one);
        /* One key under two names would count as two people. */
        for (size_t j = 0; !p.reader.error && j < i; j++)
            if (key_equal(&k->authors[j].key, &k->authors[i].key))
                json_reader_fail(&p.reader, "authors", "[%zu]: the same key as [%zu]", i,
                                 j);
    }
    r = document_end(&p);
    if (r < 0)
        return r;
    k->arena = p.arena;
    p.arena = NULL;
    *ret = k;
    return 0;
}

void keyring_destroy(struct keyring *k)
{
    if (k)
        arena_destroy(k->arena);
}

static void parse_placed(struct json_reader *r, struct arena *a, struct placed_unit *u)
{
    u->unit = arena_text(a, json_read_identifier(r, "unit"));
    json_read_hex(r, "key", u->key.bytes, 32);
    u->name = arena_text(a, json_read_text(r, "name", 200));
    u->kind = (enum unit_kind)(1 << json_read_choice(r, "kind", kind_names));
    u->area = arena_text(a, json_read_identifier(r, "area"));
    u->site = arena_text(a, json_read_text_or(r, "site", 64, ""));
    u->tags = identifiers_parse(r, "tags", a, 20);
    u->languages = identifiers_parse(r, "languages", a, 20);
    u->from_ms = json_read_time_or(r, "from", 0);
    u->until_ms = json_read_time_or(r, "until", TIME_NEVER);
}

int placement_parse(const char *text, size_t length, struct placement **ret,
                    struct diag *diag)
{
    CLEANUP(document_release) struct document_parse p;
    int r = document_begin(&p, text, length, "placement", diag);
    if (r < 0)
        return r;
    struct placement *place = arena_alloc(p.arena, sizeof(*place));
    if (!place)
        return -ENOMEM;
    place->area = arena_text(p.arena, json_read_identifier(&p.reader, "area"));
    document_dates(&p, &place->version, &place->issued_ms, &place->expires_ms);
    const json_t *units = json_read_array(&p.reader, "units", 2000);
    place->count = json_array_size(units);
    place->units = arena_array(p.arena, place->count, sizeof(place->units[0]));
    for (size_t i = 0; place->units && !p.reader.error && i < place->count; i++) {
        struct json_reader one;
        json_reader_element(&one, &p.reader, "units", i, json_array_get(units, i));
        parse_placed(&one, p.arena, &place->units[i]);
        p.reader.error = json_reader_finish(&one);
    }
    r = document_end(&p);
    if (r < 0)
        return r;
    place->arena = p.arena;
    p.arena = NULL;
    *ret = place;
    return 0;
}

void placement_destroy(struct placement *p)
{
    if (p)
        arena_destroy(p->arena);
}
