/* Cairo image surfaces. */
#include "kiosk/draw/canvas.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct canvas {
    cairo_surface_t *surface;
    cairo_t *cairo;
    int width, height;
    uint64_t serial;
    enum palette palette;
    bool touched; /* drawn on since the last frame */
};

enum { CANVAS_SIDE_MAX = 32000 };

int canvas_create(int width, int height, struct canvas **ret)
{
    if (width <= 0 || height <= 0 || width > CANVAS_SIDE_MAX || height > CANVAS_SIDE_MAX)
        return -EINVAL;
    struct canvas *c = calloc(1, sizeof(*c));
    if (!c)
        return -ENOMEM;
    c->width = width;
    c->height = height;
    c->touched = true;
    c->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    c->cairo = cairo_create(c->surface);
    if (cairo_status(c->cairo) != CAIRO_STATUS_SUCCESS) {
        canvas_destroy(c);
        return -ENOMEM;
    }
    *ret = c;
    return 0;
}

void canvas_destroy(struct canvas *c)
{
    if (!c)
        return;
    cairo_destroy(c->cairo);
    cairo_surface_destroy(c->surface);
    free(c);
}

void canvas_set_palette(struct canvas *c, enum palette palette)
{
    c->palette = palette;
}

int canvas_width(const struct canvas *c)
{
    return c->width;
}

int canvas_height(const struct canvas *c)
{
    return c->height;
}

cairo_t *canvas_cairo(struct canvas *c)
{
    c->touched = true;
    return c->cairo;
}

void canvas_frame(struct canvas *c, struct frame *ret)
{
    cairo_surface_flush(c->surface);
    if (c->touched) {
        /* The moment, not a count: a new canvas may lie where a freed one lay. */
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        c->serial = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
        c->touched = false;
    }
    *ret = (struct frame){.layout = PIXEL_BGRA,
                          .width = c->width,
                          .height = c->height,
                          .display_width = c->width,
                          .display_height = c->height,
                          .plane[0] = cairo_image_surface_get_data(c->surface),
                          .stride[0] = cairo_image_surface_get_stride(c->surface),
                          .serial = c->serial};
}

void canvas_set_pixels(struct canvas *c, const uint8_t *pixels)
{
    cairo_surface_flush(c->surface);
    uint8_t *to = cairo_image_surface_get_data(c->surface);
    int stride = cairo_image_surface_get_stride(c->surface);
    for (int y = 0; y < c->height; y++)
        memcpy(to + (ptrdiff_t)y * stride, pixels + (ptrdiff_t)y * c->width * 4,
               (size_t)c->width * 4);
    cairo_surface_mark_dirty(c->surface);
    c->touched = true;
}

void canvas_colour(struct canvas *c, enum colour colour, double opacity)
{
    struct colour_rgb rgb = colour_rgb(c->palette, colour);
    cairo_set_source_rgba(canvas_cairo(c), rgb.red / 255.0, rgb.green / 255.0,
                          rgb.blue / 255.0, opacity);
}

void canvas_clear(struct canvas *c)
{
    cairo_t *cr = canvas_cairo(c);
    cairo_save(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
    cairo_paint(cr);
    cairo_restore(cr);
}

void canvas_fill(struct canvas *c, enum colour colour)
{
    canvas_colour(c, colour, 1);
    cairo_paint(c->cairo);
}

void canvas_rect(struct canvas *c, struct box b, enum colour colour)
{
    canvas_colour(c, colour, 1);
    /* Edges on whole pixels stay sharp. */
    double x = round(b.x), y = round(b.y);
    cairo_rectangle(c->cairo, x, y, fmax(1, round(b.x + b.w) - x),
                    fmax(1, round(b.y + b.h) - y));
    cairo_fill(c->cairo);
}

static void round_path(cairo_t *cr, struct box b, double radius)
{
    double r = fmin(radius, fmin(b.w, b.h) / 2);
    cairo_new_sub_path(cr);
    cairo_arc(cr, b.x + b.w - r, b.y + r, r, -M_PI / 2, 0);
    cairo_arc(cr, b.x + b.w - r, b.y + b.h - r, r, 0, M_PI / 2);
    cairo_arc(cr, b.x + r, b.y + b.h - r, r, M_PI / 2, M_PI);
    cairo_arc(cr, b.x + r, b.y + r, r, M_PI, 3 * M_PI / 2);
    cairo_close_path(cr);
}

void canvas_round(struct canvas *c, struct box b, double radius, enum colour colour)
{
    canvas_colour(c, colour, 1);
    round_path(c->cairo, b, radius);
    cairo_fill(c->cairo);
}

struct box canvas_fit(const struct canvas *from, struct box b)
{
    double scale = fmin(b.w / from->width, b.h / from->height);
    double w = from->width * scale, h = from->height * scale;
    return (struct box){b.x + (b.w - w) / 2, b.y + (b.h - h) / 2, w, h};
}

void canvas_picture(struct canvas *c, struct canvas *from, struct box b, bool cover,
                    double radius)
{
    struct box at = canvas_fit(from, b);
    if (cover) {
        double scale = fmax(b.w / from->width, b.h / from->height);
        double w = from->width * scale, h = from->height * scale;
        at = (struct box){b.x + (b.w - w) / 2, b.y + (b.h - h) / 2, w, h};
    }
    cairo_t *cr = canvas_cairo(c);
    cairo_surface_flush(from->surface);
    cairo_save(cr);
    round_path(cr, cover ? b : at, radius);
    cairo_clip(cr);
    cairo_translate(cr, at.x, at.y);
    cairo_scale(cr, at.w / from->width, at.h / from->height);
    cairo_set_source_surface(cr, from->surface, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
    cairo_paint(cr);
    cairo_restore(cr);
}

struct box box_inset(struct box b, double x, double y)
{
    return (struct box){b.x + x, b.y + y, b.w - 2 * x, b.h - 2 * y};
}
