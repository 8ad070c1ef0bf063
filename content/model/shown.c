/* What is shown rather than played. Pure. */
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

const struct release *shown_next(const struct release *const *list, size_t count,
                                 const struct release_kind *kind, const struct unit *unit,
                                 int64_t at_ms, size_t *cursor)
{
    while (*cursor < count) {
        const struct release *release = list[(*cursor)++];
        const struct release_rule *r = &release->rule;
        if (release->kind == kind && in_force(r, at_ms) &&
            !superseded(list, count, r, at_ms) &&
            target_match(&r->target, unit, at_ms) != TARGET_NO_MATCH)
            return release;
    }
    return NULL;
}

const struct release *shown_release(const struct release *const *list, size_t count,
                                    const struct release_kind *kind,
                                    const struct unit *unit, int64_t at_ms)
{
    const struct release *best = NULL, *release;
    int best_depth = 0;
    size_t cursor = 0;
    while ((release = shown_next(list, count, kind, unit, at_ms, &cursor))) {
        int depth = target_match(&release->rule.target, unit, at_ms);
        if (!best || depth < best_depth ||
            (depth == best_depth &&
             release->rule.effective_ms > best->rule.effective_ms)) {
            best = release;
            best_depth = depth;
        }
    }
    return best;
}
