/* Whom something is for. Pure. */
#include "scheduler/target.h"

#include <stdbool.h>
#include <string.h>

static bool holds(struct text_list list, const char *text)
{
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.texts[i], text) == 0)
            return true;
    return false;
}

static bool holds_any(struct text_list wanted, struct text_list have)
{
    for (size_t i = 0; i < wanted.count; i++)
        if (holds(have, wanted.texts[i]))
            return true;
    return wanted.count == 0;
}

static bool holds_all(struct text_list wanted, struct text_list have)
{
    for (size_t i = 0; i < wanted.count; i++)
        if (!holds(have, wanted.texts[i]))
            return false;
    return true;
}

struct text_list unit_path(const struct unit *unit, int64_t at_ms)
{
    for (size_t i = 0; i < unit->stand_count; i++)
        if (at_ms >= unit->stands[i].from_ms && at_ms < unit->stands[i].until_ms)
            return unit->stands[i].path;
    return (struct text_list){0};
}

int target_match(const struct target *target, const struct unit *unit, int64_t at_ms)
{
    if (target->kinds && !(target->kinds & (unsigned)unit->kind))
        return TARGET_NO_MATCH;
    if (!holds_all(target->tags_all, unit->tags) ||
        !holds_any(target->tags_any, unit->tags) ||
        !holds_any(target->languages, unit->languages))
        return TARGET_NO_MATCH;
    if (target->units.count && !holds(target->units, unit->id))
        return TARGET_NO_MATCH;
    struct text_list path = unit_path(unit, at_ms);
    if (target->areas.count == 0)
        return (int)path.count;
    for (size_t i = 0; i < path.count; i++)
        if (holds(target->areas, path.texts[i]))
            return (int)i;
    return TARGET_NO_MATCH;
}
