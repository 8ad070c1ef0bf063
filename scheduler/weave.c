/* Weaving campaigns into a slot. Owned by one rundown. */
#include "scheduler/weave.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

size_t weave_daily_start(const struct zone *zone, int64_t at_ms, size_t count)
{
    return count ? (size_t)zone_day(zone, at_ms) % count : 0;
}

const struct plan_timetable *weave_filler(const struct timeline *t, int64_t view_ms,
                                          int64_t at_ms)
{
    const struct plan_timetable *best = NULL;
    int best_depth = 0;
    for (size_t i = 0; i < t->plan->timetable_count; i++) {
        const struct plan_timetable *c = &t->plan->timetables[i];
        const struct release_rule *r = &c->rule.release;
        if (c->rule.filler_count == 0 ||
            !release_in_force(r, c->superseded_ms, view_ms, at_ms))
            continue;
        int depth = target_match(&r->target, t->unit, at_ms);
        if (depth != TARGET_NO_MATCH && (!best || depth < best_depth)) {
            best = c;
            best_depth = depth;
        }
    }
    return best;
}

static void set_next(struct flow *f, size_t next)
{
    f->next = next;
    f->need = f->items[next].duration_ms * RATE_ONE;
}

static void set_items(struct flow *f, const struct item *items, size_t count)
{
    /* A new revision goes on behind the item where the old one would have. */
    size_t next = f->item_count ? f->next % count : 0;
    for (size_t i = 0; f->item_count && i < count; i++)
        if (strcmp(items[i].id, f->items[f->next].id) == 0)
            next = i;
    f->items = items;
    f->item_count = count;
    set_next(f, next);
}

static void set_own_flow(struct flow *f, const struct timeline *t,
                         const struct occurrence *occurrence, int64_t at_ms)
{
    bool fresh = f->item_count == 0;
    const struct slot_rule *slot = occurrence ? occurrence->slot : NULL;
    f->live = true;
    f->plays_left = -1;
    if (slot && slot->item_count) {
        f->release = &occurrence->timetable->rule.release;
        f->why = WHY_SLOT;
        set_items(f, slot->items, slot->item_count);
        if (fresh && slot->rotate)
            set_next(f, weave_daily_start(&t->plan->zone, occurrence->start_ms,
                                          f->item_count));
        return;
    }
    const struct plan_timetable *filler = weave_filler(t, at_ms, at_ms);
    f->release = filler ? &filler->rule.release : NULL;
    f->why = filler ? WHY_FILLER : WHY_LAST_RESORT;
    if (filler)
        set_items(f, filler->rule.filler, filler->rule.filler_count);
    else
        set_items(f, &item_last_resort, 1);
}

/* How many of a day's plays fall to the segment that begins with its occurrence: in
 * proportion to the day's slots, as seen when it starts, rounded so that the day's sum is
 * right. */
static int allot_plays(const struct timeline *t, const struct plan_campaign *c,
                       const struct occurrence *occurrence, int64_t at_ms)
{
    if (occurrence->start_ms != at_ms)
        return 0;
    const struct zone *zone = &t->plan->zone;
    int64_t day = zone_day(zone, at_ms), before = 0, own = 0, total = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct occurrence *o = &t->list[i];
        if (zone_day(zone, o->start_ms) != day || !o->slot->campaigns ||
            timeline_at(t, at_ms, o->start_ms) != o ||
            !release_in_force(&c->rule.release, c->superseded_ms, at_ms, o->start_ms))
            continue;
        int64_t length = timeline_reign_end(t, at_ms, o->start_ms) - o->start_ms;
        total += length;
        if (o->start_ms < at_ms)
            before += length;
        else if (o->start_ms == at_ms)
            own = length;
    }
    if (total == 0)
        return 0;
    int64_t n = c->rule.plays_per_day;
    return (int)(n * (before + own) / total - n * before / total);
}

static int64_t longest(const struct flow *f)
{
    int64_t ms = 0;
    for (size_t i = 0; i < f->item_count; i++)
        if (f->items[i].duration_ms > ms)
            ms = f->items[i].duration_ms;
    return ms;
}

