#pragma once
#include "scheduler/plan_internal.h"

/* Which slot reigns when, from nominal times alone: nothing here depends on what plays.
 */

struct occurrence {
    const struct plan_timetable *timetable;
    const struct slot_rule *slot;
    int64_t start_ms, end_ms; /* nominal */
};

struct timeline {
    const struct plan *plan;
    const struct unit *unit;
    struct occurrence *list; /* by start */
    size_t count;
};

/* Everything that starts in [from - one day, to). Release with timeline_release. */
MUST_CHECK int timeline_init(struct timeline *t, const struct plan *plan,
                             const struct unit *unit, int64_t from_ms, int64_t to_ms);
void timeline_release(struct timeline *t);

/* The slot at `at_ms` as far as one knows at `view_ms`; NULL in a gap. */
const struct occurrence *timeline_at(const struct timeline *t, int64_t view_ms,
                                     int64_t at_ms);

/* The same slot line, slot and start, whichever revision. */
bool occurrence_same(const struct occurrence *a, const struct occurrence *b);

/* Until when the slot at `at_ms` reigns, as far as one knows at `view_ms`: its end, or
 * where a nearer area's slot begins. Gaps end at local midnight at the latest. */
int64_t timeline_reign_end(const struct timeline *t, int64_t view_ms, int64_t at_ms);
