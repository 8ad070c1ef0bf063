/* Instants as text, and the Gregorian calendar. Pure. */
#include "base/timestamp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

/* Days from civil and back: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
int64_t timestamp_days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void timestamp_civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

static bool digits(const char **at, int count, int *ret)
{
    int value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        value = value * 10 + (**at - '0');
    }
    *ret = value;
    return true;
}

static bool skip(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* "YYYY-MM-DD" "T" "HH:MM" [":SS" ["." fraction]]; milliseconds as if it were UTC. */
static bool date_time(const char **at, bool seconds_required, int64_t *ret)
{
    int year, month, day, hour, minute, second = 0, ms = 0;
    if (!digits(at, 4, &year) || !skip(at, '-') || !digits(at, 2, &month) ||
        !skip(at, '-') || !digits(at, 2, &day) || !skip(at, 'T') ||
        !digits(at, 2, &hour) || !skip(at, ':') || !digits(at, 2, &minute))
        return false;
    if (skip(at, ':')) {
        if (!digits(at, 2, &second))
            return false;
        if (skip(at, '.')) {
            int scale = 100, digit;
            if (!digits(at, 1, &digit))
                return false;
            do {
                ms += digit * scale;
                scale /= 10;
            } while (digits(at, 1, &digit));
        }
    } else if (seconds_required) {
        return false;
    }
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 59)
        return false;
    int64_t days = timestamp_days_from_civil(year, month, day);
    *ret = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms;
    return true;
}

int timestamp_parse(const char *text, int64_t *ret_ms)
{
    int64_t ms;
    if (!date_time(&text, true, &ms))
        return -EINVAL;
    if (skip(&text, 'Z')) {
        if (*text)
            return -EINVAL;
        *ret_ms = ms;
        return 0;
    }
    int sign = *text == '+' ? 1 : *text == '-' ? -1 : 0;
    int hour, minute;
    if (!sign)
        return -EINVAL;
    text++;
    if (!digits(&text, 2, &hour) || !skip(&text, ':') || !digits(&text, 2, &minute) ||
        *text || hour > 23 || minute > 59)
        return -EINVAL;
    *ret_ms = ms - sign * (hour * 60 + minute) * INT64_C(60000);
    return 0;
}

int timestamp_parse_local(const char *text, int64_t *ret_ms)
{
    int64_t ms;
    if (!date_time(&text, false, &ms) || *text)
        return -EINVAL;
    *ret_ms = ms;
    return 0;
}

int timestamp_parse_daytime(const char *text, int64_t *ret_ms)
{
    int hour, minute;
    if (!digits(&text, 2, &hour) || !skip(&text, ':') || !digits(&text, 2, &minute) ||
        *text)
        return -EINVAL;
    if (minute > 59 || hour > 24 || (hour == 24 && minute > 0))
        return -EINVAL;
    *ret_ms = (hour * 60 + minute) * INT64_C(60000);
    return 0;
}

static int format_date_time(int64_t ms, char ret[TIMESTAMP_TEXT_SIZE])
{
    int64_t days = ms / MS_PER_DAY, rest = ms % MS_PER_DAY, year;
    if (rest < 0) {
        rest += MS_PER_DAY;
        days--;
    }
    int month, day;
    timestamp_civil_from_days(days, &year, &month, &day);
    int n = snprintf(ret, TIMESTAMP_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d",
                     (int)(year % 10000), month, day, (int)(rest / 3600000) % 24,
                     (int)(rest / 60000 % 60), (int)(rest / 1000 % 60));
    if (rest % 1000)
        n += snprintf(ret + n, TIMESTAMP_TEXT_SIZE - (size_t)n, ".%03d",
                      (int)(rest % 1000));
    return n;
}

void timestamp_format(int64_t ms, char ret[TIMESTAMP_TEXT_SIZE])
{
    int n = format_date_time(ms, ret);
    snprintf(ret + n, TIMESTAMP_TEXT_SIZE - (size_t)n, "Z");
}

void timestamp_format_at(int64_t ms, int offset_s, char ret[TIMESTAMP_TEXT_SIZE])
{
    int n = format_date_time(ms + offset_s * INT64_C(1000), ret);
    unsigned minutes = (unsigned)(offset_s < 0 ? -offset_s : offset_s) / 60;
    snprintf(ret + n, TIMESTAMP_TEXT_SIZE - (size_t)n, "%c%02u:%02u",
             offset_s < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
}
