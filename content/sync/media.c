/* Media: which are wanted and in what order (media_plan), receiving them in parallel and
 * resuming (media_step). Documents never wait for them. */
#include "content/sync/internal.h"

#include "base/diag.h"
#include "base/timestamp.h"
#include "scheduler/rundown.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HORIZON_MS (72 * INT64_C(3600000))
#define UNTIMED_SPAN_MS INT64_C(3600000)
#define PLAN_EVERY_US INT64_C(900000000)
#define CATCH_UP_BYTES (UINT64_C(8) << 20)
#define STALL_BYTES_PER_S 200
#define STALL_S 30
/* Naming costs a sync of the disk: some at a time, none for long. */
#define COMMIT_COUNT 16
#define COMMIT_AFTER_US INT64_C(300000)
/* After so many downloads with other bytes an object is asked for rarely. */
#define WRONG_MAX 5
#define WRONG_PAUSE_US (INT64_C(6) * 3600 * 1000000)
#define NO_ROOM_PAUSE_US INT64_C(15000000)

/* ---- naming ---- */

static void commit(struct sync *s)
{
    struct fetcher *f = &s->fetcher;
    int r = object_store_commit(s->objects);
    if (r < 0)
        fault_record(s, "cannot keep media: %s", strerror(-r));
    f->finished_us = 0;
    for (size_t i = 0; i < f->count; i++) {
        struct media_object *o = f->objects[i];
        if (!o->finished)
            continue;
        o->finished = false;
        o->present = object_store_has(s->objects, &o->wish.name);
        if (!o->present)
            o->retry.at_us = sync_now_us(s) + NO_ROOM_PAUSE_US;
    }
}

/* ---- what is wanted ---- */

static struct media_object *find(const struct fetcher *f, const struct sha256 *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (sha256_equal(&f->objects[i]->wish.name, name))
            return f->objects[i];
    return NULL;
}

static int compare_name(const void *a, const void *b)
{
    const struct media_object *x = *(struct media_object *const *)a;
    const struct media_object *y = *(struct media_object *const *)b;
    return memcmp(x->wish.name.bytes, y->wish.name.bytes, sizeof(x->wish.name.bytes));
}

static int compare_need(const void *a, const void *b)
{
    const struct media_object *x = *(struct media_object *const *)a;
    const struct media_object *y = *(struct media_object *const *)b;
    if (x->wish.plays_ms != y->wish.plays_ms)
        return x->wish.plays_ms < y->wish.plays_ms ? -1 : 1;
    if (x->wish.bytes != y->wish.bytes)
        return x->wish.bytes < y->wish.bytes ? -1 : 1;
    return compare_name(a, b);
}

static const struct sha256 *asset_of(const struct item *item)
{
    const struct model_item *m = programme_item(item);
    if (!m)
        return NULL;
    if (m->asset.bytes)
        return &m->asset.sha256;
    return m->slide && m->slide->asset.bytes ? &m->slide->asset.sha256 : NULL;
}

/* Enter when each object plays next; `objects` is sorted by name. */
static void enter_times(struct media_object **objects, size_t count,
                        const struct rundown *rundown, int64_t earliest_ms, bool keep)
{
    for (size_t i = 0; i < rundown_count(rundown); i++) {
        const struct entry *e = rundown_entry(rundown, i);
        const struct sha256 *name = asset_of(e->item);
        if (!name)
            continue;
        struct media_object key = {.wish.name = *name}, *wanted = &key;
        struct media_object **found =
            bsearch((const void *)&wanted, (void *)objects, count,
                    sizeof(struct media_object *), compare_name);
        if (!found)
            continue;
        struct object_wish *w = &(*found)->wish;
        int64_t at = e->start_ms > earliest_ms ? e->start_ms : earliest_ms;
        w->keep |= keep || e->rule == WHY_FILLER;
        if (at < w->plays_ms)
            w->plays_ms = at;
    }
}

