/* The rundown: simulate from the last anchor, collect what touches the window. */
#include "scheduler/rundown.h"

#include "scheduler/priority.h"
#include "scheduler/weave.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct rundown {
    struct entry *entries;
    size_t count, capacity;
};

/* What was interrupted and is to go on. */
struct interrupted {
    bool waiting;
    size_t flow; /* index into the weave */
    struct entry entry;
};

struct simulation {
    struct timeline timeline;
    struct priority_list priorities;
    struct weave weave;
    struct interrupted interrupted;
    const struct occurrence *occurrence; /* of the present segment */
    bool began;
    int64_t now_ms;
    int64_t reign_end_ms;
    int64_t next_change_ms; /* of what is in force */
    struct rundown *rundown;
    int64_t from_ms;
};

static int emit(struct simulation *s, const struct entry *e)
{
    struct rundown *r = s->rundown;
    if (e->end_ms <= s->from_ms)
        return 0;
    if (r->count == r->capacity) {
        size_t capacity = r->capacity ? r->capacity * 2 : 256;
        struct entry *entries = realloc(r->entries, capacity * sizeof(entries[0]));
        if (!entries)
            return -ENOMEM;
        r->entries = entries;
        r->capacity = capacity;
    }
    r->entries[r->count++] = *e;
    return 0;
}

static int64_t next_change(const struct simulation *s, int64_t after_ms)
{
    const struct plan *p = s->timeline.plan;
    size_t low = 0, high = p->change_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->changes[middle] <= after_ms)
            low = middle + 1;
        else
            high = middle;
    }
    int64_t best = low < p->change_count ? p->changes[low] : TIME_NEVER;
    const struct unit *u = s->timeline.unit;
    for (size_t i = 0; i < u->stand_count; i++) {
        int64_t from = u->stands[i].from_ms, until = u->stands[i].until_ms;
        if (from > after_ms && from < best)
            best = from;
        if (until > after_ms && until < best)
            best = until;
    }
    return best;
}

/* Find out where we are: another segment, or the same with other releases in force. */
static int update_segment(struct simulation *s)
{
    if (s->began && s->now_ms < s->reign_end_ms && s->now_ms < s->next_change_ms)
        return 0;
    const struct occurrence *o = timeline_at(&s->timeline, s->now_ms, s->now_ms);
    bool same =
        s->began && s->now_ms < s->reign_end_ms && occurrence_same(o, s->occurrence);
    s->occurrence = o;
    s->began = true;
    s->reign_end_ms = timeline_reign_end(&s->timeline, s->now_ms, s->now_ms);
    s->next_change_ms = next_change(s, s->now_ms);
    if (same)
        return weave_refresh(&s->weave, &s->timeline, o, s->now_ms, s->reign_end_ms);
    s->interrupted.waiting = false;
    return weave_begin(&s->weave, &s->timeline, o, s->now_ms, s->reign_end_ms);
}

/* Whether the segment that begins at `at_ms`, as seen from now, holds a local midnight.
 */
static bool holds_midnight(const struct simulation *s, int64_t at_ms)
{
    const struct zone *zone = &s->timeline.plan->zone;
    int64_t midnight = zone_day_start(zone, zone_day(zone, at_ms));
    if (midnight < at_ms)
        midnight = zone_day_start(zone, zone_day(zone, at_ms) + 1);
    return midnight < timeline_reign_end(&s->timeline, s->now_ms, at_ms);
}

/* The item may end after its slot: within its tolerance, not across the whole next
 * segment, and never into a segment that holds a midnight, because there simulation may
 * start. */
static bool may_overrun(const struct simulation *s, int64_t end_ms)
{
    int64_t reign = s->reign_end_ms;
    return s->occurrence && reign == s->occurrence->end_ms &&
           end_ms <= reign + s->occurrence->slot->overrun_ms &&
           !holds_midnight(s, reign) &&
           end_ms <= timeline_reign_end(&s->timeline, s->now_ms, reign);
}

