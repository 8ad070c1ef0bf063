/* The unit's API: enrol, manifest, reports. docs/api.md describes it. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "content/model/report.h"
#include "content/model/trust.h"
#include "content/routes/registry.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { WAIT_MOST_S = 60, ENROL_BODY_BYTES = 4096, REPORT_BODY_BYTES = 1024 * 1024 };

static const char *const kinds[] = {"kiosk", "board", "radio", NULL};

struct enrol_request {
    struct public_key key;
    struct depot_enrolment enrolment;
};

/* Shows that whoever asks holds the key: its public half stands in placements. */
static bool proof_is_right(const struct public_key *key, const char *hex,
                           const char *proof)
{
    char text[96];
    uint8_t *signature = NULL;
    size_t length = 0;
    snprintf(text, sizeof(text), "tramtin-enrol-1 %s", hex);
    if (text_from_base64(proof, strlen(proof), &signature, &length) < 0)
        return false;
    bool right = length == 64 && key_verify(key, text, strlen(text), signature);
    free(signature);
    return right;
}

static int read_enrol(const json_t *body, struct enrol_request *ret, struct diag *diag)
{
    struct json_reader r;
    json_reader_init(&r, body, "enrolment", diag);
    json_read_hex(&r, "key", ret->key.bytes, sizeof(ret->key.bytes));
    int kind = json_read_choice(&r, "kind", kinds);
    const char *version = json_read_text_or(&r, "version", 63, "");
    const char *proof = json_read_text(&r, "proof", 128);
    int error = json_reader_finish(&r);
    if (error < 0)
        return error;
    struct depot_enrolment *e = &ret->enrolment;
    key_to_hex(&ret->key, e->key);
    text_copy(e->kind, sizeof(e->kind), kinds[kind]);
    text_copy(e->version, sizeof(e->version), version);
    if (!proof_is_right(&ret->key, e->key, proof))
        return json_reader_fail(&r, "proof", "is not a signature by this key");
    return 0;
}

/* The unit that a signed placement gives this key; false before there is one. */
static bool find_unit(struct routes_context *c, const struct public_key *key,
                      char ret[65])
{
    struct trust *t = registry_lock(c->registry);
    const struct placed_unit *unit =
        t ? trust_find_unit(t, key, NULL, clock_wall_ms(c->clock)) : NULL;
    if (unit)
        text_copy(ret, 65, unit->unit);
    registry_unlock(c->registry);
    return unit != NULL;
}

static int answer_enrolled(struct http_exchange *x, const char *unit, const char *key)
{
    struct routes_context *c = http_request_context(x);
    char token[ROUTES_TOKEN_SIZE];
    struct sha256 hash;
    int r = routes_token_create(token, &hash);
    if (r == 0)
        r = depot_unit_enrolled(c->depot, unit, key, &hash, clock_wall_ms(c->clock));
    if (r == 0)
        r = http_respond_json(x, 200,
                              json_pack("{s:s,s:s,s:s}", "state", "enrolled", "unit",
                                        unit, "token", token));
    key_wipe(token, sizeof(token));
    return r;
}

static int answer_pending(struct http_exchange *x, struct depot_enrolment *e)
{
    struct routes_context *c = http_request_context(x);
    int64_t wait_s;
    if (http_request_query_int(x, "wait", 0, WAIT_MOST_S, 0, &wait_s) < 0)
        return 0;
    if (!http_request_expired(x)) {
        e->since_ms = clock_wall_ms(c->clock);
        http_request_remote(x, e->remote);
        int r = depot_enrolment_note(c->depot, e);
        if (r == -ENOSPC)
            return http_respond_problem(x, 503, "too many units wait to be enrolled");
        if (r < 0)
            return r;
        if (wait_s > 0)
            return http_park(x, e->key, wait_s * 1000);
    }
    return http_respond_json(x, 202, json_pack("{s:s}", "state", "pending"));
}

static bool refuse_flood(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    char remote[64], text[16];
    unsigned retry_s;
    http_request_remote(x, remote);
    if (http_request_expired(x) ||
        enrol_limit_allows(&c->enrol_limit, remote, clock_monotonic_us(c->clock) / 1000,
                           &retry_s))
        return false;
    snprintf(text, sizeof(text), "%u", retry_s);
    http_respond_problem(x, 429, "this address asks to be enrolled too often; in %s s",
                         text);
    http_respond_header(x, "Retry-After", text);
    return true;
}

