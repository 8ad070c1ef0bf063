/* Building plans: copies, order, and when what is in force. */
#include "scheduler/plan_internal.h"

#include "base/arena.h"
#include "base/diag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PLAN_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define RULES_MAX 4096

struct plan_builder {
    struct plan *plan;
};

static void destroy_when(struct recurrence **when, size_t count)
{
    for (size_t i = 0; when && i < count; i++)
        recurrence_destroy(when[i]);
}

void plan_destroy(struct plan *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->timetable_count; i++)
        destroy_when(p->timetables[i].when, p->timetables[i].rule.slot_count);
    for (size_t i = 0; i < p->campaign_count; i++)
        recurrence_destroy(p->campaigns[i].when);
    free(p->timetables);
    free(p->campaigns);
    free(p->settings);
    free(p->changes);
    arena_destroy(p->arena);
    free(p);
}

int plan_builder_create(struct plan_builder **ret)
{
    struct plan_builder *b = calloc(1, sizeof(*b));
    struct plan *p = calloc(1, sizeof(*p));
    if (!b || !p || arena_create(PLAN_BYTES_MAX, &p->arena) < 0) {
        free(b);
        free(p);
        return -ENOMEM;
    }
    b->plan = p;
    *ret = b;
    return 0;
}

void plan_builder_destroy(struct plan_builder *b)
{
    if (!b)
        return;
    plan_destroy(b->plan);
    free(b);
}

static struct text_list copy_texts(struct arena *a, struct text_list list)
{
    const char **texts = arena_array(a, list.count, sizeof(texts[0]));
    if (!texts)
        return (struct text_list){0};
    for (size_t i = 0; i < list.count; i++)
        texts[i] = arena_text(a, list.texts[i]);
    return (struct text_list){texts, list.count};
}

static void copy_release(struct arena *a, struct release_rule *r)
{
    r->line = arena_text(a, r->line);
    r->area = arena_text(a, r->area);
    r->title = arena_text(a, r->title ? r->title : "");
    r->target.areas = copy_texts(a, r->target.areas);
    r->target.tags_all = copy_texts(a, r->target.tags_all);
    r->target.tags_any = copy_texts(a, r->target.tags_any);
    r->target.languages = copy_texts(a, r->target.languages);
    r->target.units = copy_texts(a, r->target.units);
}

static const struct item *copy_items(struct plan *p, const struct item *items,
                                     size_t count)
{
    struct item *copy = arena_copy(p->arena, items, count * sizeof(items[0]));
    for (size_t i = 0; copy && i < count; i++) {
        copy[i].id = arena_text(p->arena, items[i].id);
        copy[i].type = arena_text(p->arena, items[i].type);
        copy[i].title = arena_text(p->arena, items[i].title ? items[i].title : "");
        copy[i].sha256 = arena_text(p->arena, items[i].sha256 ? items[i].sha256 : "");
        if (items[i].duration_ms > p->item_max_ms)
            p->item_max_ms = items[i].duration_ms;
    }
    return copy;
}

static int check_items(const struct item *items, size_t count, const char *line,
                       struct diag *diag)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].duration_ms < 1)
            return diag_set(diag, -EINVAL, "%s: item '%s': no duration", line,
                            items[i].id);
    return 0;
}

static int copy_when(struct plan *p, struct recurrence_rule *when,
                     struct recurrence **ret, struct diag *diag)
{
    int r = recurrence_create(when->rrule ? when->rrule : "", when->start_local_ms,
                              when->except_days, when->except_count, ret, diag);
    when->rrule = arena_text(p->arena, when->rrule ? when->rrule : "");
    when->except_days =
        arena_copy(p->arena, when->except_days, when->except_count * sizeof(int64_t));
    return r;
}

/* Room for one more element, doubling. */
static void *grow(void *list, size_t count, size_t size)
{
    if (count >= RULES_MAX)
        return NULL;
    if (count & (count - 1))
        return list;
    return realloc(list, (count ? count * 2 : 1) * size);
}

static void note_lateness(struct plan *p, int64_t ms)
{
    if (ms > p->lateness_max_ms)
        p->lateness_max_ms = ms;
}

