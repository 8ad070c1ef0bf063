/* Following the manifest: long poll, verify, fetch the documents it lists, and replace
 * what stands all at once. Works on a copy of the trust, so that whatever fails half-way
 * changes nothing. */
#include "content/sync/internal.h"

#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_S 50
#define ANSWER_MARGIN_MS 20000
/* A server that answers "nothing new" sooner than this is not holding the poll. */
#define POLL_LEAST_US INT64_C(2000000)
#define DOCUMENT_TOTAL_MS 60000
#define DOCUMENTS_AT_ONCE 4
/* A document that the server does not have is given up after so many rounds. */
#define ABSENT_MAX 5

void follow_init(struct sync *s)
{
    retry_init(&s->follower.retry, 1000, 120000);
}

void follow_release(struct sync *s)
{
    struct follower *f = &s->follower;
    trust_destroy(f->staged);
    manifest_destroy(f->manifest);
    free(f->documents);
    f->staged = NULL;
    f->manifest = NULL;
    f->documents = NULL;
    f->failed = false;
}

static void give_up(struct sync *s)
{
    follow_release(s);
    retry_later(&s->follower.retry, sync_now_us(s));
}

/* ---- applying ---- */

static const char *short_name(const struct sha256 *name, char ret[SHA256_HEX_SIZE])
{
    sha256_to_hex(name, ret);
    ret[12] = '\0';
    return ret;
}

static int accept_document(struct sync *s, const struct manifest_document *d)
{
    struct follower *f = &s->follower;
    CLEANUP(text_free) char *text = NULL;
    char hex[SHA256_HEX_SIZE];
    struct diag diag = {{0}};
    struct sha256 found;
    enum document_type type;
    size_t length;
    if (trust_has(f->staged, &d->sha256))
        return 0;
    int r = state_document_read(&s->state, &d->sha256, &text, &length);
    if (r < 0) {
        fault_record(s, "%s %s is missing: %s", document_type_name(d->type),
                     short_name(&d->sha256, hex), strerror(-r));
        return r;
    }
    int64_t now_ms = sync_now_ms(s);
    r = trust_accept(f->staged, text, length, now_ms, &found, &type, &diag);
    if (r == -ESTALE && d->type == DOCUMENT_ROOT)
        return 0; /* the chain is listed from its beginning */
    if (r < 0)
        fault_record(s, "%s %s refused: %s", document_type_name(d->type),
                     short_name(&d->sha256, hex), diag_text(&diag));
    return r;
}

/* Trust first, then what it vouches for. A refusal costs one document, not the rest. */
static void accept_all(struct sync *s)
{
    struct follower *f = &s->follower;
    for (unsigned type = 0; type < DOCUMENT_TYPE_COUNT; type++)
        for (size_t i = 0; i < f->manifest->count; i++)
            if ((unsigned)f->manifest->documents[i].type == type &&
                accept_document(s, &f->manifest->documents[i]) < 0)
                continue;
}

/* What stands now and did not before is reported to the server. */
static void acknowledge_all(struct sync *s)
{
    struct follower *f = &s->follower;
    int64_t now_ms = sync_now_ms(s);
    int r = play_log_add_ack(s->log, &f->manifest_name, now_ms);
    for (size_t i = 0; r == 0 && i < f->manifest->count; i++) {
        const struct sha256 *name = &f->manifest->documents[i].sha256;
        if (trust_has(f->staged, name) && !trust_has(s->trust, name))
            r = play_log_add_ack(s->log, name, now_ms);
    }
    if (r < 0)
        fault_record(s, "cannot write the play log: %s", strerror(-r));
}

static void apply(struct sync *s)
{
    struct follower *f = &s->follower;
    struct diag diag = {{0}};
    accept_all(s);
    trust_retain(f->staged, f->manifest);
    int r = programme_renew(s, f->staged, &diag);
    if (r < 0) {
        fault_record(s, "no programme: %s", diag_text(&diag));
        give_up(s);
        return;
    }
    r = state_trust_save(&s->state, f->staged);
    if (r < 0) /* what is on the air is newer than the disk: after a cut it comes again */
        fault_record(s, "cannot keep the accepted documents: %s", strerror(-r));
    else
        acknowledge_all(s);
    programme_send_unsent(s);
    struct trust *old = s->trust;
    s->trust = f->staged;
    f->staged = old; /* destroyed with the rest */
    follow_release(s);
    backoff_succeeded(&f->retry.backoff);
    f->retry.at_us = 0;
    s->reporter.news = true;
    media_plan(s);
}

