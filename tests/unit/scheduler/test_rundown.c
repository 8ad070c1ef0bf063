/* The rules of the rundown, one example each. Times count from five in the morning. */
#include "tests/support/test.h"

#include "base/diag.h"
#include "scheduler/rundown.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define FIVE INT64_C(1795298400000)  /* 2026-11-22T05:00+07:00 */
#define FIVE_LOCAL (FIVE + 7 * HOUR) /* the same as local time */

static const char *const path[] = {"commune", "province"};
static const struct unit_stand stand = {0, TIME_NEVER, {path, 2}};
static const struct unit unit = {"u", UNIT_KIOSK, {0}, {0}, &stand, 1};
static const struct unit nowhere = {"v", UNIT_KIOSK, {0}, {0}, NULL, 0};

struct fixture {
    struct plan_builder *builder;
    struct plan *plan;
    struct rundown *rundown;
    struct diag diag;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    *state = f;
    return f ? plan_builder_create(&f->builder) : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    rundown_destroy(f->rundown);
    plan_destroy(f->plan);
    plan_builder_destroy(f->builder);
    free(f);
    return 0;
}

static struct item item(const char *id, int64_t duration_ms)
{
    return (struct item){id, "slide", "", "", duration_ms, ITEM_RESUME, NULL};
}

static struct release_rule release(const char *line, size_t area)
{
    return (struct release_rule){.line = line,
                                 .revision = 1,
                                 .area = path[area],
                                 .title = line,
                                 .target = {.areas = {&path[area], 1}},
                                 .valid_until_ms = TIME_NEVER,
                                 .withdrawn_ms = TIME_NEVER};
}

/* A slot from five for `length`, daily, with one item. */
static struct slot_rule slot(const char *id, const struct item *it, int64_t length)
{
    return (struct slot_rule){.id = id,
                              .name = id,
                              .when = {FIVE_LOCAL, "FREQ=DAILY", NULL, 0},
                              .duration_ms = length,
                              .campaigns = true,
                              .items = it,
                              .item_count = 1};
}

static void add_slot(struct fixture *f, const char *line, size_t area,
                     const struct slot_rule *s, const struct item *filler)
{
    struct timetable_rule t = {.release = release(line, area),
                               .slots = s,
                               .slot_count = s ? 1 : 0,
                               .filler = filler,
                               .filler_count = filler ? 1 : 0};
    assert_int_equal(plan_builder_add_timetable(f->builder, &t, &f->diag), 0);
}

static struct campaign_rule campaign_at(const char *line, const struct item *it,
                                        int64_t after_five, bool hard)
{
    struct campaign_rule c = {.release = release(line, 1),
                              .items = it,
                              .item_count = 1,
                              .mode = CAMPAIGN_AT,
                              .when = {FIVE_LOCAL + after_five, "FREQ=DAILY", NULL, 0},
                              .hard = hard,
                              .tolerance_ms = MINUTE};
    c.release.level = LEVEL_PRIORITY;
    return c;
}

static void add_campaign(struct fixture *f, const struct campaign_rule *c)
{
    assert_int_equal(plan_builder_add_campaign(f->builder, c, &f->diag), 0);
}

static void compute(struct fixture *f, int64_t from, int64_t to)
{
    if (!f->plan)
        assert_int_equal(plan_build(&f->builder, &zone_vietnam, &f->plan), 0);
    rundown_destroy(f->rundown);
    f->rundown = NULL;
    assert_int_equal(plan_rundown(f->plan, &unit, FIVE + from, FIVE + to, &f->rundown),
                     0);
}

static const struct entry *at(struct fixture *f, int64_t after_five)
{
    const struct entry *e = rundown_at(f->rundown, FIVE + after_five);
    assert_non_null(e);
    return e;
}

