#include "tests/support/test.h"

#include "kiosk/draw/text.h"

#include <stdio.h>

/* Ink outside `b` on a transparent canvas. */
static unsigned ink_outside(struct canvas *c, struct box b)
{
    struct frame f;
    canvas_frame(c, &f);
    unsigned count = 0;
    for (int y = 0; y < f.height; y++)
        for (int x = 0; x < f.width; x++)
            if ((x < b.x || y < b.y || x >= b.x + b.w || y >= b.y + b.h) &&
                f.plane[0][(ptrdiff_t)y * f.stride[0] + x * 4 + 3] > 16)
                count++;
    return count;
}

static const char *const hard_texts[] = {
    "ỄỘẬ ẪỖỮ ẲẶ Ǵ̣ yg",
    "Nghiêng ngả giữa những ngọn núi: chương trình mục tiêu quốc gia giảm nghèo bền vững",
    "https://vi-du.example/mot-duong-dan-rat-dai-khong-co-khoang-trang-de-thu-xuong-dong",
    "ຍິນດີຕ້ອນຮັບສູ່ປະເທດລາວ ກະລຸນາຕິດຕໍ່ຫ້ອງການ",
    "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "",
};

static void test_text_draw__never_leaves_its_box(void **state)
{
    (void)state;
    static const struct box boxes[] = {
        {100, 100, 400, 200}, {100, 100, 90, 60}, {100, 100, 300, 50}};
    for (unsigned i = 0; i < ARRAY_LENGTH(hard_texts); i++) {
        for (unsigned k = 0; k < ARRAY_LENGTH(boxes); k++) {
            for (int bold = 0; bold < 2; bold++) {
                struct canvas *c;
                assert_int_equal(canvas_create(700, 500, &c), 0);
                const struct text_style style = {.colour = COLOUR_INK,
                                                 .size = 44,
                                                 .min_size = 14,
                                                 .bold = bold,
                                                 .line_height = 0.86,
                                                 .balanced = bold,
                                                 .align = (enum text_align)(k % 3)};
                struct text_extent e = text_draw(c, &style, hard_texts[i], boxes[k]);
                /* A pixel of antialiasing may lie beyond the edge. */
                unsigned outside = ink_outside(c, box_inset(boxes[k], -1, -1));
                if (outside)
                    fail_msg("'%s' in box %u: %u pixels outside (%.0fx%.0f, size %.1f)",
                             hard_texts[i], k, outside, e.width, e.height, e.size);
                canvas_destroy(c);
            }
        }
    }
}

static void test_text_draw__does_not_clip_stacked_marks(void **state)
{
    (void)state;
    struct canvas *c;
    assert_int_equal(canvas_create(600, 300, &c), 0);
    const struct text_style style = {.colour = COLOUR_INK, .size = 100, .bold = true};
    text_draw(c, &style, "ỄỘẬẲ", (struct box){0, 0, 600, 300});
    struct frame f;
    canvas_frame(c, &f);
    for (int x = 0; x < f.width; x++) /* nothing touches the canvas' first row */
        assert_int_equal(f.plane[0][x * 4 + 3], 0);
    canvas_destroy(c);
}

static void test_text_draw__uses_a_font_that_has_every_letter(void **state)
{
    (void)state;
    /* A missing glyph is drawn as the same hollow box for all: so different letters must
     * give different pictures. */
    static const char *const letters[] = {"ຂ", "ຮ", "ກ", "Ễ", "Ể", "ặ"};
    static const struct text_style style = {.colour = COLOUR_INK, .size = 60};
    uint8_t pictures[ARRAY_LENGTH(letters)][100 * 100 * 4];
    for (unsigned i = 0; i < ARRAY_LENGTH(letters); i++) {
        struct canvas *c;
        struct frame f;
        assert_int_equal(canvas_create(100, 100, &c), 0);
        text_draw(c, &style, letters[i], (struct box){0, 0, 100, 100});
        canvas_frame(c, &f);
        memcpy(pictures[i], f.plane[0], sizeof(pictures[i]));
        canvas_destroy(c);
        for (unsigned k = 0; k < i; k++)
            assert_memory_not_equal(pictures[i], pictures[k], sizeof(pictures[i]));
    }
}

static void test_text_measure__shrinks_before_it_cuts(void **state)
{
    (void)state;
    struct canvas *c;
    assert_int_equal(canvas_create(10, 10, &c), 0);
    const struct text_style style = {.size = 60, .min_size = 30, .max_lines = 1};
    struct text_extent e = text_measure(c, &style, "vừa một dòng", 300, 100);
    assert_false(e.cut);
    assert_true(e.size < 60 && e.size >= 30);
    assert_int_equal(e.lines, 1);
    e = text_measure(c, &style, "một dòng dài hơn hẳn chỗ còn lại ở trên trang", 300,
                     100);
    assert_true(e.cut);
    assert_int_equal(e.lines, 1);
    assert_true(e.width <= 301);
    canvas_destroy(c);
}

static void test_text_measure__figures_are_equally_wide(void **state)
{
    (void)state;
    struct canvas *c;
    assert_int_equal(canvas_create(10, 10, &c), 0);
    const struct text_style style = {.size = 50, .figures = true};
    double ones = text_measure(c, &style, "1.111,11", 1e4, 1e4).width;
    double eights = text_measure(c, &style, "8.888,88", 1e4, 1e4).width;
    assert_float_equal(ones, eights, 0.1);
    canvas_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_draw__never_leaves_its_box),
        cmocka_unit_test(test_text_draw__does_not_clip_stacked_marks),
        cmocka_unit_test(test_text_draw__uses_a_font_that_has_every_letter),
        cmocka_unit_test(test_text_measure__shrinks_before_it_cuts),
        cmocka_unit_test(test_text_measure__figures_are_equally_wide),
    };
    return cmocka_run_group_tests_name("kiosk/draw/text", tests, NULL, NULL);
}
