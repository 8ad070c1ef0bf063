/* Calendar of rules. Pure. */
#include "content/policy/date.h"

#include "base/timestamp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int day_parse(const char *text, int64_t *ret)
{
    char with_time[24];
    int64_t ms;
    if (!text || strlen(text) != 10)
        return -EINVAL;
    snprintf(with_time, sizeof(with_time), "%sT00:00", text);
    /* timestamps begin in 1970; people are born before: shift by whole 400 years */
    int64_t shift = 0;
    if (strncmp(with_time, "19", 2) == 0) {
        with_time[0] = '2';
        with_time[1] = '3';
        shift = 146097;
    }
    if (timestamp_parse_local(with_time, &ms) < 0)
        return -EINVAL;
    int64_t day = ms / MS_PER_DAY - shift;
    if (day < DAY_MIN || day > DAY_MAX)
        return -EINVAL;
    *ret = day;
    return 0;
}

void day_format(int64_t day, char ret[DAY_TEXT_SIZE])
{
    int64_t year;
    int month, of_month;
    timestamp_civil_from_days(day, &year, &month, &of_month);
    snprintf(ret, DAY_TEXT_SIZE, "%04d-%02d-%02d", (int)year, month, of_month);
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t day_add_months(int64_t day, int64_t months, enum day_rounding rounding)
{
    int64_t year;
    int month, of_month;
    timestamp_civil_from_days(day, &year, &month, &of_month);
    int64_t index = year * 12 + month - 1 + months;
    int64_t first = timestamp_days_from_civil(
        floor_divide(index, 12), (int)(index - floor_divide(index, 12) * 12) + 1, 1);
    index++;
    int64_t next = timestamp_days_from_civil(
        floor_divide(index, 12), (int)(index - floor_divide(index, 12) * 12) + 1, 1);
    int64_t wanted = first + of_month - 1;
    if (wanted < next)
        return wanted;
    return rounding == DAY_UP ? next : next - 1;
}

int64_t day_months_between(int64_t from, int64_t to, enum day_rounding rounding)
{
    int64_t year_from, year_to;
    int month_from, month_to, of_month;
    timestamp_civil_from_days(from, &year_from, &month_from, &of_month);
    timestamp_civil_from_days(to, &year_to, &month_to, &of_month);
    int64_t months = (year_to - year_from) * 12 + month_to - month_from;
    while (day_add_months(from, months, rounding) > to)
        months--;
    while (day_add_months(from, months + 1, rounding) <= to)
        months++;
    return months;
}
