#pragma once
#include "base/attr.h"
#include "player/rows.h"

/* Resampling one direction bilinearly, pixel centres aligned: output `start` + i of
 * `shown` outputs over `source` pixels. `phase` moves by half a pixel (0 or 1) and
 * `length` is the real number of pixels (chroma planes: a luma ratio over half as many
 * pixels). Kept while the arguments stay the same. -ENOMEM. */
MUST_CHECK int axis_update(struct axis *a, int length, int source, int shown, int phase,
                           int start, int count);
void axis_release(struct axis *a);
