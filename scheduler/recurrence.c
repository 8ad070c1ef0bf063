/* Recurrence rules by libical. No state but the parsed rule. */
#include "scheduler/recurrence.h"

#include "base/diag.h"
#include "base/timestamp.h"

#include <errno.h>
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

/* More steps than any rule we accept needs for a day or a month: a rule that finds
 * nothing in so many is refused when made, and no expansion goes beyond. */
#define STEPS_MAX 4096
/* A rule must show its first occurrence within this: a 29 February that skips a century.
 */
#define FIRST_WITHIN_MS (INT64_C(3000) * MS_PER_DAY)

struct recurrence {
    bool once;
    int64_t start_local_ms;
    struct icalrecurrencetype rule;
    size_t except_count;
    int64_t except_days[];
};

static struct icaltimetype to_ical(int64_t local_ms)
{
    int64_t days = local_ms / MS_PER_DAY, rest = local_ms % MS_PER_DAY, year;
    if (rest < 0) {
        rest += MS_PER_DAY;
        days--;
    }
    int month, day;
    timestamp_civil_from_days(days, &year, &month, &day);
    struct icaltimetype t = icaltime_null_time();
    t.year = (int)year;
    t.month = month;
    t.day = day;
    t.hour = (int)(rest / 3600000);
    t.minute = (int)(rest / 60000 % 60);
    t.second = (int)(rest / 1000 % 60);
    return t;
}

static int64_t from_ical(struct icaltimetype t)
{
    int64_t days = timestamp_days_from_civil(t.year, t.month, t.day);
    return (((days * 24 + t.hour) * 60 + t.minute) * 60 + t.second) * 1000;
}

static int check_rule(const struct icalrecurrencetype *rule, struct diag *diag)
{
    switch (rule->freq) {
    case ICAL_HOURLY_RECURRENCE:
    case ICAL_DAILY_RECURRENCE:
    case ICAL_WEEKLY_RECURRENCE:
    case ICAL_MONTHLY_RECURRENCE:
    case ICAL_YEARLY_RECURRENCE:
        break;
    default:
        return diag_set(diag, -EINVAL,
                        "FREQ must be HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY");
    }
    if (rule->count != 0)
        return diag_set(diag, -EINVAL, "COUNT is not used here, give UNTIL");
    if (rule->by_second[0] != ICAL_RECURRENCE_ARRAY_MAX ||
        rule->by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX)
        return diag_set(diag, -EINVAL, "BYSECOND and BYMINUTE are not used here");
    if (rule->interval < 1 || rule->interval > 1000)
        return diag_set(diag, -EINVAL, "INTERVAL must be from 1 to 1000");
    if (rule->rscale && *rule->rscale)
        return diag_set(diag, -EINVAL, "RSCALE is not used here");
    return 0;
}

/* libical finds the next match by stepping; some legal rules (30 February) step for ever.
 * What can match is cheap to decide for the parts we accept: a month needs its days. */
static int check_possible(const struct icalrecurrencetype *rule, struct diag *diag)
{
    static const int longest[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int i = 0; i < ICAL_BY_MONTHDAY_SIZE; i++) {
        int day = rule->by_month_day[i];
        if (day == ICAL_RECURRENCE_ARRAY_MAX)
            break;
        int size = day < 0 ? -day : day;
        bool possible = rule->by_month[0] == ICAL_RECURRENCE_ARRAY_MAX;
        for (int m = 0;
             m < ICAL_BY_MONTH_SIZE && rule->by_month[m] != ICAL_RECURRENCE_ARRAY_MAX;
             m++) {
            int month = rule->by_month[m];
            possible |= month >= 1 && month <= 12 && size <= longest[month - 1];
        }
        if (!possible)
            return diag_set(diag, -EINVAL, "BYMONTHDAY %d never comes in BYMONTH", day);
    }
    /* Combinations that only a search could judge are not needed by any programme. */
    if (rule->freq != ICAL_YEARLY_RECURRENCE &&
        (rule->by_year_day[0] != ICAL_RECURRENCE_ARRAY_MAX ||
         rule->by_week_no[0] != ICAL_RECURRENCE_ARRAY_MAX))
        return diag_set(diag, -EINVAL, "BYYEARDAY and BYWEEKNO need FREQ=YEARLY");
    if (rule->by_set_pos[0] != ICAL_RECURRENCE_ARRAY_MAX &&
        rule->freq != ICAL_MONTHLY_RECURRENCE && rule->freq != ICAL_YEARLY_RECURRENCE)
        return diag_set(diag, -EINVAL, "BYSETPOS needs FREQ=MONTHLY or YEARLY");
    /* libical counts other intervals from where its iterator starts, not from DTSTART. */
    if (rule->freq == ICAL_HOURLY_RECURRENCE && 24 % rule->interval != 0)
        return diag_set(diag, -EINVAL,
                        "INTERVAL of HOURLY must be 1, 2, 3, 4, 6, 8, 12 or 24");
    return 0;
}

