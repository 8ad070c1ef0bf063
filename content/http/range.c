/* One range of bytes. What RFC 9110 allows us to ignore is ignored: then the whole body
 * is the answer, which is always right. */
#include "content/http/range.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Digits at *p, saturating; false when there are none. */
static bool read_number(const char **p, uint64_t *ret)
{
    const char *begin = *p;
    uint64_t n = 0;
    for (; **p >= '0' && **p <= '9'; (*p)++) {
        uint64_t digit = (uint64_t)(**p - '0');
        n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
    }
    *ret = n;
    return *p != begin;
}

int http_range_parse(const char *header, uint64_t size, uint64_t *ret_first,
                     uint64_t *ret_length)
{
    if (!header || strncasecmp(header, "bytes=", 6) != 0)
        return -ENOENT;
    const char *p = header + 6;
    uint64_t first = 0, last = 0;
    bool has_first = read_number(&p, &first);
    if (*p++ != '-')
        return -ENOENT;
    bool has_last = read_number(&p, &last);
    if (*p || (!has_first && !has_last) || (has_first && has_last && last < first))
        return -ENOENT;
    if (!has_first) { /* the last `last` bytes */
        if (last == 0 || size == 0)
            return -ERANGE;
        first = last < size ? size - last : 0;
        last = size - 1;
    } else if (first >= size) {
        return -ERANGE;
    } else if (!has_last || last >= size) {
        last = size - 1;
    }
    *ret_first = first;
    *ret_length = last - first + 1;
    return 0;
}
