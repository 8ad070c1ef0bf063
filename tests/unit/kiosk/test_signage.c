#include "tests/support/test.h"

#include "base/diag.h"
#include "base/timestamp.h"
#include "kiosk/signage.h"

#include <stdio.h>

/* ---- clips that do what the test says; this program has no workers ---- */

struct clip {
    enum clip_state state;
    int64_t started_us;
    char name[32];
};

static struct clip clips[64];
static unsigned clip_count_opened;
static enum clip_state clip_first_state = CLIP_READY;

int clip_open(struct zygote *zygote, struct mixer *mixer, const struct clip_spec *spec,
              struct clip **ret, struct diag *diag)
{
    (void)zygote;
    (void)mixer;
    (void)diag;
    struct clip *c = &clips[clip_count_opened++ % ARRAY_LENGTH(clips)];
    *c = (struct clip){.state = clip_first_state};
    (void)snprintf(c->name, sizeof(c->name), "%s", spec->name);
    *ret = c;
    return 0;
}

void clip_destroy(struct clip *c)
{
    if (c)
        c->state = CLIP_ENDED;
}

enum clip_state clip_poll(struct clip *c)
{
    return c->state;
}

const char *clip_error(const struct clip *c)
{
    (void)c;
    return "not a media file";
}

int clip_fd(const struct clip *c)
{
    (void)c;
    return -1;
}

void clip_start(struct clip *c, int64_t at_us)
{
    c->started_us = at_us;
    c->state = CLIP_PLAYING;
}

int64_t clip_end_us(const struct clip *c)
{
    (void)c;
    return INT64_MAX;
}

bool clip_frame(struct clip *c, int64_t now_us, struct frame *ret)
{
    (void)c;
    (void)now_us;
    (void)ret;
    return false;
}

int64_t clip_next_frame_us(const struct clip *c)
{
    (void)c;
    return INT64_MAX;
}

void clip_count(const struct clip *c, struct clip_counts *ret)
{
    (void)c;
    *ret = (struct clip_counts){0};
}

/* ---- a world whose clock the test winds ---- */

struct fixture {
    int64_t wall_ms, monotonic_us;
    enum clock_trust trust;
    const char *missing; /* an item without a file */
    char log[4096];      /* plays: "item completed note;" */
    int64_t seek_us;     /* of the last open */
    char opened[32];
    struct signage *signage;
    struct plan *plan;
    int released;
};

static int64_t fake_wall(void *context)
{
    return ((struct fixture *)context)->wall_ms;
}

static int64_t fake_monotonic(void *context)
{
    return ((struct fixture *)context)->monotonic_us;
}

static enum clock_trust fake_trust(void *context, int64_t floor_ms)
{
    (void)floor_ms;
    return ((struct fixture *)context)->trust;
}

static int world_open(void *context, const struct item *item, int64_t seek_us,
                      int64_t length_us, struct show **ret, struct diag *diag)
{
    struct fixture *f = context;
    if (f->missing && strcmp(f->missing, item->id) == 0)
        return -ENOENT;
    const struct clip_spec spec = {
        .name = item->id, .offset_us = seek_us, .duration_us = length_us};
    f->seek_us = seek_us;
    (void)snprintf(f->opened, sizeof(f->opened), "%s", item->id);
    return show_open_clip(&(struct show_maker){0}, &spec, ret, diag);
}

static bool world_present(void *context, const struct item *item)
{
    struct fixture *f = context;
    return !f->missing || strcmp(f->missing, item->id) != 0;
}

static void world_played(void *context, const struct signage_play *play)
{
    struct fixture *f = context;
    size_t n = strlen(f->log);
    (void)snprintf(f->log + n, sizeof(f->log) - n, "%s %s%s%s;", play->item->id,
                   play->completed ? "whole" : "part", *play->note ? " " : "",
                   play->note);
}

static const struct item items[] = {
    {.id = "a", .type = "video", .title = "", .sha256 = "", .duration_ms = 10000},
    {.id = "b", .type = "video", .title = "", .sha256 = "", .duration_ms = 20000},
    {.id = "c", .type = "video", .title = "", .sha256 = "", .duration_ms = 30000}};

