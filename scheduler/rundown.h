#pragma once
#include "base/attr.h"
#include "scheduler/plan.h"

#include <stddef.h>

/* The rundown: what a unit plays, from when to when, and why. A pure function of plan,
 * unit and window. Emergencies, touch sessions and missing files are deviations from it,
 * recorded as such, never inputs. */

enum why_rule {
    WHY_SLOT,          /* the slot's own playlist */
    WHY_CAMPAIGN,      /* woven in to reach its share */
    WHY_COUNT,         /* woven in to reach its number of plays */
    WHY_PRIORITY_HARD, /* at its time, cutting what was on */
    WHY_PRIORITY_SOFT, /* at its time, after what was on */
    WHY_FILLER,        /* no slot, or a slot without a playlist */
    WHY_LAST_RESORT,   /* nothing at all: the built-in card */
};

enum why_flag {
    WHY_CUT_BY_SLOT = 1,     /* ends with its slot, before its own end */
    WHY_CUT_BY_PRIORITY = 2, /* interrupted */
    WHY_CUT_BY_WITHDRAWAL = 4,
    WHY_OVERRUN = 8,      /* ends after its slot, within its tolerance */
    WHY_RESUMED = 16,     /* goes on after an interruption */
    WHY_CONFLICT = 32,    /* collided with another priority item */
    WHY_SCALED_DOWN = 64, /* campaigns asked for more than there is */
};

struct entry {
    int64_t start_ms, end_ms;
    int64_t offset_ms; /* into the item, at start_ms */
    const struct item *item;
    const struct release_rule *release; /* NULL for the last resort */
    const struct slot_rule *slot;       /* NULL outside slots */
    int64_t slot_start_ms;              /* nominal start of the slot's occurrence */
    int32_t asked_bp, given_bp;         /* WHY_CAMPAIGN: share of the slot */
    enum why_rule rule;
    unsigned flags; /* enum why_flag */
};

struct rundown;

#define RUNDOWN_SPAN_MAX_MS (INT64_C(32) * 86400000)

/* What `unit` plays in [from_ms, to_ms), milliseconds since the epoch, in order, without
 * gaps or overlaps. Entries that only touch the window are whole, so two halves of a
 * window give the same entries as the whole. They borrow from the plan, which must
 * outlive them. On success *ret is the caller's. -ERANGE if the span is empty or longer
 * than RUNDOWN_SPAN_MAX_MS, -ENOMEM. */
MUST_CHECK int plan_rundown(const struct plan *plan, const struct unit *unit,
                            int64_t from_ms, int64_t to_ms, struct rundown **ret);

/* Without a trusted clock only untimed content plays: the filler of the nearest
 * timetable, in order, from power-on. Times are milliseconds of powered time. Errors as
 * above. */
MUST_CHECK int plan_rundown_untimed(const struct plan *plan, const struct unit *unit,
                                    int64_t from_ms, int64_t to_ms, struct rundown **ret);
void rundown_destroy(struct rundown *r); /* accepts NULL */

size_t rundown_count(const struct rundown *r);
const struct entry *rundown_entry(const struct rundown *r, size_t index);
/* The entry on the air at an instant; NULL outside the rundown. */
const struct entry *rundown_at(const struct rundown *r, int64_t at_ms);

const char *
why_name(enum why_rule rule); /* "slot", "campaign", ...: for plays and JSON */

/* One plain sentence, in Vietnamese ("vi") or English (anything else), cut to `size`. */
void entry_why_text(const struct entry *e, const char *language, char *ret, size_t size);
