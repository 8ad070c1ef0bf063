/* Disks err: what lies in the store is read again and hashed, slowly, from the start and
 * each day; at once where something would not play. What was damaged goes and is fetched
 * again like anything else that is missing. */
#include "content/sync/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 512 kB a second reads 32 GB within a day and wears nothing. */
#define STEP_BYTES ((size_t)128 << 10)
#define STEP_EVERY_US INT64_C(250000)
#define URGENT_STEPS 32
#define ROUND_EVERY_US (INT64_C(24) * 3600 * 1000000)
/* A good file that does not play is not looked at each time. */
#define SUSPECT_EVERY_US INT64_C(60000000)

void scrub_init(struct scrubber *c)
{
    c->fd = -1;
}

static void put_down(struct scrubber *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    sha256_destroy(c->hash);
    c->hash = NULL;
    c->urgent = false;
}

void scrub_release(struct scrubber *c)
{
    put_down(c);
}

static void damaged(struct sync *s)
{
    struct scrubber *c = &s->scrubber;
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(&c->name, hex);
    object_store_forget(s->objects, &c->name);
    fault_record(s, "object %.12s was damaged on the disk and is fetched again", hex);
    media_missing(s, &c->name);
    put_down(c);
}

/* What a play complained about, unless it was found good a moment ago. */
static bool next_suspect(struct sync *s)
{
    struct scrubber *c = &s->scrubber;
    struct shared *shared = &s->shared;
    int64_t now_us = sync_now_us(s);
    bool found = false;
    pthread_mutex_lock(&shared->lock);
    while (!found && shared->suspect_count > 0) {
        c->name = shared->suspects[--shared->suspect_count];
        found = !sha256_equal(&c->name, &c->cleared) ||
                now_us - c->cleared_us > SUSPECT_EVERY_US;
    }
    pthread_mutex_unlock(&shared->lock);
    return found && object_store_has(s->objects, &c->name);
}

static void take_up(struct sync *s)
{
    struct scrubber *c = &s->scrubber;
    int64_t now_us = sync_now_us(s);
    c->urgent = next_suspect(s);
    if (!c->urgent) {
        if (now_us < c->round_us)
            return;
        if (!object_store_next(s->objects, &c->last, &c->name)) {
            memset(&c->last, 0, sizeof(c->last));
            c->round_us = now_us + ROUND_EVERY_US;
            return;
        }
        c->last = c->name;
    }
    c->fd = object_store_get(s->objects, &c->name);
    if (c->fd < 0) {
        if (c->fd == -ENOENT || c->fd == -EIO || c->fd == -EBADMSG)
            damaged(s);
    } else if (sha256_begin(&c->hash) < 0) {
        put_down(c);
    }
}

static void read_on(struct sync *s, char *block)
{
    struct scrubber *c = &s->scrubber;
    struct sha256 hash;
    ssize_t n = read(c->fd, block, STEP_BYTES);
    if (n > 0) {
        sha256_update(c->hash, block, (size_t)n);
        return;
    }
    if (n < 0 && errno != EIO) {
        put_down(c);
        return;
    }
    sha256_finish(c->hash, &hash);
    if (n < 0 || !sha256_equal(&hash, &c->name)) {
        damaged(s);
        return;
    }
    if (c->urgent) {
        c->cleared = c->name;
        c->cleared_us = sync_now_us(s);
    }
    put_down(c);
}

bool scrub_urgent(struct sync *s)
{
    pthread_mutex_lock(&s->shared.lock);
    bool asked = s->shared.suspect_count > 0;
    pthread_mutex_unlock(&s->shared.lock);
    return asked || s->scrubber.urgent;
}

void scrub_step(struct sync *s)
{
    struct scrubber *c = &s->scrubber;
    int64_t now_us = sync_now_us(s);
    bool urgent = scrub_urgent(s);
    if (!urgent && now_us - c->stepped_us < STEP_EVERY_US)
        return;
    c->stepped_us = now_us;
    if (urgent && !c->urgent)
        put_down(c); /* the round goes on behind it */
    char *block = malloc(STEP_BYTES);
    if (!block)
        return;
    for (int i = 0; i < (urgent ? URGENT_STEPS : 1); i++) {
        if (c->fd < 0)
            take_up(s);
        if (c->fd < 0)
            break;
        read_on(s, block);
    }
    free(block);
}

void sync_object_suspect(struct sync *s, const struct sha256 *name)
{
    struct shared *shared = &s->shared;
    pthread_mutex_lock(&shared->lock);
    unsigned at = 0;
    while (at < shared->suspect_count && !sha256_equal(&shared->suspects[at], name))
        at++;
    if (at == shared->suspect_count && at < SUSPECTS)
        shared->suspects[shared->suspect_count++] = *name;
    pthread_mutex_unlock(&shared->lock);
    net_wake(s->net);
}