int plan_builder_add_timetable(struct plan_builder *b, const struct timetable_rule *rule,
                               struct diag *diag)
{
    struct plan *p = b->plan;
    void *list = grow(p->timetables, p->timetable_count, sizeof(p->timetables[0]));
    if (!list)
        return -ENOMEM;
    p->timetables = list;
    int r = check_items(rule->filler, rule->filler_count, rule->release.line, diag);
    for (size_t i = 0; r == 0 && i < rule->slot_count; i++)
        r = check_items(rule->slots[i].items, rule->slots[i].item_count,
                        rule->release.line, diag);
    if (r < 0)
        return r;
    struct plan_timetable t = {.rule = *rule, .superseded_ms = TIME_NEVER};
    copy_release(p->arena, &t.rule.release);
    struct slot_rule *slots =
        arena_copy(p->arena, rule->slots, rule->slot_count * sizeof(slots[0]));
    t.when = arena_array(p->arena, rule->slot_count, sizeof(struct recurrence *));
    if (!slots || !t.when)
        return -ENOMEM;
    t.rule.slots = slots;
    t.rule.filler = copy_items(p, rule->filler, rule->filler_count);
    for (size_t i = 0; r == 0 && i < rule->slot_count; i++) {
        slots[i].id = arena_text(p->arena, slots[i].id);
        slots[i].name = arena_text(p->arena, slots[i].name ? slots[i].name : "");
        slots[i].items = copy_items(p, slots[i].items, slots[i].item_count);
        note_lateness(p, slots[i].overrun_ms);
        if (slots[i].duration_ms < 1 || slots[i].duration_ms > SLOT_LENGTH_MAX_MS)
            r = diag_set(diag, -EINVAL, "slot '%s': longer than a day", slots[i].id);
        else
            r = copy_when(p, &slots[i].when, &t.when[i], diag);
        if (r < 0)
            diag_context(diag, r, "slots[%zu]", i);
    }
    if (r < 0) {
        destroy_when(t.when, rule->slot_count);
        return r;
    }
    p->timetables[p->timetable_count++] = t;
    return arena_failed(p->arena);
}

int plan_builder_add_campaign(struct plan_builder *b, const struct campaign_rule *rule,
                              struct diag *diag)
{
    struct plan *p = b->plan;
    void *list = grow(p->campaigns, p->campaign_count, sizeof(p->campaigns[0]));
    if (!list)
        return -ENOMEM;
    p->campaigns = list;
    int r = check_items(rule->items, rule->item_count, rule->release.line, diag);
    if (r == 0 && rule->item_count == 0)
        r = diag_set(diag, -EINVAL, "%s: a campaign needs items", rule->release.line);
    if (r < 0)
        return r;
    struct plan_campaign c = {.rule = *rule, .superseded_ms = TIME_NEVER};
    copy_release(p->arena, &c.rule.release);
    c.rule.items = copy_items(p, rule->items, rule->item_count);
    if (rule->mode == CAMPAIGN_AT) {
        note_lateness(p, rule->tolerance_ms);
        r = copy_when(p, &c.rule.when, &c.when, diag);
        if (r < 0)
            return diag_context(diag, r, "at");
    }
    p->campaigns[p->campaign_count++] = c;
    return arena_failed(p->arena);
}

int plan_builder_add_settings(struct plan_builder *b, const struct settings_rule *rule,
                              struct diag *diag)
{
    struct plan *p = b->plan;
    if (rule->guaranteed_bp < 0 || rule->guaranteed_bp > 10000)
        return diag_set(diag, -EINVAL, "guaranteed_bp: expected 0 to 10000");
    void *list = grow(p->settings, p->settings_count, sizeof(p->settings[0]));
    if (!list)
        return -ENOMEM;
    p->settings = list;
    struct plan_settings s = {.rule = *rule, .superseded_ms = TIME_NEVER};
    copy_release(p->arena, &s.rule.release);
    s.rule.sound =
        arena_copy(p->arena, rule->sound, rule->sound_count * sizeof(rule->sound[0]));
    p->settings[p->settings_count++] = s;
    return arena_failed(p->arena);
}

/* The lists begin with their release: one comparison and one pass serve all three. */
static int compare_releases(const struct release_rule *a, const struct release_rule *b)
{
    int r = strcmp(a->line, b->line);
    if (r)
        return r;
    return a->revision < b->revision ? -1 : a->revision > b->revision;
}

static int compare_timetables(const void *a, const void *b)
{
    return compare_releases(&((const struct plan_timetable *)a)->rule.release,
                            &((const struct plan_timetable *)b)->rule.release);
}

static int compare_campaigns(const void *a, const void *b)
{
    return compare_releases(&((const struct plan_campaign *)a)->rule.release,
                            &((const struct plan_campaign *)b)->rule.release);
}

static int compare_settings(const void *a, const void *b)
{
    return compare_releases(&((const struct plan_settings *)a)->rule.release,
                            &((const struct plan_settings *)b)->rule.release);
}

