#pragma once
#include "scheduler/plan_internal.h"

/* Items that start at a set time, over whatever is on. */

struct priority {
    const struct plan_campaign *campaign;
    const struct item *item;
    int64_t at_ms;
    int depth;
    bool collided; /* with another of its kind */
    bool done;
};

struct priority_list {
    struct priority *list; /* by time */
    size_t count, first;   /* before `first` all are done */
    size_t campaign_count; /* that may interrupt at all */
};

MUST_CHECK int priority_list_init(struct priority_list *l, const struct plan *plan,
                                  const struct unit *unit, int64_t from_ms,
                                  int64_t to_ms);
void priority_list_release(struct priority_list *l);

/* What was timed before `start_ms` has played: simulation begins behind it. */
void priority_skip(struct priority_list *l, int64_t start_ms);

/* The one that goes first among those whose time has come; NULL when there is none. */
struct priority *priority_due(struct priority_list *l, int64_t now_ms);

/* When, in (start, end), an item that would play then is cut: at a hard start, or when a
 * soft one has waited its tolerance. `end_ms` when never. */
int64_t priority_next_cut(const struct priority_list *l, int64_t start_ms,
                          int64_t end_ms);

/* Whether any is timed in (after, until]. */
bool priority_within(const struct priority_list *l, int64_t after_ms, int64_t until_ms);
