#pragma once
#include "base/attr.h"

#include <stddef.h>

/* Tables as office programs save them (RFC 4180 and its relatives): cells separated by
 * comma, semicolon or tab - whichever the first line has most of -, quoted where needed,
 * in any encoding that base/charset.h reads. */

struct csv;
struct diag;

struct csv_row {
    size_t line; /* where it begins, from 1 */
    size_t count;
    const char *const *cells; /* without blanks around them; never NULL */
};

enum { CSV_CELLS_MAX = 64 };
#define CSV_ROWS_MAX ((size_t)200000)

/* Rows without any content are left out. *ret is the caller's (csv_destroy). -EINVAL with
 * line and reason in `diag`, -EFBIG beyond a limit, -ENOMEM. */
MUST_CHECK int csv_parse(const char *bytes, size_t length, struct csv **ret,
                         struct diag *diag);
void csv_destroy(struct csv *c); /* accepts NULL */
DEFINE_CLEANUP(struct csv *, csv_destroy);

size_t csv_row_count(const struct csv *c);
const struct csv_row *csv_row(const struct csv *c, size_t index);
