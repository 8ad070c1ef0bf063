#include "tests/support/test.h"

#include "kiosk/screens/ticker.h"

#include <string.h>

static struct ticker *ticker_of(const char *const *texts, size_t count)
{
    struct theme t;
    theme_init(&t, 640, 360, true);
    struct ticker *ticker;
    assert_int_equal(ticker_create(&t, texts, count, &ticker), 0);
    return ticker;
}

static void test_ticker_frame__stays_inside_its_strip_for_ever(void **state)
{
    (void)state;
    static const char *const texts[] = {"Rà soát hộ nghèo", "Hỏi bộ phận Một cửa"};
    struct ticker *t = ticker_of(texts, 2);
    uint64_t sum = 0;
    for (int64_t at = 0; at < INT64_C(120000000); at += 333331) {
        struct frame f;
        ticker_frame(t, at, &f);
        assert_int_equal(f.width, 640);
        for (int y = 0; y < f.height; y++) /* ASan sees a step outside */
            sum += f.plane[0][(ptrdiff_t)y * f.stride[0] + (ptrdiff_t)f.width * 4 - 1];
    }
    assert_true(sum > 0);
    ticker_destroy(t);
}

static void test_ticker_next_us__is_when_the_picture_changes(void **state)
{
    (void)state;
    static const char *const texts[] = {"một"};
    struct ticker *t = ticker_of(texts, 1);
    int64_t next = ticker_next_us(t, 1000000);
    assert_true(next > 1000000 && next < 1100000);
    struct frame before, after;
    ticker_frame(t, next - 3000, &before);
    ticker_frame(t, next + 1000, &after);
    assert_ptr_not_equal(before.plane[0], after.plane[0]);
    assert_true(before.serial != after.serial);
    ticker_destroy(t);
}

/* Each picture is the one before, moved by a pixel: all the way round, wherever the strip
 * is cut. */
static void test_ticker_frame__runs_on_across_a_very_long_strip(void **state)
{
    (void)state;
    enum { TEXTS = 10, LENGTH = 500 };
    char long_text[LENGTH + 1];
    const char *texts[TEXTS];
    for (int i = 0; i < LENGTH; i++)
        long_text[i] = i % 6 == 5 ? ' ' : (char)('a' + i % 23);
    long_text[LENGTH] = '\0';
    for (int i = 0; i < TEXTS; i++)
        texts[i] = long_text;
    struct ticker *t = ticker_of(texts, TEXTS);
    struct frame f;
    ticker_frame(t, 0, &f);
    size_t width = (size_t)f.width, pieces = 1;
    const uint8_t *row = f.plane[0] + (ptrdiff_t)f.height / 2 * f.stride[0];
    int stride = f.stride[0];
    int64_t at = 0;
    for (int x = 0; x < 60000; x++) {
        at = ticker_next_us(t, at) + 1000; /* a millisecond is the clock of the strip */
        ticker_frame(t, at, &f);
        const uint8_t *next = f.plane[0] + (ptrdiff_t)f.height / 2 * f.stride[0];
        assert_memory_equal(next, row + 4, (width - 1) * 4);
        pieces += f.stride[0] != stride || next != row + 4;
        row = next;
        stride = f.stride[0];
    }
    assert_true(pieces > 2);
    ticker_destroy(t);
}

static void test_ticker_create__needs_a_text(void **state)
{
    (void)state;
    struct theme t;
    theme_init(&t, 640, 360, true);
    struct ticker *ticker;
    assert_int_equal(ticker_create(&t, NULL, 0, &ticker), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ticker_frame__stays_inside_its_strip_for_ever),
        cmocka_unit_test(test_ticker_next_us__is_when_the_picture_changes),
        cmocka_unit_test(test_ticker_frame__runs_on_across_a_very_long_strip),
        cmocka_unit_test(test_ticker_create__needs_a_text),
    };
    return cmocka_run_group_tests_name("kiosk/screens/ticker", tests, NULL, NULL);
}
