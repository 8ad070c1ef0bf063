#include "tests/support/test.h"

#include "player/axis.h"
#include "player/rows.h"

#include <stdio.h>

/* Every instruction set this processor has, beside the plain loops. */
#ifdef __x86_64__
static const struct row_functions *const sets[] = {&rows_sse4, &rows_avx2};
#else
static const struct row_functions *const sets[] = {&rows_plain};
#endif

enum { N = 203, ROUNDS = 200 };

static void fill(uint8_t *bytes, size_t n, unsigned *seed)
{
    for (size_t i = 0; i < n; i++) {
        *seed = *seed * 1103515245U + 12345;
        bytes[i] = (uint8_t)(*seed >> 16);
    }
}

static void assert_close(const uint8_t *a, const uint8_t *b, size_t n, int tolerance,
                         const char *what)
{
    for (size_t i = 0; i < n; i++)
        if (abs(a[i] - b[i]) > tolerance)
            fail_msg("%s: byte %zu is %d, plain %d", what, i, a[i], b[i]);
}

static void check_convert(const struct row_functions *set, unsigned *seed)
{
    uint8_t y[N], u[N], v[N], a[N * 4 + 4], b[N * 4 + 4];
    fill(y, N, seed);
    fill(u, N, seed);
    fill(v, N, seed);
    for (int i = 0; i < 12; i++) {
        const struct colour *colour = colour_of((enum colour_matrix)(i / 4), i & 1);
        int n = (int)(*seed % N);
        bool odd = i & 2;
        memset(a, 7, sizeof(a));
        memset(b, 7, sizeof(b));
        set->convert(colour, y, u, v, odd, n, a);
        rows_plain.convert(colour, y, u, v, odd, n, b);
        assert_close(a, b, sizeof(a), 1, "convert");
        fill(y, 1, seed);
    }
}

static void check_blend(const struct row_functions *set, unsigned *seed)
{
    uint8_t from[N * 4], a[N * 4], b[N * 4];
    fill(from, sizeof(from), seed);
    fill(a, sizeof(a), seed);
    for (int i = 0; i < N; i++) { /* runs of nothing, of solid, and of something */
        uint8_t *p = from + (size_t)i * 4;
        p[3] = i / 20 % 3 == 0 ? 0 : i / 20 % 3 == 1 ? 255 : p[3];
        for (int c = 0; c < 3; c++)
            p[c] = (uint8_t)(p[c] * p[3] / 255);
    }
    memcpy(b, a, sizeof(a));
    int n = (int)(*seed % N), opacity = *seed & 256 ? 255 : (int)(*seed >> 9 & 255);
    set->blend(from, opacity, n, a);
    rows_plain.blend(from, opacity, n, b);
    for (int i = 3; i < N * 4; i += 4) /* the fourth byte means nothing */
        a[i] = b[i];
    assert_close(a, b, sizeof(a), 0, "blend");
    set->mix(from, opacity, n, a);
    rows_plain.mix(from, opacity, n, b);
    for (int i = 3; i < N * 4; i += 4)
        a[i] = b[i];
    assert_close(a, b, sizeof(a), 0, "mix");
}

static void check_resample(const struct row_functions *set, unsigned *seed)
{
    uint8_t line[2][N], a[N], b[N];
    int16_t first[2][N], second[2][N];
    fill(line[0], N, seed);
    fill(line[1], N, seed);
    int length = 1 + (int)(*seed % N), shown = 1 + length / 2 + (int)(*seed >> 8 & 127);
    int start = (int)((*seed >> 4) % (unsigned)shown), count = shown - start;
    if (count > N)
        count = N;
    struct axis axis = {0};
    assert_int_equal(axis_update(&axis, length, length, shown, 0, start, count), 0);
    for (int i = 0; i < 2; i++) {
        set->resample(line[i], &axis, first[i]);
        rows_plain.resample(line[i], &axis, second[i]);
        assert_memory_equal(first[i], second[i], (size_t)count * sizeof(int16_t));
    }
    int weight = (int)(*seed >> 3 & 63);
    set->between(first[0], first[1], weight, count, a);
    rows_plain.between(first[0], first[1], weight, count, b);
    assert_close(a, b, (size_t)count, 1, "between");
    axis_release(&axis);
}

static void check_halve_and_transpose(const struct row_functions *set, unsigned *seed)
{
    uint8_t from[64 * 64 * 4], a[64 * 64 * 4] = {0}, b[64 * 64 * 4] = {0};
    fill(from, sizeof(from), seed);
    int width = 1 + (int)(*seed % 64), height = 1 + (int)(*seed >> 8 & 63);
    set->halve(from, from + N, width, a);
    rows_plain.halve(from, from + N, width, b);
    assert_memory_equal(a, b, sizeof(a));
    set->transpose_bytes(from, 64, width, height, a, 64);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            assert_int_equal(a[x * 64 + y], from[y * 64 + x]);
    set->transpose_pixels(from, 256, width, height, a, 256);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            assert_memory_equal(a + x * 256 + y * 4, from + y * 256 + x * 4, 4);
}

static void test_row_functions__agree_with_the_plain_ones(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        if (!sets[i]->usable()) {
            printf("not on this processor: %s\n", sets[i]->name);
            continue;
        }
        for (int round = 0; round < ROUNDS; round++) {
            check_convert(sets[i], &seed);
            check_blend(sets[i], &seed);
            check_resample(sets[i], &seed);
            check_halve_and_transpose(sets[i], &seed);
        }
    }
}

static void test_rows_best__is_usable(void **state)
{
    (void)state;
    assert_true(rows_best()->usable());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_functions__agree_with_the_plain_ones),
        cmocka_unit_test(test_rows_best__is_usable),
    };
    return cmocka_run_group_tests_name("player/rows", tests, NULL, NULL);
}
