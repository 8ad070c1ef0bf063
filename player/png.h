#pragma once
#include "base/attr.h"

#include <stdint.h>

struct diag;

/* Write `pixels` (BGRA, opaque, rows tightly packed) as a PNG file of 24 bits a pixel;
 * after a power cut at any instant either the old file is there or the new one. */
MUST_CHECK int png_write(const char *path, const uint8_t *pixels, int width, int height,
                         struct diag *diag);
