#pragma once
#include "base/attr.h"

/* The common SQL in PostgreSQL's words: `?` and `?2` become `$1`, `$2`; BLOB becomes
 * BYTEA. What stands in quotes or comments of one line stays. The caller's (free); NULL:
 * no memory. */
MUST_CHECK char *postgres_sql(const char *sql);
