/* Sums of money as text. */
#include "kiosk/services/money.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void money_digits(int64_t vnd, char ret[40])
{
    char digits[24];
    (void)snprintf(digits, sizeof(digits), "%" PRIu64,
                   vnd < 0 ? -(uint64_t)vnd : (uint64_t)vnd);
    char *to = ret;
    if (vnd < 0)
        *to++ = '-';
    size_t n = strlen(digits);
    for (size_t i = 0; i < n; i++) {
        *to++ = digits[i];
        if ((n - 1 - i) % 3 == 0 && i + 1 < n)
            *to++ = '.';
    }
    *to = '\0';
}

void money_text(int64_t vnd, char ret[40])
{
    money_digits(vnd, ret);
    memcpy(ret + strlen(ret), " đ", sizeof(" đ"));
}
