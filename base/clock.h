#pragma once
#include "base/attr.h"

#include <stdint.h>

/* What time it is and how far to believe it. */

enum clock_trust {
    CLOCK_TRUST_NONE, /* nothing vouches: only untimed content plays */
    CLOCK_TRUST_SET,  /* set by a technician with a PIN */
    CLOCK_TRUST_RTC,  /* the machine's clock, not below the floor */
    CLOCK_TRUST_NTP,  /* synchronised */
};

const char *clock_trust_name(enum clock_trust trust); /* "none", "set", "rtc", "ntp" */

/* A clock is a table of functions, so that tests bring their own. */
struct clock {
    int64_t (*wall_ms)(void *context);      /* since the epoch */
    int64_t (*monotonic_us)(void *context); /* since boot, counts while powered */
    enum clock_trust (*trust)(void *context, int64_t floor_ms);
    void *context;
};

/* The machine's. Trust: ntp when the kernel says synchronised (adjtimex), rtc when the
 * wall clock is not below `floor_ms`, else none. Static storage. */
const struct clock *clock_system(void);

int64_t clock_wall_ms(const struct clock *c);
int64_t clock_monotonic_us(const struct clock *c);
enum clock_trust clock_trust(const struct clock *c, int64_t floor_ms);
