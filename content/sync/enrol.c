/* Enrolment: shows the code, asks until staff have placed the unit, keeps the identity.
 */
#include "content/sync/internal.h"

#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_S 30
#define ANSWER_MARGIN_MS 15000

static int parse_answer(const struct net_answer *a, struct identity *ret, bool *enrolled,
                        struct diag *diag)
{
    static const char *const states[] = {"pending", "enrolled", NULL};
    CLEANUP(json_decrefp) json_t *value = NULL;
    int r = json_parse(a->body.data ? a->body.data : "", a->body.length,
                       &json_limits_document, &value, diag);
    if (r < 0)
        return r;
    struct json_reader reader;
    json_reader_init(&reader, value, "enrolment", diag);
    *enrolled = json_read_choice(&reader, "state", states) == 1;
    if (*enrolled) {
        const char *unit = json_read_identifier(&reader, "unit");
        const char *token = json_read_text(&reader, "token", sizeof(ret->token) - 1);
        if (!reader.error) {
            text_copy(ret->unit, sizeof(ret->unit), unit);
            text_copy(ret->token, sizeof(ret->token), token);
        }
    }
    return reader.error; /* keys of newer servers are not our business */
}

static int keep_identity(struct sync *s, struct identity *found)
{
    text_copy(found->server, sizeof(found->server), s->server);
    int r = state_identity_write(&s->state, found);
    if (r < 0) {
        fault_record(s, "cannot keep the identity: %s", strerror(-r));
        return r;
    }
    s->identity = *found;
    s->enrolment.needed = false;
    backoff_succeeded(&s->enrolment.retry.backoff);
    pthread_mutex_lock(&s->shared.lock);
    s->shared.status.code[0] = '\0';
    text_copy(s->shared.status.unit, sizeof(s->shared.status.unit), found->unit);
    pthread_mutex_unlock(&s->shared.lock);
    return 0;
}

static void enrol_done(void *context, struct net_answer *a)
{
    struct sync *s = context;
    struct identity found = {{0}, {0}, {0}};
    struct diag diag = {{0}};
    bool enrolled = false;
    int64_t now_us = sync_now_us(s);
    s->enrolment.asking = false;
    if (a->error == -ECANCELED)
        return;
    int r = a->error;
    if (r == 0) {
        sync_reached(s);
        r = parse_answer(a, &found, &enrolled, &diag);
        if (r < 0)
            fault_record(s, "enrolment: %s", diag_text(&diag));
    } else {
        sync_unreached(s, diag_text(&a->diag));
    }
    if (r == 0 && enrolled)
        r = keep_identity(s, &found);
    key_wipe(&found, sizeof(found));
    if (r == 0)
        backoff_succeeded(&s->enrolment.retry.backoff);
    retry_later(&s->enrolment.retry, now_us);
}

static void ask(struct sync *s)
{
    struct public_key key;
    char hex[KEY_HEX_SIZE], text[128], url[512], path[64];
    uint8_t signature[64];
    CLEANUP(text_free) char *proof = NULL;
    CLEANUP(text_free) char *body = NULL;
    struct diag diag = {{0}};
    key_public(&s->key, &key);
    key_to_hex(&key, hex);
    int n = snprintf(text, sizeof(text), "tramtin-enrol-1 %s", hex);
    key_sign(&s->key, text, (size_t)n, signature);
    int r = text_to_base64(signature, sizeof(signature), &proof);
    CLEANUP(json_decrefp)
    json_t *value = r < 0 ? NULL
                          : json_pack("{s:s,s:s,s:s,s:s}", "key", hex, "kind", s->kind,
                                      "version", s->version, "proof", proof);
    r = value ? json_write(value, &body) : -ENOMEM;
    snprintf(path, sizeof(path), "/unit/v1/enrol?wait=%d", WAIT_S);
    sync_url(s, path, url, sizeof(url));
    struct net_request q = {.url = url,
                            .body = body,
                            .body_length = body ? strlen(body) : 0,
                            .max_bytes = 65536,
                            .total_ms = WAIT_S * 1000 + ANSWER_MARGIN_MS,
                            .context = s,
                            .done = enrol_done};
    if (r == 0)
        r = net_start(s->net, &q, NULL, &diag);
    if (r < 0) {
        fault_record(s, "cannot ask for enrolment: %s",
                     diag.text[0] ? diag.text : strerror(-r));
        retry_later(&s->enrolment.retry, sync_now_us(s));
        return;
    }
    s->enrolment.asking = true;
}

void enrol_again(struct sync *s)
{
    struct public_key key;
    key_public(&s->key, &key);
    s->enrolment.needed = true;
    pthread_mutex_lock(&s->shared.lock);
    enrol_code(&key, &s->root, s->shared.status.code);
    pthread_mutex_unlock(&s->shared.lock);
}

void enrol_step(struct sync *s)
{
    if (s->enrolment.needed && !s->enrolment.asking &&
        retry_due(&s->enrolment.retry, sync_now_us(s)))
        ask(s);
}
