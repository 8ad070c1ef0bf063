/* Layers, what changed of them, and the choice of a driver. Owns the list of layers; the
 * main thread (SDL's). */
#include "player/display_driver.h"

#include "base/diag.h"
#include "player/picture.h"
#include "player/png.h"
#include "player/rect.h"
#include "player/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct display_driver *const drivers[] = {
    &display_surface,
    &display_renderer,
    &display_memory,
};

static bool rotation_valid(int rotation)
{
    return rotation == 0 || rotation == 90 || rotation == 180 || rotation == 270;
}

static int display_open(struct display *d, const struct display_config *config,
                        struct diag *diag)
{
    if (!rotation_valid(config->rotation))
        return diag_set(diag, -EINVAL, "rotation %d: expected 0, 90, 180 or 270",
                        config->rotation);
    bool windows = !config->driver; /* the first two, which open one */
    for (size_t i = 0; i < ARRAY_LENGTH(drivers); i++) {
        bool named = config->driver && strcmp(config->driver, drivers[i]->name) == 0;
        if (!named && !(windows && i < 2))
            continue;
        d->driver = drivers[i];
        int r = drivers[i]->create(d, config, diag);
        if (r == 0 || named || i == 1)
            return r;
    }
    return diag_set(diag, -EINVAL, "display '%s': expected surface, renderer or memory",
                    config->driver);
}

int display_create(const struct display_config *config, struct display **ret,
                   struct diag *diag)
{
    struct display *d = calloc(1, sizeof(*d));
    if (!d)
        return -ENOMEM;
    d->rotation = config->rotation;
    int r = display_open(d, config, diag);
    if (r < 0) {
        free(d);
        return r;
    }
    *ret = d;
    return 0;
}

void display_destroy(struct display *d)
{
    if (!d)
        return;
    d->driver->destroy(d);
    free(d);
}

const char *display_driver(const struct display *d)
{
    return d->driver->name;
}

static bool display_sideways(const struct display *d)
{
    return d->rotation == 90 || d->rotation == 270;
}

void display_canvas_size(const struct display *d, int *width, int *height)
{
    *width = display_sideways(d) ? d->height : d->width;
    *height = display_sideways(d) ? d->width : d->height;
}

int display_resize(struct display *d)
{
    d->shown_valid = false;
    return d->driver->resize(d);
}

int display_set_rotation(struct display *d, int rotation)
{
    if (!rotation_valid(rotation))
        return -EINVAL;
    if (rotation != d->rotation)
        d->shown_valid = false;
    d->rotation = rotation;
    return 0;
}

void display_begin(struct display *d)
{
    d->count = 0;
}

static bool frame_drawable(const struct frame *f)
{
    if (f->width <= 0 || f->height <= 0 || !f->plane[0])
        return false;
    if (f->layout == PIXEL_BGRA)
        return f->stride[0] >= f->width * 4;
    int half = (f->width + 1) / 2;
    return f->plane[1] && f->plane[2] && f->stride[0] >= f->width &&
           f->stride[1] >= half && f->stride[2] >= half;
}

void display_draw(struct display *d, const struct frame *frame, struct rect to,
                  int opacity)
{
    int width, height;
    display_canvas_size(d, &width, &height);
    struct rect canvas = {0, 0, width, height};
    if (d->count == LAYERS_MAX || opacity <= 0 || !frame_drawable(frame) ||
        rect_empty(rect_intersect(to, canvas)))
        return;
    d->layers[d->count++] = (struct layer){*frame, to, opacity < 255 ? opacity : 255};
}

/* Add a rectangle, joined with one it touches, or with the last when there is no room. */
static int damage_add(struct rect *damage, int count, struct rect r)
{
    if (rect_empty(r))
        return count;
    for (int i = 0; i < count; i++) {
        if (!rect_empty(rect_intersect(damage[i], r))) {
            struct rect joined = rect_union(damage[i], r);
            damage[i] = damage[count - 1];
            return damage_add(damage, count - 1, joined);
        }
    }
    if (count == DAMAGE_MAX) {
        damage[count - 1] = rect_union(damage[count - 1], r);
        return count;
    }
    damage[count] = r;
    return count + 1;
}

static bool layer_same(const struct layer *a, const struct layer *b)
{
    return frame_same(&a->frame, &b->frame) && rect_equal(a->to, b->to) &&
           a->opacity == b->opacity;
}

