/* Releases: brought as envelopes with some signatures or none, completed by others', and
 * handed on as soon as the signatures suffice. The server never signs any. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "content/model/trust.h"
#include "content/policy/pack.h"
#include "content/routes/answers.h"
#include "content/routes/registry.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"
#include "content/store/objects.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MOST = 500, SIGNATURE_BODY_BYTES = 4096 };

/* What content/model carries without reading is read here, before anybody signs it. */
static int check_pack(const struct release *release, struct diag *diag)
{
    struct policy_pack *pack = NULL;
    if (release->kind != &kind_policy_pack)
        return 0;
    const char *text = release->body.policy_pack.text;
    int r = policy_pack_parse(text, strlen(text), &pack, diag);
    policy_pack_destroy(pack);
    return r;
}

static int fill_row(struct depot_release *row, const struct envelope *e,
                    struct diag *diag)
{
    struct release *release = NULL;
    int r = release_parse((const char *)e->payload, e->length, &release, diag);
    if (r < 0)
        return r;
    r = check_pack(release, diag);
    if (r < 0) {
        release_destroy(release);
        return r;
    }
    sha256_of(e->payload, e->length, &row->id);
    text_copy(row->line, sizeof(row->line), release->rule.line);
    text_copy(row->kind, sizeof(row->kind), release->kind->name);
    text_copy(row->level, sizeof(row->level), level_name(release->rule.level));
    text_copy(row->area, sizeof(row->area), release->rule.area);
    (void)text_copy(row->title, sizeof(row->title), release->rule.title);
    row->revision = release->rule.revision;
    release_destroy(release);
    return 0;
}

/* How many signatures are missing; the sentence says whose and why. */
static int count_missing(struct routes_context *c, const char *text, struct diag *diag)
{
    struct trust *t = registry_lock(c->registry);
    int r =
        t ? trust_signatures_missing(t, text, strlen(text), clock_wall_ms(c->clock), diag)
          : diag_set(diag, -ENOENT, "the server has no root yet; bring that first");
    registry_unlock(c->registry);
    return r;
}

static json_t *to_json(const struct depot_release *row, const char *lacks)
{
    return json_pack("{s:o,s:o,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:o,s:s?}", "id",
                     answer_name(&row->id), "sha256", answer_name(&row->envelope), "line",
                     row->line, "revision", (json_int_t)row->revision, "kind", row->kind,
                     "level", row->level, "area", row->area, "title", row->title, "state",
                     row->published ? "published" : "waiting", "created",
                     answer_time(row->created_ms), "lacks", lacks);
}

static int publish(struct routes_context *c, const char *text, struct depot_release *row,
                   struct diag *diag)
{
    struct depot_document document = {.type = "release",
                                      .accepted_ms = clock_wall_ms(c->clock)};
    enum document_type type;
    int r = registry_accept(c->registry, text, strlen(text), document.accepted_ms,
                            &document.name, &type, diag);
    if (r == 0)
        r = depot_document_add(c->depot, &document);
    row->published = r == 0;
    row->envelope = document.name;
    return r;
}

/* Keep the envelope with the signatures it has; hand it on when they suffice. The caller
 * holds the lock of releases. */
static int put_locked(struct http_exchange *x, const struct envelope *e)
{
    struct routes_context *c = http_request_context(x);
    struct depot_release row = {.created_ms = clock_wall_ms(c->clock)};
    CLEANUP(text_free) char *text = NULL;
    struct diag diag = {""};
    int r = fill_row(&row, e, &diag);
    if (r < 0)
        return answer_refused(x, r, &diag);
    if (!access_allows(x, row.area))
        return access_refuse(x);
    r = envelope_write(e, &text);
    if (r < 0)
        return r;
    int missing = count_missing(c, text, &diag);
    if (missing < 0)
        return answer_refused(x, missing, &diag);
    if (missing == 0)
        r = publish(c, text, &row, &diag);
    else
        r = object_folder_add(c->objects, text, strlen(text), &row.envelope);
    if (r < 0)
        return answer_refused(x, r, &diag);
    r = depot_release_put(c->depot, &row);
    if (r < 0)
        return r;
    if (row.published)
        c->changed(c->program);
    return http_respond_json(x, 201,
                             to_json(&row, missing > 0 ? diag_text(&diag) : NULL));
}

