#pragma once
#include "base/attr.h"
#include "scheduler/rule.h"
#include "scheduler/zone.h"

/* A plan says what may play when: every rule of the releases that are current, for one
 * unit or many. Immutable once built: any thread may read. It owns copies of all it was
 * given, except the `content` pointers that it carries. */

struct diag;
struct plan;
struct plan_builder;

MUST_CHECK int plan_builder_create(struct plan_builder **ret);
void plan_builder_destroy(struct plan_builder *b); /* accepts NULL */

/* In any order; several revisions of one line are welcome: each is in force until a
 * higher one becomes effective. -EINVAL with a sentence (a recurrence that is not
 * accepted), -ENOMEM. */
MUST_CHECK int plan_builder_add_timetable(struct plan_builder *b,
                                          const struct timetable_rule *rule,
                                          struct diag *diag);
MUST_CHECK int plan_builder_add_campaign(struct plan_builder *b,
                                         const struct campaign_rule *rule,
                                         struct diag *diag);
MUST_CHECK int plan_builder_add_settings(struct plan_builder *b,
                                         const struct settings_rule *rule,
                                         struct diag *diag);

/* Consumes the builder: *b becomes NULL also on error. `zone` is copied. On success *ret
 * is the caller's. */
MUST_CHECK int plan_build(struct plan_builder **b, const struct zone *zone,
                          struct plan **ret);
void plan_destroy(struct plan *p); /* accepts NULL */

const struct zone *plan_zone(const struct plan *p);

/* The settings of the nearest area in force for the unit; NULL when there are none. */
const struct settings_rule *plan_settings(const struct plan *p, const struct unit *unit,
                                          int64_t at_ms);

/* Whether sound is permitted at an instant (domain rule: permitted hours). */
bool plan_sound_allowed(const struct plan *p, const struct unit *unit, int64_t at_ms);

/* Whether the release of this line and revision may be on the air at an instant; false
 * once it has expired or was withdrawn with a cut. */
bool plan_release_may_air(const struct plan *p, const char *line, int64_t revision,
                          int64_t at_ms);
