/* Which slot reigns when. Pure. */
#include "scheduler/timeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STARTS_MAX 1024 /* of one slot in one window: hourly for a month */

static int compare_occurrences(const void *a, const void *b)
{
    const struct occurrence *x = a, *y = b;
    if (x->start_ms != y->start_ms)
        return x->start_ms < y->start_ms ? -1 : 1;
    if (x->timetable != y->timetable)
        return x->timetable < y->timetable ? -1 : 1;
    return x->slot < y->slot ? -1 : x->slot > y->slot;
}

/* Whether the unit can ever be meant, wherever it stands. */
static bool may_match(const struct timeline *t, const struct release_rule *r)
{
    for (size_t i = 0; i < t->unit->stand_count; i++)
        if (target_match(&r->target, t->unit, t->unit->stands[i].from_ms) !=
            TARGET_NO_MATCH)
            return true;
    return false;
}

static int add_slot(struct timeline *t, const struct plan_timetable *timetable,
                    size_t slot, int64_t from_local_ms, int64_t to_local_ms,
                    int64_t *starts)
{
    size_t n = recurrence_expand(timetable->when[slot], from_local_ms, to_local_ms,
                                 starts, STARTS_MAX);
    if (n == 0)
        return 0;
    struct occurrence *list = realloc(t->list, (t->count + n) * sizeof(list[0]));
    if (!list)
        return -ENOMEM;
    t->list = list;
    for (size_t i = 0; i < n; i++) {
        struct occurrence *o = &list[t->count++];
        o->timetable = timetable;
        o->slot = &timetable->rule.slots[slot];
        o->start_ms = zone_to_utc(&t->plan->zone, starts[i]);
        o->end_ms = o->start_ms + o->slot->duration_ms;
    }
    return 0;
}

int timeline_init(struct timeline *t, const struct plan *plan, const struct unit *unit,
                  int64_t from_ms, int64_t to_ms)
{
    *t = (struct timeline){.plan = plan, .unit = unit};
    int64_t *starts = malloc(STARTS_MAX * sizeof(starts[0]));
    if (!starts)
        return -ENOMEM;
    int64_t from = zone_to_local(&plan->zone, from_ms) - SLOT_LENGTH_MAX_MS;
    int64_t to = zone_to_local(&plan->zone, to_ms);
    int r = 0;
    for (size_t i = 0; r == 0 && i < plan->timetable_count; i++) {
        const struct plan_timetable *timetable = &plan->timetables[i];
        if (!may_match(t, &timetable->rule.release))
            continue;
        for (size_t s = 0; r == 0 && s < timetable->rule.slot_count; s++)
            r = add_slot(t, timetable, s, from, to, starts);
    }
    free(starts);
    if (r < 0) {
        timeline_release(t);
        return r;
    }
    if (t->count)
        qsort(t->list, t->count, sizeof(t->list[0]), compare_occurrences);
    return 0;
}

void timeline_release(struct timeline *t)
{
    free(t->list);
    t->list = NULL;
    t->count = 0;
}

/* The first occurrence that starts at or after `at_ms`. */
static size_t first_from(const struct timeline *t, int64_t at_ms)
{
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->list[middle].start_ms < at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Nearer area, then the slot that starts later, then the newer timetable, then ids. */
static bool goes_before(const struct occurrence *a, int depth_a,
                        const struct occurrence *b, int depth_b)
{
    if (depth_a != depth_b)
        return depth_a < depth_b;
    if (a->start_ms != b->start_ms)
        return a->start_ms > b->start_ms;
    const struct release_rule *x = &a->timetable->rule.release;
    const struct release_rule *y = &b->timetable->rule.release;
    if (x->revision != y->revision)
        return x->revision > y->revision;
    int r = strcmp(x->line, y->line);
    return r ? r < 0 : strcmp(a->slot->id, b->slot->id) < 0;
}

const struct occurrence *timeline_at(const struct timeline *t, int64_t view_ms,
                                     int64_t at_ms)
{
    const struct occurrence *best = NULL;
    int best_depth = 0;
    for (size_t i = first_from(t, at_ms - SLOT_LENGTH_MAX_MS);
         i < t->count && t->list[i].start_ms <= at_ms; i++) {
        const struct occurrence *o = &t->list[i];
        const struct release_rule *r = &o->timetable->rule.release;
        if (o->end_ms <= at_ms ||
            !release_in_force(r, o->timetable->superseded_ms, view_ms, at_ms))
            continue;
        int depth = target_match(&r->target, t->unit, at_ms);
        if (depth == TARGET_NO_MATCH)
            continue;
        if (!best || goes_before(o, depth, best, best_depth)) {
            best = o;
            best_depth = depth;
        }
    }
    return best;
}

bool occurrence_same(const struct occurrence *a, const struct occurrence *b)
{
    if (!a || !b)
        return a == b;
    return a->start_ms == b->start_ms && strcmp(a->slot->id, b->slot->id) == 0 &&
           strcmp(a->timetable->rule.release.line, b->timetable->rule.release.line) == 0;
}

static void sooner(int64_t *best, int64_t candidate, int64_t after)
{
    if (candidate > after && candidate < *best)
        *best = candidate;
}

/* The next instant after `after` at which another slot could reign. */
static int64_t next_boundary(const struct timeline *t, int64_t after)
{
    int64_t best = zone_day_start(&t->plan->zone, zone_day(&t->plan->zone, after) + 1);
    for (size_t i = first_from(t, after - SLOT_LENGTH_MAX_MS); i < t->count; i++) {
        if (t->list[i].start_ms >= best)
            break;
        sooner(&best, t->list[i].start_ms, after);
        sooner(&best, t->list[i].end_ms, after);
    }
    for (size_t i = 0; i < t->plan->timetable_count; i++) {
        sooner(&best, t->plan->timetables[i].rule.release.valid_from_ms, after);
        sooner(&best, t->plan->timetables[i].rule.release.valid_until_ms, after);
    }
    for (size_t i = 0; i < t->unit->stand_count; i++) {
        sooner(&best, t->unit->stands[i].from_ms, after);
        sooner(&best, t->unit->stands[i].until_ms, after);
    }
    return best;
}

int64_t timeline_reign_end(const struct timeline *t, int64_t view_ms, int64_t at_ms)
{
    const struct occurrence *now = timeline_at(t, view_ms, at_ms);
    int64_t midnight =
        zone_day_start(&t->plan->zone, zone_day(&t->plan->zone, at_ms) + 1);
    for (int64_t at = at_ms;;) {
        at = next_boundary(t, at);
        if (!now && at >= midnight)
            return midnight;
        if (!occurrence_same(now, timeline_at(t, view_ms, at)))
            return at;
        if (at >= at_ms + 2 * SLOT_LENGTH_MAX_MS)
            return at; /* cannot happen: a slot lasts a day at most */
    }
}
