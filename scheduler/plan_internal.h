#pragma once
#include "scheduler/plan.h"
#include "scheduler/recurrence.h"

struct arena;

/* What the scheduler's own files share about a plan. Lists are sorted by line, then
 * revision, so that nothing depends on the order in which rules were added. */

struct plan_timetable {
    struct timetable_rule rule;
    struct recurrence **when; /* one per slot */
    int64_t superseded_ms;    /* a higher revision of the line is effective */
};

struct plan_campaign {
    struct campaign_rule rule;
    struct recurrence *when; /* CAMPAIGN_AT only */
    int64_t superseded_ms;
};

struct plan_settings {
    struct settings_rule rule;
    int64_t superseded_ms;
};

struct plan {
    struct arena *arena;
    struct zone zone;
    struct plan_timetable *timetables;
    struct plan_campaign *campaigns;
    struct plan_settings *settings;
    size_t timetable_count, campaign_count, settings_count;
    int64_t *changes; /* sorted: instants at which what is in force may change */
    size_t change_count;
    int64_t item_max_ms;     /* the longest item */
    int64_t lateness_max_ms; /* the longest overrun or tolerance */
};

/* Known at `view_ms` and not replaced or withdrawn by then. */
bool release_in_view(const struct release_rule *r, int64_t superseded_ms,
                     int64_t view_ms);

/* In view, and within its validity at `at_ms`. */
bool release_in_force(const struct release_rule *r, int64_t superseded_ms,
                      int64_t view_ms, int64_t at_ms);
