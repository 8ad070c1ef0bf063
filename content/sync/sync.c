/* The unit's sync: one thread that turns all parts, each without waiting, around one wait
 * in the network. */
#include "content/sync/sync.h"

#include "base/diag.h"
#include "base/queue.h"
#include "base/text.h"
#include "content/sync/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define PARALLEL_DEFAULT 4
#define PARALLEL_MAX 6
/* Deadlines are looked at this often; news wakes the loop at once. */
#define IDLE_MS 500
#define BUSY_MS 20

const char *sync_phase_name(enum sync_phase phase)
{
    static const char *const names[] = {"starting", "enrolling", "offline", "fetching",
                                        "up-to-date"};
    return names[phase];
}

/* ---- helpers of the parts ---- */

int64_t sync_now_us(const struct sync *s)
{
    return clock_monotonic_us(s->clock);
}

int64_t sync_now_ms(const struct sync *s)
{
    int64_t wall_ms = clock_wall_ms(s->clock);
    int64_t floor_ms = s->trust ? trust_clock_floor(s->trust) : 0;
    return wall_ms > floor_ms ? wall_ms : floor_ms;
}

void retry_init(struct retry *r, uint32_t least_ms, uint32_t most_ms)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
        seed = (uint64_t)(uintptr_t)r ^ (uint64_t)getpid();
    backoff_init(&r->backoff, least_ms, most_ms, seed);
    r->at_us = 0;
}

void retry_later(struct retry *r, int64_t now_us)
{
    r->at_us = now_us + (int64_t)backoff_next_ms(&r->backoff) * 1000;
}

bool retry_due(const struct retry *r, int64_t now_us)
{
    return now_us >= r->at_us;
}

void sync_url(const struct sync *s, const char *path, char *ret, size_t size)
{
    snprintf(ret, size, "%s%s", s->server, path);
}

void sync_reached(struct sync *s)
{
    pthread_mutex_lock(&s->shared.lock);
    s->shared.status.last_contact_ms = clock_wall_ms(s->clock);
    s->shared.status.trouble[0] = '\0';
    pthread_mutex_unlock(&s->shared.lock);
}

void sync_unreached(struct sync *s, const char *sentence)
{
    pthread_mutex_lock(&s->shared.lock);
    text_copy(s->shared.status.trouble, sizeof(s->shared.status.trouble), sentence);
    pthread_mutex_unlock(&s->shared.lock);
}

/* ---- create and destroy ---- */

static void copy_config(struct sync *s, const struct sync_config *c)
{
    text_copy(s->server, sizeof(s->server), c->server);
    size_t length = strlen(s->server);
    while (length > 0 && s->server[length - 1] == '/')
        s->server[--length] = '\0';
    text_copy(s->kind, sizeof(s->kind), c->kind ? c->kind : "kiosk");
    text_copy(s->version, sizeof(s->version), c->version ? c->version : "0");
    text_copy(s->shared.status.server, sizeof(s->shared.status.server), s->server);
    s->clock = c->clock ? c->clock : clock_system();
    s->fetcher.parallel = c->parallel ? c->parallel : PARALLEL_DEFAULT;
    if (s->fetcher.parallel > PARALLEL_MAX)
        s->fetcher.parallel = PARALLEL_MAX;
}

/* A log that the disk has damaged is put aside, not in the way of the programme. */
static int open_log(struct sync *s, struct diag *diag)
{
    char path[PATH_MAX], aside[PATH_MAX];
    state_path(&s->state, "plays.db", path, sizeof(path));
    int r = play_log_open(path, &s->log, diag);
    if (r != -EBADMSG)
        return r;
    state_path(&s->state, "plays.damaged", aside, sizeof(aside));
    fault_record(s, "the play log was damaged and was put aside");
    return rename(path, aside) < 0 ? r : play_log_open(path, &s->log, diag);
}

