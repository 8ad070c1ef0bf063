/* Plays into the log, and from the log, signed and numbered, to the server. */
#include "content/sync/internal.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEALTH_EVERY_US INT64_C(300000000)
/* Plays travel together, news soon. */
#define PLAYS_AFTER_US INT64_C(15000000)
#define NEWS_AFTER_US INT64_C(2000000)
#define REPORT_TOTAL_MS 60000
#define TAKE_MAX 256

void report_init(struct sync *s)
{
    retry_init(&s->reporter.retry, 1000, 300000);
    s->reporter.reported_us = INT64_MIN / 2;
}

/* ---- plays into the log ---- */

static size_t texts_bytes(const char *const *texts, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += strlen(texts[i] ? texts[i] : "") + 1;
    return bytes;
}

int sync_log_play(struct sync *s, const struct play *play)
{
    const char *const texts[] = {play->line, play->item,  play->sha256,
                                 play->why,  play->clock, play->note};
    struct logged_play *p = calloc(1, sizeof(*p) + texts_bytes(texts, 6));
    if (!p)
        return -ENOMEM;
    p->play = *play;
    const char **to[] = {&p->play.line, &p->play.item,  &p->play.sha256,
                         &p->play.why,  &p->play.clock, &p->play.note};
    char *at = (char *)(p + 1);
    for (size_t i = 0; i < 6; i++) {
        const char *text = texts[i] ? texts[i] : "";
        *to[i] = at;
        at = stpcpy(at, text) + 1;
    }
    pthread_mutex_lock(&s->shared.lock);
    *s->shared.last = p;
    s->shared.last = &p->next;
    pthread_mutex_unlock(&s->shared.lock);
    net_wake(s->net);
    return 0;
}

/* The oldest plays, at most TAKE_MAX, out of the list. */
static struct logged_play *take(struct shared *shared, struct play *plays, size_t *count)
{
    *count = 0;
    pthread_mutex_lock(&shared->lock);
    struct logged_play *first = shared->plays, **end = &shared->plays;
    while (*end && *count < TAKE_MAX) {
        plays[(*count)++] = (*end)->play;
        end = &(*end)->next;
    }
    shared->plays = *end;
    if (!shared->plays)
        shared->last = &shared->plays;
    *end = NULL;
    pthread_mutex_unlock(&shared->lock);
    return *count ? first : NULL;
}

static void put_back(struct shared *shared, struct logged_play *list)
{
    struct logged_play **end = &list;
    while (*end)
        end = &(*end)->next;
    pthread_mutex_lock(&shared->lock);
    *end = shared->plays;
    if (!shared->plays)
        shared->last = end;
    shared->plays = list;
    pthread_mutex_unlock(&shared->lock);
}

void report_take_plays(struct sync *s)
{
    struct play plays[TAKE_MAX];
    size_t count;
    for (;;) {
        struct logged_play *list = take(&s->shared, plays, &count);
        if (!list)
            return;
        int r = play_log_add(s->log, plays, count);
        if (r < 0) { /* stays in memory until the disk takes it */
            put_back(&s->shared, list);
            fault_record(s, "cannot write the play log: %s", strerror(-r));
            return;
        }
        s->plays_kept += count;
        while (list) {
            struct logged_play *next = list->next;
            free(list);
            list = next;
        }
    }
}

/* ---- making a report ---- */

struct health_copy {
    struct health health;
    struct sync_status status;
    struct fault faults[SYNC_FAULTS];
};

static void fill_health(struct sync *s, struct health_copy *h)
{
    uint64_t free_bytes = 0;
    sync_status(s, &h->status);
    for (unsigned i = 0; i < h->status.fault_count; i++)
        h->faults[i] = (struct fault){.what = h->status.faults[i].what,
                                      .since_ms = h->status.faults[i].since_ms,
                                      .count = h->status.faults[i].count};
    if (file_free_bytes(s->state.folder, &free_bytes) < 0)
        free_bytes = 0;
    h->health = (struct health){
        .version = s->version,
        .uptime_s = (sync_now_us(s) - s->started_us) / 1000000,
        .manifest = trust_manifest_number(s->trust),
        .disk_free_bytes = (int64_t)free_bytes,
        .faults = h->faults,
        .fault_count = h->status.fault_count,
    };
}

static int sign_report(const struct sync *s, const struct report *report, char **ret)
{
    CLEANUP(text_free) char *payload = NULL;
    struct envelope *e = NULL;
    int r = report_write(report, &payload);
    if (r == 0)
        r = envelope_create(DOCUMENT_REPORT, payload, strlen(payload), &e);
    if (r == 0)
        r = envelope_sign(e, &s->key);
    if (r == 0)
        r = envelope_write(e, ret);
    envelope_destroy(e);
    return r;
}

