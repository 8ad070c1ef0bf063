#include "tests/support/test.h"

#include "kiosk/gesture.h"

static void test_gesture_tap__needs_five_in_the_corner_within_three_seconds(void **state)
{
    (void)state;
    struct gesture g = {0};
    for (int i = 0; i < 4; i++)
        assert_false(gesture_tap(&g, 0.05, 0.05, i * 500000));
    assert_true(gesture_tap(&g, 0.05, 0.05, 2000000));
    assert_false(gesture_tap(&g, 0.05, 0.05, 2100000)); /* starts again */
}

static void test_gesture_tap__ignores_slow_taps(void **state)
{
    (void)state;
    struct gesture g = {0};
    for (int i = 0; i < 20; i++)
        assert_false(gesture_tap(&g, 0.05, 0.05, i * INT64_C(1000000)));
    /* The last three of them are recent enough for quick ones to follow. */
    assert_false(gesture_tap(&g, 0.05, 0.05, 19100000));
    assert_true(gesture_tap(&g, 0.05, 0.05, 19200000));
}

static void test_gesture_tap__a_tap_elsewhere_starts_again(void **state)
{
    (void)state;
    struct gesture g = {0};
    for (int i = 0; i < 4; i++)
        assert_false(gesture_tap(&g, 0.05, 0.05, i));
    assert_false(gesture_tap(&g, 0.5, 0.5, 5));
    assert_false(gesture_tap(&g, 0.05, 0.05, 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gesture_tap__needs_five_in_the_corner_within_three_seconds),
        cmocka_unit_test(test_gesture_tap__ignores_slow_taps),
        cmocka_unit_test(test_gesture_tap__a_tap_elsewhere_starts_again),
    };
    return cmocka_run_group_tests_name("kiosk/gesture", tests, NULL, NULL);
}
