/* Makes frames ready for a window: halved, turned, and pictures with alpha scaled. Owns
 * the memory of what it prepared; one thread. */
#include "player/picture.h"

#include "player/axis.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A plane of `bytes` (1 or 4) per pixel. */
struct plane {
    uint8_t *data;
    int stride, width, height, bytes;
    bool borrowed;
    struct spare *spares; /* SPARES_MAX, where its memory comes from and goes to */
};

bool frame_same(const struct frame *a, const struct frame *b)
{
    return a->serial == b->serial && a->plane[0] == b->plane[0] && a->width == b->width &&
           a->height == b->height && a->layout == b->layout && a->matrix == b->matrix &&
           a->full_range == b->full_range && a->stride[0] == b->stride[0] &&
           a->pts_us == b->pts_us;
}

static size_t plane_size(const struct plane *p)
{
    return (size_t)p->stride * (size_t)p->height;
}

static uint8_t *spare_take(struct spare *spares, size_t size)
{
    for (int i = 0; i < SPARES_MAX; i++) {
        if (spares[i].data && spares[i].size == size) {
            uint8_t *data = spares[i].data;
            spares[i].data = NULL;
            return data;
        }
    }
    return aligned_alloc(64, size);
}

static void spare_give(struct spare *spares, uint8_t *data, size_t size)
{
    for (int i = 0; i < SPARES_MAX; i++) {
        if (!spares[i].data) {
            spares[i] = (struct spare){data, size};
            return;
        }
    }
    free(data);
}

static void spares_release(struct spare *spares)
{
    for (int i = 0; i < SPARES_MAX; i++) {
        free(spares[i].data);
        spares[i].data = NULL;
    }
}

static int plane_create(struct plane *p, int width, int height, const struct plane *like)
{
    int stride = (width * like->bytes + 63) / 64 * 64;
    *p = (struct plane){NULL, stride, width, height, like->bytes, false, like->spares};
    p->data = spare_take(p->spares, plane_size(p));
    return p->data ? 0 : -ENOMEM;
}

static void plane_release(struct plane *p)
{
    if (!p->borrowed && p->data)
        spare_give(p->spares, p->data, plane_size(p));
    p->data = NULL;
}

static void plane_replace(struct plane *p, const struct plane *with)
{
    plane_release(p);
    *p = *with;
}

/* Each pixel the mean of two or four; the last of an odd number is repeated. */
static int plane_halve(struct plane *p, const struct row_functions *rows, bool across,
                       bool down)
{
    struct plane to;
    int r = plane_create(&to, across ? (p->width + 1) / 2 : p->width,
                         down ? (p->height + 1) / 2 : p->height, p);
    if (r < 0)
        return r;
    for (int y = 0; y < to.height; y++) {
        int y0 = down ? y * 2 : y, y1 = down && y0 + 1 < p->height ? y0 + 1 : y0;
        const uint8_t *a = p->data + (ptrdiff_t)y0 * p->stride;
        const uint8_t *b = p->data + (ptrdiff_t)y1 * p->stride;
        uint8_t *out = to.data + (ptrdiff_t)y * to.stride;
        int x = 0;
        if (across && p->bytes == 1) {
            x = p->width / 2;
            rows->halve(a, b, x, out);
            out += x;
        }
        for (; x < to.width; x++) {
            int x0 = (across ? x * 2 : x) * p->bytes;
            int x1 = across && x * 2 + 1 < p->width ? x0 + p->bytes : x0;
            for (int c = 0; c < p->bytes; c++)
                *out++ =
                    (uint8_t)((a[x0 + c] + a[x1 + c] + b[x0 + c] + b[x1 + c] + 2) / 4);
        }
    }
    plane_replace(p, &to);
    return 0;
}

static void reverse_row(const uint8_t *from, uint8_t *to, int n, int bytes)
{
    if (bytes == 4) {
        for (int x = 0; x < n; x++)
            memcpy(to + (size_t)(n - 1 - x) * 4, from + (size_t)x * 4, 4);
        return;
    }
    int x = 0;
    for (; x + 8 <= n; x += 8) {
        uint64_t eight;
        memcpy(&eight, from + x, 8);
        eight = __builtin_bswap64(eight);
        memcpy(to + n - 8 - x, &eight, 8);
    }
    for (; x < n; x++)
        to[n - 1 - x] = from[x];
}

static int plane_turn(struct plane *p, const struct row_functions *rows, int rotation)
{
    bool upright = rotation == 180;
    struct plane to;
    int r = plane_create(&to, upright ? p->width : p->height,
                         upright ? p->height : p->width, p);
    if (r < 0)
        return r;
    const uint8_t *last = p->data + (ptrdiff_t)(p->height - 1) * p->stride;
    uint8_t *to_last = to.data + (ptrdiff_t)(to.height - 1) * to.stride;
    void (*transpose)(const uint8_t *, int, int, int, uint8_t *, int) =
        p->bytes == 1 ? rows->transpose_bytes : rows->transpose_pixels;
    if (rotation == 90)
        transpose(last, -p->stride, p->width, p->height, to.data, to.stride);
    else if (rotation == 270)
        transpose(p->data, p->stride, p->width, p->height, to_last, -to.stride);
    else
        for (int y = 0; y < p->height; y++)
            reverse_row(p->data + (ptrdiff_t)y * p->stride,
                        to_last - (ptrdiff_t)y * to.stride, p->width, p->bytes);
    plane_replace(p, &to);
    return 0;
}

