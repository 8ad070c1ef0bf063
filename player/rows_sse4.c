/* The inner loops for processors with SSE4.1: 16 pixels, or 4 of four bytes, at a time;
 * the rest of a line by the plain loops. Owns nothing; any thread. */
#include "player/rows.h"

#include "base/attr.h"

#include <stddef.h>

#ifdef __x86_64__
#include <immintrin.h>

static bool sse4_usable(void)
{
    return __builtin_cpu_supports("sse4.1");
}

/* What 8 chroma pairs add to red, green and blue, in 1/32. */
struct tint {
    __m128i red, green, blue;
};

TARGET_SSE4 static inline struct tint tint_of(const struct colour *k, const uint8_t *u,
                                              const uint8_t *v)
{
    const __m128i middle = _mm_set1_epi16(128);
    __m128i cb = _mm_cvtepu8_epi16(_mm_loadl_epi64((const void *)u));
    __m128i cr = _mm_cvtepu8_epi16(_mm_loadl_epi64((const void *)v));
    cb = _mm_slli_epi16(_mm_sub_epi16(cb, middle), 7);
    cr = _mm_slli_epi16(_mm_sub_epi16(cr, middle), 7);
    const __m128i bias = _mm_set1_epi16(k->bias);
    __m128i green = _mm_add_epi16(_mm_mulhrs_epi16(cb, _mm_set1_epi16(k->u_to_green)),
                                  _mm_mulhrs_epi16(cr, _mm_set1_epi16(k->v_to_green)));
    return (struct tint){
        _mm_add_epi16(_mm_mulhrs_epi16(cr, _mm_set1_epi16(k->v_to_red)), bias),
        _mm_add_epi16(green, bias),
        _mm_add_epi16(_mm_mulhrs_epi16(cb, _mm_set1_epi16(k->u_to_blue)), bias),
    };
}

/* One colour of 16 pixels: `low` holds the luma of the first 8, `high` of the rest. */
TARGET_SSE4 static inline __m128i channel(__m128i low, __m128i high, __m128i tint)
{
    low = _mm_add_epi16(low, _mm_unpacklo_epi16(tint, tint));
    high = _mm_add_epi16(high, _mm_unpackhi_epi16(tint, tint));
    return _mm_packus_epi16(_mm_srai_epi16(low, 5), _mm_srai_epi16(high, 5));
}

TARGET_SSE4 static inline void store_bgrx(uint8_t *to, __m128i blue, __m128i green,
                                          __m128i red)
{
    const __m128i opaque = _mm_set1_epi8(-1);
    __m128i bg_low = _mm_unpacklo_epi8(blue, green);
    __m128i bg_high = _mm_unpackhi_epi8(blue, green);
    __m128i rx_low = _mm_unpacklo_epi8(red, opaque);
    __m128i rx_high = _mm_unpackhi_epi8(red, opaque);
    _mm_storeu_si128((void *)to, _mm_unpacklo_epi16(bg_low, rx_low));
    _mm_storeu_si128((void *)(to + 16), _mm_unpackhi_epi16(bg_low, rx_low));
    _mm_storeu_si128((void *)(to + 32), _mm_unpacklo_epi16(bg_high, rx_high));
    _mm_storeu_si128((void *)(to + 48), _mm_unpackhi_epi16(bg_high, rx_high));
}

TARGET_SSE4 static void sse4_convert(const struct colour *k, const uint8_t *y,
                                     const uint8_t *u, const uint8_t *v, bool odd, int n,
                                     uint8_t *to)
{
    if (odd && n > 0) {
        rows_plain.convert(k, y, u, v, true, 1, to);
        y++, u++, v++, n--, to += 4;
    }
    const __m128i factor = _mm_set1_epi16(k->y), zero = _mm_setzero_si128();
    int i = 0;
    for (; i + 16 <= n; i += 16) {
        struct tint tint = tint_of(k, u + i / 2, v + i / 2);
        __m128i luma = _mm_loadu_si128((const void *)(y + i));
        __m128i low = _mm_mulhi_epu16(_mm_unpacklo_epi8(zero, luma), factor);
        __m128i high = _mm_mulhi_epu16(_mm_unpackhi_epi8(zero, luma), factor);
        store_bgrx(to + (ptrdiff_t)i * 4, channel(low, high, tint.blue),
                   channel(low, high, tint.green), channel(low, high, tint.red));
    }
    rows_plain.convert(k, y + i, u + i / 2, v + i / 2, false, n - i,
                       to + (ptrdiff_t)i * 4);
}

