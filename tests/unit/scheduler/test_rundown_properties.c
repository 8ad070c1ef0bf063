/* What must hold for every plan: no gaps, no overlaps, the same however it is computed,
 * and nothing before a publication or on the air at it changes. Random plans with a
 * printed seed. */
#include "tests/support/test.h"

#include "base/diag.h"
#include "scheduler/rundown.h"
#include "tests/support/random.h"

#include <stdio.h>

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)
#define NOON INT64_C(1795323600000) /* 2026-11-22T12:00+07:00 */
#define PLANS 1500

static const char *const path[] = {"commune", "district", "province"};
static const struct unit_stand stand = {0, TIME_NEVER, {path, 3}};
static const struct unit unit = {"u1", UNIT_KIOSK, {0}, {0}, &stand, 1};

struct world {
    struct timetable_rule timetables[4];
    struct slot_rule slots[4][4];
    struct campaign_rule campaigns[7];
    struct item items[64];
    char names[64][8];
    const char *areas[12];
    size_t timetable_count, campaign_count, item_count, area_count;
    bool priorities;
};

static const struct item *make_items(struct world *w, struct random *r, size_t *count)
{
    size_t first = w->item_count, n = (size_t)random_in(r, 1, 4);
    for (size_t i = 0; i < n; i++) {
        struct item *it = &w->items[w->item_count];
        snprintf(w->names[w->item_count], sizeof(w->names[0]), "i%zu", w->item_count);
        it->id = w->names[w->item_count++];
        it->type = "slide";
        it->duration_ms = random_in(r, 5, 400) * 1000;
        it->resume = (enum item_resume)random_in(r, 0, 2);
    }
    *count = n;
    return &w->items[first];
}

static struct release_rule make_release(struct world *w, struct random *r,
                                        const char *line)
{
    const char **area = &w->areas[w->area_count++];
    *area = path[random_in(r, 0, 2)];
    return (struct release_rule){
        .line = line,
        .revision = 1,
        .area = *area,
        .target = {.areas = {area, 1}},
        .effective_ms = NOON + random_in(r, -40, 20) * HOUR / 2,
        .valid_from_ms = 0,
        .valid_until_ms =
            random_in(r, 0, 3) ? TIME_NEVER : NOON + random_in(r, 0, 30) * HOUR,
        .withdrawn_ms = TIME_NEVER,
    };
}

static void make_world(struct world *w, struct random *r, bool priorities)
{
    static const char *const rules[] = {"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU,MO", "",
                                        "FREQ=HOURLY;INTERVAL=6"};
    static const char *const slot_ids[] = {"a", "b", "c", "d"};
    static const char *const lines[] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6"};
    static const char *const tables[] = {"t0", "t1", "t2", "t3"};
    memset(w, 0, sizeof(*w));
    w->priorities = priorities;
    w->timetable_count = (size_t)random_in(r, 0, 3);
    for (size_t i = 0; i < w->timetable_count; i++) {
        struct timetable_rule *t = &w->timetables[i];
        t->release = make_release(w, r, tables[i]);
        t->slots = w->slots[i];
        t->slot_count = (size_t)random_in(r, 0, 3);
        if (random_in(r, 0, 1))
            t->filler = make_items(w, r, &t->filler_count);
        for (size_t s = 0; s < t->slot_count; s++) {
            struct slot_rule *slot = &w->slots[i][s];
            slot->id = slot_ids[s];
            slot->name = "";
            slot->when.rrule = rules[random_in(r, 0, 3)];
            slot->when.start_local_ms =
                NOON + 7 * HOUR - 30 * DAY + random_in(r, 0, 96) * HOUR / 4;
            slot->duration_ms = random_in(r, 1, 96) * HOUR / 4;
            slot->overrun_ms = random_in(r, 0, 1) * random_in(r, 0, 600) * 1000;
            slot->rotate = random_in(r, 0, 1);
            slot->campaigns = random_in(r, 0, 4) > 0;
            if (random_in(r, 0, 5))
                slot->items = make_items(w, r, &slot->item_count);
        }
    }
    w->campaign_count = (size_t)random_in(r, 0, 5);
    for (size_t i = 0; i < w->campaign_count; i++) {
        struct campaign_rule *c = &w->campaigns[i];
        c->release = make_release(w, r, lines[i]);
        c->items = make_items(w, r, &c->item_count);
        c->mode = (enum campaign_mode)random_in(r, 0, priorities ? 2 : 1);
        c->share_bp = (int)random_in(r, 1, 6000);
        c->plays_per_day = (int)random_in(r, 1, 40);
        c->when.rrule = rules[random_in(r, 0, 1)];
        c->when.start_local_ms =
            NOON + 7 * HOUR - 9 * DAY + random_in(r, 0, 288) * HOUR / 12;
        c->hard = random_in(r, 0, 1);
        c->tolerance_ms = random_in(r, 0, 300) * 1000;
        if (c->mode == CAMPAIGN_AT)
            c->release.level = LEVEL_PRIORITY;
    }
}

