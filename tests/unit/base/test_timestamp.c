#include "tests/support/test.h"

#include "base/timestamp.h"

static void test_timestamp_parse__accepts_offsets_and_fractions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-11-23T17:30:00+07:00", INT64_C(1795429800000)},
        {"2026-11-23T10:30:00Z", INT64_C(1795429800000)},
        {"2026-11-23T10:30:00.25Z", INT64_C(1795429800250)},
        {"2024-02-29T00:00:00Z", INT64_C(1709164800000)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t ms = -1;
        assert_int_equal(timestamp_parse(cases[i].text, &ms), 0);
        assert_int_equal(ms, cases[i].ms);
    }
}

static void test_timestamp_parse__refuses_what_does_not_exist(void **state)
{
    (void)state;
    static const char *const bad[] = {"2026-02-29T00:00:00Z",  "2026-13-01T00:00:00Z",
                                      "2026-01-01T24:00:00Z",  "2026-01-01 00:00:00Z",
                                      "2026-01-01T00:00:00",   "2026-01-01T00:00:00+7",
                                      "2026-01-01T00:00:00.Z", "",
                                      "2026-01-01T00:00:60Z",  "1969-12-31T00:00:00Z",
                                      "2026-01-01T00:00:00Zx"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        int64_t ms;
        assert_int_equal(timestamp_parse(bad[i], &ms), -EINVAL);
    }
}

static void test_timestamp_format__round_trips(void **state)
{
    (void)state;
    char text[TIMESTAMP_TEXT_SIZE];
    for (int64_t ms = MS_PER_DAY; ms < INT64_C(4102444800000);
         ms += INT64_C(98765432101)) {
        int64_t back = -1;
        timestamp_format(ms, text);
        assert_int_equal(timestamp_parse(text, &back), 0);
        assert_int_equal(back, ms);
        timestamp_format_at(ms, -12600, text);
        assert_int_equal(timestamp_parse(text, &back), 0);
        assert_int_equal(back, ms);
    }
}

static void test_timestamp_civil__agrees_both_ways_for_400_years(void **state)
{
    (void)state;
    int64_t previous = timestamp_days_from_civil(1969, 12, 31);
    for (int64_t day = 0; day < 146097; day++) {
        int64_t year;
        int month, of_month;
        timestamp_civil_from_days(day, &year, &month, &of_month);
        assert_int_equal(timestamp_days_from_civil(year, month, of_month), day);
        assert_int_equal(previous + 1, day);
        previous = day;
    }
}

static void test_timestamp_parse_daytime__ends_at_midnight(void **state)
{
    (void)state;
    int64_t ms = 0;
    assert_int_equal(timestamp_parse_daytime("24:00", &ms), 0);
    assert_int_equal(ms, MS_PER_DAY);
    assert_int_equal(timestamp_parse_daytime("24:01", &ms), -EINVAL);
    assert_int_equal(timestamp_parse_daytime("5:00", &ms), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timestamp_parse__accepts_offsets_and_fractions),
        cmocka_unit_test(test_timestamp_parse__refuses_what_does_not_exist),
        cmocka_unit_test(test_timestamp_format__round_trips),
        cmocka_unit_test(test_timestamp_civil__agrees_both_ways_for_400_years),
        cmocka_unit_test(test_timestamp_parse_daytime__ends_at_midnight),
    };
    return cmocka_run_group_tests_name("base/timestamp", tests, NULL, NULL);
}
