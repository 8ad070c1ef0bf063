#include "tests/support/test.h"

#include "content/policy/date.h"

static int64_t day(const char *text)
{
    int64_t d;
    if (day_parse(text, &d) < 0)
        fail_msg("%s was refused", text);
    return d;
}

static void expect_day(int64_t found, const char *expected)
{
    char text[DAY_TEXT_SIZE];
    day_format(found, text);
    assert_string_equal(text, expected);
}

static void test_day_parse__reads_days_before_and_after_1970(void **state)
{
    (void)state;
    assert_int_equal(day("1970-01-01"), 0);
    assert_int_equal(day("1969-12-31"), -1);
    assert_int_equal(day("1900-01-01"), DAY_MIN);
    assert_int_equal(day("2199-12-31"), DAY_MAX);
    expect_day(day("1956-02-29"), "1956-02-29");
    expect_day(day("2000-02-29"), "2000-02-29");
}

static void test_day_parse__refuses_what_is_no_day(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2026-02-29", "1900-02-29",
                                      "2026-13-01", "2026-1-1",   "26-01-01",
                                      "1899-12-31", "2200-01-01", "2026-01-01T00:00",
                                      "2026-00-10", "2026-01-32", "2026/01/01"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        int64_t d;
        if (day_parse(bad[i], &d) == 0)
            fail_msg("'%s' was accepted", bad[i]);
    }
    int64_t d;
    assert_int_equal(day_parse(NULL, &d), -EINVAL);
}

static void test_day_add_months__rounds_as_it_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int64_t months;
        const char *down, *up;
    } cases[] = {
        {"2024-01-31", 1, "2024-02-29", "2024-03-01"},
        {"2025-01-31", 1, "2025-02-28", "2025-03-01"},
        {"2024-02-29", 12, "2025-02-28", "2025-03-01"},
        {"2024-02-29", 48, "2028-02-29", "2028-02-29"},
        {"2024-12-31", 2, "2025-02-28", "2025-03-01"},
        {"2026-03-31", -1, "2026-02-28", "2026-03-01"},
        {"2026-03-15", -3, "2025-12-15", "2025-12-15"},
        {"1970-01-01", -1, "1969-12-01", "1969-12-01"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        expect_day(day_add_months(day(cases[i].from), cases[i].months, DAY_DOWN),
                   cases[i].down);
        expect_day(day_add_months(day(cases[i].from), cases[i].months, DAY_UP),
                   cases[i].up);
    }
}

/* The definition itself, on every pair of days around leap years. */
static void test_day_months_between__is_the_most_that_fits(void **state)
{
    (void)state;
    int64_t first = day("2023-12-20"), last = day("2025-04-05");
    for (int rounding = DAY_DOWN; rounding <= DAY_UP; rounding++)
        for (int64_t from = first; from <= last; from += 1)
            for (int64_t to = first; to <= last; to += 3) {
                int64_t n = day_months_between(from, to, (enum day_rounding)rounding);
                assert_true(day_add_months(from, n, (enum day_rounding)rounding) <= to);
                assert_true(day_add_months(from, n + 1, (enum day_rounding)rounding) >
                            to);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_day_parse__reads_days_before_and_after_1970),
        cmocka_unit_test(test_day_parse__refuses_what_is_no_day),
        cmocka_unit_test(test_day_add_months__rounds_as_it_is_told),
        cmocka_unit_test(test_day_months_between__is_the_most_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