/* ---- fetching ---- */

static void document_done(void *context, struct net_answer *a)
{
    struct wanted_document *w = context;
    struct sync *s = w->sync;
    struct follower *f = &s->follower;
    const struct manifest_document *d = &f->manifest->documents[w->index];
    char hex[SHA256_HEX_SIZE];
    struct sha256 hash;
    w->asking = false;
    f->asking_documents--;
    if (a->error == -ENOENT && ++w->absent >= ABSENT_MAX) {
        w->settled = true; /* accept_document records that it is missing */
        return;
    }
    if (a->error < 0) {
        f->failed = true;
        if (a->error != -ECANCELED)
            sync_unreached(s, diag_text(&a->diag));
        return;
    }
    sync_reached(s);
    sha256_of(a->body.data, a->body.length, &hash);
    w->settled = true;
    if (!sha256_equal(&hash, &d->sha256)) {
        fault_record(s, "%s %s refused: the server sent other bytes",
                     document_type_name(d->type), short_name(&d->sha256, hex));
        return;
    }
    int r = state_document_write(&s->state, &d->sha256, a->body.data, a->body.length);
    if (r < 0) {
        fault_record(s, "cannot keep a document: %s", strerror(-r));
        w->settled = false;
        f->failed = true;
    }
}

static void ask_document(struct sync *s, struct wanted_document *w)
{
    char path[16 + SHA256_HEX_SIZE] = "/objects/", url[512];
    struct diag diag = {{0}};
    sha256_to_hex(&s->follower.manifest->documents[w->index].sha256, path + 9);
    sync_url(s, path, url, sizeof(url));
    struct net_request q = {.url = url,
                            .max_bytes = ENVELOPE_BYTES_MAX,
                            .total_ms = DOCUMENT_TOTAL_MS,
                            .context = w,
                            .done = document_done};
    if (net_start(s->net, &q, NULL, &diag) < 0) {
        s->follower.failed = true;
        return;
    }
    w->asking = true;
    s->follower.asking_documents++;
}

/* Inline or on the disk from before. */
static bool document_at_hand(struct sync *s, const struct manifest_document *d)
{
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    struct sha256 hash;
    if (trust_has(s->follower.staged, &d->sha256) ||
        state_document_read(&s->state, &d->sha256, &text, &length) == 0)
        return true;
    if (!d->inline_text)
        return false;
    length = strlen(d->inline_text);
    sha256_of(d->inline_text, length, &hash);
    return sha256_equal(&hash, &d->sha256) &&
           state_document_write(&s->state, &d->sha256, d->inline_text, length) == 0;
}

static void fetch_step(struct sync *s)
{
    struct follower *f = &s->follower;
    bool open = false;
    for (size_t i = 0; i < f->manifest->count && !f->failed; i++) {
        struct wanted_document *w = &f->documents[i];
        if (w->settled)
            continue;
        open = true;
        if (!w->asking && f->asking_documents < DOCUMENTS_AT_ONCE)
            ask_document(s, w);
    }
    if (f->asking_documents)
        return;
    if (f->failed) { /* what came is on the disk and is not asked for again */
        f->failed = false;
        retry_later(&f->retry, sync_now_us(s));
    } else if (!open) {
        apply(s);
    }
}

/* ---- the manifest ---- */

static int stage(struct sync *s, const struct net_answer *a, struct diag *diag)
{
    struct follower *f = &s->follower;
    struct public_key key;
    key_public(&s->key, &key);
    int r = state_trust_load(&s->state, &s->root, &f->staged, diag);
    if (r < 0)
        return r;
    /* The server's keys stand in the root; a unit that is new takes the roots that came
     * with the manifest before it can say who signed it. */
    sha256_of(a->body.data, a->body.length, &f->manifest_name);
    return trust_accept_manifest(f->staged, a->body.data, a->body.length, sync_now_ms(s),
                                 &key, &f->manifest, diag);
}

/* A unit that is new, or was off for long, knows no root that names the server's key: it
 * walks the chain of roots listed in the manifest first. Each is verified by itself, so
 * reading them from a manifest that is not verified yet gives nothing away. */
