#pragma once
#include <stddef.h>
#include <stdint.h>

/* Local time from data: no tz database, no environment. Borrowed by whoever uses it. */

struct zone_transition {
    int64_t at_ms;    /* UTC instant from which the offset holds */
    int32_t offset_s; /* seconds east of UTC */
};

struct zone {
    const char *name;
    int32_t offset_s; /* before the first transition */
    const struct zone_transition *transitions;
    size_t count; /* sorted by at_ms */
};

extern const struct zone
    zone_vietnam; /* Asia/Ho_Chi_Minh: +7 h, no transitions since 1975 */

int32_t zone_offset_s(const struct zone *z, int64_t utc_ms);
int64_t zone_to_local(const struct zone *z, int64_t utc_ms);

/* A local time that does not exist becomes the first instant after the gap; one that
 * exists twice becomes the first of the two. */
int64_t zone_to_utc(const struct zone *z, int64_t local_ms);

/* The number of the local day that holds `utc_ms`, days since 1970-01-01, and the instant
 * a local day begins. */
int64_t zone_day(const struct zone *z, int64_t utc_ms);
int64_t zone_day_start(const struct zone *z, int64_t day);