/* 2026-11-23T00:00 in Vietnam: the slot begins, a plays 0-10 s, b 10-30, c 30-60, a ...
 */
#define MIDNIGHT INT64_C(1795366800000)

static void rule_add(struct plan_builder *b, int64_t revision, int64_t effective_ms,
                     const struct item *of, size_t count)
{
    struct diag diag = {""};
    const struct slot_rule slot = {
        .id = "s",
        .name = "s",
        .when = {.start_local_ms = MIDNIGHT + 25200000, .rrule = "FREQ=DAILY"},
        .duration_ms = MS_PER_DAY,
        .items = of,
        .item_count = count};
    const struct timetable_rule rule = {.release = {.line = "t",
                                                    .revision = revision,
                                                    .area = "x",
                                                    .title = "",
                                                    .effective_ms = effective_ms,
                                                    .valid_until_ms = TIME_NEVER,
                                                    .withdrawn_ms = TIME_NEVER},
                                        .slots = &slot,
                                        .slot_count = 1};
    if (plan_builder_add_timetable(b, &rule, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
}

/* a, b, c for ever; or only c from an instant on, in a second revision. */
static struct plan *plan_of(int64_t only_c_from_ms)
{
    struct plan_builder *b;
    struct plan *plan;
    assert_int_equal(plan_builder_create(&b), 0);
    rule_add(b, 1, 0, items, ARRAY_LENGTH(items));
    if (only_c_from_ms)
        rule_add(b, 2, only_c_from_ms, items + 2, 1);
    assert_int_equal(plan_build(&b, &zone_vietnam, &plan), 0);
    return plan;
}

static const char *const path[] = {"x"};
static const struct unit_stand stand = {0, TIME_NEVER, {path, 1}};
static const struct unit unit = {
    .id = "u", .kind = UNIT_KIOSK, .stands = &stand, .stand_count = 1};
static const struct clock fake_clock_functions = {fake_wall, fake_monotonic, fake_trust,
                                                  NULL};

static void release_plan(void *keep)
{
    ((struct fixture *)keep)->released++;
}

static int setup(void **state)
{
    static struct clock clock;
    struct fixture *f = calloc(1, sizeof(*f));
    *f = (struct fixture){
        .wall_ms = MIDNIGHT, .monotonic_us = 5000000, .trust = CLOCK_TRUST_NTP};
    clock = fake_clock_functions;
    clock.context = f;
    clip_first_state = CLIP_READY;
    const struct signage_world world = {.context = f,
                                        .clock = &clock,
                                        .open = world_open,
                                        .present = world_present,
                                        .played = world_played};
    if (signage_create(&world, &f->signage) < 0)
        return -1;
    f->plan = plan_of(0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    signage_destroy(f->signage);
    plan_destroy(f->plan);
    free(f);
    return 0;
}

/* Let time pass, as the loop would. */
static void pass(struct fixture *f, int64_t ms)
{
    while (ms > 0) {
        int64_t step = ms < 20 ? ms : 20;
        f->wall_ms += step;
        f->monotonic_us += step * 1000;
        ms -= step;
        signage_tick(f->signage);
    }
}

static void plan_set(struct fixture *f)
{
    assert_int_equal(signage_set_plan(f->signage, f->plan, &unit, f, release_plan), 0);
}

static void assert_on_air(struct fixture *f, const char *id)
{
    struct signage_state st;
    signage_state(f->signage, &st);
    assert_string_equal(st.item->id, id);
}

static void test_signage_tick__plays_the_rundown_and_records_it(void **state)
{
    struct fixture *f = *state;
    plan_set(f);
    pass(f, 100);
    assert_on_air(f, "a");
    pass(f, 10000);
    assert_on_air(f, "b");
    pass(f, 20000);
    assert_on_air(f, "c");
    pass(f, 30000);
    assert_on_air(f, "a");
    assert_string_equal(f->log, "a whole;b whole;c whole;");
}

static void test_signage_tick__does_not_stumble_over_rounded_milliseconds(void **state)
{
    struct fixture *f = *state;
    plan_set(f);
    for (int i = 0; i < 3 * 60; i++) { /* the two clocks are never read at once */
        f->monotonic_us += i % 7 * 150 - 450;
        pass(f, 997);
        f->monotonic_us -= i % 7 * 150 - 450;
        pass(f, 3);
    }
    for (const char *p = f->log; p; p = strstr(p + 1, "part"))
        assert_true(p == f->log);
    assert_non_null(strstr(f->log, "c whole;a whole;b whole;c whole;"));
}

static void test_signage_tick__joins_in_the_middle(void **state)
{
    struct fixture *f = *state;
    f->wall_ms = MIDNIGHT + 15000;
    plan_set(f);
    pass(f, 100);
    assert_on_air(f, "b");
    assert_in_range(f->seek_us, 5000000, 5100000);
    pass(f, 15000);
    assert_on_air(f, "c");
    assert_string_equal(f->log, "b part;");
}

static void test_signage_tick__a_missing_file_is_recorded_and_replaced(void **state)
{
    struct fixture *f = *state;
    f->missing = "b";
    plan_set(f);
    pass(f, 10100);
    assert_on_air(f, "c");
    assert_non_null(strstr(f->log, "b part file missing;"));
    pass(f, 20000); /* c follows c: as planned again */
    assert_on_air(f, "c");
    assert_non_null(strstr(f->log, "c whole in place of b: file missing;"));
}

/* A slot that holds nothing but what is missing: the filler, not the card. */
static void test_signage_tick__the_filler_stands_in_for_a_slot_of_nothing(void **state)
{
    struct fixture *f = *state;
    struct plan_builder *b;
    struct diag diag = {""};
    const struct slot_rule slot = {
        .id = "s",
        .name = "s",
        .when = {.start_local_ms = MIDNIGHT + 25200000, .rrule = "FREQ=DAILY"},
        .duration_ms = MS_PER_DAY,
        .items = items + 1, /* b alone */
        .item_count = 1};
    const struct timetable_rule rule = {.release = {.line = "t",
                                                    .revision = 1,
                                                    .area = "x",
                                                    .title = "",
                                                    .valid_until_ms = TIME_NEVER,
                                                    .withdrawn_ms = TIME_NEVER},
                                        .slots = &slot,
                                        .slot_count = 1,
                                        .filler = items + 2, /* c */
                                        .filler_count = 1};
    plan_destroy(f->plan);
    assert_int_equal(plan_builder_create(&b), 0);
    if (plan_builder_add_timetable(b, &rule, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    assert_int_equal(plan_build(&b, &zone_vietnam, &f->plan), 0);
    f->missing = "b";
    plan_set(f);
    pass(f, 1000);
    assert_on_air(f, "c");
    pass(f, 20000);
    assert_on_air(f, "c");
    assert_non_null(strstr(f->log, "c whole in place of b: file missing;"));
    f->missing = NULL; /* it has come */
    pass(f, 20000);
    assert_on_air(f, "b");
}

static void test_signage_tick__joins_what_arrives_while_another_stands_in(void **state)
{
    struct fixture *f = *state;
    f->missing = "c";
    plan_set(f);
    pass(f, 31000);
    assert_on_air(f, "a"); /* in place of c, for its own ten seconds */
    pass(f, 10500);
    assert_on_air(f, "a"); /* still missing: again */
    f->missing = NULL;
    pass(f, 10000);
    assert_on_air(f, "c");
    assert_in_range(f->seek_us, 20000000, 20100000);
    pass(f, 10000);
    assert_on_air(f, "a"); /* as planned */
    const char *said = strstr(f->log, "c part file missing;");
    assert_non_null(said);
    assert_null(strstr(said + 1, "c part file missing;")); /* once */
}

static void test_signage_tick__a_broken_clip_gives_way_to_another(void **state)
{
    struct fixture *f = *state;
    plan_set(f);
    pass(f, 2000);
    assert_on_air(f, "a");
    clips[(clip_count_opened - 1) % ARRAY_LENGTH(clips)].state = CLIP_FAILED;
    pass(f, 100);
    struct signage_state st;
    signage_state(f->signage, &st);
    assert_false(st.card);
    assert_string_not_equal(st.item->id, "a");
    assert_non_null(strstr(f->log, "a part not a media file;"));
    pass(f, 8000); /* and b comes at its time */
    assert_on_air(f, "b");
    assert_string_equal(f->opened, "b");
}

static void test_signage_tick__a_clip_that_never_opens_is_given_up(void **state)
{
    struct fixture *f = *state;
    plan_set(f);
    pass(f, 100);
    clip_first_state = CLIP_OPENING;
    pass(f, 10000);
    assert_on_air(f, "a"); /* its last picture stands while b opens */
    pass(f, 9000);
    assert_non_null(strstr(f->log, "b part did not open in time;"));
}

static void test_signage_set_plan__does_not_cut_what_is_on_the_air(void **state)
{
    struct fixture *f = *state;
    plan_set(f);
    pass(f, 12000);
    assert_on_air(f, "b");
    struct plan *other = plan_of(f->wall_ms + 1000);
    assert_int_equal(signage_set_plan(f->signage, other, &unit, f, release_plan), 0);
    pass(f, 100);
    assert_on_air(f, "b");
    assert_int_equal(f->released, 0); /* b is still of the first plan */
    pass(f, 18000);
    assert_on_air(f, "c");
    pass(f, 100);
    assert_int_equal(f->released, 1);
    signage_destroy(f->signage);
    f->signage = NULL;
    assert_int_equal(f->released, 2);
    plan_destroy(other);
}

static void test_signage_tick__a_clock_that_is_set_does_not_cut(void **state)
{
    struct fixture *f = *state;
    plan_set(f);
    pass(f, 12000);
    assert_on_air(f, "b");
    f->wall_ms += 3600000 + 20000; /* c would be on */
    pass(f, 1000);
    assert_on_air(f, "b");
    pass(f, 17500);
    assert_string_not_equal(f->log, "");
    f->wall_ms -= 1800000;
    pass(f, 60000);
    struct signage_state st;
    signage_state(f->signage, &st);
    assert_false(st.card);
}

static void
test_signage_tick__the_card_gives_way_when_the_clock_is_right_again(void **state)
{
    struct fixture *f = *state;
    struct signage_state st;
    plan_set(f);
    pass(f, 2000);
    f->wall_ms -= INT64_C(10) * 86400000; /* nothing is valid yet */
    pass(f, 60000);
    signage_state(f->signage, &st);
    assert_true(st.card);
    f->wall_ms += INT64_C(10) * 86400000;
    pass(f, 2000);
    signage_state(f->signage, &st);
    assert_false(st.card);
}

static void test_signage_tick__without_a_plan_the_card_is_on(void **state)
{
    struct fixture *f = *state;
    pass(f, 5000);
    struct signage_state st;
    signage_state(f->signage, &st);
    assert_true(st.card);
    assert_string_equal(f->log, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_signage_tick__plays_the_rundown_and_records_it),
        TEST(test_signage_tick__does_not_stumble_over_rounded_milliseconds),
        TEST(test_signage_tick__joins_in_the_middle),
        TEST(test_signage_tick__a_missing_file_is_recorded_and_replaced),
        TEST(test_signage_tick__the_filler_stands_in_for_a_slot_of_nothing),
        TEST(test_signage_tick__joins_what_arrives_while_another_stands_in),
        TEST(test_signage_tick__a_broken_clip_gives_way_to_another),
        TEST(test_signage_tick__a_clip_that_never_opens_is_given_up),
        TEST(test_signage_set_plan__does_not_cut_what_is_on_the_air),
        TEST(test_signage_tick__a_clock_that_is_set_does_not_cut),
        TEST(test_signage_tick__the_card_gives_way_when_the_clock_is_right_again),
        TEST(test_signage_tick__without_a_plan_the_card_is_on),
    };
    return cmocka_run_group_tests_name("kiosk/signage", tests, NULL, NULL);
}