static int read_envelope(struct routes_context *c, const struct sha256 *name,
                         struct envelope **ret)
{
    CLEANUP(text_free) char *text = NULL;
    struct diag diag = {""};
    size_t length;
    int r = object_folder_read(c->objects, name, ENVELOPE_BYTES_MAX, &text, &length);
    return r < 0 ? r : envelope_parse(text, length, ret, &diag);
}

/* The signatures that were brought before count too. */
static int merge_locked(struct http_exchange *x, struct envelope *e)
{
    struct routes_context *c = http_request_context(x);
    struct depot_release row;
    struct sha256 id;
    struct envelope *before = NULL;
    sha256_of(e->payload, e->length, &id);
    int r = depot_release_get(c->depot, &id, &row);
    if (r == -ENOENT)
        return put_locked(x, e);
    if (r == 0)
        r = read_envelope(c, &row.envelope, &before);
    if (r == 0)
        r = envelope_merge(e, before);
    envelope_destroy(before);
    if (r == -EOVERFLOW)
        return http_respond_problem(x, 422, "this release has too many signatures");
    return r < 0 ? r : put_locked(x, e);
}

static int post_release(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct envelope *e = NULL;
    struct diag diag = {""};
    size_t length;
    const char *text = http_request_body(x, &length);
    int r = envelope_parse(text, length, &e, &diag);
    if (r < 0)
        return http_respond_diag(x, r, &diag);
    if (e->type != DOCUMENT_RELEASE) {
        r = http_respond_problem(x, 422, "a %s does not belong here",
                                 document_type_name(e->type));
    } else {
        pthread_mutex_lock(&c->releases_lock);
        r = merge_locked(x, e);
        pthread_mutex_unlock(&c->releases_lock);
    }
    envelope_destroy(e);
    return r;
}

static int read_signature(const json_t *body, struct envelope *e, struct diag *diag)
{
    struct json_reader r;
    uint8_t *bytes = NULL;
    size_t length = 0;
    json_reader_init(&r, body, "signature", diag);
    json_read_hex(&r, "keyid", e->signatures[0].key_id.bytes, sizeof(struct sha256));
    const char *text = json_read_text(&r, "sig", 128);
    int error = json_reader_finish(&r);
    if (error < 0)
        return error;
    if (text_from_base64(text, strlen(text), &bytes, &length) < 0 || length != 64) {
        free(bytes);
        return json_reader_fail(&r, "sig", "expected 64 bytes in base 64");
    }
    memcpy(e->signatures[0].bytes, bytes, 64);
    e->signature_count = 1;
    free(bytes);
    return 0;
}

static int find_row(struct http_exchange *x, struct depot_release *ret)
{
    struct routes_context *c = http_request_context(x);
    struct sha256 id;
    int r = sha256_from_hex(http_request_param(x, "id"), &id);
    r = r < 0 ? -ENOENT : depot_release_get(c->depot, &id, ret);
    if (r == -ENOENT)
        http_respond_problem(x, 404, "there is no such release");
    return r;
}

