#pragma once
#include "base/attr.h"

#include <stdint.h>

/* What a loan costs: equal parts of the principal every period after the grace, interest
 * on the balance. Whole VND, halves rounded away from zero. Pure. */

struct loan_terms {
    int64_t amount_vnd; /* > 0, at most LOAN_AMOUNT_MAX */
    int months;         /* 1 ... LOAN_MONTHS_MAX */
    int grace_months;   /* before the first part of the principal, < months */
    int period_months;  /* between parts: 6 or 12 as a rule, >= 1 */
    int rate_bp;        /* a year, hundredths of a percent */
    int support_bp;     /* of the interest, that somebody else pays: 5000 is half */
};

#define LOAN_AMOUNT_MAX INT64_C(1000000000000)
enum { LOAN_MONTHS_MAX = 480, LOAN_ROWS_MAX = 480 };

struct loan_row {
    int month;                                        /* at whose end this is due */
    int64_t principal_vnd, interest_vnd, balance_vnd; /* balance: after the payment */
};

struct loan_plan {
    int row_count;
    struct loan_row rows[LOAN_ROWS_MAX];
    int64_t interest_vnd; /* in all, without what is supported */
};

/* -EINVAL when the terms make no loan. */
MUST_CHECK int loan_plan_make(const struct loan_terms *terms, struct loan_plan *ret);
