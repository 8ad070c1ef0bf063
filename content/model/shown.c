/* What is shown rather than played: one of each kind. Pure. */
#include "content/model/shown.h"

#include <string.h>

static bool superseded(const struct release *const *list, size_t count,
                       const struct release_rule *rule, int64_t at_ms)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i]->rule.line, rule->line) == 0 &&
            list[i]->rule.revision > rule->revision &&
            list[i]->rule.effective_ms <= at_ms)
            return true;
    return false;
}

static bool in_force(const struct release_rule *r, int64_t at_ms)
{
    return at_ms >= r->effective_ms && at_ms >= r->valid_from_ms &&
           at_ms < r->valid_until_ms && at_ms < r->withdrawn_ms;
}

const struct release *shown_release(const struct release *const *list, size_t count,
                                    const struct release_kind *kind,
                                    const struct unit *unit, int64_t at_ms)
{
    const struct release *best = NULL;
    int best_depth = 0;
    for (size_t i = 0; i < count; i++) {
        const struct release_rule *r = &list[i]->rule;
        if (list[i]->kind != kind || !in_force(r, at_ms) ||
            superseded(list, count, r, at_ms))
            continue;
        int depth = target_match(&r->target, unit, at_ms);
        if (depth == TARGET_NO_MATCH)
            continue;
        if (!best || depth < best_depth ||
            (depth == best_depth && r->effective_ms > best->rule.effective_ms)) {
            best = list[i];
            best_depth = depth;
        }
    }
    return best;
}