/* libical goes through the hours as they are listed: in order, so that instants come in
 * order. */
static void sort_hours(struct icalrecurrencetype *rule)
{
    short *hours = rule->by_hour;
    for (int i = 1; i < ICAL_BY_HOUR_SIZE && hours[i] != ICAL_RECURRENCE_ARRAY_MAX; i++)
        for (int k = i; k > 0 && hours[k - 1] > hours[k]; k--) {
            short later = hours[k - 1];
            hours[k - 1] = hours[k];
            hours[k] = later;
        }
}

static int parse_rule(const char *text, struct icalrecurrencetype *ret, struct diag *diag)
{
    if (strlen(text) > 512)
        return diag_set(diag, -EINVAL, "recurrence rule longer than 512 bytes");
    icalerror_set_errors_are_fatal(0);
    *ret = icalrecurrencetype_from_string(text);
    if (ret->freq == ICAL_NO_RECURRENCE)
        return diag_set(diag, -EINVAL, "'%.64s' is no recurrence rule", text);
    sort_hours(ret);
    int r = check_rule(ret, diag);
    return r < 0 ? r : check_possible(ret, diag);
}

int recurrence_create(const char *rule, int64_t start_local_ms,
                      const int64_t *except_days, size_t except_count,
                      struct recurrence **ret, struct diag *diag)
{
    struct recurrence *r =
        calloc(1, sizeof(*r) + except_count * sizeof(r->except_days[0]));
    if (!r)
        return -ENOMEM;
    r->start_local_ms = start_local_ms;
    r->once = !*rule;
    r->except_count = except_count;
    if (except_count)
        memcpy(r->except_days, except_days, except_count * sizeof(except_days[0]));
    int e = r->once ? 0 : parse_rule(rule, &r->rule, diag);
    if (e == 0 && !r->once) {
        int64_t first;
        if (recurrence_expand(r, start_local_ms, start_local_ms + FIRST_WITHIN_MS, &first,
                              1) == 0)
            e = diag_set(diag, -EINVAL, "recurrence rule '%.64s' never happens", rule);
    }
    if (e < 0) {
        recurrence_destroy(r);
        return e;
    }
    *ret = r;
    return 0;
}

void recurrence_destroy(struct recurrence *r)
{
    if (r)
        free(r->rule.rscale); /* libical's copy of what we refuse */
    free(r);
}

static bool is_excepted(const struct recurrence *r, int64_t local_ms)
{
    for (size_t i = 0; i < r->except_count; i++)
        if (local_ms >= r->except_days[i] * MS_PER_DAY &&
            local_ms < (r->except_days[i] + 1) * MS_PER_DAY)
            return true;
    return false;
}

size_t recurrence_expand(const struct recurrence *r, int64_t from_local_ms,
                         int64_t to_local_ms, int64_t *ret, size_t max)
{
    if (r->once) {
        if (max == 0 || r->start_local_ms < from_local_ms ||
            r->start_local_ms >= to_local_ms || is_excepted(r, r->start_local_ms))
            return 0;
        ret[0] = r->start_local_ms;
        return 1;
    }
    if (to_local_ms <= r->start_local_ms)
        return 0;
    icalrecur_iterator *iterator =
        icalrecur_iterator_new(r->rule, to_ical(r->start_local_ms));
    if (!iterator)
        return 0;
    /* A rule of years ago costs milliseconds unless its iterator starts near the window.
     */
    int64_t near = from_local_ms - MS_PER_DAY;
    if (near > r->start_local_ms) {
        /* libical counts hours from where it starts: start on a whole interval. */
        int64_t step = INT64_C(3600000) * r->rule.interval;
        if (r->rule.freq == ICAL_HOURLY_RECURRENCE)
            near = r->start_local_ms + (near - r->start_local_ms) / step * step;
        icalrecur_iterator_set_start(iterator, to_ical(near));
    }
    size_t count = 0;
    for (int step = 0; step < STEPS_MAX && count < max; step++) {
        struct icaltimetype next = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(next))
            break;
        int64_t at = from_ical(next);
        if (at >= to_local_ms)
            break;
        if (at >= from_local_ms && at >= r->start_local_ms && !is_excepted(r, at))
            ret[count++] = at;
    }
    icalrecur_iterator_free(iterator);
    return count;
}
