/* ICU: normal form and line breaks. */
#include "kiosk/draw/breaks.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
    TEXT_MAX = 65536,    /* UTF-16 units */
    LAST_WORD_SHORT = 5, /* units: a last word up to this takes its neighbour along */
    NO_BREAK_SPACE = 0xa0,
    ZERO_WIDTH_SPACE = 0x200b,
};

static void ubrk_closep(UBreakIterator **it)
{
    if (*it)
        ubrk_close(*it);
}

static void units_freep(UChar **p)
{
    free(*p);
}

/* UTF-8 to UTF-16 in NFC. */
static int text_normalise(const char *text, UChar **ret, int32_t *ret_length)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = 0;
    u_strFromUTF8(NULL, 0, &length, text, -1, &error);
    if (error != U_BUFFER_OVERFLOW_ERROR && U_FAILURE(error))
        return -EINVAL;
    if (length > TEXT_MAX)
        return -EINVAL;
    CLEANUP(units_freep) UChar *raw = malloc(((size_t)length + 1) * sizeof(*raw));
    if (!raw)
        return -ENOMEM;
    error = U_ZERO_ERROR;
    u_strFromUTF8(raw, length + 1, &length, text, -1, &error);
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
    if (U_FAILURE(error))
        return -EINVAL;
    int32_t room = length * 3 + 1; /* NFC grows UTF-16 at most threefold */
    UChar *normal = malloc((size_t)room * sizeof(*normal));
    if (!normal)
        return -ENOMEM;
    int32_t n = unorm2_normalize(nfc, raw, length, normal, room, &error);
    if (U_FAILURE(error)) {
        free(normal);
        return -EINVAL;
    }
    *ret = normal;
    *ret_length = n;
    return 0;
}

/* Vietnamese writes a space between syllables, so every layout engine breaks inside
 * words. These are the words that this kind of notice is made of; they stay together. */
static const UChar *const compounds[] = {
    u"an sinh",       u"bà con",       u"buổi chiều", u"buổi sáng",  u"buổi tối",
    u"chương trình",  u"công cộng",    u"kế hoạch",   u"mục tiêu",   u"tỷ lệ",
    u"nông dân",      u"sản xuất",     u"tài chính",  u"trạm tin",   u"bảo hiểm",
    u"bảo hiểm y tế", u"bền vững",     u"biên phòng", u"cán bộ",     u"cận nghèo",
    u"chính sách",    u"cửa khẩu",     u"đăng ký",    u"địa phương", u"điện thoại",
    u"gia đình",      u"giảm nghèo",   u"giấy tờ",    u"học sinh",   u"hỗ trợ",
    u"hộ nghèo",      u"lao động",     u"nhân dân",   u"phụ nữ",     u"sức khỏe",
    u"thông báo",     u"thông tin",    u"thủ tục",    u"thừa thiên", u"tiêm chủng",
    u"trẻ em",        u"truyền thanh", u"ủy ban",     u"vay vốn",    u"việc làm",
    u"xã hội",        u"y tế",         u"hương thủy", u"hương trà",  u"phong điền",
    u"quảng điền",    u"phú lộc",      u"phú vang",   u"nam đông",   u"a lưới",
    u"thị xã",
};

static bool compound_at(const UChar *text, int32_t left, const UChar *word,
                        int32_t length)
{
    if (left < length || (left > length && u_isalpha(text[length])))
        return false;
    for (int32_t i = 0; i < length; i++)
        if ((UChar)u_tolower(text[i] == NO_BREAK_SPACE ? ' ' : text[i]) != word[i])
            return false;
    return true;
}

static void compounds_bind(UChar *text, int32_t length)
{
    for (int32_t i = 0; i < length; i++) {
        if (i > 0 && u_isalpha(text[i - 1]))
            continue; /* only where a word starts */
        for (unsigned k = 0; k < ARRAY_LENGTH(compounds); k++) {
            int32_t n = u_strlen(compounds[k]);
            if (!compound_at(text + i, length - i, compounds[k], n))
                continue;
            for (int32_t j = i; j < i + n; j++)
                if (text[j] == ' ')
                    text[j] = NO_BREAK_SPACE;
        }
    }
}

/* Spaces that must not become line ends. */
static void spaces_bind(UChar *text, int32_t length)
{
    compounds_bind(text, length);
    for (int32_t i = 1; i + 1 < length; i++)
        if (text[i] == ' ' && u_isdigit(text[i - 1]) && text[i + 1] == '%')
            text[i] = NO_BREAK_SPACE;
    int32_t end = length;
    for (int32_t i = length; i >= 0; i--) { /* each line of the text by itself */
        if (i > 0 && text[i - 1] != '\n')
            continue;
        int32_t last = end;
        while (last > i && text[last - 1] != ' ')
            last--;
        int words = 0;
        for (int32_t k = i; k < end; k++)
            words += text[k] == ' ';
        if (last > i && end - last <= LAST_WORD_SHORT && words >= 3)
            text[last - 1] = NO_BREAK_SPACE;
        end = i - 1;
    }
}

/* Whether the script puts no spaces between words (line break class SA). */
static bool unit_is_complex(UChar unit)
{
    return u_getIntPropertyValue(unit, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
}

static int breaks_insert(const UChar *text, int32_t length, UChar *to, int32_t *ret)
{
    UErrorCode error = U_ZERO_ERROR;
    CLEANUP(ubrk_closep)
    UBreakIterator *it = ubrk_open(UBRK_LINE, "vi", text, length, &error);
    if (U_FAILURE(error))
        return -ENOMEM;
    int32_t n = 0, from = 0;
    for (int32_t at = ubrk_next(it); at != UBRK_DONE; at = ubrk_next(it)) {
        memcpy(to + n, text + from, (size_t)(at - from) * sizeof(*to));
        n += at - from;
        from = at;
        if (at < length && unit_is_complex(text[at - 1]) && unit_is_complex(text[at]))
            to[n++] = ZERO_WIDTH_SPACE;
    }
    *ret = n;
    return 0;
}

int breaks_prepare(const char *text, char **ret)
{
    CLEANUP(units_freep) UChar *normal = NULL;
    int32_t length;
    int r = text_normalise(text, &normal, &length);
    if (r < 0)
        return r;
    spaces_bind(normal, length);
    CLEANUP(units_freep)
    UChar *broken = malloc(((size_t)length * 2 + 1) * sizeof(*broken));
    if (!broken)
        return -ENOMEM;
    int32_t n;
    r = breaks_insert(normal, length, broken, &n);
    if (r < 0)
        return r;
    size_t room = (size_t)n * 3 + 1;
    char *out = malloc(room);
    if (!out)
        return -ENOMEM;
    UErrorCode error = U_ZERO_ERROR;
    u_strToUTF8(out, (int32_t)room, NULL, broken, n, &error);
    if (U_FAILURE(error)) {
        free(out);
        return -EINVAL;
    }
    *ret = out;
    return 0;
}
