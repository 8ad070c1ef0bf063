/* Days as text. */
#include "kiosk/services/days.h"

#include "base/timestamp.h"

#include <stdio.h>

void days_text(int64_t day, char ret[DAYS_TEXT_SIZE])
{
    int64_t year;
    int month, of_month;
    timestamp_civil_from_days(day, &year, &month, &of_month);
    (void)snprintf(ret, DAYS_TEXT_SIZE, "%02d/%02d/%04d", of_month, month,
                   (int)(year % 10000));
}
