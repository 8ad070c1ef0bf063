/* Writes raw I420 pictures that carry their number (tests/bench/pattern.h) over a moving
 * gradient: bench_pattern WIDTH HEIGHT FRAMES CLIP | ffmpeg -f rawvideo ... */
#include "tests/bench/pattern.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void draw_gradient(unsigned char *plane, int width, int height, int step,
                          int frame)
{
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            plane[(ptrdiff_t)y * width + x] =
                (unsigned char)(64 + ((x / step + y / step + frame * 3) & 127));
}

static void draw_blocks(unsigned char *luma, int width, unsigned bits)
{
    for (int y = 0; y < PATTERN_BLOCK; y++)
        for (int i = 0; i < PATTERN_BLOCKS; i++)
            memset(luma + (ptrdiff_t)y * width + (ptrdiff_t)i * PATTERN_BLOCK,
                   bits >> i & 1U ? 235 : 16, PATTERN_BLOCK);
}

static void draw_grey(unsigned char *chroma, int width)
{
    for (int y = 0; y < PATTERN_BLOCK / 2; y++)
        memset(chroma + (ptrdiff_t)y * width, 128, PATTERN_BLOCKS * PATTERN_BLOCK / 2);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: bench_pattern WIDTH HEIGHT FRAMES CLIP\n", stderr);
        return 2;
    }
    int width = atoi(argv[1]), height = atoi(argv[2]), frames = atoi(argv[3]);
    if (width < PATTERN_BLOCKS * PATTERN_BLOCK || height < PATTERN_BLOCK || width & 1 ||
        height & 1)
        return 2;
    size_t luma = (size_t)width * (size_t)height, size = luma + luma / 2;
    unsigned char *picture = malloc(size);
    if (!picture)
        return 1;
    for (int i = 0; i < frames; i++) {
        draw_gradient(picture, width, height, 8, i);
        draw_gradient(picture + luma, width / 2, height, 16, -i);
        draw_blocks(picture, width, pattern_bits((unsigned)atoi(argv[4]), (unsigned)i));
        draw_grey(picture + luma, width / 2);
        draw_grey(picture + luma + luma / 4, width / 2);
        if (fwrite(picture, 1, size, stdout) != size)
            return 1;
    }
    free(picture);
    return 0;
}