static void enter_plan(struct sync *s, struct media_object **objects, size_t count)
{
    const struct plan *plan = programme_plan(s->programme);
    const struct unit *unit = programme_unit(s->programme);
    struct rundown *r = NULL;
    int64_t now_ms = sync_now_ms(s);
    if (plan_rundown(plan, unit, now_ms, now_ms + HORIZON_MS, &r) == 0)
        enter_times(objects, count, r, now_ms, false);
    rundown_destroy(r);
    r = NULL;
    /* Filler is what plays when all else fails: it comes before tomorrow. */
    if (plan_rundown_untimed(plan, unit, 0, UNTIMED_SPAN_MS, &r) == 0)
        enter_times(objects, count, r, now_ms + MS_PER_DAY / 4, true);
    rundown_destroy(r);
}

static void object_drop(struct media_object *o)
{
    if (o->transfer)
        net_cancel(o->transfer); /* closes the partial */
    object_partial_close(o->partial);
    free(o);
}

/* The new list; objects that were there keep their state. */
static int list_wanted(struct sync *s, struct media_object ***ret, size_t *ret_count)
{
    size_t count = programme_asset_count(s->programme);
    struct media_object **objects =
        (struct media_object **)calloc(count + 1, sizeof(struct media_object *));
    if (!objects)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct asset_ref *asset = programme_asset(s->programme, i);
        struct media_object *o = find(&s->fetcher, &asset->sha256);
        if (!o) {
            o = calloc(1, sizeof(*o));
            if (!o) {
                *ret_count = i;
                *ret = objects;
                return -ENOMEM;
            }
            o->sync = s;
            retry_init(&o->retry, 1000, 600000);
        }
        o->wish = (struct object_wish){.name = asset->sha256,
                                       .bytes = (uint64_t)asset->bytes,
                                       .plays_ms = INT64_MAX};
        objects[i] = o;
    }
    *ret = objects;
    *ret_count = count;
    return 0;
}

void media_missing(struct sync *s, const struct sha256 *name)
{
    struct media_object *o = find(&s->fetcher, name);
    if (o)
        o->present = false;
}

static bool listed(struct media_object **objects, size_t count,
                   const struct media_object *o)
{
    for (size_t i = 0; i < count; i++)
        if (objects[i] == o)
            return true;
    return false;
}

static void tell_store(struct sync *s)
{
    struct fetcher *f = &s->fetcher;
    struct object_wish *wishes = calloc(f->count + 1, sizeof(*wishes));
    if (!wishes)
        return;
    for (size_t i = 0; i < f->count; i++)
        wishes[i] = f->objects[i]->wish;
    if (object_store_plan(s->objects, wishes, f->count) < 0)
        fault_record(s, "out of memory");
    free(wishes);
    for (size_t i = 0; i < f->count; i++)
        f->objects[i]->present = object_store_has(s->objects, &f->objects[i]->wish.name);
}

void media_plan(struct sync *s)
{
    struct fetcher *f = &s->fetcher;
    struct media_object **objects = NULL;
    size_t count = 0;
    f->planned_us = sync_now_us(s);
    if (!s->programme)
        return;
    if (object_store_uncommitted(s->objects)) /* or it would get its name as an orphan */
        commit(s);
    int r = list_wanted(s, &objects, &count);
    if (r < 0) { /* without memory the old list stands */
        for (size_t i = 0; i < count; i++)
            if (!listed(f->objects, f->count, objects[i]))
                object_drop(objects[i]);
        free((void *)objects);
        fault_record(s, "out of memory");
        return;
    }
    qsort((void *)objects, count, sizeof(struct media_object *), compare_name);
    enter_plan(s, objects, count);
    for (size_t i = 0; i < f->count; i++)
        if (!listed(objects, count, f->objects[i]))
            object_drop(f->objects[i]);
    free((void *)f->objects);
    f->objects = objects;
    f->count = count;
    qsort((void *)objects, count, sizeof(struct media_object *), compare_need);
    tell_store(s);
}

