/* Items that start at a set time. Owned by one rundown. */
#include "scheduler/priority.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STARTS_MAX 1024

static int compare_priorities(const void *a, const void *b)
{
    const struct priority *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return x->campaign < y->campaign ? -1 : x->campaign > y->campaign;
}

static int add_campaign(struct priority_list *l, const struct plan *plan,
                        const struct unit *unit, const struct plan_campaign *c,
                        const int64_t *starts, size_t n)
{
    struct priority *list = realloc(l->list, (l->count + n) * sizeof(list[0]));
    if (!list)
        return -ENOMEM;
    l->list = list;
    const struct campaign_rule *rule = &c->rule;
    for (size_t i = 0; i < n; i++) {
        int64_t at = zone_to_utc(&plan->zone, starts[i]);
        int depth = target_match(&rule->release.target, unit, at);
        if (depth == TARGET_NO_MATCH ||
            !release_in_force(&rule->release, c->superseded_ms, at, at))
            continue;
        /* Takes turns by day and hour. */
        int64_t turn = starts[i] / 86400000 + starts[i] / 3600000;
        l->list[l->count++] = (struct priority){
            .campaign = c,
            .item = &rule->items[(size_t)turn % rule->item_count],
            .at_ms = at,
            .depth = depth,
        };
    }
    return 0;
}

static void mark_collisions(struct priority_list *l)
{
    for (size_t i = 1; i < l->count; i++) {
        struct priority *a = &l->list[i - 1], *b = &l->list[i];
        if (b->at_ms < a->at_ms + a->item->duration_ms)
            a->collided = b->collided = true;
    }
}

int priority_list_init(struct priority_list *l, const struct plan *plan,
                       const struct unit *unit, int64_t from_ms, int64_t to_ms)
{
    *l = (struct priority_list){0};
    int64_t *starts = NULL;
    int r = 0;
    for (size_t i = 0; r == 0 && i < plan->campaign_count; i++) {
        const struct plan_campaign *c = &plan->campaigns[i];
        if (c->rule.mode != CAMPAIGN_AT)
            continue;
        if (!starts && !(starts = malloc(STARTS_MAX * sizeof(starts[0]))))
            return -ENOMEM;
        l->campaign_count++;
        size_t n =
            recurrence_expand(c->when, zone_to_local(&plan->zone, from_ms),
                              zone_to_local(&plan->zone, to_ms), starts, STARTS_MAX);
        if (n)
            r = add_campaign(l, plan, unit, c, starts, n);
    }
    free(starts);
    if (r < 0) {
        priority_list_release(l);
        return r;
    }
    if (l->count)
        qsort(l->list, l->count, sizeof(l->list[0]), compare_priorities);
    mark_collisions(l);
    return 0;
}

void priority_list_release(struct priority_list *l)
{
    free(l->list);
    l->list = NULL;
    l->count = l->first = 0;
}

/* Rank as the commune decided, then the nearer target, the newer revision, the id. */
static bool goes_first(const struct priority *a, const struct priority *b)
{
    const struct campaign_rule *x = &a->campaign->rule, *y = &b->campaign->rule;
    if (x->rank != y->rank)
        return x->rank < y->rank;
    if (a->depth != b->depth)
        return a->depth < b->depth;
    if (x->release.revision != y->release.revision)
        return x->release.revision > y->release.revision;
    int r = strcmp(x->release.line, y->release.line);
    return r ? r < 0 : a->at_ms < b->at_ms;
}

void priority_skip(struct priority_list *l, int64_t start_ms)
{
    while (l->first < l->count && l->list[l->first].at_ms < start_ms)
        l->first++;
}

struct priority *priority_due(struct priority_list *l, int64_t now_ms)
{
    struct priority *best = NULL;
    while (l->first < l->count && l->list[l->first].done)
        l->first++;
    for (size_t i = l->first; i < l->count && l->list[i].at_ms <= now_ms; i++) {
        struct priority *p = &l->list[i];
        if (!p->done && (!best || goes_first(p, best)))
            best = p;
    }
    return best;
}

int64_t priority_next_cut(const struct priority_list *l, int64_t start_ms, int64_t end_ms)
{
    for (size_t i = l->first; i < l->count && l->list[i].at_ms < end_ms; i++) {
        const struct priority *p = &l->list[i];
        if (p->done || p->at_ms <= start_ms)
            continue;
        int64_t cut =
            p->at_ms + (p->campaign->rule.hard ? 0 : p->campaign->rule.tolerance_ms);
        if (cut < end_ms)
            end_ms = cut;
    }
    return end_ms;
}

bool priority_within(const struct priority_list *l, int64_t after_ms, int64_t until_ms)
{
    for (size_t i = 0; i < l->count && l->list[i].at_ms <= until_ms; i++)
        if (l->list[i].at_ms > after_ms)
            return true;
    return false;
}
