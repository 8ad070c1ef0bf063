#pragma once
#include "player/frame.h"

#include <stdbool.h>
#include <stdint.h>

/* The inner loops of software drawing, one const table per instruction set. `n` counts
 * pixels; BGRA and BGRX pixels are four bytes. Nothing is read or written outside the
 * pixels named. Pure; any thread. */

/* From Y'CbCr to R'G'B': factors scaled by 2^13, biases by 2^5 (rounding included). */
struct colour {
    int16_t y, v_to_red, u_to_green, v_to_green, u_to_blue;
    int16_t bias;
    int16_t black; /* the Y of black: 16 or 0 */
};

/* One way of resampling a line: output i mixes pixels index[i] and its right neighbour,
 * `weight[i]` of 64 parts of the latter. Eight outputs at a time also as byte shuffles
 * within 16 bytes from base[i / 8], where the line is long enough (`shuffles` not NULL).
 */
struct axis {
    int count;  /* outputs */
    int length; /* pixels of the line */
    int32_t *index;
    uint8_t *weight;
    int32_t *base;
    uint8_t *shuffles;               /* 16 per 8 outputs */
    int8_t *factors;                 /* 16 per 8 outputs: 64 - weight, weight */
    int source, shown, phase, start; /* what it was built for */
};

struct row_functions {
    const char *name;
    bool (*usable)(void);

    /* `odd`: the first pixel is the second of its chroma pair. */
    void (*convert)(const struct colour *colour, const uint8_t *y, const uint8_t *u,
                    const uint8_t *v, bool odd, int n, uint8_t *to);

    /* Premultiplied BGRA over BGRX; opacity 0..255 on top of its alpha. */
    void (*blend)(const uint8_t *from, int opacity, int n, uint8_t *to);

    /* Opaque BGRX (its fourth byte is ignored) mixed into BGRX. */
    void (*mix)(const uint8_t *from, int opacity, int n, uint8_t *to);

    /* Resample a line of bytes; results are scaled by 64. */
    void (*resample)(const uint8_t *from, const struct axis *axis, int16_t *to);

    /* Between two resampled lines, `weight` of 64 parts of the second. */
    void (*between)(const int16_t *a, const int16_t *b, int weight, int n, uint8_t *to);

    /* Bytes, each the mean of two of `a` and the two of `b` below them; `n` results. */
    void (*halve)(const uint8_t *a, const uint8_t *b, int n, uint8_t *to);

    /* Transpose: to[x][y] = from[y][x]; strides in bytes, possibly negative. */
    void (*transpose_bytes)(const uint8_t *from, int from_stride, int width, int height,
                            uint8_t *to, int to_stride);
    void (*transpose_pixels)(const uint8_t *from, int from_stride, int width, int height,
                             uint8_t *to, int to_stride);
};

extern const struct row_functions rows_plain, rows_sse4, rows_avx2;

/* The fastest table this processor can run. */
const struct row_functions *rows_best(void);

const struct colour *colour_of(enum colour_matrix matrix, bool full_range);
