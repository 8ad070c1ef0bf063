/* The inner loops for processors with AVX2: 32 pixels, or 8 of four bytes, at a time; the
 * rest of a line by the plain loops. Owns nothing; any thread. */
#include "player/rows.h"

#include "base/attr.h"

#include <stddef.h>

#ifdef __x86_64__
#include <immintrin.h>

static bool avx2_usable(void)
{
    return __builtin_cpu_supports("avx2");
}

/* What 16 chroma pairs add to red, green and blue, in 1/32. */
struct tint {
    __m256i red, green, blue;
};

TARGET_AVX2 static inline struct tint tint_of(const struct colour *k, const uint8_t *u,
                                              const uint8_t *v)
{
    const __m256i middle = _mm256_set1_epi16(128);
    __m256i cb = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)u));
    __m256i cr = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)v));
    cb = _mm256_slli_epi16(_mm256_sub_epi16(cb, middle), 7);
    cr = _mm256_slli_epi16(_mm256_sub_epi16(cr, middle), 7);
    const __m256i bias = _mm256_set1_epi16(k->bias);
    __m256i green =
        _mm256_add_epi16(_mm256_mulhrs_epi16(cb, _mm256_set1_epi16(k->u_to_green)),
                         _mm256_mulhrs_epi16(cr, _mm256_set1_epi16(k->v_to_green)));
    return (struct tint){
        _mm256_add_epi16(_mm256_mulhrs_epi16(cr, _mm256_set1_epi16(k->v_to_red)), bias),
        _mm256_add_epi16(green, bias),
        _mm256_add_epi16(_mm256_mulhrs_epi16(cb, _mm256_set1_epi16(k->u_to_blue)), bias),
    };
}

/* One colour of 32 pixels: `low` holds the luma of pixels 0-7 and 16-23, `high` the rest,
 * as unpacking leaves them. */
TARGET_AVX2 static inline __m256i channel(__m256i low, __m256i high, __m256i tint)
{
    low = _mm256_add_epi16(low, _mm256_unpacklo_epi16(tint, tint));
    high = _mm256_add_epi16(high, _mm256_unpackhi_epi16(tint, tint));
    return _mm256_packus_epi16(_mm256_srai_epi16(low, 5), _mm256_srai_epi16(high, 5));
}

TARGET_AVX2 static inline void store_bgrx(uint8_t *to, __m256i blue, __m256i green,
                                          __m256i red)
{
    const __m256i opaque = _mm256_set1_epi8(-1);
    __m256i bg_low = _mm256_unpacklo_epi8(blue, green);
    __m256i bg_high = _mm256_unpackhi_epi8(blue, green);
    __m256i rx_low = _mm256_unpacklo_epi8(red, opaque);
    __m256i rx_high = _mm256_unpackhi_epi8(red, opaque);
    __m256i a = _mm256_unpacklo_epi16(bg_low, rx_low);   /* pixels 0-3, 16-19 */
    __m256i b = _mm256_unpackhi_epi16(bg_low, rx_low);   /* 4-7, 20-23 */
    __m256i c = _mm256_unpacklo_epi16(bg_high, rx_high); /* 8-11, 24-27 */
    __m256i d = _mm256_unpackhi_epi16(bg_high, rx_high); /* 12-15, 28-31 */
    _mm256_storeu_si256((void *)to, _mm256_permute2x128_si256(a, b, 0x20));
    _mm256_storeu_si256((void *)(to + 32), _mm256_permute2x128_si256(c, d, 0x20));
    _mm256_storeu_si256((void *)(to + 64), _mm256_permute2x128_si256(a, b, 0x31));
    _mm256_storeu_si256((void *)(to + 96), _mm256_permute2x128_si256(c, d, 0x31));
}