/* An entry's end is decided when it starts, from what is in force then; only hard starts
 * and withdrawals with a cut shorten it later. */
static void decide_end(struct simulation *s, struct entry *e)
{
    e->end_ms = e->start_ms + e->item->duration_ms - e->offset_ms;
    if (e->end_ms > s->reign_end_ms) {
        if (may_overrun(s, e->end_ms)) {
            e->flags |= WHY_OVERRUN;
        } else {
            e->end_ms = s->reign_end_ms;
            e->flags |= WHY_CUT_BY_SLOT;
        }
    }
    /* The card of the last resort is nobody's item: whatever is published ends it. */
    if (e->rule == WHY_LAST_RESORT && s->next_change_ms < e->end_ms)
        e->end_ms = s->next_change_ms;
    int64_t interrupted = priority_next_cut(&s->priorities, e->start_ms, e->end_ms);
    if (interrupted < e->end_ms) {
        e->end_ms = interrupted;
        e->flags =
            (e->flags & ~(unsigned)(WHY_CUT_BY_SLOT | WHY_OVERRUN)) | WHY_CUT_BY_PRIORITY;
    }
    if (e->release && e->release->withdrawn_cut && e->release->withdrawn_ms < e->end_ms) {
        e->end_ms = e->release->withdrawn_ms;
        e->flags |= WHY_CUT_BY_WITHDRAWAL;
    }
}

static int play_priority(struct simulation *s, struct priority *p)
{
    const struct campaign_rule *c = &p->campaign->rule;
    struct entry e = {.start_ms = s->now_ms,
                      .item = p->item,
                      .release = &c->release,
                      .rule = c->hard ? WHY_PRIORITY_HARD : WHY_PRIORITY_SOFT};
    e.end_ms = e.start_ms + e.item->duration_ms;
    if (p->collided)
        e.flags |= WHY_CONFLICT;
    if (c->release.withdrawn_cut && c->release.withdrawn_ms < e.end_ms &&
        c->release.withdrawn_ms > e.start_ms) {
        e.end_ms = c->release.withdrawn_ms;
        e.flags |= WHY_CUT_BY_WITHDRAWAL;
    }
    p->done = true;
    s->now_ms = e.end_ms;
    return emit(s, &e);
}

static bool resume(struct simulation *s, struct entry *e, struct flow **flow)
{
    if (!s->interrupted.waiting)
        return false;
    s->interrupted.waiting = false;
    *flow = &s->weave.flows[s->interrupted.flow];
    if (!(*flow)->live)
        return false;
    const struct entry *was = &s->interrupted.entry;
    *e = *was;
    e->start_ms = s->now_ms;
    e->flags = WHY_RESUMED;
    e->offset_ms = was->item->resume == ITEM_RESUME
                       ? was->offset_ms + (was->end_ms - was->start_ms)
                       : 0;
    return true;
}

static int play_programme(struct simulation *s)
{
    struct entry e;
    struct flow *flow;
    if (!resume(s, &e, &flow)) {
        flow = weave_pick(&s->weave);
        e = (struct entry){.start_ms = s->now_ms,
                           .item = &flow->items[flow->next],
                           .release = flow->release,
                           .slot = s->occurrence ? s->occurrence->slot : NULL,
                           .slot_start_ms = s->occurrence ? s->occurrence->start_ms : 0,
                           .rule = flow->why,
                           .asked_bp = flow->asked_bp,
                           .given_bp = (int32_t)(flow->rate / 10)};
        if (s->weave.scaled_down && flow != &s->weave.flows[0])
            e.flags |= WHY_SCALED_DOWN;
        weave_turn(&s->weave, flow);
    }
    decide_end(s, &e);
    bool interrupted = e.flags & WHY_CUT_BY_PRIORITY;
    if (interrupted && e.item->resume != ITEM_DROP)
        s->interrupted = (struct interrupted){true, (size_t)(flow - s->weave.flows), e};
    s->now_ms = e.end_ms;
    weave_advance(&s->weave, flow, e.end_ms - e.start_ms);
    return emit(s, &e);
}

