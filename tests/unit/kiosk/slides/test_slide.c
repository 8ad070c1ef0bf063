#include "tests/support/test.h"

#include "kiosk/draw/text.h"
#include "tests/golden/samples.h"

#include <stdio.h>

enum { MANY = 40, COLUMNS = 8 };
static const char *const nothing = "";

static void draw_at(const struct slide *slide, int width, int height)
{
    struct theme t;
    struct canvas *c;
    theme_init(&t, width, height, width % 2);
    assert_int_equal(canvas_create(width, height, &c), 0);
    const struct slide_page page = {.canvas = c, .theme = &t, .place = "Xã Hồng Thượng"};
    slide_draw(&page, slide);
    struct frame f;
    canvas_frame(c, &f);
    for (int y = 0; y < height; y++) /* every pixel is painted: never black by chance */
        for (int x = 0; x < width; x++)
            assert_int_equal(f.plane[0][(ptrdiff_t)y * f.stride[0] + x * 4 + 3], 255);
    canvas_destroy(c);
}

static void draw(const struct slide *slide)
{
    static const int sizes[][2] = {
        {320, 180}, {181, 320}, {16, 16}, {64, 17}, {640, 120}};
    for (unsigned i = 0; i < ARRAY_LENGTH(sizes); i++)
        draw_at(slide, sizes[i][0], sizes[i][1]);
}

static struct slide slide_of(enum slide_layout layout)
{
    return (struct slide){.layout = layout,
                          .title = nothing,
                          .subtitle = nothing,
                          .source = nothing,
                          .unit = nothing,
                          .caption = nothing,
                          .url = nothing};
}

static void test_slide_draw__paints_all_samples_at_all_sizes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LENGTH(samples); i++)
        draw(&samples[i].view);
}

static void test_slide_draw__accepts_empty_slides(void **state)
{
    (void)state;
    for (int layout = SLIDE_TITLE; layout <= SLIDE_QR; layout++) {
        const struct slide s = slide_of((enum slide_layout)layout);
        draw(&s);
    }
}

static void test_slide_draw__accepts_the_longest_the_model_lets_through(void **state)
{
    (void)state;
    static char text[301];
    memset(text, 'W', sizeof(text) - 1); /* one word without a place to break */
    const char *texts[MANY];
    struct slide_row rows[MANY];
    for (int i = 0; i < MANY; i++) {
        texts[i] = text;
        rows[i] = (struct slide_row){.cells = {texts, COLUMNS},
                                     .label = text,
                                     .value = i % 2 ? 1e12 : 0,
                                     .highlight = i % 3 == 0};
    }
    for (int layout = SLIDE_TITLE; layout <= SLIDE_QR; layout++) {
        const struct slide s = {.layout = (enum slide_layout)layout,
                                .title = text,
                                .subtitle = text,
                                .source = text,
                                .paragraphs = {texts, 6},
                                .columns = {texts, COLUMNS},
                                .unit = "đơn vị dài",
                                .rows = rows,
                                .row_count = MANY,
                                .caption = text,
                                .url = text};
        draw_at(&s, 320, 180);
    }
}

static void test_slide_draw__a_bar_of_nothing_is_still_a_chart(void **state)
{
    (void)state;
    struct slide_row rows[] = {{.label = "không", .value = 0}};
    struct slide s = slide_of(SLIDE_BAR);
    s.rows = rows;
    s.row_count = 1;
    draw(&s);
}

static void test_slide_draw__shows_the_picture(void **state)
{
    (void)state;
    struct theme t;
    struct canvas *c, *picture;
    theme_init(&t, 640, 360, false);
    assert_int_equal(canvas_create(640, 360, &c), 0);
    assert_int_equal(canvas_create(40, 30, &picture), 0);
    canvas_fill(picture, COLOUR_SUN);
    struct slide s = slide_of(SLIDE_PICTURE);
    const struct slide_page page = {.canvas = c, .theme = &t, .picture = picture};
    slide_draw(&page, &s);
    struct frame f;
    canvas_frame(c, &f);
    const uint8_t *middle =
        f.plane[0] + (ptrdiff_t)180 * f.stride[0] + (ptrdiff_t)320 * 4;
    struct colour_rgb sun = colour_rgb(PALETTE_HOUSE, COLOUR_SUN);
    assert_in_range(middle[2], sun.red - 2, sun.red);
    assert_in_range(middle[1], sun.green - 2, sun.green + 2);
    canvas_destroy(picture);
    canvas_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slide_draw__paints_all_samples_at_all_sizes),
        cmocka_unit_test(test_slide_draw__accepts_empty_slides),
        cmocka_unit_test(test_slide_draw__accepts_the_longest_the_model_lets_through),
        cmocka_unit_test(test_slide_draw__a_bar_of_nothing_is_still_a_chart),
        cmocka_unit_test(test_slide_draw__shows_the_picture),
    };
    return cmocka_run_group_tests_name("kiosk/slides/slide", tests, NULL, NULL);
}
