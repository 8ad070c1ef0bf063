#pragma once
#include "scheduler/rundown.h"
#include "scheduler/timeline.h"

/* Weaving campaigns into a slot: worst-case fair weighted fair queueing (WF2Q: Bennett
 * and Zhang, INFOCOM 1996) in exact integers. Each flow has a rate; over the slot's
 * programme time (interruptions do not count) its fluid service grows at that rate, and
 * at every item boundary the next item comes, among the flows whose fluid service has
 * caught up with what they were served, from the one whose item would be due first. So
 * each flow is within one item of its share at every boundary, not only at the slot's
 * end. */

#define RATE_ONE 100000 /* the whole slot */

struct flow {
    const struct release_rule *release; /* NULL: nothing but the last resort */
    const struct item *items;
    size_t item_count, next;
    int64_t need; /* fluid service its next item takes, milliseconds x RATE_ONE */
    enum why_rule why;
    int asked_bp;
    int64_t rate;     /* of RATE_ONE */
    int64_t lag;      /* fluid service less what was on the air, milliseconds x RATE_ONE,
                         but for the fluid service since the rates were set */
    int64_t ready_ms; /* of the weave's played_ms: when its fluid service catches up */
    int plays_left;   /* WHY_COUNT; else -1 */
    int64_t count_rate; /* WHY_COUNT: rate that spreads its plays over the slot */
    int depth;
    bool live;
};

struct weave {
    struct flow *flows; /* [0] is the slot's own playlist or the filler */
    size_t count, capacity;
    int64_t played_ms; /* programme time since the rates were set */
    bool scaled_down;
};

/* A fresh weave for the segment that begins at `at_ms` (view and instant) with
 * `occurrence` (NULL: a gap) and reigns until `until_ms`. */
MUST_CHECK int weave_begin(struct weave *w, const struct timeline *t,
                           const struct occurrence *occurrence, int64_t at_ms,
                           int64_t until_ms);
/* What is in force has changed: flows come and go, counts carry over. */
MUST_CHECK int weave_refresh(struct weave *w, const struct timeline *t,
                             const struct occurrence *occurrence, int64_t at_ms,
                             int64_t until_ms);
void weave_release(struct weave *w);

/* The flow whose item plays next; its item is flow->items[flow->next]. */
struct flow *weave_pick(struct weave *w);
/* `flow` has taken its turn with its next item. */
void weave_turn(struct weave *w, struct flow *flow);
/* `flow` was on the air for this much programme time. */
void weave_advance(struct weave *w, struct flow *flow, int64_t played_ms);

/* Items rotate from day to day, so that each is first some day. */
size_t weave_daily_start(const struct zone *zone, int64_t at_ms, size_t count);

/* The filler of the nearest timetable in force; NULL when there is none. */
const struct plan_timetable *weave_filler(const struct timeline *t, int64_t view_ms,
                                          int64_t at_ms);
