/* The inner loops in plain C, for every processor, and the reference of the others. Owns
 * nothing; any thread. */
#include "player/rows.h"

#include "base/attr.h"

#include <stddef.h>
#include <string.h>

static uint8_t clamp_byte(int value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* x / 255, rounded; exact for 0..65025 */
static int divide_255(int x)
{
    return ((x + 128) * 257) >> 16;
}

static bool plain_usable(void)
{
    return true;
}

static void plain_convert(const struct colour *colour, const uint8_t *y, const uint8_t *u,
                          const uint8_t *v, bool odd, int n, uint8_t *to)
{
    for (int i = 0; i < n; i++) {
        int chroma = (i + odd) / 2;
        int luma = (y[i] - colour->black) * colour->y + (1 << 12);
        int cb = u[chroma] - 128, cr = v[chroma] - 128;
        to[4 * i] = clamp_byte((luma + cb * colour->u_to_blue) >> 13);
        to[4 * i + 1] =
            clamp_byte((luma + cb * colour->u_to_green + cr * colour->v_to_green) >> 13);
        to[4 * i + 2] = clamp_byte((luma + cr * colour->v_to_red) >> 13);
        to[4 * i + 3] = 255;
    }
}

static void plain_blend(const uint8_t *from, int opacity, int n, uint8_t *to)
{
    for (int i = 0; i < n; i++, from += 4, to += 4) {
        int rest = 255 - divide_255(from[3] * opacity);
        if (rest == 255 && !from[0] && !from[1] && !from[2])
            continue;
        for (int c = 0; c < 3; c++)
            to[c] = clamp_byte(divide_255(from[c] * opacity) + divide_255(to[c] * rest));
        to[3] = 255;
    }
}

static void plain_mix(const uint8_t *from, int opacity, int n, uint8_t *to)
{
    for (int i = 0; i < n; i++, from += 4, to += 4) {
        for (int c = 0; c < 3; c++)
            to[c] = (uint8_t)divide_255(from[c] * opacity + to[c] * (255 - opacity));
        to[3] = 255;
    }
}

static void plain_resample(const uint8_t *from, const struct axis *axis, int16_t *to)
{
    for (int i = 0; i < axis->count; i++) {
        int index = axis->index[i], weight = axis->weight[i];
        int next = weight ? from[index + 1] : 0; /* the last pixel has weight 0 */
        to[i] = (int16_t)(from[index] * (64 - weight) + next * weight);
    }
}

static void plain_between(const int16_t *a, const int16_t *b, int weight, int n,
                          uint8_t *to)
{
    for (int i = 0; i < n; i++)
        to[i] = (uint8_t)((a[i] * (64 - weight) + b[i] * weight + 2048) >> 12);
}

static void plain_halve(const uint8_t *a, const uint8_t *b, int n, uint8_t *to)
{
    for (int i = 0; i < n; i++, a += 2, b += 2)
        to[i] = (uint8_t)((a[0] + a[1] + b[0] + b[1] + 2) / 4);
}

static void plain_transpose_bytes(const uint8_t *from, int from_stride, int width,
                                  int height, uint8_t *to, int to_stride)
{
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            to[(ptrdiff_t)x * to_stride + y] = from[(ptrdiff_t)y * from_stride + x];
}

/* In squares of 16, so that what is written stays in the nearest cache. */
static void plain_transpose_pixels(const uint8_t *from, int from_stride, int width,
                                   int height, uint8_t *to, int to_stride)
{
    for (int y0 = 0; y0 < height; y0 += 16)
        for (int x = 0; x < width; x++)
            for (int y = y0; y < y0 + 16 && y < height; y++)
                memcpy(to + (ptrdiff_t)x * to_stride + y * 4,
                       from + (ptrdiff_t)y * from_stride + x * 4, 4);
}

const struct row_functions rows_plain = {
    .name = "plain",
    .usable = plain_usable,
    .convert = plain_convert,
    .blend = plain_blend,
    .mix = plain_mix,
    .resample = plain_resample,
    .between = plain_between,
    .halve = plain_halve,
    .transpose_bytes = plain_transpose_bytes,
    .transpose_pixels = plain_transpose_pixels,
};
