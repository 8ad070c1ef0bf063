/* Text from outside: encodings, identifiers, numbers. Pure. */
#include "base/text.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Length of the valid UTF-8 sequence at `s` (RFC 3629, table 3-7 of Unicode), 0 if none.
 */
static size_t utf8_sequence(const unsigned char *s, size_t left)
{
    if (s[0] == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || left < n)
        return 0;
    unsigned char low = 0x80, high = 0xbf;
    switch (s[0]) {
    case 0xe0:
        low = 0xa0;
        break;
    case 0xed:
        high = 0x9f;
        break;
    case 0xf0:
        low = 0x90;
        break;
    case 0xf4:
        high = 0x8f;
        break;
    default:
        break;
    }
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return n;
}

bool text_is_utf8(const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t n = utf8_sequence((const unsigned char *)text + at, length - at);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

bool text_is_identifier(const char *text)
{
    size_t length = strnlen(text, 65);
    if (length == 0 || length > 64 || text[0] == '.')
        return false;
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == length;
}

void text_from_hex_bytes(const uint8_t *bytes, size_t length, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[2 * length] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

int text_to_hex_bytes(const char *hex, uint8_t *ret, size_t length)
{
    if (strnlen(hex, 2 * length + 1) != 2 * length)
        return -EINVAL;
    for (size_t i = 0; i < 2 * length; i++)
        if (hex_digit(hex[i]) < 0)
            return -EINVAL;
    for (size_t i = 0; i < length; i++)
        ret[i] = (uint8_t)(hex_digit(hex[2 * i]) * 16 + hex_digit(hex[2 * i + 1]));
    return 0;
}

int text_to_int64(const char *text, int64_t min, int64_t max, int64_t *ret)
{
    if (*text != '-' && (*text < '0' || *text > '9'))
        return -EINVAL;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (*end || end == text || (end == text + 1 && *text == '-'))
        return -EINVAL;
    if (errno == ERANGE || value < min || value > max)
        return -ERANGE;
    *ret = value;
    return 0;
}

int text_to_base64(const void *bytes, size_t length, char **ret)
{
    size_t size = sodium_base64_ENCODED_LEN(length, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(size);
    if (!text)
        return -ENOMEM;
    sodium_bin2base64(text, size, bytes, length, sodium_base64_VARIANT_ORIGINAL);
    *ret = text;
    return 0;
}

int text_from_base64(const char *text, size_t length, uint8_t **ret, size_t *ret_length)
{
    size_t max = length / 4 * 3 + 3;
    uint8_t *bytes = malloc(max);
    if (!bytes)
        return -ENOMEM;
    const char *end = NULL;
    if (sodium_base642bin(bytes, max, text, length, NULL, ret_length, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text + length) {
        free(bytes);
        return -EINVAL;
    }
    *ret = bytes;
    return 0;
}

bool text_copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    bool fits = length < size;
    if (!fits) {
        length = size - 1;
        while (length > 0 && ((unsigned char)from[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(to, from, length);
    to[length] = '\0';
    return fits;
}

void text_free(char **text)
{
    free(*text);
}
