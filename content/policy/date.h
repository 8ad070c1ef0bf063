#pragma once
#include "base/attr.h"

#include <stdint.h>

/* Days of rules: days since 1970-01-01, proleptic Gregorian, no time and no zone. A month
 * later than the 31st may be no day: the caller always says which way to go. */

enum day_rounding {
    DAY_DOWN, /* 29 February, a year later: 28 February */
    DAY_UP,   /* 29 February, a year later: 1 March */
};

/* What facts and rules may name; sums of months stay far inside what is computed. */
#define DAY_MIN INT64_C(-25567) /* 1900-01-01 */
#define DAY_MAX INT64_C(84005)  /* 2199-12-31 */

/* "2026-11-24"; -EINVAL when it is no day from DAY_MIN to DAY_MAX. */
MUST_CHECK int day_parse(const char *text, int64_t *ret);
#define DAY_TEXT_SIZE 16
void day_format(int64_t day, char ret[DAY_TEXT_SIZE]);

/* `months` may be negative. */
int64_t day_add_months(int64_t day, int64_t months, enum day_rounding rounding);
/* The largest n with day_add_months(from, n) <= to: whole months passed. */
int64_t day_months_between(int64_t from, int64_t to, enum day_rounding rounding);
