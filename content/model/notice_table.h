#pragma once
#include "content/model/notice.h"

/* Notices as tables of office programs: a column per field of the form, named by its
 * label or its key, in any order; columns that are not required may be missing. */

struct buf;

/* Appends a notice per row to the JSON array `notices`, as documents write them. A row
 * without a day of its own is announced `today`; one without an id gets the name of its
 * type and line. -EINVAL when anything is wrong: `faults` holds a sentence a line then,
 * each with its line and column, and `notices` what was right. -ENOMEM. */
MUST_CHECK int notice_table_read(const char *bytes, size_t length, enum notice_type type,
                                 int64_t today, json_t *notices, struct buf *faults);

/* An empty form: the heads and a row of examples, as office programs open it. */
MUST_CHECK int notice_table_template(enum notice_type type, struct buf *ret);