static struct rect layer_window_rect(const struct display *d, const struct layer *l)
{
    int width, height;
    display_canvas_size(d, &width, &height);
    struct rect window = {0, 0, d->width, d->height};
    return rect_intersect(rect_turn(l->to, width, height, d->rotation), window);
}

/* Where the screen differs from the layers. */
static int display_damage(const struct display *d, struct rect damage[DAMAGE_MAX])
{
    if (!d->shown_valid) {
        damage[0] = (struct rect){0, 0, d->width, d->height};
        return 1;
    }
    int n = 0;
    for (int i = 0; i < d->count || i < d->shown_count; i++) {
        bool now = i < d->count, before = i < d->shown_count;
        if (now && before && layer_same(&d->layers[i], &d->shown[i]))
            continue;
        if (now)
            n = damage_add(damage, n, layer_window_rect(d, &d->layers[i]));
        if (before)
            n = damage_add(damage, n, layer_window_rect(d, &d->shown[i]));
    }
    return n;
}

int display_present(struct display *d)
{
    struct rect damage[DAMAGE_MAX];
    int n = display_damage(d, damage);
    int r = n > 0 ? d->driver->present(d, damage, n) : 0;
    memcpy(d->shown, d->layers, sizeof(d->layers[0]) * (size_t)d->count);
    d->shown_count = d->count;
    d->shown_valid = r == 0;
    return r;
}

void display_set_viewport(struct display *d, struct rect viewport)
{
    d->viewport = viewport;
}

struct rect display_fit(const struct display *d, const struct frame *frame)
{
    int width = d->viewport.w, height = d->viewport.h;
    if (width <= 0)
        display_canvas_size(d, &width, &height);
    int64_t frame_width = frame->display_width, frame_height = frame->display_height;
    if (frame_width <= 0 || frame_height <= 0) {
        frame_width = frame->width > 0 ? frame->width : 1;
        frame_height = frame->height > 0 ? frame->height : 1;
    }
    struct rect r = {0, 0, width, height};
    if (frame_width * height > frame_height * width)
        r.h = (int)((frame_height * width + frame_width / 2) / frame_width);
    else
        r.w = (int)((frame_width * height + frame_height / 2) / frame_height);
    r.w = r.w > 0 ? r.w : 1;
    r.h = r.h > 0 ? r.h : 1;
    if (width - r.w == 1) /* 16:9 on 1366x768: rather that than one black column */
        r.w = width;
    if (height - r.h == 1)
        r.h = height;
    r.x = d->viewport.x + (width - r.w) / 2;
    r.y = d->viewport.y + (height - r.h) / 2;
    return r;
}

/* From window to canvas orientation. */
static void turn_back(const struct display *d, const uint8_t *window, uint8_t *to)
{
    int width = d->width, height = d->height, row = height * 4; /* of the canvas */
    size_t count = (size_t)width * (size_t)height;
    if (d->rotation == 180)
        for (size_t i = 0; i < count; i++)
            memcpy(to + (count - 1 - i) * 4, window + i * 4, 4);
    else if (d->rotation == 90)
        rows_best()->transpose_pixels(window, width * 4, width, height,
                                      to + (count - (size_t)height) * 4, -row);
    else
        rows_best()->transpose_pixels(window + (count - (size_t)width) * 4, -width * 4,
                                      width, height, to, row);
}

static void make_opaque(uint8_t *pixels, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pixels[i * 4 + 3] = 255;
}

int display_read(struct display *d, uint8_t **ret, int *width, int *height)
{
    size_t count = (size_t)d->width * (size_t)d->height;
    uint8_t *canvas = calloc(count, 4);
    uint8_t *window = d->rotation ? calloc(count, 4) : canvas;
    int r = window && canvas ? d->driver->read(d, window) : -ENOMEM;
    if (r == 0 && d->rotation)
        turn_back(d, window, canvas);
    if (window != canvas)
        free(window);
    if (r < 0) {
        free(canvas);
        return r;
    }
    make_opaque(canvas, count);
    *ret = canvas;
    display_canvas_size(d, width, height);
    return 0;
}

int display_screenshot(struct display *d, const char *path, struct diag *diag)
{
    uint8_t *pixels;
    int width, height;
    int r = display_read(d, &pixels, &width, &height);
    if (r < 0)
        return diag_set(diag, r, "cannot read the display back: %s", strerror(-r));
    r = png_write(path, pixels, width, height, diag);
    free(pixels);
    return r;
}
