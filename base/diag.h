#pragma once
#include "base/attr.h"

/* One sentence about bad input: where it is and what is wrong with it. Filled by whatever
 * parses outside input; callers prepend context on the way up. Lower case, no full stop:
 * "release.json: body.items[2].duration_ms: expected an integer from 1 to 86400000". */
struct diag {
    char text[512];
};

/* Write the sentence, replacing what was there. Return `error` (a negative errno), so
 * that `return diag_set(d, -EINVAL, ...)` reads in one line. A NULL `d` is accepted. */
int diag_set(struct diag *d, int error, const char *format, ...) PRINTF_LIKE(3, 4);

/* Put "context: " in front of the sentence and return `error`. */
int diag_context(struct diag *d, int error, const char *format, ...) PRINTF_LIKE(3, 4);

/* The sentence, or "unknown error" when nothing was said. Lives as long as `d`. */
const char *diag_text(const struct diag *d);