void media_release(struct sync *s)
{
    struct fetcher *f = &s->fetcher;
    for (size_t i = 0; i < f->count; i++)
        object_drop(f->objects[i]);
    free((void *)f->objects);
    f->objects = NULL;
    f->count = 0;
}

/* ---- receiving ---- */

static void wrong_bytes(struct media_object *o, bool resumed)
{
    char hex[SHA256_HEX_SIZE];
    int64_t now_us = sync_now_us(o->sync);
    object_partial_discard(&o->partial);
    o->kept = 0;
    if (resumed) /* perhaps our own beginning, from before a power cut */
        return;
    sha256_to_hex(&o->wish.name, hex);
    fault_record(o->sync, "object %.12s refused: the server sent other bytes", hex);
    retry_later(&o->retry, now_us);
    if (++o->wrong >= WRONG_MAX)
        o->retry.at_us = now_us + WRONG_PAUSE_US;
}

static void object_complete(struct media_object *o)
{
    bool resumed = object_partial_resumed(o->partial);
    if (object_partial_bytes(o->partial) != o->wish.bytes ||
        object_partial_finish(&o->partial) == -EBADMSG) {
        wrong_bytes(o, resumed);
        return;
    }
    o->finished = true;
    if (!o->sync->fetcher.finished_us)
        o->sync->fetcher.finished_us = sync_now_us(o->sync);
}

static void object_failed(struct media_object *o, struct net_answer *a)
{
    struct sync *s = o->sync;
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(&o->wish.name, hex);
    switch (a->error) {
    case -ECANCELED:
        break;
    case -EFBIG:
        wrong_bytes(o, false);
        return;
    case -ERANGE: /* what we have is not the beginning of what they have */
    case -EPROTO:
        object_partial_discard(&o->partial);
        o->kept = 0;
        retry_later(&o->retry, sync_now_us(s));
        return;
    case -ENOENT:
        fault_record(s, "object %.12s: the server does not have it", hex);
        retry_later(&o->retry, sync_now_us(s));
        break;
    case -ENOSPC:
    case -EDQUOT:
    case -EIO:
        fault_record(s, "object %.12s: %s", hex, diag_text(&a->diag));
        o->retry.at_us = sync_now_us(s) + NO_ROOM_PAUSE_US;
        break;
    default:
        sync_unreached(s, diag_text(&a->diag));
        retry_later(&o->retry, sync_now_us(s));
    }
    if (a->etag[0])
        object_partial_set_etag(o->partial, a->etag);
    o->kept = object_partial_bytes(o->partial);
    object_partial_close(o->partial);
    o->partial = NULL;
}

static void object_received(void *context, const void *data, size_t length)
{
    struct media_object *o = context;
    object_partial_feed(o->partial, data, length);
}

static void object_restarted(void *context)
{
    struct media_object *o = context;
    object_partial_restart(o->partial);
}

static void object_done(void *context, struct net_answer *a)
{
    struct media_object *o = context;
    o->transfer = NULL;
    o->sync->fetcher.running--;
    if (a->error < 0) {
        object_failed(o, a);
        return;
    }
    sync_reached(o->sync);
    backoff_succeeded(&o->retry.backoff);
    object_complete(o);
}

static void object_transfer(struct media_object *o)
{
    struct sync *s = o->sync;
    char path[16 + SHA256_HEX_SIZE] = "/objects/", url[512];
    struct diag diag = {{0}};
    sha256_to_hex(&o->wish.name, path + 9);
    sync_url(s, path, url, sizeof(url));
    struct net_request q = {.url = url,
                            .file = object_partial_file(o->partial),
                            .file_max = o->wish.bytes,
                            .offset = object_partial_bytes(o->partial),
                            .if_etag = object_partial_etag(o->partial),
                            .stall_bytes_per_s = STALL_BYTES_PER_S,
                            .stall_s = STALL_S,
                            .bulk = true,
                            .context = o,
                            .restarted = object_restarted,
                            .received = object_received,
                            .done = object_done};
    if (net_start(s->net, &q, &o->transfer, &diag) < 0) {
        s->fetcher.running--;
        object_partial_close(o->partial);
        o->partial = NULL;
        retry_later(&o->retry, sync_now_us(s));
    }
}

