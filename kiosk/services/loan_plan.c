/* Instalments. */
#include "kiosk/services/loan_plan.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool terms_valid(const struct loan_terms *t)
{
    return t->amount_vnd > 0 && t->amount_vnd <= LOAN_AMOUNT_MAX && t->months > 0 &&
           t->months <= LOAN_MONTHS_MAX && t->grace_months >= 0 &&
           t->grace_months < t->months && t->period_months > 0 && t->rate_bp >= 0 &&
           t->rate_bp <= 10000 && t->support_bp >= 0 && t->support_bp <= 10000;
}

/* Interest of `months` on a balance, less what is supported. 1e12 x 1e4 x 480 fits, and
 * the support is taken from the rate first: 1e8 in all. */
static int64_t interest(const struct loan_terms *t, int64_t balance, int months)
{
    int64_t own_rate = (int64_t)t->rate_bp * (10000 - t->support_bp); /* 1e-8 a year */
    __extension__ typedef __int128 wide;
    wide due = (wide)balance * own_rate * months;
    wide unit = (wide)12 * 100000000;
    return (int64_t)((due + unit / 2) / unit);
}

int loan_plan_make(const struct loan_terms *t, struct loan_plan *ret)
{
    if (!terms_valid(t))
        return -EINVAL;
    memset(ret, 0, sizeof(*ret));
    int paying = t->months - t->grace_months;
    int parts = (paying + t->period_months - 1) / t->period_months;
    int64_t balance = t->amount_vnd, part = t->amount_vnd / parts;
    int before = 0;
    for (int month = t->period_months, paid = 0; paid < parts;
         month += t->period_months) {
        if (month > t->months)
            month = t->months;
        struct loan_row *row = &ret->rows[ret->row_count++];
        row->month = month;
        row->interest_vnd = interest(t, balance, month - before);
        if (month > t->grace_months) { /* the last part takes what rounding left */
            paid++;
            row->principal_vnd = paid == parts || month == t->months ? balance : part;
            balance -= row->principal_vnd;
            if (balance == 0)
                paid = parts;
        }
        row->balance_vnd = balance;
        ret->interest_vnd += row->interest_vnd;
        before = month;
    }
    return 0;
}