static int simulate(struct simulation *s, int64_t to_ms)
{
    int r = 0;
    priority_skip(&s->priorities, s->now_ms);
    while (r == 0 && s->now_ms < to_ms) {
        r = update_segment(s);
        if (r < 0)
            break;
        struct priority *due = priority_due(&s->priorities, s->now_ms);
        r = due ? play_priority(s, due) : play_programme(s);
    }
    return r;
}

static bool change_within(const struct simulation *s, int64_t after_ms, int64_t until_ms)
{
    return next_change(s, after_ms) <= until_ms;
}

/* How long priority items, one behind the other, can hold the air. */
static int64_t priority_busy(const struct plan *p, size_t campaigns)
{
    return (p->item_max_ms + 1) * (int64_t)(campaigns + 1) + p->lateness_max_ms;
}

/* The start of the segment that holds `midnight_ms`, if simulation may begin there:
 * everything before it ends there whatever it was. That is so when nothing changed so
 * shortly before that an item decided on an older view, or a priority item, could reach
 * across. */
static bool anchor_at(const struct simulation *s, int64_t midnight_ms, int64_t *ret)
{
    const struct plan *p = s->timeline.plan;
    const struct occurrence *o = timeline_at(&s->timeline, midnight_ms, midnight_ms);
    int64_t start = midnight_ms;
    if (o) {
        start = o->start_ms;
        for (int64_t end;
             (end = timeline_reign_end(&s->timeline, midnight_ms, start)) <= midnight_ms;)
            start = end;
    }
    int64_t guard = 2 * (p->item_max_ms + p->lateness_max_ms) + 1;
    if (change_within(s, start - guard, midnight_ms))
        return false;
    int64_t busy = priority_busy(p, s->priorities.campaign_count);
    if (priority_within(&s->priorities, start - busy, start))
        return false;
    *ret = start;
    return true;
}

/* For simulation from a segment that holds the local midnight `first_ms`, or a later
 * one, until `to_ms`: the segment may have begun a day before, and the end of the
 * segment behind the last item is asked for. */
static int simulation_init(struct simulation *s, const struct plan *plan,
                           const struct unit *unit, int64_t first_ms, int64_t to_ms)
{
    int64_t begin = first_ms - SLOT_LENGTH_MAX_MS;
    int r =
        timeline_init(&s->timeline, plan, unit, begin, to_ms + 2 * SLOT_LENGTH_MAX_MS);
    if (r == 0)
        r = priority_list_init(&s->priorities, plan, unit,
                               begin - priority_busy(plan, plan->campaign_count),
                               to_ms + plan->item_max_ms + plan->lateness_max_ms);
    return r;
}

static void simulation_release(struct simulation *s)
{
    timeline_release(&s->timeline);
    priority_list_release(&s->priorities);
    weave_release(&s->weave);
}

#define ANCHOR_DAYS_MAX 8

/* Go back to the last anchor: mostly today's midnight, if need be a week. Behind a week
 * of changes at every midnight the oldest midnight serves. */
static int find_anchor(struct simulation *s, const struct plan *plan,
                       const struct unit *unit, int64_t from_ms, int64_t to_ms)
{
    int64_t today = zone_day(&plan->zone, from_ms);
    for (int days = 0; days <= ANCHOR_DAYS_MAX; days += ANCHOR_DAYS_MAX) {
        simulation_release(s);
        int64_t first = zone_day_start(&plan->zone, today - days);
        int r = simulation_init(s, plan, unit, first, to_ms);
        if (r < 0)
            return r;
        for (int back = 0; back <= days; back++) {
            int64_t midnight = zone_day_start(&plan->zone, today - back);
            s->now_ms = midnight;
            if (anchor_at(s, midnight, &s->now_ms))
                return 0;
        }
    }
    return 0;
}

