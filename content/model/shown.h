#pragma once
#include "content/model/release.h"

/* Releases that a unit does not play, but shows when a resident asks. A revision ends
 * where a higher one of its line becomes effective. */

/* The release of `kind` for the unit at an instant: of the nearest area, then the latest.
 * NULL: there is none. */
const struct release *shown_release(const struct release *const *list, size_t count,
                                    const struct release_kind *kind,
                                    const struct unit *unit, int64_t at_ms);

/* All of them, one by one; *cursor begins at 0. NULL: no more. */
const struct release *shown_next(const struct release *const *list, size_t count,
                                 const struct release_kind *kind, const struct unit *unit,
                                 int64_t at_ms, size_t *cursor);