/* The oldest plays, the present health; kept in the log before it is sent. */
static int make_report(struct sync *s)
{
    struct play_batch batch = {.last_play = 0};
    CLEANUP(text_free) char *envelope = NULL;
    struct health_copy *health = calloc(1, sizeof(*health));
    if (!health)
        return -ENOMEM;
    int r = play_log_batch(s->log, REPORT_PLAYS_MAX, &batch);
    if (r == 0) {
        fill_health(s, health);
        batch.report.unit = s->identity.unit;
        batch.report.sent_ms = sync_now_ms(s);
        batch.report.clock =
            clock_trust_name(clock_trust(s->clock, trust_clock_floor(s->trust)));
        batch.report.health = &health->health;
        r = sign_report(s, &batch.report, &envelope);
    }
    if (r == 0)
        r = play_log_keep(s->log, &batch, envelope);
    play_log_batch_release(&batch);
    free(health);
    return r;
}

/* ---- sending ---- */

static int64_t read_number(const struct net_answer *a, const char *key)
{
    json_t *value = NULL;
    struct diag diag;
    if (json_parse(a->body.data ? a->body.data : "", a->body.length,
                   &json_limits_document, &value, &diag) < 0)
        return -1;
    const json_t *number = json_object_get(value, key);
    int64_t ret = json_is_integer(number) ? json_integer_value(number) : -1;
    json_decref(value);
    return ret;
}

static int settle(struct sync *s, const struct net_answer *a)
{
    struct reporter *r = &s->reporter;
    if (a->error == 0) {
        int64_t kept = read_number(a, "number");
        if (kept == r->number)
            return play_log_acknowledged(s->log, r->number);
        /* Higher: our log began anew, theirs did not. Lower: theirs is wrong. */
        return kept > r->number ? play_log_renumber(s->log, kept + 1) : -EPROTO;
    }
    if (a->status == 409) {
        int64_t expected = read_number(a, "expected");
        if (expected > 0 && expected != r->number)
            return play_log_renumber(s->log, expected);
        return -EPROTO;
    }
    return a->error;
}

static void report_done(void *context, struct net_answer *a)
{
    struct sync *s = context;
    struct reporter *r = &s->reporter;
    int64_t now_us = sync_now_us(s);
    r->asking = false;
    if (a->error == -ECANCELED)
        return;
    int error = settle(s, a);
    if (error == 0) {
        sync_reached(s);
        backoff_succeeded(&r->retry.backoff);
        r->retry.at_us = 0;
        if (a->error == 0)
            r->reported_us = now_us;
        return;
    }
    retry_later(&r->retry, now_us);
    if (a->status == 401)
        enrol_again(s);
    if (a->status >= 400 && a->status < 500 && a->status != 401 && a->status != 408 &&
        a->status != 429)
        fault_record(s, "report %lld refused: %s", (long long)r->number,
                     diag_text(&a->diag));
    else if (a->error == 0)
        fault_record(s, "report %lld: cannot settle it: %s", (long long)r->number,
                     strerror(-error));
    else
        sync_unreached(s, diag_text(&a->diag));
    r->news = false; /* the refusal itself is no reason to report at once */
}

static void send_report(struct sync *s, const char *envelope)
{
    struct reporter *r = &s->reporter;
    char url[512];
    struct diag diag = {{0}};
    sync_url(s, "/unit/v1/reports", url, sizeof(url));
    struct net_request q = {.url = url,
                            .bearer = s->identity.token,
                            .body = envelope,
                            .body_length = strlen(envelope),
                            .max_bytes = 65536,
                            .total_ms = REPORT_TOTAL_MS,
                            .context = s,
                            .done = report_done};
    if (net_start(s->net, &q, NULL, &diag) < 0)
        retry_later(&r->retry, sync_now_us(s));
    else
        r->asking = true;
}

static bool something_to_say(struct sync *s)
{
    struct reporter *r = &s->reporter;
    int64_t since_us = sync_now_us(s) - r->reported_us;
    uint64_t plays = 0;
    if (since_us > HEALTH_EVERY_US || (r->news && since_us > NEWS_AFTER_US))
        return true;
    if (play_log_count(s->log, &plays) < 0)
        return false;
    return plays >= REPORT_PLAYS_MAX || (plays > 0 && since_us > PLAYS_AFTER_US);
}

void report_step(struct sync *s)
{
    struct reporter *r = &s->reporter;
    CLEANUP(text_free) char *envelope = NULL;
    if (r->asking || !s->identity.token[0] || s->enrolment.needed || !s->trust ||
        !retry_due(&r->retry, sync_now_us(s)))
        return;
    int k = play_log_pending(s->log, &r->number, &envelope);
    if (k == -ENOENT) {
        if (!something_to_say(s))
            return;
        r->news = false;
        k = make_report(s);
        if (k == 0)
            k = play_log_pending(s->log, &r->number, &envelope);
    }
    if (k < 0) {
        fault_record(s, "cannot make a report: %s", strerror(-k));
        r->news = false;
        retry_later(&r->retry, sync_now_us(s));
        return;
    }
    send_report(s, envelope);
}