static int open_parts(struct sync *s, const struct sync_config *c, struct diag *diag)
{
    char path[PATH_MAX];
    int r = key_init();
    if (r < 0)
        return diag_set(diag, r, "no random numbers");
    if ((r = state_init(&s->state, c->state, diag)) < 0 ||
        (r = state_key(&s->state, &s->key, diag)) < 0 ||
        (r = state_root(&s->state, c->root, &s->root, diag)) < 0 ||
        (r = object_store_open(c->state, c->quota_bytes, &s->objects, diag)) < 0)
        return r;
    if ((r = open_log(s, diag)) < 0)
        return r;
    snprintf(path, sizeof(path), "tramtin/%s", s->version);
    r = net_create(path, &s->net);
    return r < 0 ? diag_set(diag, r, "out of memory") : 0;
}

/* What was accepted before, and the programme it makes. */
static int load(struct sync *s, struct diag *diag)
{
    struct diag why = {{0}};
    int r = state_trust_load(&s->state, &s->root, &s->trust, &why);
    if (r < 0 && r != -ENOMEM) {
        /* Damaged by the disk: begin with nothing, the server gives all again. */
        fault_record(s, "cannot read what was accepted: %s", diag_text(&why));
        r = trust_create(&s->root, &s->trust);
    }
    if (r < 0)
        return diag_set(diag, r, "out of memory");
    why.text[0] = '\0';
    r = trust_count(s->trust) ? programme_renew(s, s->trust, &why) : -ENOENT;
    if (r == 0) {
        programme_send_unsent(s);
        media_plan(s);
    } else if (r != -ENOENT) {
        fault_record(s, "no programme: %s", diag_text(&why));
    }
    r = state_identity_read(&s->state, &s->identity, &why);
    if (r < 0 && r != -ENOENT)
        fault_record(s, "cannot read the identity: %s", diag_text(&why));
    /* Another server gave another token. */
    if (r < 0 || strcmp(s->identity.server, s->server) != 0) {
        enrol_again(s);
        s->identity.token[0] = '\0';
    }
    text_copy(s->shared.status.unit, sizeof(s->shared.status.unit), s->identity.unit);
    return 0;
}

int sync_create(const struct sync_config *config, struct queue *programmes,
                struct sync **ret, struct diag *diag)
{
    struct sync *s = calloc(1, sizeof(*s));
    if (!s)
        return diag_set(diag, -ENOMEM, "out of memory");
    pthread_mutex_init(&s->shared.lock, NULL);
    s->shared.last = &s->shared.plays;
    s->state.lock = -1;
    s->programmes = programmes;
    copy_config(s, config);
    s->started_us = sync_now_us(s);
    retry_init(&s->enrolment.retry, 1000, 60000);
    follow_init(s);
    scrub_init(&s->scrubber);
    report_init(s);
    int r = open_parts(s, config, diag);
    if (r == 0)
        r = load(s, diag);
    if (r < 0) {
        sync_destroy(s);
        return r;
    }
    *ret = s;
    return 0;
}

void sync_destroy(struct sync *s)
{
    if (!s)
        return;
    sync_stop(s);
    scrub_release(&s->scrubber);
    media_release(s);
    follow_release(s);
    net_destroy(s->net);
    object_store_close(s->objects);
    play_log_close(s->log);
    programme_destroy(s->programme);
    programme_destroy(s->unsent);
    trust_destroy(s->trust);
    state_release(&s->state);
    for (struct logged_play *p = s->shared.plays, *next; p; p = next) {
        next = p->next;
        free(p);
    }
    key_secret_wipe(&s->key);
    key_wipe(&s->identity, sizeof(s->identity));
    pthread_mutex_destroy(&s->shared.lock);
    free(s);
}

/* ---- the loop ---- */

static enum sync_phase phase_of(const struct sync *s, const struct sync_status *status)
{
    if (s->enrolment.needed)
        return SYNC_ENROLLING;
    if (status->trouble[0])
        return SYNC_OFFLINE;
    if (!status->last_contact_ms)
        return SYNC_STARTING;
    return status->missing || s->follower.manifest ? SYNC_FETCHING : SYNC_UP_TO_DATE;
}