/* Hash what was there before, piece by piece, then ask for the rest. */
static void object_continue(struct media_object *o)
{
    int r = object_partial_catch_up(o->partial, CATCH_UP_BYTES);
    if (r > 0)
        return;
    uint64_t have = object_partial_bytes(o->partial);
    if (r == 0 && have < o->wish.bytes) {
        object_transfer(o);
        return;
    }
    o->sync->fetcher.running--;
    if (r == 0 && have == o->wish.bytes && have > 0)
        object_complete(o);
    else
        object_partial_discard(&o->partial);
}

static void object_begin(struct media_object *o)
{
    struct sync *s = o->sync;
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(&o->wish.name, hex);
    int r = object_store_make_room(s->objects, o->wish.bytes, o->wish.plays_ms);
    if (r == 0)
        r = object_partial_open(s->objects, &o->wish.name, &o->partial);
    if (r == -EEXIST) {
        o->present = true;
        return;
    }
    if (r < 0) {
        fault_record(s, "object %.12s: %s", hex,
                     r == -ENOSPC ? "no room on the disk" : strerror(-r));
        o->retry.at_us = sync_now_us(s) + NO_ROOM_PAUSE_US;
        return;
    }
    s->fetcher.running++;
}

static void commit_step(struct sync *s)
{
    unsigned waiting = object_store_uncommitted(s->objects);
    if (waiting && (waiting >= COMMIT_COUNT || !s->fetcher.running ||
                    sync_now_us(s) - s->fetcher.finished_us > COMMIT_AFTER_US))
        commit(s);
}

/* ---- limits ---- */

static bool window_open(const struct settings *settings, const struct plan *plan,
                        int64_t now_ms)
{
    int64_t local = zone_to_local(plan_zone(plan), now_ms);
    int64_t at = ((local % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY;
    for (size_t i = 0; i < settings->download_window_count; i++) {
        const struct day_window *w = &settings->download_windows[i];
        if (w->from_ms <= w->until_ms ? at >= w->from_ms && at < w->until_ms
                                      : at >= w->from_ms || at < w->until_ms)
            return true;
    }
    return settings->download_window_count == 0;
}

/* Whether media may be fetched now; also sets the rate. */
static bool permitted(struct sync *s)
{
    int64_t now_ms = sync_now_ms(s);
    const struct settings *settings = programme_settings(s->programme, now_ms);
    net_set_limit(s->net, (uint64_t)settings->download_limit_kbps * 1000 / 8);
    /* Without a clock nobody knows what hour it is: better fetch than starve. */
    if (clock_trust(s->clock, trust_clock_floor(s->trust)) == CLOCK_TRUST_NONE)
        return true;
    return window_open(settings, programme_plan(s->programme), now_ms);
}

static void cancel_all(struct fetcher *f)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->objects[i]->transfer)
            net_cancel(f->objects[i]->transfer);
}

void media_step(struct sync *s)
{
    struct fetcher *f = &s->fetcher;
    int64_t now_us = sync_now_us(s);
    if (!s->programme)
        return;
    if (now_us - f->planned_us > PLAN_EVERY_US)
        media_plan(s);
    if (!permitted(s)) {
        cancel_all(f);
        commit_step(s);
        return;
    }
    for (size_t i = 0; i < f->count; i++) {
        struct media_object *o = f->objects[i];
        if (o->present || o->finished || o->transfer)
            continue;
        if (!o->partial && f->running < f->parallel && retry_due(&o->retry, now_us))
            object_begin(o);
        if (o->partial)
            object_continue(o);
    }
    commit_step(s);
}
