/* Any text as a recurrence rule: refused with a sentence, or cheap to expand anywhere and
 * the same from wherever one looks. */
#include "base/diag.h"
#include "scheduler/recurrence.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define START INT64_C(1700000000000)
#define DAY INT64_C(86400000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[600];
    if (size >= sizeof(text))
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    struct recurrence *r = NULL;
    struct diag diag = {""};
    if (recurrence_create(text, START, NULL, 0, &r, &diag) < 0)
        return 0;
    int64_t found[64], again[64];
    for (int64_t days = 0; days < 4000; days += 571) {
        int64_t from = START + days * DAY;
        size_t n = recurrence_expand(r, from, from + DAY, found, 64);
        if (n > 64 || recurrence_expand(r, from, from + DAY, again, 64) != n)
            abort();
        for (size_t i = 0; i < n; i++)
            if (found[i] < from || found[i] >= from + DAY ||
                (i > 0 && found[i] < found[i - 1]))
                abort();
    }
    recurrence_destroy(r);
    return 0;
}