static void assert_entry(struct fixture *f, int64_t from, int64_t to, const char *id)
{
    const struct entry *e = at(f, from);
    assert_string_equal(e->item->id, id);
    assert_int_equal((e->start_ms - FIVE) / 1000, from / 1000);
    assert_int_equal((e->end_ms - FIVE) / 1000, to / 1000);
}

static void test_rundown__hard_start_cuts_and_the_item_resumes(void **state)
{
    struct fixture *f = *state;
    struct item film = item("film", 10 * MINUTE), bulletin = item("bulletin", MINUTE);
    struct slot_rule s = slot("morning", &film, HOUR);
    struct campaign_rule c = campaign_at("p", &bulletin, 5 * MINUTE, true);
    add_slot(f, "t", 0, &s, NULL);
    add_campaign(f, &c);
    compute(f, 0, HOUR);
    assert_entry(f, 0, 5 * MINUTE, "film");
    assert_true(at(f, 0)->flags & WHY_CUT_BY_PRIORITY);
    assert_entry(f, 5 * MINUTE, 6 * MINUTE, "bulletin");
    assert_int_equal(at(f, 5 * MINUTE)->rule, WHY_PRIORITY_HARD);
    assert_entry(f, 6 * MINUTE, 11 * MINUTE, "film");
    assert_int_equal(at(f, 6 * MINUTE)->offset_ms, 5 * MINUTE);
    assert_true(at(f, 6 * MINUTE)->flags & WHY_RESUMED);
}

static void test_rundown__an_interrupted_item_restarts_or_is_dropped(void **state)
{
    struct fixture *f = *state;
    struct item films[2] = {item("again", 10 * MINUTE), item("gone", 10 * MINUTE)};
    films[0].resume = ITEM_RESTART;
    films[1].resume = ITEM_DROP;
    struct item bulletin = item("bulletin", MINUTE);
    struct slot_rule s = slot("morning", films, 2 * HOUR);
    s.item_count = 2;
    struct campaign_rule first = campaign_at("p", &bulletin, 5 * MINUTE, true);
    struct campaign_rule second = campaign_at("q", &bulletin, 20 * MINUTE, true);
    add_slot(f, "t", 0, &s, NULL);
    add_campaign(f, &first);
    add_campaign(f, &second);
    compute(f, 0, HOUR);
    assert_entry(f, 6 * MINUTE, 16 * MINUTE, "again");
    assert_int_equal(at(f, 6 * MINUTE)->offset_ms, 0);
    assert_entry(f, 16 * MINUTE, 20 * MINUTE, "gone");
    assert_entry(f, 21 * MINUTE, 31 * MINUTE, "again");
}

static void test_rundown__soft_start_waits_at_most_its_tolerance(void **state)
{
    struct fixture *f = *state;
    struct item film = item("film", 10 * MINUTE), bulletin = item("bulletin", MINUTE);
    struct slot_rule s = slot("morning", &film, HOUR);
    struct campaign_rule patient = campaign_at("p", &bulletin, 9 * MINUTE + 30000, false);
    struct campaign_rule pressed = campaign_at("q", &bulletin, 15 * MINUTE, false);
    add_slot(f, "t", 0, &s, NULL);
    add_campaign(f, &patient);
    add_campaign(f, &pressed);
    compute(f, 0, HOUR);
    assert_entry(f, 10 * MINUTE, 11 * MINUTE, "bulletin"); /* the film ended in time */
    assert_int_equal(at(f, 10 * MINUTE)->rule, WHY_PRIORITY_SOFT);
    assert_entry(f, 16 * MINUTE, 17 * MINUTE, "bulletin"); /* a minute was the most */
}