TARGET_AVX2 static void avx2_convert(const struct colour *k, const uint8_t *y,
                                     const uint8_t *u, const uint8_t *v, bool odd, int n,
                                     uint8_t *to)
{
    if (odd && n > 0) {
        rows_plain.convert(k, y, u, v, true, 1, to);
        y++, u++, v++, n--, to += 4;
    }
    const __m256i factor = _mm256_set1_epi16(k->y), zero = _mm256_setzero_si256();
    int i = 0;
    for (; i + 32 <= n; i += 32) {
        struct tint tint = tint_of(k, u + i / 2, v + i / 2);
        __m256i luma = _mm256_loadu_si256((const void *)(y + i));
        __m256i low = _mm256_mulhi_epu16(_mm256_unpacklo_epi8(zero, luma), factor);
        __m256i high = _mm256_mulhi_epu16(_mm256_unpackhi_epi8(zero, luma), factor);
        store_bgrx(to + (ptrdiff_t)i * 4, channel(low, high, tint.blue),
                   channel(low, high, tint.green), channel(low, high, tint.red));
    }
    rows_plain.convert(k, y + i, u + i / 2, v + i / 2, false, n - i,
                       to + (ptrdiff_t)i * 4);
}

/* x / 255, rounded, for 16 products of two bytes */
TARGET_AVX2 static inline __m256i divide_255(__m256i x)
{
    return _mm256_mulhi_epu16(_mm256_add_epi16(x, _mm256_set1_epi16(128)),
                              _mm256_set1_epi16(257));
}

/* Four pixels as 16 words: from * opacity + to * (255 - alpha of that). */
TARGET_AVX2 static inline __m256i blend_four(__m256i from, __m256i to, __m256i opacity)
{
    const __m256i spread =
        _mm256_setr_epi8(6, 7, 6, 7, 6, 7, 6, 7, 14, 15, 14, 15, 14, 15, 14, 15, 6, 7, 6,
                         7, 6, 7, 6, 7, 14, 15, 14, 15, 14, 15, 14, 15);
    from = divide_255(_mm256_mullo_epi16(from, opacity));
    __m256i rest =
        _mm256_sub_epi16(_mm256_set1_epi16(255), _mm256_shuffle_epi8(from, spread));
    return _mm256_add_epi16(from, divide_255(_mm256_mullo_epi16(to, rest)));
}

TARGET_AVX2 static void avx2_blend(const uint8_t *from, int opacity, int n, uint8_t *to)
{
    const __m256i zero = _mm256_setzero_si256(), alpha = _mm256_set1_epi32(-16777216);
    const __m256i factor = _mm256_set1_epi16((short)opacity);
    int i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256i source = _mm256_loadu_si256((const void *)(from + (ptrdiff_t)i * 4));
        if (_mm256_testz_si256(source, source))
            continue;
        void *place = to + (ptrdiff_t)i * 4;
        if (opacity == 255 && _mm256_testc_si256(source, alpha)) {
            _mm256_storeu_si256(place, source);
            continue;
        }
        __m256i below = _mm256_loadu_si256(place);
        __m256i low = blend_four(_mm256_unpacklo_epi8(source, zero),
                                 _mm256_unpacklo_epi8(below, zero), factor);
        __m256i high = blend_four(_mm256_unpackhi_epi8(source, zero),
                                  _mm256_unpackhi_epi8(below, zero), factor);
        _mm256_storeu_si256(place,
                            _mm256_or_si256(_mm256_packus_epi16(low, high), alpha));
    }
    rows_plain.blend(from + (ptrdiff_t)i * 4, opacity, n - i, to + (ptrdiff_t)i * 4);
}

