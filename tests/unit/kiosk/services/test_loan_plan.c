/* Instalments: what is paid adds up to what was lent. */
#include "tests/support/test.h"

#include "kiosk/services/loan_plan.h"
#include "kiosk/services/money.h"

#include <errno.h>

static int64_t principal_sum(const struct loan_plan *p)
{
    int64_t sum = 0;
    for (int i = 0; i < p->row_count; i++)
        sum += p->rows[i].principal_vnd;
    return sum;
}

static void
test_loan_plan_make__pays_equal_parts_and_interest_on_the_balance(void **state)
{
    (void)state;
    /* 12 million over a year at 6 %, half-yearly: 6 + 6, interest 360,000 and 180,000. */
    const struct loan_terms t = {
        .amount_vnd = 12000000, .months = 12, .period_months = 6, .rate_bp = 600};
    struct loan_plan p;
    assert_int_equal(loan_plan_make(&t, &p), 0);
    assert_int_equal(p.row_count, 2);
    assert_int_equal(p.rows[0].principal_vnd, 6000000);
    assert_int_equal(p.rows[0].interest_vnd, 360000);
    assert_int_equal(p.rows[1].interest_vnd, 180000);
    assert_int_equal(p.rows[1].balance_vnd, 0);
    assert_int_equal(p.interest_vnd, 540000);
}

static void test_loan_plan_make__takes_only_interest_during_the_grace(void **state)
{
    (void)state;
    const struct loan_terms t = {.amount_vnd = 10000000,
                                 .months = 24,
                                 .grace_months = 12,
                                 .period_months = 6,
                                 .rate_bp = 600,
                                 .support_bp = 5000};
    struct loan_plan p;
    assert_int_equal(loan_plan_make(&t, &p), 0);
    assert_int_equal(p.row_count, 4);
    assert_int_equal(p.rows[0].principal_vnd, 0);
    assert_int_equal(p.rows[1].principal_vnd, 0);
    assert_int_equal(p.rows[0].interest_vnd, 150000); /* half of 300,000 is supported */
    assert_int_equal(p.rows[2].principal_vnd, 5000000);
    assert_int_equal(p.rows[3].balance_vnd, 0);
}

static void test_loan_plan_make__always_pays_back_what_was_lent(void **state)
{
    (void)state;
    struct loan_plan p;
    for (int months = 1; months <= 120; months += 7)
        for (int grace = 0; grace < months; grace += 5)
            for (int period = 1; period <= 12; period++) {
                const struct loan_terms t = {.amount_vnd = 9999999,
                                             .months = months,
                                             .grace_months = grace,
                                             .period_months = period,
                                             .rate_bp = 333};
                assert_int_equal(loan_plan_make(&t, &p), 0);
                assert_int_equal(principal_sum(&p), t.amount_vnd);
                assert_int_equal(p.rows[p.row_count - 1].balance_vnd, 0);
                assert_in_range(p.rows[p.row_count - 1].month, 1, months);
            }
}

static void test_loan_plan_make__refuses_what_is_no_loan(void **state)
{
    (void)state;
    const struct loan_terms bad[] = {
        {.amount_vnd = 0, .months = 12, .period_months = 6},
        {.amount_vnd = 1, .months = 0, .period_months = 6},
        {.amount_vnd = 1, .months = 12, .period_months = 0},
        {.amount_vnd = 1, .months = 12, .grace_months = 12, .period_months = 6},
        {.amount_vnd = LOAN_AMOUNT_MAX + 1, .months = 12, .period_months = 6},
    };
    struct loan_plan p;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        assert_int_equal(loan_plan_make(&bad[i], &p), -EINVAL);
}

static void test_money_text__groups_by_thousands(void **state)
{
    (void)state;
    char text[40];
    money_text(50000000, text);
    assert_string_equal(text, "50.000.000 đ");
    money_text(999, text);
    assert_string_equal(text, "999 đ");
    money_text(INT64_MIN, text);
    assert_string_equal(text, "-9.223.372.036.854.775.808 đ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_loan_plan_make__pays_equal_parts_and_interest_on_the_balance),
        cmocka_unit_test(test_loan_plan_make__takes_only_interest_during_the_grace),
        cmocka_unit_test(test_loan_plan_make__always_pays_back_what_was_lent),
        cmocka_unit_test(test_loan_plan_make__refuses_what_is_no_loan),
        cmocka_unit_test(test_money_text__groups_by_thousands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
