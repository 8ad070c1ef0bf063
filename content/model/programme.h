#pragma once
#include "content/model/trust.h"
#include "scheduler/plan.h"

/* All that a unit needs to play: its plan, who it is, its items and settings. Immutable;
 * made by the sync thread (or the server, for the preview) and handed over whole. */

struct programme;

/* From everything that stands in `t`. The unit is found by key or id (either may be
 * NULL). Releases that do not target it are left out. -ENOENT when it is placed nowhere.
 * On success *ret is the caller's and independent of `t`. */
MUST_CHECK int programme_create(const struct trust *t, const struct public_key *key,
                                const char *id, int64_t now_ms, struct programme **ret,
                                struct diag *diag);
void programme_destroy(struct programme *p); /* accepts NULL */

const struct plan *programme_plan(const struct programme *p);
const struct unit *programme_unit(const struct programme *p);
const char *programme_unit_name(const struct programme *p);
int64_t programme_manifest_number(const struct programme *p);

/* The model's item behind an item of the plan; NULL for the last resort. */
const struct model_item *programme_item(const struct item *item);

/* Settings at an instant; never NULL: defaults where none are in force. */
const struct settings *programme_settings(const struct programme *p, int64_t at_ms);

/* What is shown when a resident asks: the release of `kind` in force at an instant (its
 * `body` is the kind's); NULL when there is none. Lives as long as `p`. */
const struct release *programme_shown(const struct programme *p,
                                      const struct release_kind *kind, int64_t at_ms);
/* The same of kinds of which all count, one by one; *cursor begins at 0. */
const struct release *programme_shown_next(const struct programme *p,
                                           const struct release_kind *kind, int64_t at_ms,
                                           size_t *cursor);

/* Every media object that the programme names, each once. */
size_t programme_asset_count(const struct programme *p);
const struct asset_ref *programme_asset(const struct programme *p, size_t index);

/* Which releases and trust documents a unit must know, for the server's manifests: calls
 * back for each document of `t` that concerns the unit. */
bool programme_concerns(const struct trust *t, const struct trust_document *document,
                        const struct placed_unit *unit, int64_t now_ms);
