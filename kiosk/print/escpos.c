/* Raster for receipt printers. */
#include "kiosk/print/escpos.h"

#include <errno.h>
#include <string.h>

enum { WIDTH_MAX = 8000, BAND_ROWS = 128 }; /* a band fits the smallest buffers */

/* Rec. 709 luma of a premultiplied pixel on white paper. */
static bool is_dark(const uint8_t *bgra)
{
    unsigned white = 255U - bgra[3];
    unsigned luma =
        72 * (bgra[0] + white) + 715 * (bgra[1] + white) + 213 * (bgra[2] + white);
    return luma < 127500;
}

static int row_write(const uint8_t *pixels, int width, struct buf *ret)
{
    uint8_t dots[WIDTH_MAX / 8] = {0};
    for (int x = 0; x < width; x++)
        if (is_dark(pixels + (size_t)x * 4))
            dots[x / 8] |= (uint8_t)(0x80 >> x % 8);
    return buf_append(ret, dots, (size_t)(width + 7) / 8);
}

int escpos_write(struct canvas *c, struct buf *ret)
{
    static const char reset[] = "\x1b@", feed_and_cut[] = "\x1b"
                                                          "d\x04"
                                                          "\x1dV\x42";
    struct frame frame;
    int width = canvas_width(c), height = canvas_height(c), bytes = (width + 7) / 8;
    if (width > WIDTH_MAX)
        return -EFBIG;
    canvas_frame(c, &frame);
    int r = buf_append(ret, reset, strlen(reset));
    for (int y = 0; r == 0 && y < height; y += BAND_ROWS) {
        int rows = height - y < BAND_ROWS ? height - y : BAND_ROWS;
        const uint8_t head[] = {
            0x1d,          'v', '0', 0, (uint8_t)(bytes & 0xff), (uint8_t)(bytes >> 8),
            (uint8_t)rows, 0};
        r = buf_append(ret, head, sizeof(head));
        for (int i = 0; r == 0 && i < rows; i++)
            r = row_write(frame.plane[0] + (ptrdiff_t)frame.stride[0] * (y + i), width,
                          ret);
    }
    if (r == 0)
        r = buf_append(ret, feed_and_cut, sizeof(feed_and_cut)); /* its NUL is a count */
    return r;
}