/* Spread the plays so that the last is on the air before the slot ends, even behind the
 * longest item of the others. Only what is in force now counts: a later publication must
 * not move what has been. */
static void spread_counts(struct weave *w, int64_t length_ms)
{
    int64_t longest_ms = 0;
    for (size_t i = 0; i < w->count; i++)
        if (w->flows[i].live && longest(&w->flows[i]) > longest_ms)
            longest_ms = longest(&w->flows[i]);
    for (size_t i = 1; i < w->count; i++) {
        struct flow *f = &w->flows[i];
        if (f->why != WHY_COUNT || !f->live || f->count_rate > 0)
            continue;
        int64_t need = f->plays_left * longest(f);
        int64_t room = length_ms - 2 * longest_ms;
        if (room < need)
            room = need;
        f->count_rate = room > 0 ? need * RATE_ONE / room : 0;
    }
}

static struct flow *find_flow(struct weave *w, const char *line)
{
    for (size_t i = 1; i < w->count; i++)
        if (strcmp(w->flows[i].release->line, line) == 0)
            return &w->flows[i];
    return NULL;
}

static struct flow *add_flow(struct weave *w)
{
    if (w->count == w->capacity) {
        size_t capacity = w->capacity ? w->capacity * 2 : 16;
        struct flow *flows = realloc(w->flows, capacity * sizeof(flows[0]));
        if (!flows)
            return NULL;
        w->flows = flows;
        w->capacity = capacity;
    }
    struct flow *f = &w->flows[w->count++];
    memset(f, 0, sizeof(*f));
    return f;
}

static int set_campaign_flow(struct weave *w, const struct timeline *t,
                             const struct plan_campaign *c, int depth,
                             const struct occurrence *occurrence, int64_t at_ms)
{
    struct flow *f = find_flow(w, c->rule.release.line);
    bool fresh = !f;
    if (fresh && !(f = add_flow(w)))
        return -ENOMEM;
    f->release = &c->rule.release;
    f->why = c->rule.mode == CAMPAIGN_COUNT ? WHY_COUNT : WHY_CAMPAIGN;
    f->asked_bp = c->rule.mode == CAMPAIGN_COUNT ? 0 : c->rule.share_bp;
    f->depth = depth;
    f->live = true;
    set_items(f, c->rule.items, c->rule.item_count);
    if (fresh) {
        set_next(f, weave_daily_start(&t->plan->zone, at_ms, f->item_count));
        f->plays_left = -1;
        if (f->why == WHY_COUNT)
            f->plays_left = allot_plays(t, c, occurrence, at_ms);
    }
    return 0;
}

/* Before rates change: settle what the old ones have brought. */
static void settle(struct weave *w)
{
    for (size_t i = 0; i < w->count; i++)
        w->flows[i].lag += w->flows[i].rate * w->played_ms;
    w->played_ms = 0;
}

static void set_ready(struct flow *f)
{
    if (f->rate <= 0)
        f->ready_ms = TIME_NEVER;
    else
        f->ready_ms = f->lag >= 0 ? 0 : (-f->lag + f->rate - 1) / f->rate;
}

static int64_t wanted_rate(const struct flow *f)
{
    if (!f->live)
        return 0;
    if (f->why == WHY_COUNT)
        return f->plays_left > 0 ? f->count_rate : 0;
    return f->asked_bp * INT64_C(10);
}

/* Campaigns beyond what is free are scaled down alike; the rest is the slot's own. */
static void set_rates(struct weave *w, const struct timeline *t, int64_t at_ms)
{
    int64_t sum = 0, given = 0, available = RATE_ONE;
    for (size_t i = 1; i < w->count; i++)
        sum += wanted_rate(&w->flows[i]);
    if (w->flows[0].why == WHY_SLOT) {
        const struct settings_rule *s = plan_settings(t->plan, t->unit, at_ms);
        available -= INT64_C(10) * (s ? s->guaranteed_bp : GUARANTEED_DEFAULT_BP);
    }
    w->scaled_down = sum > available;
    settle(w);
    for (size_t i = 1; i < w->count; i++) {
        struct flow *f = &w->flows[i];
        f->rate = wanted_rate(f);
        if (w->scaled_down && sum > 0)
            f->rate = f->rate * available / sum;
        given += f->rate;
    }
    w->flows[0].rate = RATE_ONE - given;
    for (size_t i = 0; i < w->count; i++)
        set_ready(&w->flows[i]);
}

