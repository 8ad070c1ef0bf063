#include "tests/support/test.h"

#include "kiosk/draw/theme.h"

static void test_colour_contrast__is_enough_for_every_pair(void **state)
{
    (void)state;
    for (int p = 0; p < PALETTE_COUNT; p++)
        for (unsigned i = 0; i < colour_pairs_count; i++) {
            double contrast = colour_contrast((enum palette)p, colour_pairs[i].text,
                                              colour_pairs[i].ground);
            if (contrast < CONTRAST_MIN)
                fail_msg("palette %d, pair %u: %.2f", p, i, contrast);
        }
}

static void test_colour_contrast__is_21_for_black_on_white(void **state)
{
    (void)state;
    assert_float_equal(colour_contrast(PALETTE_HOUSE, COLOUR_BLACK, COLOUR_WHITE), 21,
                       0.01);
    assert_float_equal(colour_contrast(PALETTE_HOUSE, COLOUR_WHITE, COLOUR_BLACK), 21,
                       0.01);
}

static void test_theme_init__scales_with_the_short_side(void **state)
{
    (void)state;
    struct theme wide, tall, small;
    theme_init(&wide, 1920, 1080, false);
    theme_init(&tall, 1080, 1920, true);
    theme_init(&small, 1366, 768, false);
    assert_false(wide.portrait);
    assert_true(tall.portrait);
    assert_float_equal(wide.type[TYPE_BODY], tall.type[TYPE_BODY], 0.01);
    assert_float_equal(small.type[TYPE_BODY] / wide.type[TYPE_BODY], 768.0 / 1080, 0.01);
    assert_float_equal(tall.reserved, tall.strip, 0.01);
    assert_float_equal(wide.reserved, 0, 0.01);
    for (int i = 1; i < TYPE_COUNT; i++)
        assert_true(wide.type[i] > wide.type[i - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_colour_contrast__is_enough_for_every_pair),
        cmocka_unit_test(test_colour_contrast__is_21_for_black_on_white),
        cmocka_unit_test(test_theme_init__scales_with_the_short_side),
    };
    return cmocka_run_group_tests_name("kiosk/draw/theme", tests, NULL, NULL);
}
