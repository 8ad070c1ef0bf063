#pragma once
#include "base/attr.h"

#include <stdbool.h>

/* A picture of the display into a PNG file without holding up what plays: the pixels are
 * copied at once (a few milliseconds), compressing and writing happen on a thread. */

struct diag;
struct display;
struct snapshot;

/* On success *ret is the caller's (snapshot_destroy). Main thread. -ENOMEM, -EIO. */
MUST_CHECK int snapshot_start(struct display *d, const char *path, struct snapshot **ret,
                              struct diag *diag);

/* Whether it is finished; then *result is 0 or a negative errno with a sentence. */
bool snapshot_poll(struct snapshot *s, int *result, struct diag *diag);

void snapshot_destroy(struct snapshot *s); /* accepts NULL; waits until it is written */
