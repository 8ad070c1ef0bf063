#pragma once
#include "base/attr.h"

#include <stddef.h>
#include <stdint.h>

/* Instants are int64 milliseconds since 1970-01-01T00:00:00Z. */

#define TIMESTAMP_TEXT_SIZE 32
#define MS_PER_DAY INT64_C(86400000)

/* RFC 3339 with `Z` or an offset, years 1970-9999; -EINVAL. */
MUST_CHECK int timestamp_parse(const char *text, int64_t *ret_ms);

/* RFC 3339 in UTC ("2026-11-23T10:30:00Z", milliseconds only when there are any). */
void timestamp_format(int64_t ms, char ret[TIMESTAMP_TEXT_SIZE]);

/* The same shown at an offset from UTC ("2026-11-23T17:30:00+07:00"). */
void timestamp_format_at(int64_t ms, int offset_s, char ret[TIMESTAMP_TEXT_SIZE]);

/* A local date-time without offset ("2026-01-05T05:00" or with seconds) as if it were
 * UTC; -EINVAL. */
MUST_CHECK int timestamp_parse_local(const char *text, int64_t *ret_ms);

/* "HH:MM" (00:00-24:00) as milliseconds of the day; -EINVAL. */
MUST_CHECK int timestamp_parse_daytime(const char *text, int64_t *ret_ms);

/* Proleptic Gregorian calendar. Days since 1970-01-01. */
int64_t timestamp_days_from_civil(int64_t year, int month, int day);
void timestamp_civil_from_days(int64_t days, int64_t *year, int *month, int *day);
