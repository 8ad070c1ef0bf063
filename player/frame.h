#pragma once
#include <stdbool.h>
#include <stdint.h>

/* One picture on its way to a display. Borrowed memory: whoever hands out a frame says
 * how long its planes stay valid. */

enum pixel_layout {
    PIXEL_I420, /* planes Y, U, V; 8 bit; chroma halved both ways, rounded up */
    PIXEL_BGRA, /* one plane, premultiplied alpha, 8 bit: Cairo's ARGB32 on little endian
                 */
};

enum colour_matrix { COLOUR_BT601, COLOUR_BT709, COLOUR_BT2020 };

struct frame {
    enum pixel_layout layout;
    enum colour_matrix matrix;         /* PIXEL_I420 only */
    bool full_range;                   /* PIXEL_I420 only */
    int width, height;                 /* pixels */
    int display_width, display_height; /* with the sample aspect ratio applied */
    const uint8_t *plane[3];
    int stride[3];   /* bytes, positive */
    int64_t pts_us;  /* from the start of its clip */
    uint64_t serial; /* changes whenever the pixels do: lets a display skip work */
};