static void test_rundown__colliding_priorities_follow_their_rank(void **state)
{
    struct fixture *f = *state;
    struct item film = item("film", 10 * MINUTE);
    struct item one = item("one", MINUTE), two = item("two", MINUTE);
    struct slot_rule s = slot("morning", &film, HOUR);
    struct campaign_rule a = campaign_at("a", &one, 5 * MINUTE, true);
    struct campaign_rule b = campaign_at("b", &two, 5 * MINUTE, true);
    a.rank = 2;
    b.rank = 1;
    add_slot(f, "t", 0, &s, NULL);
    add_campaign(f, &a);
    add_campaign(f, &b);
    compute(f, 0, HOUR);
    assert_entry(f, 5 * MINUTE, 6 * MINUTE, "two");
    assert_entry(f, 6 * MINUTE, 7 * MINUTE, "one");
    assert_true(at(f, 5 * MINUTE)->flags & WHY_CONFLICT);
    assert_true(at(f, 6 * MINUTE)->flags & WHY_CONFLICT);
}

static void test_rundown__the_nearest_area_has_the_slot(void **state)
{
    struct fixture *f = *state;
    struct item own = item("own", MINUTE), theirs = item("theirs", MINUTE);
    struct slot_rule near = slot("near", &own, HOUR),
                     far = slot("far", &theirs, 2 * HOUR);
    add_slot(f, "commune", 0, &near, NULL);
    add_slot(f, "province", 1, &far, NULL);
    compute(f, 0, 3 * HOUR);
    assert_string_equal(at(f, 30 * MINUTE)->item->id, "own");
    assert_string_equal(at(f, 90 * MINUTE)->item->id, "theirs");
    assert_int_equal(at(f, 150 * MINUTE)->rule, WHY_LAST_RESORT);
}

static void test_rundown__a_slot_across_midnight_goes_on(void **state)
{
    struct fixture *f = *state;
    struct item night = item("night", 7 * MINUTE), fill = item("fill", MINUTE);
    struct slot_rule s = slot("night", &night, 4 * HOUR);
    s.when.start_local_ms += 17 * HOUR; /* from ten in the evening to two */
    add_slot(f, "t", 0, &s, &fill);
    compute(f, 17 * HOUR, 22 * HOUR);
    int64_t midnight = 19 * HOUR;
    const struct entry *e = at(f, midnight);
    assert_string_equal(e->item->id, "night");
    assert_int_equal(e->slot_start_ms, FIVE + 17 * HOUR);
    assert_true(e->start_ms < FIVE + midnight); /* not cut at midnight */
    assert_string_equal(at(f, 21 * HOUR)->item->id, "fill");
}

static void test_rundown__an_overrun_stays_within_its_tolerance(void **state)
{
    struct fixture *f = *state;
    struct item film = item("film", 7 * MINUTE), fill = item("fill", 30000);
    struct slot_rule s = slot("morning", &film, 20 * MINUTE);
    s.overrun_ms = 2 * MINUTE;
    add_slot(f, "t", 0, &s, &fill);
    compute(f, 0, HOUR);
    assert_entry(f, 14 * MINUTE, 21 * MINUTE, "film");
    assert_true(at(f, 14 * MINUTE)->flags & WHY_OVERRUN);
    assert_string_equal(at(f, 21 * MINUTE)->item->id, "fill");
}

static void test_rundown__plays_per_day_are_reached_over_its_slots(void **state)
{
    struct fixture *f = *state;
    struct item own = item("own", 20000), spot = item("spot", 30000);
    struct slot_rule slots[3];
    for (int i = 0; i < 3; i++) {
        static const char *const ids[] = {"a", "b", "c"};
        slots[i] = slot(ids[i], &own, (i + 1) * HOUR);
        slots[i].when.start_local_ms += i * 4 * HOUR;
    }
    struct timetable_rule t = {
        .release = release("t", 0), .slots = slots, .slot_count = 3};
    assert_int_equal(plan_builder_add_timetable(f->builder, &t, &f->diag), 0);
    struct campaign_rule c = {.release = release("c", 1),
                              .items = &spot,
                              .item_count = 1,
                              .mode = CAMPAIGN_COUNT,
                              .plays_per_day = 11};
    add_campaign(f, &c);
    compute(f, 0, 18 * HOUR);
    int plays = 0;
    for (size_t i = 0; i < rundown_count(f->rundown); i++)
        plays += rundown_entry(f->rundown, i)->rule == WHY_COUNT;
    assert_int_equal(plays, 11);
}

