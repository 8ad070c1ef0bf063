#include "tests/support/test.h"

#include "base/diag.h"
#include "base/timestamp.h"
#include "scheduler/recurrence.h"

#define HOUR INT64_C(3600000)

static struct recurrence *make(const char *rule, const char *start)
{
    int64_t ms;
    struct diag d = {""};
    struct recurrence *r = NULL;
    assert_int_equal(timestamp_parse_local(start, &ms), 0);
    if (recurrence_create(rule, ms, NULL, 0, &r, &d) < 0)
        print_error("%s: %s\n", rule, diag_text(&d));
    assert_non_null(r);
    return r;
}

/* However far the window is from the start, and wherever it begins: the same instants. */
static void test_recurrence_expand__does_not_depend_on_the_window(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=MO,WE,SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=2FR",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=HOURLY",
        "FREQ=HOURLY;INTERVAL=6",
        "FREQ=HOURLY;INTERVAL=8",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=6,8,10,16",
        "FREQ=DAILY;BYHOUR=5,17",
        "FREQ=DAILY;UNTIL=20240601T000000",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        struct recurrence *r = make(rules[i], "2023-01-30T05:00");
        int64_t from, whole[1200], part[200];
        assert_int_equal(timestamp_parse_local("2024-02-20T03:00", &from), 0);
        size_t n = recurrence_expand(r, from, from + 1000 * HOUR, whole, 1200), seen = 0;
        for (int64_t at = from; at < from + 1000 * HOUR; at += 25 * HOUR) {
            size_t m = recurrence_expand(r, at, at + 25 * HOUR, part, 200);
            for (size_t k = 0; k < m; k++, seen++)
                if (seen >= n || part[k] != whole[seen]) {
                    print_error("%s: instant %zu differs\n", rules[i], seen);
                    fail();
                }
        }
        assert_int_equal(seen, n);
        recurrence_destroy(r);
    }
}

static void test_recurrence_create__refuses_what_is_costly_or_empty(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=0",
        "nonsense",
        "FREQ=DAILY;BYMINUTE=3",
        "FREQ=DAILY;UNTIL=20200101T000000",
        "FREQ=HOURLY;INTERVAL=7",
        "FREQ=YEARLY;RSCALE=HEBREW",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;INTERVAL=3;BYDAY=53MO"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct diag d = {""};
        struct recurrence *r = NULL;
        int e = recurrence_create(bad[i], INT64_C(1700000000000), NULL, 0, &r, &d);
        if (e != -EINVAL)
            print_error("%s was accepted\n", bad[i]);
        assert_int_equal(e, -EINVAL);
        assert_true(d.text[0]);
    }
}

static void test_recurrence_expand__knows_exceptions_and_once(void **state)
{
    (void)state;
    struct diag d = {""};
    int64_t start = 5 * HOUR, found[8];
    const int64_t except[] = {1, 3};
    struct recurrence *r = NULL;
    assert_int_equal(recurrence_create("FREQ=DAILY", start, except, 2, &r, &d), 0);
    assert_int_equal(recurrence_expand(r, 0, 5 * MS_PER_DAY, found, 8), 3);
    assert_int_equal(found[1], 2 * MS_PER_DAY + start);
    recurrence_destroy(r);
    assert_int_equal(recurrence_create("", start, NULL, 0, &r, &d), 0);
    assert_int_equal(recurrence_expand(r, 0, 5 * MS_PER_DAY, found, 8), 1);
    recurrence_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recurrence_expand__does_not_depend_on_the_window),
        cmocka_unit_test(test_recurrence_create__refuses_what_is_costly_or_empty),
        cmocka_unit_test(test_recurrence_expand__knows_exceptions_and_once),
    };
    return cmocka_run_group_tests_name("scheduler/recurrence", tests, NULL, NULL);
}