static int post_signature(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_release row;
    struct envelope *e = NULL, one = {.type = DOCUMENT_RELEASE};
    struct diag diag = {""};
    json_t *body = NULL;
    if (http_request_json(x, &body) < 0)
        return 0;
    int r = read_signature(body, &one, &diag);
    json_decref(body);
    if (r < 0)
        return http_respond_diag(x, r, &diag);
    pthread_mutex_lock(&c->releases_lock);
    r = find_row(x, &row);
    if (r == 0)
        r = read_envelope(c, &row.envelope, &e);
    if (r == 0) {
        one.payload = e->payload;
        one.length = e->length;
        r = envelope_merge(e, &one);
    }
    if (r == 0)
        r = put_locked(x, e);
    pthread_mutex_unlock(&c->releases_lock);
    envelope_destroy(e);
    return r == -ENOENT ? 0 : r;
}

/* Who has signed, as far as the keyring knows them. */
static json_t *signers(struct routes_context *c, const struct envelope *e)
{
    json_t *array = json_array();
    struct trust *t = registry_lock(c->registry);
    const struct keyring *keyring = t ? trust_keyring(t) : NULL;
    for (size_t i = 0; i < e->signature_count; i++) {
        const char *person = NULL;
        for (size_t j = 0; keyring && j < keyring->count; j++) {
            struct sha256 id;
            key_id(&keyring->authors[j].key, &id);
            if (sha256_equal(&id, &e->signatures[i].key_id))
                person = keyring->authors[j].person;
        }
        json_array_append_new(array, json_pack("{s:o,s:s?}", "keyid",
                                               answer_name(&e->signatures[i].key_id),
                                               "person", person));
    }
    registry_unlock(c->registry);
    return array;
}

static int get_release(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_release row;
    CLEANUP(text_free) char *text = NULL;
    struct envelope *e = NULL;
    struct diag diag = {""};
    int r = find_row(x, &row);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    r = read_envelope(c, &row.envelope, &e);
    if (r == 0)
        r = envelope_write(e, &text);
    if (r == 0) {
        bool lacks = !row.published && count_missing(c, text, &diag) != 0;
        json_t *value = to_json(&row, lacks ? diag_text(&diag) : NULL);
        json_object_set_new(value, "signatures", signers(c, e));
        json_object_set_new(value, "envelope", json_string(text));
        r = http_respond_json(x, 200, value);
    }
    envelope_destroy(e);
    return r;
}

struct listing {
    struct http_exchange *x;
    json_t *array;
    const char *state;
};

static int add_row(void *context, const struct depot_release *row)
{
    struct listing *l = context;
    const char *state = row->published ? "published" : "waiting";
    if ((!l->state || strcmp(l->state, state) == 0) && access_allows(l->x, row->area))
        json_array_append_new(l->array, to_json(row, NULL));
    return json_array_size(l->array) == LIST_MOST;
}

static int get_releases(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct listing l = {x, json_array(), http_request_query(x, "state")};
    int r = depot_releases_visit(c->depot, http_request_query(x, "line"), INT32_MAX,
                                 add_row, &l);
    if (r < 0) {
        json_decref(l.array);
        return r;
    }
    return http_respond_json(x, 200, json_pack("{s:o}", "releases", l.array));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/api/v1/releases", PERMISSION_VIEWER, SCOPE_HANDLER, HTTP_BODY_NONE, 0,
     get_releases, NULL, "releases, newest first; ?state= ?line="},
    {HTTP_POST, "/api/v1/releases", PERMISSION_AUTHOR, SCOPE_HANDLER, HTTP_BODY_MEMORY,
     ENVELOPE_BYTES_MAX, post_release, NULL, "bring a release, signed or a draft"},
    {HTTP_GET, "/api/v1/releases/{id}", PERMISSION_VIEWER, SCOPE_RELEASE, HTTP_BODY_NONE,
     0, get_release, NULL, "one release, who signed it and what it lacks"},
    {HTTP_POST, "/api/v1/releases/{id}/signatures", PERMISSION_AUTHOR, SCOPE_RELEASE,
     HTTP_BODY_MEMORY, SIGNATURE_BODY_BYTES, post_signature, NULL, "add a signature"},
};
const struct http_route_group routes_releases = {routes, ARRAY_LENGTH(routes)};