static void test_rundown__campaigns_leave_the_commune_its_minimum(void **state)
{
    struct fixture *f = *state;
    struct item own = item("own", MINUTE), spot = item("spot", MINUTE);
    struct slot_rule s = slot("morning", &own, 10 * HOUR);
    add_slot(f, "t", 0, &s, NULL);
    static const char *const lines[] = {"c1", "c2"};
    for (int i = 0; i < 2; i++) {
        struct campaign_rule c = {.release = release(lines[i], 1),
                                  .items = &spot,
                                  .item_count = 1,
                                  .mode = CAMPAIGN_SHARE,
                                  .share_bp = 7000};
        add_campaign(f, &c);
    }
    compute(f, 0, 10 * HOUR);
    int64_t own_ms = 0;
    for (size_t i = 0; i < rundown_count(f->rundown); i++) {
        const struct entry *e = rundown_entry(f->rundown, i);
        if (e->rule == WHY_SLOT)
            own_ms += e->end_ms - e->start_ms;
        else
            assert_true(e->flags & WHY_SCALED_DOWN);
    }
    assert_in_range(own_ms, 3 * HOUR - MINUTE, 3 * HOUR + MINUTE); /* 30 % by default */
}

static void test_rundown__a_slot_may_refuse_campaigns(void **state)
{
    struct fixture *f = *state;
    struct item own = item("own", MINUTE), spot = item("spot", MINUTE);
    struct slot_rule s = slot("prayer", &own, HOUR);
    s.campaigns = false;
    struct campaign_rule c = {
        .release = release("c", 1), .items = &spot, .item_count = 1, .share_bp = 5000};
    add_slot(f, "t", 0, &s, NULL);
    add_campaign(f, &c);
    compute(f, 0, HOUR);
    for (size_t i = 0; i < rundown_count(f->rundown); i++)
        assert_string_equal(rundown_entry(f->rundown, i)->item->id, "own");
}

static void test_rundown__only_a_withdrawal_with_a_cut_ends_what_is_on(void **state)
{
    struct fixture *f = *state;
    struct item film = item("film", 20 * MINUTE), fill = item("fill", MINUTE);
    for (int cut = 0; cut < 2; cut++) {
        struct slot_rule s = slot("morning", &film, HOUR);
        struct timetable_rule t = {
            .release = release("t", 0), .slots = &s, .slot_count = 1};
        t.release.withdrawn_ms = FIVE + 5 * MINUTE;
        t.release.withdrawn_cut = cut;
        if (!f->builder)
            assert_int_equal(plan_builder_create(&f->builder), 0);
        assert_int_equal(plan_builder_add_timetable(f->builder, &t, &f->diag), 0);
        add_slot(f, "other", 1, NULL, &fill);
        compute(f, 0, HOUR);
        assert_entry(f, 0, (cut ? 5 : 20) * MINUTE, "film");
        assert_int_equal((at(f, 0)->flags & WHY_CUT_BY_WITHDRAWAL) != 0, cut);
        assert_string_equal(at(f, 21 * MINUTE)->item->id, "fill");
        assert_int_equal(plan_release_may_air(f->plan, "t", 1, FIVE + 6 * MINUTE), !cut);
        rundown_destroy(f->rundown);
        plan_destroy(f->plan);
        f->rundown = NULL;
        f->plan = NULL;
    }
}