TARGET_AVX2 static void avx2_mix(const uint8_t *from, int opacity, int n, uint8_t *to)
{
    const __m256i zero = _mm256_setzero_si256(), alpha = _mm256_set1_epi32(-16777216);
    const __m256i more = _mm256_set1_epi16((short)opacity);
    const __m256i less = _mm256_set1_epi16((short)(255 - opacity));
    int i = 0;
    for (; i + 8 <= n; i += 8) {
        void *place = to + (ptrdiff_t)i * 4;
        __m256i a = _mm256_loadu_si256((const void *)(from + (ptrdiff_t)i * 4));
        __m256i b = _mm256_loadu_si256(place);
        __m256i low = divide_255(
            _mm256_add_epi16(_mm256_mullo_epi16(_mm256_unpacklo_epi8(a, zero), more),
                             _mm256_mullo_epi16(_mm256_unpacklo_epi8(b, zero), less)));
        __m256i high = divide_255(
            _mm256_add_epi16(_mm256_mullo_epi16(_mm256_unpackhi_epi8(a, zero), more),
                             _mm256_mullo_epi16(_mm256_unpackhi_epi8(b, zero), less)));
        _mm256_storeu_si256(place,
                            _mm256_or_si256(_mm256_packus_epi16(low, high), alpha));
    }
    rows_plain.mix(from + (ptrdiff_t)i * 4, opacity, n - i, to + (ptrdiff_t)i * 4);
}

TARGET_AVX2 static void avx2_resample(const uint8_t *from, const struct axis *axis,
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

TARGET_AVX2 static inline __m256i between_sixteen(const int16_t *a, const int16_t *b,
                                                  __m256i weight)
{
    __m256i first = _mm256_loadu_si256((const void *)a);
    __m256i second = _mm256_loadu_si256((const void *)b);
    __m256i part = _mm256_mulhrs_epi16(_mm256_sub_epi16(second, first), weight);
    return _mm256_srai_epi16(
        _mm256_add_epi16(_mm256_add_epi16(first, part), _mm256_set1_epi16(32)), 6);
}

TARGET_AVX2 static void avx2_between(const int16_t *a, const int16_t *b, int weight,
                                     int n, uint8_t *to)
{
    const __m256i factor = _mm256_set1_epi16((short)(weight * 512));
    int i = 0;
    for (; i + 32 <= n; i += 32) {
        __m256i low = between_sixteen(a + i, b + i, factor);
        __m256i high = between_sixteen(a + i + 16, b + i + 16, factor);
        _mm256_storeu_si256((void *)(to + i), _mm256_permute4x64_epi64(
                                                  _mm256_packus_epi16(low, high), 0xd8));
    }
    rows_plain.between(a + i, b + i, weight, n - i, to + i);
}

TARGET_AVX2 static inline __m256i halve_sixteen(const uint8_t *a, const uint8_t *b)
{
    const __m256i one = _mm256_set1_epi8(1);
    __m256i above = _mm256_maddubs_epi16(_mm256_loadu_si256((const void *)a), one);
    __m256i below = _mm256_maddubs_epi16(_mm256_loadu_si256((const void *)b), one);
    __m256i sum = _mm256_add_epi16(_mm256_add_epi16(above, below), _mm256_set1_epi16(2));
    return _mm256_srli_epi16(sum, 2);
}

TARGET_AVX2 static void avx2_halve(const uint8_t *a, const uint8_t *b, int n, uint8_t *to)
{
    int i = 0;
    for (; i + 32 <= n; i += 32, a += 64, b += 64) {
        __m256i low = halve_sixteen(a, b), high = halve_sixteen(a + 32, b + 32);
        _mm256_storeu_si256((void *)(to + i), _mm256_permute4x64_epi64(
                                                  _mm256_packus_epi16(low, high), 0xd8));
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
TARGET_AVX2 static inline void transpose_square(const uint8_t *from, int from_stride,
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

TARGET_AVX2 static void avx2_transpose_bytes(const uint8_t *from, int from_stride,
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

static void avx2_transpose_pixels(const uint8_t *from, int from_stride, int width,
                                  int height, uint8_t *to, int to_stride)
{
    rows_sse4.transpose_pixels(from, from_stride, width, height, to, to_stride);
}

const struct row_functions rows_avx2 = {
    .name = "avx2",
    .usable = avx2_usable,
    .convert = avx2_convert,
    .blend = avx2_blend,
    .mix = avx2_mix,
    .resample = avx2_resample,
    .between = avx2_between,
    .halve = avx2_halve,
    .transpose_bytes = avx2_transpose_bytes,
    .transpose_pixels = avx2_transpose_pixels,
};
#endif