static void scale_pixel(const uint8_t *a, const uint8_t *b, const struct axis *across,
                        int x, int weight, uint8_t *to)
{
    int left = across->index[x] * 4, part = across->weight[x];
    int right = part ? left + 4 : left;
    for (int c = 0; c < 4; c++) {
        int above = a[left + c] * (64 - part) + a[right + c] * part;
        int below = b[left + c] * (64 - part) + b[right + c] * part;
        to[c] = (uint8_t)((above * (64 - weight) + below * weight + 2048) >> 12);
    }
}

/* Pixels of four bytes, once per picture. */
static int plane_scale(struct plane *p, int width, int height)
{
    struct plane to;
    struct axis across = {0}, down = {0};
    int r = plane_create(&to, width, height, p);
    if (r < 0)
        return r;
    r = axis_update(&across, p->width, p->width, width, 0, 0, width);
    if (r == 0)
        r = axis_update(&down, p->height, p->height, height, 0, 0, height);
    for (int y = 0; r == 0 && y < height; y++) {
        int weight = down.weight[y];
        const uint8_t *a = p->data + (ptrdiff_t)down.index[y] * p->stride;
        const uint8_t *b = weight ? a + p->stride : a;
        for (int x = 0; x < width; x++)
            scale_pixel(a, b, &across, x, weight,
                        to.data + (ptrdiff_t)y * to.stride + (ptrdiff_t)x * 4);
    }
    axis_release(&across);
    axis_release(&down);
    if (r < 0)
        plane_release(&to);
    else
        plane_replace(p, &to);
    return r;
}

/* Halve, turn, scale one plane of the frame; `width` x `height` as shown by the window.
 */
static int plane_prepare(struct plane *p, const struct row_functions *rows, int halve_x,
                         int halve_y, int rotation)
{
    int r = 0;
    while (r == 0 && (halve_x > 0 || halve_y > 0))
        r = plane_halve(p, rows, halve_x-- > 0, halve_y-- > 0);
    if (r == 0 && rotation)
        r = plane_turn(p, rows, rotation);
    return r;
}

static int halvings(int size, int shown)
{
    int n = 0;
    for (; (size + 1) / 2 >= shown && size > 1; size = (size + 1) / 2)
        n++;
    return n;
}

/* Plane `i` of the frame, borrowed. */
static struct plane frame_plane(const struct frame *f, int i, struct spare *spares)
{
    bool halved = i > 0;
    return (struct plane){
        .data = (uint8_t *)f->plane[i], /* read only while borrowed */
        .stride = f->stride[i],
        .width = halved ? (f->width + 1) / 2 : f->width,
        .height = halved ? (f->height + 1) / 2 : f->height,
        .bytes = f->layout == PIXEL_BGRA ? 4 : 1,
        .borrowed = true,
        .spares = spares,
    };
}

/* After turning, the chroma of an odd number of columns starts with half a pair. */
static void picture_set_phase(struct picture *p, int rotation)
{
    bool flip_x = rotation == 90 || rotation == 180;
    bool flip_y = rotation == 180 || rotation == 270;
    p->phase_x = flip_x && p->width & 1;
    p->phase_y = flip_y && p->height & 1;
}

static int prepared_make(struct prepared *p, const struct row_functions *rows)
{
    const struct frame *f = &p->source;
    bool sideways = p->rotation == 90 || p->rotation == 270;
    int width = sideways ? p->shown_height : p->shown_width;
    int height = sideways ? p->shown_width : p->shown_height;
    int halve_x = halvings(f->width, width), halve_y = halvings(f->height, height);
    struct picture *to = &p->picture;
    *to = (struct picture){.layout = f->layout,
                           .colour = colour_of(f->matrix, f->full_range)};
    int planes = f->layout == PIXEL_I420 ? 3 : 1;
    for (int i = 0; i < planes; i++) {
        struct plane plane = frame_plane(f, i, p->spares);
        int r = plane_prepare(&plane, rows, halve_x, halve_y, p->rotation);
        if (r == 0 && plane.bytes == 4 &&
            (plane.width != p->shown_width || plane.height != p->shown_height))
            r = plane_scale(&plane, p->shown_width, p->shown_height);
        if (r < 0) {
            plane_release(&plane);
            return r;
        }
        if (!plane.borrowed)
            p->memory[i] = (struct spare){plane.data, plane_size(&plane)};
        to->plane[i] = plane.data;
        to->stride[i] = plane.stride;
        if (i == 0) {
            to->width = plane.width;
            to->height = plane.height;
        }
    }
    picture_set_phase(to, p->rotation);
    return 0;
}

/* The planes become spares for the next ones. */
static void prepared_recycle(struct prepared *p)
{
    for (size_t i = 0; i < ARRAY_LENGTH(p->memory); i++) {
        if (p->memory[i].data)
            spare_give(p->spares, p->memory[i].data, p->memory[i].size);
        p->memory[i].data = NULL;
    }
    p->picture.plane[0] = NULL;
}

int prepared_update(struct prepared *p, const struct row_functions *rows,
                    const struct frame *frame, int rotation, int width, int height)
{
    if (p->picture.plane[0] && frame_same(&p->source, frame) && p->rotation == rotation &&
        p->shown_width == width && p->shown_height == height)
        return 0;
    prepared_recycle(p);
    p->source = *frame;
    p->rotation = rotation;
    p->shown_width = width;
    p->shown_height = height;
    int r = prepared_make(p, rows);
    if (frame->layout == PIXEL_BGRA) /* these rarely change; keep no more than needed */
        spares_release(p->spares);
    if (r < 0)
        prepared_release(p);
    return r;
}

void prepared_release(struct prepared *p)
{
    prepared_recycle(p);
    spares_release(p->spares);
    memset(p, 0, sizeof(*p));
}
