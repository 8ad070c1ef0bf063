/* A day's rundown for one unit: a day of slots with items of 15 s, ten campaigns woven
 * in. Prints the median in microseconds and the number of entries. */
#include "base/clock.h"
#include "base/diag.h"
#include "scheduler/rundown.h"

#include <stdio.h>
#include <stdlib.h>

#define CAMPAIGNS 10
#define ROUNDS 201
#define DAY INT64_C(86400000)
#define MORNING INT64_C(1795280400000) /* 2026-11-22T00:00+07:00 */

static const char *const path[] = {"commune", "district", "province"};
static const char *const lines[CAMPAIGNS] = {"c0", "c1", "c2", "c3", "c4",
                                             "c5", "c6", "c7", "c8", "c9"};
static const struct item items[] = {
    {"a", "slide", "", "", 15000, ITEM_RESTART, NULL},
    {"b", "slide", "", "", 15000, ITEM_RESTART, NULL},
    {"c", "slide", "", "", 15000, ITEM_RESTART, NULL},
};

static struct release_rule release(const char *line, const char *const *area)
{
    return (struct release_rule){.line = line,
                                 .revision = 1,
                                 .area = *area,
                                 .target = {.areas = {area, 1}},
                                 .valid_until_ms = TIME_NEVER,
                                 .withdrawn_ms = TIME_NEVER};
}

static int add_rules(struct plan_builder *b, struct diag *diag)
{
    struct slot_rule slots[4];
    for (int i = 0; i < 4; i++)
        slots[i] = (struct slot_rule){
            .id = lines[i],
            .name = "",
            .when = {INT64_C(1704067200000) + i * DAY / 4, "FREQ=DAILY", NULL, 0},
            .duration_ms = DAY / 4,
            .campaigns = true,
            .items = items,
            .item_count = 3};
    struct timetable_rule timetable = {.release = release("t", &path[0]),
                                       .slots = slots,
                                       .slot_count = 4,
                                       .filler = items,
                                       .filler_count = 3};
    int r = plan_builder_add_timetable(b, &timetable, diag);
    for (int i = 0; r == 0 && i < CAMPAIGNS; i++) {
        struct campaign_rule c = {.release = release(lines[i], &path[i % 3]),
                                  .items = items,
                                  .item_count = 3,
                                  .mode = CAMPAIGN_SHARE,
                                  .share_bp = 300 + 50 * i};
        r = plan_builder_add_campaign(b, &c, diag);
    }
    return r;
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static int64_t once(const struct plan *plan, const struct unit *unit, size_t *count)
{
    struct rundown *r = NULL;
    int64_t from = clock_monotonic_us(clock_system());
    if (plan_rundown(plan, unit, MORNING, MORNING + DAY, &r) < 0)
        exit(1);
    int64_t took = clock_monotonic_us(clock_system()) - from;
    *count = rundown_count(r);
    rundown_destroy(r);
    return took;
}

int main(void)
{
    static const struct unit_stand stand = {0, TIME_NEVER, {path, 3}};
    static const struct unit unit = {"u", UNIT_KIOSK, {0}, {0}, &stand, 1};
    struct plan_builder *b = NULL;
    struct plan *plan = NULL;
    struct diag diag = {""};
    int64_t took[ROUNDS];
    size_t count = 0;
    if (plan_builder_create(&b) < 0 || add_rules(b, &diag) < 0 ||
        plan_build(&b, &zone_vietnam, &plan) < 0) {
        (void)fprintf(stderr, "bench_rundown: %s\n", diag_text(&diag));
        return 1;
    }
    for (int i = 0; i < ROUNDS; i++)
        took[i] = once(plan, &unit, &count);
    qsort(took, ROUNDS, sizeof(took[0]), compare);
    printf("%lld %zu\n", (long long)took[ROUNDS / 2], count);
    plan_destroy(plan);
    return 0;
}
