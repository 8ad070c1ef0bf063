#pragma once
#include "base/attr.h"
#include "base/sha256.h"

#include <stdint.h>

/* One line of the server's record of writes. Each carries the hash of the one before it,
 * so that whoever has the last hash sees when an earlier line was changed or taken out.
 */
struct audit_line {
    int64_t number, at_ms; /* from 1 without gaps */
    const char *person, *token, *what, *subject;
};

/* The hash of this line behind `before` (all zero before the first). -ENOMEM. */
MUST_CHECK int audit_hash(const struct audit_line *line, const struct sha256 *before,
                          struct sha256 *ret);