static void test_plan_rundown_untimed__plays_the_filler_in_order(void **state)
{
    struct fixture *f = *state;
    struct item fill[2] = {item("a", MINUTE), item("b", MINUTE)};
    struct timetable_rule t = {
        .release = release("t", 0), .filler = fill, .filler_count = 2};
    assert_int_equal(plan_builder_add_timetable(f->builder, &t, &f->diag), 0);
    assert_int_equal(plan_build(&f->builder, &zone_vietnam, &f->plan), 0);
    assert_int_equal(plan_rundown_untimed(f->plan, &unit, 0, 5 * MINUTE, &f->rundown), 0);
    assert_string_equal(rundown_at(f->rundown, 30000)->item->id, "a");
    assert_string_equal(rundown_at(f->rundown, 90000)->item->id, "b");
    assert_string_equal(rundown_at(f->rundown, 150000)->item->id, "a");
    rundown_destroy(f->rundown);
    assert_int_equal(plan_rundown_untimed(f->plan, &nowhere, 0, MINUTE, &f->rundown), 0);
    assert_int_equal(rundown_entry(f->rundown, 0)->rule, WHY_LAST_RESORT);
}

static void test_plan_sound_allowed__knows_hours_across_midnight(void **state)
{
    struct fixture *f = *state;
    static const struct day_window hours[] = {{22 * HOUR, 2 * HOUR},
                                              {5 * HOUR, 6 * HOUR}};
    struct settings_rule s = {
        .release = release("s", 0), .sound = hours, .sound_count = 2};
    assert_int_equal(plan_builder_add_settings(f->builder, &s, &f->diag), 0);
    assert_int_equal(plan_build(&f->builder, &zone_vietnam, &f->plan), 0);
    assert_true(plan_sound_allowed(f->plan, &unit, FIVE));
    assert_false(plan_sound_allowed(f->plan, &unit, FIVE + HOUR));
    assert_true(plan_sound_allowed(f->plan, &unit, FIVE + 18 * HOUR)); /* 23:00 */
    assert_true(plan_sound_allowed(f->plan, &unit, FIVE + 20 * HOUR)); /* 01:00 */
    assert_false(plan_sound_allowed(f->plan, &unit, FIVE + 21 * HOUR));
}

static void test_entry_why_text__says_it_in_both_languages(void **state)
{
    struct fixture *f = *state;
    char text[200], small[12];
    struct item own = item("own", MINUTE);
    struct slot_rule s = slot("Sáng", &own, HOUR);
    add_slot(f, "t", 0, &s, NULL);
    compute(f, 0, HOUR);
    entry_why_text(at(f, 0), "vi", text, sizeof(text));
    assert_string_equal(text, "Trong khung Sáng");
    entry_why_text(at(f, 0), "en", text, sizeof(text));
    assert_string_equal(text, "In the slot Sáng");
    entry_why_text(at(f, 0), "vi", small, sizeof(small));
    assert_int_equal(strlen(small) < sizeof(small), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rundown__hard_start_cuts_and_the_item_resumes),
        TEST(test_rundown__an_interrupted_item_restarts_or_is_dropped),
        TEST(test_rundown__soft_start_waits_at_most_its_tolerance),
        TEST(test_rundown__colliding_priorities_follow_their_rank),
        TEST(test_rundown__the_nearest_area_has_the_slot),
        TEST(test_rundown__a_slot_across_midnight_goes_on),
        TEST(test_rundown__an_overrun_stays_within_its_tolerance),
        TEST(test_rundown__plays_per_day_are_reached_over_its_slots),
        TEST(test_rundown__campaigns_leave_the_commune_its_minimum),
        TEST(test_rundown__a_slot_may_refuse_campaigns),
        TEST(test_rundown__only_a_withdrawal_with_a_cut_ends_what_is_on),
        TEST(test_plan_rundown_untimed__plays_the_filler_in_order),
        TEST(test_plan_sound_allowed__knows_hours_across_midnight),
        TEST(test_entry_why_text__says_it_in_both_languages),
    };
    return cmocka_run_group_tests_name("scheduler/rundown", tests, NULL, NULL);
}