/* x / 255, rounded, for 8 products of two bytes */
TARGET_SSE4 static inline __m128i divide_255(__m128i x)
{
    return _mm_mulhi_epu16(_mm_add_epi16(x, _mm_set1_epi16(128)), _mm_set1_epi16(257));
}

/* Two pixels as 8 words: from * opacity + to * (255 - alpha of that). */
TARGET_SSE4 static inline __m128i blend_two(__m128i from, __m128i to, __m128i opacity)
{
    const __m128i spread =
        _mm_setr_epi8(6, 7, 6, 7, 6, 7, 6, 7, 14, 15, 14, 15, 14, 15, 14, 15);
    from = divide_255(_mm_mullo_epi16(from, opacity));
    __m128i rest = _mm_sub_epi16(_mm_set1_epi16(255), _mm_shuffle_epi8(from, spread));
    return _mm_add_epi16(from, divide_255(_mm_mullo_epi16(to, rest)));
}

TARGET_SSE4 static void sse4_blend(const uint8_t *from, int opacity, int n, uint8_t *to)
{
    const __m128i zero = _mm_setzero_si128(), alpha = _mm_set1_epi32(-16777216);
    const __m128i factor = _mm_set1_epi16((short)opacity);
    int i = 0;
    for (; i + 4 <= n; i += 4) {
        __m128i source = _mm_loadu_si128((const void *)(from + (ptrdiff_t)i * 4));
        if (_mm_testz_si128(source, source))
            continue;
        void *place = to + (ptrdiff_t)i * 4;
        if (opacity == 255 && _mm_testc_si128(source, alpha)) {
            _mm_storeu_si128(place, source);
            continue;
        }
        __m128i below = _mm_loadu_si128(place);
        __m128i low = blend_two(_mm_unpacklo_epi8(source, zero),
                                _mm_unpacklo_epi8(below, zero), factor);
        __m128i high = blend_two(_mm_unpackhi_epi8(source, zero),
                                 _mm_unpackhi_epi8(below, zero), factor);
        _mm_storeu_si128(place, _mm_or_si128(_mm_packus_epi16(low, high), alpha));
    }
    rows_plain.blend(from + (ptrdiff_t)i * 4, opacity, n - i, to + (ptrdiff_t)i * 4);
}

TARGET_SSE4 static void sse4_mix(const uint8_t *from, int opacity, int n, uint8_t *to)
{
    const __m128i zero = _mm_setzero_si128(), alpha = _mm_set1_epi32(-16777216);
    const __m128i more = _mm_set1_epi16((short)opacity);
    const __m128i less = _mm_set1_epi16((short)(255 - opacity));
    int i = 0;
    for (; i + 4 <= n; i += 4) {
        void *place = to + (ptrdiff_t)i * 4;
        __m128i a = _mm_loadu_si128((const void *)(from + (ptrdiff_t)i * 4));
        __m128i b = _mm_loadu_si128(place);
        __m128i low =
            divide_255(_mm_add_epi16(_mm_mullo_epi16(_mm_unpacklo_epi8(a, zero), more),
                                     _mm_mullo_epi16(_mm_unpacklo_epi8(b, zero), less)));
        __m128i high =
            divide_255(_mm_add_epi16(_mm_mullo_epi16(_mm_unpackhi_epi8(a, zero), more),
                                     _mm_mullo_epi16(_mm_unpackhi_epi8(b, zero), less)));
        _mm_storeu_si128(place, _mm_or_si128(_mm_packus_epi16(low, high), alpha));
    }
    rows_plain.mix(from + (ptrdiff_t)i * 4, opacity, n - i, to + (ptrdiff_t)i * 4);
}

