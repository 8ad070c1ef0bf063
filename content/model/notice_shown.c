/* Which notices a unit shows at an instant. */
#include "base/timestamp.h"
#include "content/model/notice.h"
#include "content/model/programme.h"
#include "scheduler/zone.h"

#include <stdlib.h>
#include <string.h>

static bool concerns(const struct notice *n, struct text_list path, int64_t day)
{
    if (day < n->from_day || day > n->until_day)
        return false;
    bool here = !*n->area;
    for (size_t i = 0; !here && i < path.count; i++)
        here = strcmp(path.texts[i], n->area) == 0;
    return here;
}

static int order(const void *left, const void *right)
{
    const struct notice *a = *(const struct notice *const *)left;
    const struct notice *b = *(const struct notice *const *)right;
    if (a->from_day != b->from_day)
        return a->from_day > b->from_day ? -1 : 1;
    if (a->until_day != b->until_day)
        return a->until_day < b->until_day ? -1 : 1;
    return strcmp(a->id, b->id);
}

size_t notices_in_force(const struct programme *p, int64_t at_ms,
                        const struct notice **ret, size_t max)
{
    int64_t day = zone_day(plan_zone(programme_plan(p)), at_ms);
    struct text_list path = unit_path(programme_unit(p), at_ms);
    size_t count = 0, cursor = 0;
    const struct release *release;
    while ((release = programme_shown_next(p, &kind_notices, at_ms, &cursor)))
        for (size_t i = 0; i < release->body.notices.count && count < max; i++)
            if (concerns(&release->body.notices.notices[i], path, day))
                ret[count++] = &release->body.notices.notices[i];
    if (count > 1)
        qsort(ret, count, sizeof(const struct notice *), order);
    return count;
}