static int post_enrol(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct enrol_request request = {0};
    struct diag diag = {""};
    json_t *body = NULL;
    char unit[65];
    if (refuse_flood(x) || http_request_json(x, &body) < 0)
        return 0;
    int r = read_enrol(body, &request, &diag);
    json_decref(body);
    if (r < 0)
        return http_respond_diag(x, r, &diag);
    if (find_unit(c, &request.key, unit))
        return answer_enrolled(x, unit, request.enrolment.key);
    return answer_pending(x, &request.enrolment);
}

static int get_manifest(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    const struct principal *p = http_request_principal(x);
    int64_t after, wait_s;
    if (http_request_query_int(x, "after", 0, INT64_MAX, 0, &after) < 0 ||
        http_request_query_int(x, "wait", 0, WAIT_MOST_S, 0, &wait_s) < 0)
        return 0;
    struct issued *m = registry_manifest(c->registry, p->unit);
    int r;
    if (m && m->number > after) {
        r = http_respond_bytes(x, 200, "application/json", m->text, m->length);
        if (r == 0) /* `after` is what it has: that is how far it got */
            r = depot_unit_seen(c->depot, p->unit, after, clock_wall_ms(c->clock));
    } else if (wait_s > 0 && !http_request_expired(x)) {
        r = http_park(x, p->unit, wait_s * 1000);
        if (r == 0)
            r = depot_unit_seen(c->depot, p->unit, after, clock_wall_ms(c->clock));
    } else {
        r = http_respond_empty(x, 204);
    }
    registry_manifest_release(c->registry, m);
    return r;
}

/* The unit's key now, from its placement. */
static bool find_key(struct routes_context *c, const char *id, struct public_key *ret)
{
    struct trust *t = registry_lock(c->registry);
    const struct placed_unit *unit =
        t ? trust_find_unit(t, NULL, id, clock_wall_ms(c->clock)) : NULL;
    if (unit)
        *ret = unit->key;
    registry_unlock(c->registry);
    return unit != NULL;
}

static int read_report(struct http_exchange *x, struct report **ret, struct diag *diag)
{
    struct routes_context *c = http_request_context(x);
    const struct principal *p = http_request_principal(x);
    struct envelope *e = NULL;
    struct report *report = NULL;
    struct public_key key;
    size_t length;
    const char *text = http_request_body(x, &length);
    int r = envelope_parse(text, length, &e, diag);
    if (r < 0)
        return r;
    if (e->type != DOCUMENT_REPORT)
        r = diag_set(diag, -EINVAL, "expected a report");
    else if (!find_key(c, p->unit, &key) || !envelope_signed_by(e, &key))
        r = diag_set(diag, -EINVAL, "the report is not signed by the unit's key");
    else
        r = report_parse((const char *)e->payload, e->length, &report, diag);
    envelope_destroy(e);
    if (report && strcmp(report->unit, p->unit) != 0) {
        report_destroy(report);
        return diag_set(diag, -EINVAL, "the report is another unit's");
    }
    if (r == 0)
        *ret = report;
    return r;
}

static int post_reports(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct diag diag = {""};
    struct report *report = NULL;
    int r = read_report(x, &report, &diag);
    if (r < 0)
        return http_respond_diag(x, r, &diag);
    int64_t number = 0;
    r = depot_report_add(c->depot, report, clock_wall_ms(c->clock), &number);
    report_destroy(report);
    if (r == 0 || r == -EEXIST)
        return http_respond_json(x, 200,
                                 json_pack("{s:I}", "number", (json_int_t)number));
    if (r != -ERANGE)
        return r;
    return http_respond_json(x, 409,
                             json_pack("{s:s,s:i,s:s,s:I}", "title", "Conflict", "status",
                                       409, "detail",
                                       "a report before this one is missing", "expected",
                                       (json_int_t)number + 1));
}

static const struct http_route routes[] = {
    {HTTP_POST, "/unit/v1/enrol", PERMISSION_NONE, SCOPE_ANY, HTTP_BODY_MEMORY,
     ENROL_BODY_BYTES, post_enrol, NULL, "a key asks to be placed; waits for it"},
    {HTTP_GET, "/unit/v1/manifest", PERMISSION_UNIT, SCOPE_ANY, HTTP_BODY_NONE, 0,
     get_manifest, NULL, "the manifest after number N, or wait for it"},
    {HTTP_POST, "/unit/v1/reports", PERMISSION_UNIT, SCOPE_ANY, HTTP_BODY_MEMORY,
     REPORT_BODY_BYTES, post_reports, NULL, "one signed report; twice counts once"},
};
const struct http_route_group routes_unit = {routes, ARRAY_LENGTH(routes)};