int weave_refresh(struct weave *w, const struct timeline *t,
                  const struct occurrence *occurrence, int64_t at_ms, int64_t until_ms)
{
    if (w->count == 0 && !add_flow(w))
        return -ENOMEM;
    for (size_t i = 0; i < w->count; i++)
        w->flows[i].live = false;
    set_own_flow(&w->flows[0], t, occurrence, at_ms);
    for (size_t i = 0;
         occurrence && occurrence->slot->campaigns && i < t->plan->campaign_count; i++) {
        const struct plan_campaign *c = &t->plan->campaigns[i];
        const struct release_rule *r = &c->rule.release;
        if (c->rule.mode == CAMPAIGN_AT ||
            !release_in_force(r, c->superseded_ms, at_ms, at_ms))
            continue;
        int depth = target_match(&r->target, t->unit, at_ms);
        if (depth == TARGET_NO_MATCH)
            continue;
        int e = set_campaign_flow(w, t, c, depth, occurrence, at_ms);
        if (e < 0)
            return e;
    }
    spread_counts(w, until_ms - at_ms);
    set_rates(w, t, at_ms);
    return 0;
}

int weave_begin(struct weave *w, const struct timeline *t,
                const struct occurrence *occurrence, int64_t at_ms, int64_t until_ms)
{
    w->count = 0;
    w->played_ms = 0;
    return weave_refresh(w, t, occurrence, at_ms, until_ms);
}

void weave_release(struct weave *w)
{
    free(w->flows);
    w->flows = NULL;
    w->count = w->capacity = 0;
}

/* Nearer target, later revision, then id. */
static bool wins_tie(const struct flow *a, const struct flow *b)
{
    if (a->depth != b->depth)
        return a->depth < b->depth;
    if (!a->release || !b->release)
        return a->release != NULL;
    if (a->release->revision != b->release->revision)
        return a->release->revision > b->release->revision;
    return strcmp(a->release->line, b->release->line) < 0;
}

/* The flow that is due first, among those whose fluid service has caught up by `by_ms`.
 * All gain alike as time goes on, so what is due first now was so when the rates were
 * set.
 */
static struct flow *first_due(struct weave *w, int64_t by_ms)
{
    struct flow *best = NULL;
    int64_t best_lack = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct flow *f = &w->flows[i];
        if (f->ready_ms > by_ms)
            continue;
        int64_t lack = f->need - f->lag; /* of fluid service */
        /* lack / rate, cross-multiplied: a day's 8.6e12 x 1e5 at most. */
        int64_t x = best ? lack * best->rate : 0, y = best_lack * f->rate;
        if (!best || x < y || (x == y && wins_tie(f, best))) {
            best = f;
            best_lack = lack;
        }
    }
    return best;
}

struct flow *weave_pick(struct weave *w)
{
    struct flow *best = first_due(w, w->played_ms);
    return best ? best : first_due(w, TIME_NEVER - 1);
}

void weave_turn(struct weave *w, struct flow *flow)
{
    set_next(flow, flow->next + 1 < flow->item_count ? flow->next + 1 : 0);
    if (flow->plays_left > 0 && --flow->plays_left == 0) {
        /* Its time returns to the slot. */
        settle(w);
        w->flows[0].rate += flow->rate;
        flow->rate = 0;
        for (size_t i = 0; i < w->count; i++)
            set_ready(&w->flows[i]);
    }
}

void weave_advance(struct weave *w, struct flow *flow, int64_t played_ms)
{
    w->played_ms += played_ms;
    flow->lag -= played_ms * RATE_ONE;
    set_ready(flow);
}