static struct plan *build(const struct world *w, bool reversed)
{
    struct plan_builder *b = NULL;
    struct plan *plan = NULL;
    struct diag d = {""};
    assert_int_equal(plan_builder_create(&b), 0);
    for (size_t k = 0; k < w->timetable_count; k++) {
        size_t i = reversed ? w->timetable_count - 1 - k : k;
        assert_int_equal(plan_builder_add_timetable(b, &w->timetables[i], &d), 0);
    }
    for (size_t k = 0; k < w->campaign_count; k++) {
        size_t i = reversed ? w->campaign_count - 1 - k : k;
        assert_int_equal(plan_builder_add_campaign(b, &w->campaigns[i], &d), 0);
    }
    assert_int_equal(plan_build(&b, &zone_vietnam, &plan), 0);
    return plan;
}

static struct rundown *compute(const struct plan *plan, int64_t from, int64_t to)
{
    struct rundown *r = NULL;
    assert_int_equal(plan_rundown(plan, &unit, from, to, &r), 0);
    return r;
}

static bool same(const struct entry *a, const struct entry *b)
{
    return a->start_ms == b->start_ms && a->end_ms == b->end_ms &&
           a->offset_ms == b->offset_ms && strcmp(a->item->id, b->item->id) == 0 &&
           a->rule == b->rule && a->flags == b->flags && a->given_bp == b->given_bp;
}

static void print_difference(const struct entry *a, const struct entry *b, uint64_t seed)
{
    char x[200], y[200];
    entry_why_text(a, "en", x, sizeof(x));
    entry_why_text(b, "en", y, sizeof(y));
    print_error("seed %llu: [%lld %lld) %s (%s) / [%lld %lld) %s (%s)\n",
                (unsigned long long)seed, (long long)(a->start_ms - NOON) / 1000,
                (long long)(a->end_ms - NOON) / 1000, a->item->id, x,
                (long long)(b->start_ms - NOON) / 1000,
                (long long)(b->end_ms - NOON) / 1000, b->item->id, y);
}

/* Every entry of `part` stands in `whole` at the same place. */
static void assert_contained(const struct rundown *part, const struct rundown *whole,
                             uint64_t seed)
{
    for (size_t i = 0; i < rundown_count(part); i++) {
        const struct entry *a = rundown_entry(part, i);
        const struct entry *b = rundown_at(whole, a->start_ms);
        if (!b)
            b = rundown_entry(whole, 0);
        if (!same(a, b)) {
            print_difference(a, b, seed);
            fail();
        }
    }
}

