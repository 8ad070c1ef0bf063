#pragma once
#include "base/attr.h"

#include <stdint.h>

/* The Range header (RFC 9110, 14.2), one range of bytes. */

/* `header` against a body of `size` bytes. 0 with [*ret_first, *ret_first + *ret_length);
 * -ENOENT: nothing we serve in parts (absent, other unit, several, malformed), so the
 * whole is the answer; -ERANGE: lies beyond the end (416). */
MUST_CHECK int http_range_parse(const char *header, uint64_t size, uint64_t *ret_first,
                                uint64_t *ret_length);