static void accept_roots(struct sync *s, const char *text, size_t length)
{
    struct follower *f = &s->follower;
    struct envelope *e = NULL;
    struct manifest *m = NULL;
    struct diag diag;
    if (envelope_parse(text, length, &e, &diag) == 0 && e->type == DOCUMENT_MANIFEST &&
        manifest_parse((const char *)e->payload, e->length, &m, &diag) == 0)
        for (unsigned type = DOCUMENT_ROOT; type <= DOCUMENT_PLACEMENT; type++)
            for (size_t i = 0; i < m->count; i++) {
                const struct manifest_document *d = &m->documents[i];
                struct sha256 name;
                enum document_type found;
                if ((unsigned)d->type != type || !document_at_hand(s, d))
                    continue;
                CLEANUP(text_free) char *document = NULL;
                size_t bytes;
                if (!trust_has(f->staged, &d->sha256) &&
                    state_document_read(&s->state, &d->sha256, &document, &bytes) == 0 &&
                    trust_accept(f->staged, document, bytes, sync_now_ms(s), &name,
                                 &found, &diag) < 0)
                    continue;
            }
    manifest_destroy(m);
    envelope_destroy(e);
}

static void begin(struct sync *s, const struct net_answer *a)
{
    struct follower *f = &s->follower;
    struct diag diag = {{0}};
    int r = stage(s, a, &diag);
    if (r < 0 && f->staged) {
        accept_roots(s, a->body.data, a->body.length);
        struct public_key key;
        key_public(&s->key, &key);
        r = trust_accept_manifest(f->staged, a->body.data, a->body.length, sync_now_ms(s),
                                  &key, &f->manifest, &diag);
    }
    if (r == 0) {
        f->documents = calloc(f->manifest->count + 1, sizeof(*f->documents));
        r = f->documents ? 0 : -ENOMEM;
    }
    if (r < 0) {
        fault_record(s, "manifest refused: %s", diag_text(&diag));
        give_up(s);
        return;
    }
    for (size_t i = 0; i < f->manifest->count; i++)
        f->documents[i] = (struct wanted_document){
            .sync = s,
            .index = i,
            .settled = document_at_hand(s, &f->manifest->documents[i])};
}

static void manifest_done(void *context, struct net_answer *a)
{
    struct sync *s = context;
    struct follower *f = &s->follower;
    int64_t now_us = sync_now_us(s);
    f->asking = false;
    if (a->error == -ECANCELED)
        return;
    if (a->error < 0) {
        sync_unreached(s, diag_text(&a->diag));
        retry_later(&f->retry, now_us);
        if (a->status == 401)
            enrol_again(s);
        return;
    }
    sync_reached(s);
    if (a->status == 200) {
        begin(s, a);
    } else if (now_us - f->asked_us < POLL_LEAST_US) {
        retry_later(&f->retry, now_us);
    } else {
        backoff_succeeded(&f->retry.backoff);
        f->retry.at_us = 0;
    }
}

static void poll_manifest(struct sync *s)
{
    struct follower *f = &s->follower;
    char path[96], url[512];
    struct diag diag = {{0}};
    snprintf(path, sizeof(path), "/unit/v1/manifest?after=%lld&wait=%d",
             (long long)trust_manifest_number(s->trust), WAIT_S);
    sync_url(s, path, url, sizeof(url));
    struct net_request q = {.url = url,
                            .bearer = s->identity.token,
                            .max_bytes = MANIFEST_BYTES_MAX,
                            .total_ms = WAIT_S * 1000 + ANSWER_MARGIN_MS,
                            .context = s,
                            .done = manifest_done};
    if (net_start(s->net, &q, NULL, &diag) < 0) {
        fault_record(s, "cannot ask for the manifest: %s", diag_text(&diag));
        retry_later(&f->retry, sync_now_us(s));
        return;
    }
    f->asking = true;
    f->asked_us = sync_now_us(s);
}

void follow_step(struct sync *s)
{
    struct follower *f = &s->follower;
    if (!retry_due(&f->retry, sync_now_us(s)) && !f->asking_documents)
        return;
    if (f->manifest)
        fetch_step(s);
    else if (!f->asking && s->identity.token[0] && !s->enrolment.needed)
        poll_manifest(s);
}
