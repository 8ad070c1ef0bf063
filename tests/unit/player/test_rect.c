#include "tests/support/test.h"

#include "player/rect.h"

static void assert_rect(struct rect got, int x, int y, int w, int h)
{
    assert_int_equal(got.x, x);
    assert_int_equal(got.y, y);
    assert_int_equal(got.w, w);
    assert_int_equal(got.h, h);
}

static bool inside(struct rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

static void test_rect_intersect__is_empty_when_apart(void **state)
{
    (void)state;
    struct rect a = {0, 0, 10, 10}, b = {10, 0, 5, 5}, c = {8, 9, 5, 5};
    assert_true(rect_empty(rect_intersect(a, b)));
    assert_rect(rect_intersect(a, c), 8, 9, 2, 1);
    assert_rect(rect_union(a, c), 0, 0, 13, 14);
    assert_rect(rect_union((struct rect){3, 3, 0, 9}, a), 0, 0, 10, 10);
    assert_true(rect_contains(a, (struct rect){2, 2, 8, 8}));
    assert_false(rect_contains(a, c));
}

/* Every point of a small field is in exactly the parts it should be in. */
static void test_rect_subtract__leaves_what_is_outside_once(void **state)
{
    (void)state;
    const struct rect a = {2, 2, 4, 4};
    for (int i = 0; i < 8 * 8 * 8 * 8; i++) {
        struct rect b = {i % 8, i / 8 % 8, i / 64 % 8, i / 512}, rest[4];
        int n = rect_subtract(a, b, rest);
        for (int p = 0; p < 100; p++) {
            int x = p % 10, y = p / 10, count = 0;
            for (int j = 0; j < n; j++)
                count += inside(rest[j], x, y);
            assert_int_equal(count, inside(a, x, y) && !inside(b, x, y));
        }
    }
}

static void test_rect_turn__moves_the_corner_clockwise(void **state)
{
    (void)state;
    const struct rect corner = {0, 0, 2, 1}; /* top left of a canvas of 8 x 5 */
    assert_rect(rect_turn(corner, 8, 5, 0), 0, 0, 2, 1);
    assert_rect(rect_turn(corner, 8, 5, 90), 4, 0, 1, 2);
    assert_rect(rect_turn(corner, 8, 5, 180), 6, 4, 2, 1);
    assert_rect(rect_turn(corner, 8, 5, 270), 0, 6, 1, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rect_intersect__is_empty_when_apart),
        cmocka_unit_test(test_rect_subtract__leaves_what_is_outside_once),
        cmocka_unit_test(test_rect_turn__moves_the_corner_clockwise),
    };
    return cmocka_run_group_tests_name("player/rect", tests, NULL, NULL);
}