static void assert_seamless(const struct rundown *r, int64_t from, int64_t to,
                            uint64_t seed)
{
    size_t n = rundown_count(r);
    assert_true(n > 0);
    bool good =
        rundown_entry(r, 0)->start_ms <= from && rundown_entry(r, n - 1)->end_ms >= to;
    for (size_t i = 0; i < n; i++) {
        const struct entry *e = rundown_entry(r, i);
        good &= e->end_ms > e->start_ms && e->offset_ms >= 0;
        good &= e->end_ms - e->start_ms + e->offset_ms <= e->item->duration_ms;
        good &= i == 0 || e->start_ms == rundown_entry(r, i - 1)->end_ms;
    }
    if (!good)
        print_error("seed %llu: gap, overlap or wrong length\n",
                    (unsigned long long)seed);
    assert_true(good);
}

static void test_plan_rundown__is_seamless_and_the_same_however_computed(void **state)
{
    (void)state;
    static struct world w;
    for (uint64_t seed = 1; seed <= PLANS; seed++) {
        struct random r = {seed};
        make_world(&w, &r, true);
        struct plan *plan = build(&w, false), *other = build(&w, true);
        int64_t from = NOON + random_in(&r, -20, 10) * HOUR, to = from + 30 * HOUR;
        int64_t middle = random_in(&r, 0, 2)
                             ? from + random_in(&r, 1, 30 * HOUR - 1)
                             : zone_day_start(&zone_vietnam, zone_day(&zone_vietnam, to));
        if (middle <= from || middle >= to)
            middle = from + HOUR;
        struct rundown *whole = compute(plan, from, to);
        struct rundown *first = compute(plan, from, middle);
        struct rundown *second = compute(plan, middle, to);
        struct rundown *reversed = compute(other, from, to);
        assert_seamless(whole, from, to, seed);
        assert_contained(first, whole, seed);
        assert_contained(second, whole, seed);
        assert_contained(reversed, whole, seed);
        assert_int_equal(rundown_count(reversed), rundown_count(whole));
        rundown_destroy(whole);
        rundown_destroy(first);
        rundown_destroy(second);
        rundown_destroy(reversed);
        plan_destroy(plan);
        plan_destroy(other);
    }
}

/* Publish at T: a new campaign, a new revision of something, or a withdrawal without a
 * cut. */
static void publish(struct world *w, struct random *r, int64_t at)
{
    switch (random_in(r, 0, 3)) {
    case 0: {
        struct campaign_rule *c = &w->campaigns[w->campaign_count++];
        *c = (struct campaign_rule){.mode = CAMPAIGN_SHARE, .share_bp = 3000};
        c->release = make_release(w, r, "new");
        c->release.effective_ms = at;
        c->release.valid_until_ms = TIME_NEVER;
        c->items = make_items(w, r, &c->item_count);
        break;
    }
    case 1:
        if (w->campaign_count) {
            struct campaign_rule *c = &w->campaigns[w->campaign_count];
            *c = w->campaigns[random_in(r, 0, (int64_t)w->campaign_count - 1)];
            if (c->mode == CAMPAIGN_AT)
                break;
            w->campaign_count++;
            c->release.revision = 2;
            c->release.effective_ms = at;
            c->share_bp = 500;
            c->items = make_items(w, r, &c->item_count);
        }
        break;
    case 2:
        if (w->timetable_count) {
            struct timetable_rule *t = &w->timetables[w->timetable_count];
            *t = w->timetables[random_in(r, 0, (int64_t)w->timetable_count - 1)];
            w->timetable_count++;
            t->release.revision = 2;
            t->release.effective_ms = at;
            t->slot_count = (size_t)random_in(r, 0, (int64_t)t->slot_count);
        }
        break;
    default:
        if (w->timetable_count)
            w->timetables[random_in(r, 0, (int64_t)w->timetable_count - 1)]
                .release.withdrawn_ms = at;
        break;
    }
}

