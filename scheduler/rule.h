#pragma once
#include "scheduler/item.h"
#include "scheduler/target.h"

#include <stdbool.h>

/* Rules as a release states them. All memory is borrowed: the plan copies what it keeps.
 */

enum level { LEVEL_ROUTINE, LEVEL_PRIORITY, LEVEL_EMERGENCY }; /* Thông tư 39/2020 */

#define TIME_NEVER INT64_MAX

struct release_rule {
    const char *line; /* lasting identity */
    int64_t revision;
    enum level level;
    const char *area; /* who issued it */
    const char *title;
    struct target target;
    int64_t effective_ms; /* changes nothing before */
    int64_t valid_from_ms, valid_until_ms;
    int64_t withdrawn_ms; /* not chosen from then on; TIME_NEVER */
    bool withdrawn_cut;   /* and taken off the air at that instant */
};

/* When something repeats, in local time. */
struct recurrence_rule {
    int64_t start_local_ms;
    const char *rrule; /* "": once */
    const int64_t *except_days;
    size_t except_count;
};

#define SLOT_LENGTH_MAX_MS INT64_C(86400000)

struct slot_rule {
    const char *id, *name;
    struct recurrence_rule when;
    int64_t duration_ms; /* at most SLOT_LENGTH_MAX_MS */
    int64_t overrun_ms;  /* the last item may end this much late */
    bool rotate;         /* begin with another item every day */
    bool campaigns;      /* campaigns are woven in */
    const struct item *items;
    size_t item_count;
};

struct timetable_rule {
    struct release_rule release;
    const struct slot_rule *slots;
    size_t slot_count;
    const struct item *filler;
    size_t filler_count;
};

enum campaign_mode { CAMPAIGN_SHARE, CAMPAIGN_COUNT, CAMPAIGN_AT };

struct campaign_rule {
    struct release_rule release;
    const struct item *items; /* take turns */
    size_t item_count;
    enum campaign_mode mode;
    int share_bp;                /* CAMPAIGN_SHARE: of each slot, 1..10000 */
    int plays_per_day;           /* CAMPAIGN_COUNT */
    struct recurrence_rule when; /* CAMPAIGN_AT */
    bool hard;                   /* CAMPAIGN_AT: cut what is on; else wait for its end */
    int64_t tolerance_ms;        /* CAMPAIGN_AT: a soft start waits at most this long */
    int rank;                    /* CAMPAIGN_AT: lower goes first when two collide */
};

struct day_window {
    int64_t from_ms, until_ms; /* of the local day; until < from spans midnight */
};

#define GUARANTEED_DEFAULT_BP 3000

struct settings_rule {
    struct release_rule release;
    int guaranteed_bp;              /* of each slot stays the slot's own */
    const struct day_window *sound; /* none: always */
    size_t sound_count;
    const void *content; /* the model's; only carried */
};
