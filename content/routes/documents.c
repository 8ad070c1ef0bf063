/* The documents of trust: root, keyring, areas, placements. What is brought here passes
 * the same checks that every unit makes, so that a mistake is found at the desk. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/text.h"
#include "content/model/trust.h"
#include "content/routes/answers.h"
#include "content/routes/registry.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"

#include <errno.h>

/* One row of the lists, borrowed from the parsed form. */
struct summary {
    const char *area;
    int64_t version, issued_ms, expires_ms;
};

static bool summarise(const struct trust_document *d, struct summary *ret)
{
    switch (d->type) {
    case DOCUMENT_ROOT:
        *ret = (struct summary){NULL, d->root->version, d->root->issued_ms,
                                d->root->expires_ms};
        return true;
    case DOCUMENT_KEYRING:
        *ret = (struct summary){NULL, d->keyring->version, d->keyring->issued_ms,
                                d->keyring->expires_ms};
        return true;
    case DOCUMENT_AREAS:
        *ret = (struct summary){NULL, d->areas->version, d->areas->issued_ms,
                                d->areas->expires_ms};
        return true;
    case DOCUMENT_PLACEMENT:
        *ret = (struct summary){d->placement->area, d->placement->version,
                                d->placement->issued_ms, d->placement->expires_ms};
        return true;
    default:
        return false;
    }
}

static json_t *to_json(const struct trust_document *d, const struct summary *s)
{
    return json_pack("{s:s,s:s?,s:I,s:o,s:o,s:o}", "type", document_type_name(d->type),
                     "area", s->area, "version", (json_int_t)s->version, "sha256",
                     answer_name(&d->name), "issued", answer_time(s->issued_ms),
                     "expires", answer_time(s->expires_ms));
}

/* The documents of trust, or of one type. */
static int list(struct http_exchange *x, const char *key, bool only_roots)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = json_array();
    struct trust *t = registry_lock(c->registry);
    for (size_t i = 0; t && i < trust_count(t); i++) {
        const struct trust_document *d = trust_document(t, i);
        struct summary s;
        if (summarise(d, &s) && (!only_roots || d->type == DOCUMENT_ROOT))
            json_array_append_new(array, to_json(d, &s));
    }
    registry_unlock(c->registry);
    return http_respond_json(x, 200, json_pack("{s:o}", key, array));
}

static int get_documents(struct http_exchange *x)
{
    return list(x, "documents", false);
}

static int get_roots(struct http_exchange *x)
{
    return list(x, "roots", true);
}

/* Units of a new placement that wait to be enrolled hear of it. */
static void wake_placed(struct http_exchange *x, const struct placement *placement)
{
    char key[KEY_HEX_SIZE];
    for (size_t i = 0; i < placement->count; i++) {
        key_to_hex(&placement->units[i].key, key);
        http_server_wake(http_request_server(x), key);
    }
}

static json_t *describe(struct http_exchange *x, const struct sha256 *name)
{
    struct routes_context *c = http_request_context(x);
    json_t *value = NULL;
    struct trust *t = registry_lock(c->registry);
    for (size_t i = 0; t && i < trust_count(t); i++) {
        const struct trust_document *d = trust_document(t, i);
        struct summary s;
        if (sha256_equal(&d->name, name) && summarise(d, &s)) {
            value = to_json(d, &s);
            if (d->placement)
                wake_placed(x, d->placement);
        }
    }
    registry_unlock(c->registry);
    return value ? value : json_pack("{s:o}", "sha256", answer_name(name));
}

static int area_of_placement(const struct envelope *e, char ret[65], struct diag *diag)
{
    struct placement *p = NULL;
    int r = placement_parse((const char *)e->payload, e->length, &p, diag);
    if (r == 0)
        text_copy(ret, 65, p->area);
    placement_destroy(p);
    return r;
}

static int post_document(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_document row = {.accepted_ms = clock_wall_ms(c->clock)};
    struct envelope *e = NULL;
    enum document_type type;
    struct diag diag = {""};
    char area[65] = ""; /* the others are everybody's */
    size_t length;
    const char *text = http_request_body(x, &length);
    int r = envelope_parse(text, length, &e, &diag);
    if (r < 0)
        return http_respond_diag(x, r, &diag);
    type = e->type;
    if (type == DOCUMENT_PLACEMENT)
        r = area_of_placement(e, area, &diag);
    envelope_destroy(e);
    if (type > DOCUMENT_PLACEMENT)
        return http_respond_problem(x, 422, "a %s does not belong here",
                                    document_type_name(type));
    if (r < 0)
        return answer_refused(x, r, &diag);
    if (!access_allows(x, area))
        return access_refuse(x);
    r = registry_accept(c->registry, text, length, row.accepted_ms, &row.name, &type,
                        &diag);
    if (r < 0)
        return answer_refused(x, r, &diag);
    text_copy(row.type, sizeof(row.type), document_type_name(type));
    r = depot_document_add(c->depot, &row);
    if (r < 0)
        return r;
    c->changed(c->program);
    return http_respond_json(x, 201, describe(x, &row.name));
}

static json_t *area_json(const struct area *a)
{
    json_t *value = json_pack("{s:s,s:s,s:s?,s:s?}", "id", a->id, "name", a->name,
                              "name_en", a->name_en, "parent", a->parent);
    if (value && a->until_ms != INT64_MAX)
        json_object_set_new(value, "until", answer_time(a->until_ms));
    return value;
}

static int get_areas(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = json_array();
    struct trust *t = registry_lock(c->registry);
    const struct areas *areas = t ? trust_areas(t) : NULL;
    for (size_t i = 0; areas && i < areas->count; i++)
        json_array_append_new(array, area_json(&areas->list[i]));
    registry_unlock(c->registry);
    return http_respond_json(x, 200, json_pack("{s:o}", "areas", array));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/api/v1/documents", PERMISSION_VIEWER, SCOPE_ANY, HTTP_BODY_NONE, 0,
     get_documents, NULL, "the documents of trust that are current"},
    {HTTP_POST, "/api/v1/documents", PERMISSION_APPROVER, SCOPE_HANDLER, HTTP_BODY_MEMORY,
     ENVELOPE_BYTES_MAX, post_document, NULL,
     "bring a signed root, keyring, areas or placement"},
    {HTTP_GET, "/api/v1/documents/roots", PERMISSION_VIEWER, SCOPE_ANY, HTTP_BODY_NONE, 0,
     get_roots, NULL, "every root from the first"},
    {HTTP_GET, "/api/v1/areas", PERMISSION_VIEWER, SCOPE_ANY, HTTP_BODY_NONE, 0,
     get_areas, NULL, "the tree of areas"},
};
const struct http_route_group routes_documents = {routes, ARRAY_LENGTH(routes)};
