#include "tests/support/test.h"

#include "scheduler/zone.h"

#include <stdbool.h>

#define HOUR INT64_C(3600000)

/* An hour forward at 10 h, back at 100 h. */
static const struct zone_transition transitions[] = {{10 * HOUR, 2 * 3600},
                                                     {100 * HOUR, 3600}};
static const struct zone zone = {"Test/Zone", 3600, transitions, 2};

static void test_zone_to_utc__a_missing_time_is_the_instant_after_the_gap(void **state)
{
    (void)state;
    /* Local 11:00 is the gap's start: clocks go from 11:00 to 12:00. */
    assert_int_equal(zone_to_utc(&zone, 11 * HOUR - 1), 10 * HOUR - 1);
    assert_int_equal(zone_to_utc(&zone, 11 * HOUR), 10 * HOUR);
    assert_int_equal(zone_to_utc(&zone, 11 * HOUR + HOUR / 2), 10 * HOUR);
    assert_int_equal(zone_to_utc(&zone, 12 * HOUR), 10 * HOUR);
    assert_int_equal(zone_to_utc(&zone, 13 * HOUR), 11 * HOUR);
}

static void test_zone_to_utc__a_doubled_time_is_the_first_of_the_two(void **state)
{
    (void)state;
    /* Local 102:00 comes at 100 h UTC for the second time at +1. */
    assert_int_equal(zone_to_utc(&zone, 101 * HOUR + HOUR / 2), 99 * HOUR + HOUR / 2);
    assert_int_equal(zone_to_utc(&zone, 102 * HOUR), 101 * HOUR);
}

static void test_zone_to_local__goes_back_and_forth(void **state)
{
    (void)state;
    for (int64_t at = 0; at < 200 * HOUR; at += HOUR / 4) {
        int64_t back = zone_to_utc(&zone, zone_to_local(&zone, at));
        /* Only the second of two readings comes back an hour early. */
        bool second = at >= 100 * HOUR && at < 101 * HOUR;
        assert_int_equal(back, second ? at - HOUR : at);
    }
}

static void test_zone_day__begins_at_local_midnight(void **state)
{
    (void)state;
    int64_t midnight = zone_day_start(&zone_vietnam, 20000);
    assert_int_equal(zone_day(&zone_vietnam, midnight), 20000);
    assert_int_equal(zone_day(&zone_vietnam, midnight - 1), 19999);
    assert_int_equal(midnight, 20000 * 24 * HOUR - 7 * HOUR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zone_to_utc__a_missing_time_is_the_instant_after_the_gap),
        cmocka_unit_test(test_zone_to_utc__a_doubled_time_is_the_first_of_the_two),
        cmocka_unit_test(test_zone_to_local__goes_back_and_forth),
        cmocka_unit_test(test_zone_day__begins_at_local_midnight),
    };
    return cmocka_run_group_tests_name("scheduler/zone", tests, NULL, NULL);
}
