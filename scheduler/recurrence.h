#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* When a rule repeats: RFC 5545 RRULE by libical, in local time without a zone (as if
 * UTC). DAILY, WEEKLY, MONTHLY, YEARLY, HOURLY; no COUNT; rules on which the iterator
 * loops long are refused by recurrence_create, so that an expansion is always cheap.
 * Immutable once made: any thread may expand. */

struct recurrence;
struct diag;

/* `rule` "" means once, at `start_local_ms`. `except_days` are local days (since
 * 1970-01-01) on which nothing happens; copied. On success *ret is the caller's. -EINVAL
 * with a sentence, -ENOMEM. */
MUST_CHECK int recurrence_create(const char *rule, int64_t start_local_ms,
                                 const int64_t *except_days, size_t except_count,
                                 struct recurrence **ret, struct diag *diag);
void recurrence_destroy(struct recurrence *r); /* accepts NULL */

/* Starts in [from, to), in order, at most `max` of them, into `ret`; returns how many.
 * At most RECURRENCE_WINDOW_MAX_MS is looked at. */
size_t recurrence_expand(const struct recurrence *r, int64_t from_local_ms,
                         int64_t to_local_ms, int64_t *ret, size_t max);