static void
test_plan_rundown__publishing_changes_neither_the_past_nor_what_is_on(void **state)
{
    (void)state;
    static struct world w;
    for (uint64_t seed = 1; seed <= PLANS; seed++) {
        struct random r = {seed * 7919};
        make_world(&w, &r, true);
        int64_t from = NOON + random_in(&r, -6, 30) * HOUR, to = from + 26 * HOUR;
        int64_t at = from + random_in(&r, 0, 20 * HOUR);
        struct plan *before = build(&w, false);
        publish(&w, &r, at);
        struct plan *after = build(&w, false);
        struct rundown *a = compute(before, from, to), *b = compute(after, from, to);
        for (size_t i = 0; i < rundown_count(a); i++) {
            const struct entry *e = rundown_entry(a, i);
            if (e->start_ms >= at)
                break;
            const struct entry *now = rundown_entry(b, i);
            if (e->rule == WHY_LAST_RESORT && e->end_ms > at)
                break; /* the card gives way at once */
            if (e->start_ms != now->start_ms || e->end_ms != now->end_ms ||
                strcmp(e->item->id, now->item->id) != 0) {
                print_difference(e, now, seed);
                print_error("published at %lld\n", (long long)(at - NOON) / 1000);
                fail();
            }
        }
        rundown_destroy(a);
        rundown_destroy(b);
        plan_destroy(before);
        plan_destroy(after);
    }
}

/* In a slot whose flows do not change, every campaign is within one item of its share at
 * every item boundary. */
static void
test_plan_rundown__keeps_shares_within_one_item_at_every_boundary(void **state)
{
    (void)state;
    static struct world w;
    for (uint64_t seed = 1; seed <= PLANS; seed++) {
        struct random r = {seed * 104729};
        memset(&w, 0, sizeof(w));
        make_world(&w, &r, false);
        w.timetable_count = 1;
        w.timetables[0] = (struct timetable_rule){.slots = w.slots[0], .slot_count = 1};
        w.timetables[0].release = make_release(&w, &r, "t");
        w.timetables[0].release.effective_ms = 0;
        w.timetables[0].release.valid_until_ms = TIME_NEVER;
        w.slots[0][0] = (struct slot_rule){.id = "s",
                                           .name = "",
                                           .when = {NOON + 7 * HOUR, "", NULL, 0},
                                           .duration_ms = 8 * HOUR,
                                           .campaigns = true};
        w.slots[0][0].items = make_items(&w, &r, &w.slots[0][0].item_count);
        for (size_t i = 0; i < w.campaign_count; i++) {
            w.campaigns[i].mode = CAMPAIGN_SHARE;
            w.campaigns[i].release.effective_ms = 0;
            w.campaigns[i].release.valid_until_ms = TIME_NEVER;
        }
        struct plan *plan = build(&w, false);
        struct rundown *run = compute(plan, NOON, NOON + 8 * HOUR);
        int64_t longest = 0;
        for (size_t i = 0; i < w.item_count; i++)
            if (w.items[i].duration_ms > longest)
                longest = w.items[i].duration_ms;
        for (size_t c = 0; c < w.campaign_count; c++) {
            int64_t served = 0, rate = -1;
            for (size_t i = 0; i < rundown_count(run); i++) {
                const struct entry *e = rundown_entry(run, i);
                bool mine = e->release &&
                            strcmp(e->release->line, w.campaigns[c].release.line) == 0;
                if (mine) {
                    served += e->end_ms - e->start_ms;
                    rate = e->given_bp;
                }
                int64_t programme = e->end_ms - NOON;
                /* given_bp is rounded down by at most one. */
                if (rate >= 0 && (served > (programme * (rate + 1)) / 10000 + longest ||
                                  served < programme * rate / 10000 - longest)) {
                    print_error(
                        "seed %llu: campaign %zu served %lld of %lld at %lld bp\n",
                        (unsigned long long)seed, c, (long long)served,
                        (long long)programme, (long long)rate);
                    fail();
                }
            }
        }
        rundown_destroy(run);
        plan_destroy(plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_rundown__is_seamless_and_the_same_however_computed),
        cmocka_unit_test(
            test_plan_rundown__publishing_changes_neither_the_past_nor_what_is_on),
        cmocka_unit_test(
            test_plan_rundown__keeps_shares_within_one_item_at_every_boundary),
    };
    return cmocka_run_group_tests_name("scheduler/rundown properties", tests, NULL, NULL);
}
