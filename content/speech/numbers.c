/* Numerals: groups of three digits, each with its name. */
#include "content/speech/numbers.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *const ones[] = {"không", "một", "hai", "ba",  "bốn",
                                   "năm",   "sáu", "bảy", "tám", "chín"};

static int value(char digit)
{
    return digit - '0';
}

/* Words are separated by one space. */
static int say(struct buf *out, const char *word)
{
    bool first = out->length == 0 || strchr(" \n(\"-", out->data[out->length - 1]);
    int r = first ? 0 : buf_append_text(out, " ");
    return r < 0 ? r : buf_append_text(out, word);
}

static int tens_say(struct buf *out, int ten, int one)
{
    int r = 0;
    if (ten == 1)
        r = say(out, "mười");
    else if (ten > 1) {
        r = say(out, ones[ten]);
        if (r == 0)
            r = say(out, "mươi");
    }
    if (r < 0 || one == 0)
        return r;
    const char *word = ones[one];
    if (ten >= 1 && one == 5)
        word = "lăm";
    else if (ten >= 2 && one == 1)
        word = "mốt";
    else if (ten >= 2 && one == 4)
        word = "tư";
    return say(out, word);
}

/* Three digits; `inner`: something was said before, so nothing is left out. */
static int group_say(struct buf *out, const char digits[3], bool inner)
{
    int hundred = value(digits[0]), ten = value(digits[1]), one = value(digits[2]);
    int r = 0;
    if (hundred > 0 || inner) {
        r = say(out, ones[hundred]);
        if (r == 0)
            r = say(out, "trăm");
        if (r == 0 && ten == 0 && one > 0)
            r = say(out, "lẻ");
    }
    return r < 0 ? r : tens_say(out, ten, one);
}

/* What stands behind the group `index` from the right: nghìn, triệu, tỷ, nghìn tỷ, ... */
static int scale_say(struct buf *out, size_t index)
{
    static const char *const scales[] = {"", "nghìn", "triệu"};
    int r = index % 3 ? say(out, scales[index % 3]) : 0;
    return r;
}

int numbers_say(struct buf *out, const char *digits, size_t count)
{
    enum { DIGITS_MAX = 36 };
    while (count > 1 && *digits == '0') {
        digits++;
        count--;
    }
    if (count > DIGITS_MAX)
        return numbers_spell(out, digits, count);
    if (count == 1)
        return say(out, ones[value(*digits)]);
    char padded[DIGITS_MAX + 3];
    size_t pad = (3 - count % 3) % 3, groups = (count + pad) / 3;
    memset(padded, '0', pad);
    memcpy(padded + pad, digits, count);
    bool begun = false, pending = false; /* `pending`: a tỷ is due for what was said */
    int r = 0;
    for (size_t i = 0; r == 0 && i < groups; i++) {
        size_t index = groups - 1 - i;
        const char *group = padded + 3 * i;
        if (memcmp(group, "000", 3) != 0) {
            r = group_say(out, group, begun);
            if (r == 0)
                r = scale_say(out, index);
            begun = pending = true;
        }
        if (r == 0 && index > 0 && index % 3 == 0 && pending)
            r = say(out, "tỷ");
    }
    return r;
}

int numbers_say_int(struct buf *out, int64_t number)
{
    char digits[24];
    int n = snprintf(digits, sizeof(digits), "%" PRId64, number);
    return numbers_say(out, digits, (size_t)n);
}

int numbers_spell(struct buf *out, const char *digits, size_t count)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = say(out, ones[value(digits[i])]);
    return r;
}

int numbers_say_decimals(struct buf *out, const char *digits, size_t count)
{
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count <= 2 && *digits != '0' ? numbers_say(out, digits, count)
                                        : numbers_spell(out, digits, count);
}
