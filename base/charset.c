/* Encodings of office files, by ICU. */
#include "base/charset.h"

#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

DEFINE_CLEANUP(UConverter *, ucnv_close);

static void units_free(UChar **units)
{
    free(*units);
}

static bool begins(const char *bytes, size_t length, const char *mark)
{
    return length >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0;
}

static int code_of(UErrorCode e)
{
    return e == U_MEMORY_ALLOCATION_ERROR ? -ENOMEM : -EINVAL;
}

/* What the bytes say in `charset`, as UTF-16. */
static int decode(const char *charset, const char *bytes, size_t length, UChar **ret,
                  int32_t *ret_count)
{
    UErrorCode e = U_ZERO_ERROR;
    CLEANUP(ucnv_closep) UConverter *converter = ucnv_open(charset, &e);
    if (U_FAILURE(e))
        return code_of(e);
    UChar *units = calloc(length + 1, sizeof(*units)); /* never more than bytes */
    if (!units)
        return -ENOMEM;
    int32_t count =
        ucnv_toUChars(converter, units, (int32_t)length + 1, bytes, (int32_t)length, &e);
    if (U_FAILURE(e)) {
        free(units);
        return code_of(e);
    }
    *ret = units;
    *ret_count = count;
    return 0;
}

static int compose(const UChar *units, int32_t count, UChar **ret, int32_t *ret_count)
{
    UErrorCode e = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&e);
    if (U_FAILURE(e))
        return code_of(e);
    int32_t room = count * 3 + 1; /* the most that NFC grows in UTF-16 */
    UChar *composed = calloc((size_t)room, sizeof(*composed));
    if (!composed)
        return -ENOMEM;
    *ret_count = unorm2_normalize(nfc, units, count, composed, room, &e);
    if (U_FAILURE(e)) {
        free(composed);
        return code_of(e);
    }
    *ret = composed;
    return 0;
}

static int encode(const UChar *units, int32_t count, char **ret, size_t *ret_length)
{
    UErrorCode e = U_ZERO_ERROR;
    int32_t length, room = count * 3 + 1;
    char *text = malloc((size_t)room);
    if (!text)
        return -ENOMEM;
    u_strToUTF8(text, room, &length, units, count, &e);
    if (U_FAILURE(e)) {
        free(text);
        return code_of(e);
    }
    *ret = text;
    *ret_length = (size_t)length;
    return 0;
}

int charset_to_utf8(const char *bytes, size_t length, char **ret, size_t *ret_length,
                    struct diag *diag)
{
    CLEANUP(units_free) UChar *units = NULL;
    CLEANUP(units_free) UChar *composed = NULL;
    CLEANUP(text_free) char *text = NULL;
    const char *charset = "windows-1258";
    int32_t count = 0;
    if (length > CHARSET_BYTES_MAX)
        return diag_set(diag, -EFBIG, "more than %zu bytes", CHARSET_BYTES_MAX);
    if (begins(bytes, length, "\xEF\xBB\xBF")) {
        bytes += 3;
        length -= 3;
    }
    if (text_is_utf8(bytes, length))
        charset = "UTF-8";
    else if (begins(bytes, length, "\xFF\xFE") || begins(bytes, length, "\xFE\xFF"))
        charset = "UTF-16";
    int r = decode(charset, bytes, length, &units, &count);
    if (r == 0 && u_memchr(units, 0xFFFD, count))
        return diag_set(diag, -EINVAL, "not text in UTF-8, UTF-16 or Windows-1258");
    if (r == 0)
        r = compose(units, count, &composed, &count);
    if (r == 0)
        r = encode(composed, count, &text, &length);
    if (r < 0)
        return diag_set(diag, r, "cannot be read as text: %s", strerror(-r));
    if (!text_is_utf8(text, length))
        return diag_set(diag, -EINVAL, "not text: it holds a zero byte");
    *ret = text;
    *ret_length = length;
    text = NULL;
    return 0;
}