static int compare_times(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* A revision ends where any higher one of its line becomes effective. `next` is the
 * element behind in sorted order, already done. */
static int64_t superseded_by(const struct release_rule *r,
                             const struct release_rule *next, int64_t next_superseded_ms)
{
    if (!next || strcmp(r->line, next->line) != 0)
        return TIME_NEVER;
    return next->effective_ms < next_superseded_ms ? next->effective_ms
                                                   : next_superseded_ms;
}

static void note_changes(struct plan *p, const struct release_rule *r)
{
    const int64_t times[] = {r->effective_ms, r->valid_from_ms, r->valid_until_ms,
                             r->withdrawn_ms};
    for (size_t i = 0; i < ARRAY_LENGTH(times); i++)
        if (times[i] != TIME_NEVER)
            p->changes[p->change_count++] = times[i];
}

static int order(struct plan *p)
{
    size_t total = p->timetable_count + p->campaign_count + p->settings_count;
    p->changes = calloc(total * 4 + 1, sizeof(p->changes[0]));
    if (!p->changes)
        return -ENOMEM;
    if (p->timetable_count)
        qsort(p->timetables, p->timetable_count, sizeof(p->timetables[0]),
              compare_timetables);
    if (p->campaign_count)
        qsort(p->campaigns, p->campaign_count, sizeof(p->campaigns[0]),
              compare_campaigns);
    if (p->settings_count)
        qsort(p->settings, p->settings_count, sizeof(p->settings[0]), compare_settings);
#define SUPERSEDE(list, count)                                                           \
    for (size_t i = (count); i-- > 0;) {                                                 \
        bool last = i + 1 == (count);                                                    \
        (list)[i].superseded_ms = superseded_by(                                         \
            &(list)[i].rule.release, last ? NULL : &(list)[i + 1].rule.release,          \
            last ? TIME_NEVER : (list)[i + 1].superseded_ms);                            \
        note_changes(p, &(list)[i].rule.release);                                        \
    }
    SUPERSEDE(p->timetables, p->timetable_count)
    SUPERSEDE(p->campaigns, p->campaign_count)
    SUPERSEDE(p->settings, p->settings_count)
#undef SUPERSEDE
    qsort(p->changes, p->change_count, sizeof(p->changes[0]), compare_times);
    return 0;
}

int plan_build(struct plan_builder **b, const struct zone *zone, struct plan **ret)
{
    struct plan *p = (*b)->plan;
    free(*b);
    *b = NULL;
    p->zone = *zone;
    p->zone.name = arena_text(p->arena, zone->name);
    p->zone.transitions = arena_copy(p->arena, zone->transitions,
                                     zone->count * sizeof(zone->transitions[0]));
    int r = order(p);
    if (r == 0)
        r = arena_failed(p->arena);
    if (r < 0) {
        plan_destroy(p);
        return r;
    }
    *ret = p;
    return 0;
}

const struct zone *plan_zone(const struct plan *p)
{
    return &p->zone;
}

bool release_in_view(const struct release_rule *r, int64_t superseded_ms, int64_t view_ms)
{
    return view_ms >= r->effective_ms && view_ms < superseded_ms &&
           view_ms < r->withdrawn_ms;
}

bool release_in_force(const struct release_rule *r, int64_t superseded_ms,
                      int64_t view_ms, int64_t at_ms)
{
    return release_in_view(r, superseded_ms, view_ms) && at_ms >= r->valid_from_ms &&
           at_ms < r->valid_until_ms;
}

const struct settings_rule *plan_settings(const struct plan *p, const struct unit *unit,
                                          int64_t at_ms)
{
    const struct settings_rule *best = NULL;
    int best_depth = 0;
    for (size_t i = 0; i < p->settings_count; i++) {
        const struct plan_settings *s = &p->settings[i];
        const struct release_rule *release = &s->rule.release;
        if (!release_in_force(release, s->superseded_ms, at_ms, at_ms))
            continue;
        int depth = target_match(&release->target, unit, at_ms);
        if (depth == TARGET_NO_MATCH)
            continue;
        if (!best || depth < best_depth ||
            (depth == best_depth && release->effective_ms > best->release.effective_ms)) {
            best = &s->rule;
            best_depth = depth;
        }
    }
    return best;
}

bool plan_sound_allowed(const struct plan *p, const struct unit *unit, int64_t at_ms)
{
    const struct settings_rule *s = plan_settings(p, unit, at_ms);
    if (!s || s->sound_count == 0)
        return true;
    int64_t local = zone_to_local(&p->zone, at_ms);
    int64_t of_day = local - zone_day(&p->zone, at_ms) * INT64_C(86400000);
    for (size_t i = 0; i < s->sound_count; i++) {
        const struct day_window *w = &s->sound[i];
        bool in = w->from_ms <= w->until_ms
                      ? of_day >= w->from_ms && of_day < w->until_ms
                      : of_day >= w->from_ms || of_day < w->until_ms;
        if (in)
            return true;
    }
    return false;
}

static int may_air(const struct release_rule *r, const char *line, int64_t revision,
                   int64_t at_ms)
{
    if (strcmp(r->line, line) != 0 || r->revision != revision)
        return -1;
    return !(r->withdrawn_cut && at_ms >= r->withdrawn_ms);
}

bool plan_release_may_air(const struct plan *p, const char *line, int64_t revision,
                          int64_t at_ms)
{
    int answer = -1;
    for (size_t i = 0; answer < 0 && i < p->timetable_count; i++)
        answer = may_air(&p->timetables[i].rule.release, line, revision, at_ms);
    for (size_t i = 0; answer < 0 && i < p->campaign_count; i++)
        answer = may_air(&p->campaigns[i].rule.release, line, revision, at_ms);
    return answer == 1;
}