TARGET_SSE4 static void sse4_resample(const uint8_t *from, const struct axis *axis,
                                      int16_t *to)
{
    int i = 0;
    for (; axis->shuffles && i + 8 <= axis->count; i += 8) {
        __m128i line = _mm_loadu_si128((const void *)(from + axis->base[i / 8]));
        __m128i pairs = _mm_shuffle_epi8(
            line, _mm_loadu_si128((const void *)(axis->shuffles + (ptrdiff_t)i * 2)));
        __m128i factors =
            _mm_loadu_si128((const void *)(axis->factors + (ptrdiff_t)i * 2));
        _mm_storeu_si128((void *)(to + i), _mm_maddubs_epi16(pairs, factors));
    }
    for (; i < axis->count; i++) {
        int index = axis->index[i], weight = axis->weight[i];
        int next = weight ? from[index + 1] : 0; /* the last pixel has weight 0 */
        to[i] = (int16_t)(from[index] * (64 - weight) + next * weight);
    }
}

TARGET_SSE4 static inline __m128i between_eight(const int16_t *a, const int16_t *b,
                                                __m128i weight)
{
    __m128i first = _mm_loadu_si128((const void *)a);
    __m128i second = _mm_loadu_si128((const void *)b);
    __m128i part = _mm_mulhrs_epi16(_mm_sub_epi16(second, first), weight);
    return _mm_srai_epi16(_mm_add_epi16(_mm_add_epi16(first, part), _mm_set1_epi16(32)),
                          6);
}

TARGET_SSE4 static void sse4_between(const int16_t *a, const int16_t *b, int weight,
                                     int n, uint8_t *to)
{
    const __m128i factor = _mm_set1_epi16((short)(weight * 512));
    int i = 0;
    for (; i + 16 <= n; i += 16) {
        __m128i low = between_eight(a + i, b + i, factor);
        __m128i high = between_eight(a + i + 8, b + i + 8, factor);
        _mm_storeu_si128((void *)(to + i), _mm_packus_epi16(low, high));
    }
    rows_plain.between(a + i, b + i, weight, n - i, to + i);
}

TARGET_SSE4 static inline __m128i halve_eight(const uint8_t *a, const uint8_t *b)
{
    const __m128i one = _mm_set1_epi8(1);
    __m128i above = _mm_maddubs_epi16(_mm_loadu_si128((const void *)a), one);
    __m128i below = _mm_maddubs_epi16(_mm_loadu_si128((const void *)b), one);
    __m128i sum = _mm_add_epi16(_mm_add_epi16(above, below), _mm_set1_epi16(2));
    return _mm_srli_epi16(sum, 2);
}

TARGET_SSE4 static void sse4_halve(const uint8_t *a, const uint8_t *b, int n, uint8_t *to)
{
    int i = 0;
    for (; i + 16 <= n; i += 16, a += 32, b += 32) {
        __m128i low = halve_eight(a, b), high = halve_eight(a + 16, b + 16);
        _mm_storeu_si128((void *)(to + i), _mm_packus_epi16(low, high));
    }
    rows_plain.halve(a, b, n - i, to + i);
}

/* One round of interleaving the first half of 16 lines with the second. */
#define INTERLEAVE(a, b, i)                                                              \
    (b)[2 * (i)] = _mm_unpacklo_epi8((a)[i], (a)[(i) + 8]);                              \
    (b)[2 * (i) + 1] = _mm_unpackhi_epi8((a)[i], (a)[(i) + 8])
#define INTERLEAVE_ALL(a, b)                                                             \
    do {                                                                                 \
        INTERLEAVE(a, b, 0);                                                             \
        INTERLEAVE(a, b, 1);                                                             \
        INTERLEAVE(a, b, 2);                                                             \
        INTERLEAVE(a, b, 3);                                                             \
        INTERLEAVE(a, b, 4);                                                             \
        INTERLEAVE(a, b, 5);                                                             \
        INTERLEAVE(a, b, 6);                                                             \
        INTERLEAVE(a, b, 7);                                                             \
    } while (0)

/* 16 x 16 bytes: four rounds (written out, so that they stay in registers). */
TARGET_SSE4 static inline void transpose_square(const uint8_t *from, int from_stride,
                                                uint8_t *to, int to_stride)
{
    __m128i a[16], b[16];
    for (int i = 0; i < 16; i++)
        a[i] = _mm_loadu_si128((const void *)(from + (ptrdiff_t)i * from_stride));
    INTERLEAVE_ALL(a, b);
    INTERLEAVE_ALL(b, a);
    INTERLEAVE_ALL(a, b);
    INTERLEAVE_ALL(b, a);
    for (int i = 0; i < 16; i++)
        _mm_storeu_si128((void *)(to + (ptrdiff_t)i * to_stride), a[i]);
}