int plan_rundown(const struct plan *plan, const struct unit *unit, int64_t from_ms,
                 int64_t to_ms, struct rundown **ret)
{
    if (to_ms <= from_ms || to_ms - from_ms > RUNDOWN_SPAN_MAX_MS)
        return -ERANGE;
    struct rundown *rundown = calloc(1, sizeof(*rundown));
    if (!rundown)
        return -ENOMEM;
    struct simulation s = {.rundown = rundown, .from_ms = from_ms};
    int r = find_anchor(&s, plan, unit, from_ms, to_ms);
    if (r == 0)
        r = simulate(&s, to_ms);
    simulation_release(&s);
    if (r < 0) {
        rundown_destroy(rundown);
        return r;
    }
    *ret = rundown;
    return 0;
}

/* The filler of the newest timetable that may ever concern the unit, times left aside. */
static const struct plan_timetable *untimed_filler(const struct plan *plan,
                                                   const struct unit *unit)
{
    const struct plan_timetable *best = NULL;
    int best_depth = 0;
    for (size_t i = 0; i < plan->timetable_count; i++) {
        const struct plan_timetable *c = &plan->timetables[i];
        if (c->rule.filler_count == 0 || c->superseded_ms != TIME_NEVER ||
            c->rule.release.withdrawn_ms != TIME_NEVER || unit->stand_count == 0)
            continue;
        int64_t at = unit->stands[unit->stand_count - 1].from_ms;
        int depth = target_match(&c->rule.release.target, unit, at);
        if (depth != TARGET_NO_MATCH && (!best || depth < best_depth)) {
            best = c;
            best_depth = depth;
        }
    }
    return best;
}

int plan_rundown_untimed(const struct plan *plan, const struct unit *unit,
                         int64_t from_ms, int64_t to_ms, struct rundown **ret)
{
    if (from_ms < 0 || to_ms <= from_ms || to_ms - from_ms > RUNDOWN_SPAN_MAX_MS)
        return -ERANGE;
    struct rundown *rundown = calloc(1, sizeof(*rundown));
    if (!rundown)
        return -ENOMEM;
    const struct plan_timetable *filler = untimed_filler(plan, unit);
    const struct item *items = filler ? filler->rule.filler : &item_last_resort;
    size_t count = filler ? filler->rule.filler_count : 1;
    int64_t round = 0;
    for (size_t i = 0; i < count; i++)
        round += items[i].duration_ms;
    struct simulation s = {.rundown = rundown, .from_ms = from_ms};
    s.now_ms = round > 0 ? from_ms / round * round : from_ms;
    int r = 0;
    for (size_t i = 0; r == 0 && s.now_ms < to_ms; i = i + 1 < count ? i + 1 : 0) {
        struct entry e = {.start_ms = s.now_ms,
                          .end_ms = s.now_ms + items[i].duration_ms,
                          .item = &items[i],
                          .release = filler ? &filler->rule.release : NULL,
                          .rule = filler ? WHY_FILLER : WHY_LAST_RESORT};
        s.now_ms = e.end_ms;
        r = emit(&s, &e);
    }
    if (r < 0) {
        rundown_destroy(rundown);
        return r;
    }
    *ret = rundown;
    return 0;
}

void rundown_destroy(struct rundown *r)
{
    if (!r)
        return;
    free(r->entries);
    free(r);
}

size_t rundown_count(const struct rundown *r)
{
    return r->count;
}

const struct entry *rundown_entry(const struct rundown *r, size_t index)
{
    return &r->entries[index];
}

const struct entry *rundown_at(const struct rundown *r, int64_t at_ms)
{
    size_t low = 0, high = r->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->entries[middle].end_ms <= at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->count && r->entries[low].start_ms <= at_ms ? &r->entries[low] : NULL;
}
