/* Local time from transition data. Pure. */
#include "scheduler/zone.h"

#include "base/timestamp.h"

const struct zone zone_vietnam = {.name = "Asia/Ho_Chi_Minh", .offset_s = 7 * 3600};

int32_t zone_offset_s(const struct zone *z, int64_t utc_ms)
{
    size_t low = 0, high = z->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->transitions[middle].at_ms <= utc_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? z->transitions[low - 1].offset_s : z->offset_s;
}

int64_t zone_to_local(const struct zone *z, int64_t utc_ms)
{
    return utc_ms + zone_offset_s(z, utc_ms) * INT64_C(1000);
}

int64_t zone_to_utc(const struct zone *z, int64_t local_ms)
{
    int32_t before = z->offset_s;
    for (size_t i = 0; i < z->count; i++) {
        const struct zone_transition *t = &z->transitions[i];
        /* Still on the old offset: the earlier of two readings. */
        if (local_ms < t->at_ms + before * INT64_C(1000))
            break;
        /* Past the transition by the old offset, not yet there by the new: missing. */
        if (local_ms < t->at_ms + t->offset_s * INT64_C(1000))
            return t->at_ms;
        before = t->offset_s;
    }
    return local_ms - before * INT64_C(1000);
}

static int64_t floor_days(int64_t ms)
{
    return ms >= 0 ? ms / MS_PER_DAY : -((MS_PER_DAY - 1 - ms) / MS_PER_DAY);
}

int64_t zone_day(const struct zone *z, int64_t utc_ms)
{
    return floor_days(zone_to_local(z, utc_ms));
}

int64_t zone_day_start(const struct zone *z, int64_t day)
{
    return zone_to_utc(z, day * MS_PER_DAY);
}