TARGET_SSE4 static void sse4_transpose_bytes(const uint8_t *from, int from_stride,
                                             int width, int height, uint8_t *to,
                                             int to_stride)
{
    int right = width / 16 * 16, bottom = height / 16 * 16;
    for (int x0 = 0; x0 < right; x0 += 64) /* whole cache lines, read and written once */
        for (int y = 0; y < bottom; y += 16)
            for (int x = x0; x < x0 + 64 && x < right; x += 16)
                transpose_square(from + (ptrdiff_t)y * from_stride + x, from_stride,
                                 to + (ptrdiff_t)x * to_stride + y, to_stride);
    rows_plain.transpose_bytes(from + right, from_stride, width - right, bottom,
                               to + (ptrdiff_t)right * to_stride, to_stride);
    rows_plain.transpose_bytes(from + (ptrdiff_t)bottom * from_stride, from_stride, width,
                               height - bottom, to + bottom, to_stride);
}

/* 4 x 4 pixels */
TARGET_SSE4 static inline void transpose_four(const uint8_t *from, int from_stride,
                                              uint8_t *to, int to_stride)
{
    __m128i a = _mm_loadu_si128((const void *)from);
    __m128i b = _mm_loadu_si128((const void *)(from + from_stride));
    __m128i c = _mm_loadu_si128((const void *)(from + 2 * (ptrdiff_t)from_stride));
    __m128i d = _mm_loadu_si128((const void *)(from + 3 * (ptrdiff_t)from_stride));
    __m128i ab_low = _mm_unpacklo_epi32(a, b), ab_high = _mm_unpackhi_epi32(a, b);
    __m128i cd_low = _mm_unpacklo_epi32(c, d), cd_high = _mm_unpackhi_epi32(c, d);
    _mm_storeu_si128((void *)to, _mm_unpacklo_epi64(ab_low, cd_low));
    _mm_storeu_si128((void *)(to + to_stride), _mm_unpackhi_epi64(ab_low, cd_low));
    to += 2 * (ptrdiff_t)to_stride;
    _mm_storeu_si128((void *)to, _mm_unpacklo_epi64(ab_high, cd_high));
    _mm_storeu_si128((void *)(to + to_stride), _mm_unpackhi_epi64(ab_high, cd_high));
}

TARGET_SSE4 static void sse4_transpose_pixels(const uint8_t *from, int from_stride,
                                              int width, int height, uint8_t *to,
                                              int to_stride)
{
    int right = width / 16 * 16, bottom = height / 16 * 16;
    for (int y0 = 0; y0 < bottom; y0 += 16)
        for (int x0 = 0; x0 < right; x0 += 16)
            for (int i = 0; i < 16; i++) { /* squares of 4, down each column of them */
                int x = x0 + i / 4 * 4, y = y0 + i % 4 * 4;
                transpose_four(
                    from + (ptrdiff_t)y * from_stride + (ptrdiff_t)x * 4, from_stride,
                    to + (ptrdiff_t)x * to_stride + (ptrdiff_t)y * 4, to_stride);
            }
    rows_plain.transpose_pixels(from + (ptrdiff_t)right * 4, from_stride, width - right,
                                bottom, to + (ptrdiff_t)right * to_stride, to_stride);
    rows_plain.transpose_pixels(from + (ptrdiff_t)bottom * from_stride, from_stride,
                                width, height - bottom, to + (ptrdiff_t)bottom * 4,
                                to_stride);
}

const struct row_functions rows_sse4 = {
    .name = "sse4",
    .usable = sse4_usable,
    .convert = sse4_convert,
    .blend = sse4_blend,
    .mix = sse4_mix,
    .resample = sse4_resample,
    .between = sse4_between,
    .halve = sse4_halve,
    .transpose_bytes = sse4_transpose_bytes,
    .transpose_pixels = sse4_transpose_pixels,
};
#endif