static void publish(struct sync *s)
{
    unsigned missing = 0;
    uint64_t bytes = 0, plays = 0;
    for (size_t i = 0; i < s->fetcher.count; i++) {
        const struct media_object *o = s->fetcher.objects[i];
        if (o->present)
            continue;
        uint64_t have = o->finished  ? o->wish.bytes
                        : o->partial ? object_partial_bytes(o->partial)
                                     : o->kept;
        missing++;
        bytes += have < o->wish.bytes ? o->wish.bytes - have : 0;
    }
    bool counted = play_log_count(s->log, &plays) == 0;
    uint64_t stored = object_store_bytes(s->objects);
    int64_t floor_ms = trust_clock_floor(s->trust);
    pthread_mutex_lock(&s->shared.lock);
    struct sync_status *status = &s->shared.status;
    status->missing = missing;
    status->missing_bytes = bytes;
    status->stored_bytes = stored;
    status->manifest = trust_manifest_number(s->trust);
    status->clock_floor_ms = floor_ms;
    status->clock = clock_trust(s->clock, floor_ms);
    if (counted)
        status->plays_waiting = plays;
    status->plays_kept = s->plays_kept;
    status->phase = phase_of(s, status);
    pthread_mutex_unlock(&s->shared.lock);
}

/* Something is due sooner than a wake-up would tell. */
static bool busy(struct sync *s)
{
    if (object_store_uncommitted(s->objects) || scrub_urgent(s))
        return true;
    for (size_t i = 0; i < s->fetcher.count; i++)
        if (s->fetcher.objects[i]->partial && !s->fetcher.objects[i]->transfer)
            return true; /* still being hashed */
    return false;
}

static void *loop(void *context)
{
    struct sync *s = context;
    while (!atomic_load(&s->stop)) {
        report_take_plays(s);
        programme_send_unsent(s);
        enrol_step(s);
        follow_step(s);
        media_step(s);
        scrub_step(s);
        report_step(s);
        fault_forget_old(s);
        publish(s);
        if (net_run(s->net, busy(s) ? BUSY_MS : IDLE_MS) < 0) {
            fault_record(s, "the network cannot be waited for");
            const struct timespec pause = {.tv_sec = 1};
            nanosleep(&pause, NULL);
        }
    }
    net_cancel_all(s->net); /* what was received stays and is resumed */
    if (object_store_uncommitted(s->objects) && object_store_commit(s->objects) < 0)
        fault_record(s, "cannot keep media");
    report_take_plays(s);
    publish(s);
    return NULL;
}

int sync_start(struct sync *s)
{
    int r = pthread_create(&s->thread, NULL, loop, s);
    s->running = r == 0;
    return -r;
}

void sync_stop(struct sync *s)
{
    if (!s->running)
        return;
    atomic_store(&s->stop, true);
    net_wake(s->net);
    pthread_join(s->thread, NULL);
    s->running = false;
}

/* ---- for other threads ---- */

void sync_status(struct sync *s, struct sync_status *ret)
{
    pthread_mutex_lock(&s->shared.lock);
    *ret = s->shared.status;
    pthread_mutex_unlock(&s->shared.lock);
}

int sync_object_open(struct sync *s, const struct sha256 *name)
{
    int fd = object_store_get(s->objects, name);
    if (fd >= 0 || !object_store_has(s->objects, name))
        return fd;
    sync_object_suspect(s, name); /* it should be there, whole */
    return -ENOENT;
}

bool sync_object_present(struct sync *s, const struct sha256 *name)
{
    return object_store_has(s->objects, name);
}

void sync_object_pin(struct sync *s, const struct sha256 *name)
{
    object_store_pin(s->objects, name);
}

void sync_object_unpin(struct sync *s, const struct sha256 *name)
{
    object_store_unpin(s->objects, name);
}
