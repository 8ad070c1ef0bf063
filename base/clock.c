/* The machine's clocks and how far to believe them. */
#include "base/clock.h"

#include <sys/timex.h>
#include <time.h>

const char *clock_trust_name(enum clock_trust trust)
{
    static const char *const names[] = {"none", "set", "rtc", "ntp"};
    return names[trust];
}

static int64_t system_wall_ms(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_monotonic_us(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static enum clock_trust system_trust(void *context, int64_t floor_ms)
{
    if (system_wall_ms(context) < floor_ms)
        return CLOCK_TRUST_NONE;
    struct timex state = {0};
    int r = adjtimex(&state);
    return r >= 0 && r != TIME_ERROR && !(state.status & STA_UNSYNC) ? CLOCK_TRUST_NTP
                                                                     : CLOCK_TRUST_RTC;
}

const struct clock *clock_system(void)
{
    static const struct clock system = {
        .wall_ms = system_wall_ms,
        .monotonic_us = system_monotonic_us,
        .trust = system_trust,
    };
    return &system;
}

int64_t clock_wall_ms(const struct clock *c)
{
    return c->wall_ms(c->context);
}

int64_t clock_monotonic_us(const struct clock *c)
{
    return c->monotonic_us(c->context);
}

enum clock_trust clock_trust(const struct clock *c, int64_t floor_ms)
{
    return c->trust(c->context, floor_ms);
}
