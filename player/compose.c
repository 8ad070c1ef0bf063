/* Software drawing. A composer owns what it keeps of layers between pictures and the
 * lines it works on; one thread. */
#include "player/compose.h"

#include "player/axis.h"
#include "player/picture.h"
#include "player/rect.h"
#include "player/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One plane of a layer being resampled line by line: the two lines of the source that lie
 * around the present one, already resampled across. */
struct resampler {
    struct axis across, down;
    int16_t *line[2];
    int holds[2]; /* which line of the plane is in line[i]; -1: none */
    uint8_t *out;
    int capacity;
};

struct slot {
    struct prepared prepared;
    struct resampler plane[3];
};

struct composer {
    const struct row_functions *rows;
    struct slot slots[LAYERS_MAX];
    uint8_t *row; /* one line of BGRX */
    int row_capacity;
};

int composer_create(struct composer **ret)
{
    struct composer *c = calloc(1, sizeof(*c));
    if (!c)
        return -ENOMEM;
    c->rows = rows_best();
    *ret = c;
    return 0;
}

static void resampler_release(struct resampler *s)
{
    axis_release(&s->across);
    axis_release(&s->down);
    free(s->line[0]);
    free(s->line[1]);
    free(s->out);
    memset(s, 0, sizeof(*s));
}

void composer_trim(struct composer *c, int count)
{
    for (int i = count; i < LAYERS_MAX; i++) {
        prepared_release(&c->slots[i].prepared);
        for (size_t j = 0; j < ARRAY_LENGTH(c->slots[i].plane); j++)
            resampler_release(&c->slots[i].plane[j]);
    }
}

void composer_destroy(struct composer *c)
{
    if (!c)
        return;
    composer_trim(c, 0);
    free(c->row);
    free(c);
}

static int resampler_reserve(struct resampler *s, int count)
{
    s->holds[0] = s->holds[1] = -1;
    if (s->capacity >= count)
        return 0;
    for (int i = 0; i < 2; i++) {
        free(s->line[i]);
        s->line[i] = malloc(((size_t)count + 32) * sizeof(int16_t));
    }
    free(s->out);
    s->out = malloc((size_t)count + 32);
    s->capacity = s->line[0] && s->line[1] && s->out ? count : 0;
    return s->capacity ? 0 : -ENOMEM;
}

/* Line `y` of the plane, resampled across; kept in one of two places. */
static const int16_t *resampler_line(struct resampler *s,
                                     const struct row_functions *rows,
                                     const uint8_t *plane, int stride, int y)
{
    int place = y & 1;
    if (s->holds[place] != y) {
        rows->resample(plane + (ptrdiff_t)y * stride, &s->across, s->line[place]);
        s->holds[place] = y;
    }
    return s->line[place];
}

/* Output line `i` (counted from the first that is visible) as bytes in s->out. */
static void resampler_run(struct resampler *s, const struct row_functions *rows,
                          const uint8_t *plane, int stride, int i)
{
    int y = s->down.index[i], weight = s->down.weight[i];
    const int16_t *a = resampler_line(s, rows, plane, stride, y);
    const int16_t *b = weight ? resampler_line(s, rows, plane, stride, y + 1) : a;
    rows->between(a, b, weight, s->across.count, s->out);
}

static int composer_reserve_row(struct composer *c, int width)
{
    if (c->row_capacity >= width)
        return 0;
    free(c->row);
    c->row = malloc((size_t)width * 4);
    c->row_capacity = c->row ? width : 0;
    return c->row ? 0 : -ENOMEM;
}

static void draw_unscaled(struct composer *c, const struct picture *p,
                          const struct target *t, struct rect to, struct rect clip,
                          int opacity)
{
    int x = clip.x - to.x;
    for (int row = 0; row < clip.h; row++) {
        int y = clip.y - to.y + row;
        uint8_t *out = t->pixels + (ptrdiff_t)(clip.y + row) * t->stride + clip.x * 4;
        if (p->layout == PIXEL_BGRA) {
            const uint8_t *from = p->plane[0] + (ptrdiff_t)y * p->stride[0] + x * 4;
            c->rows->blend(from, opacity, clip.w, out);
            continue;
        }
        ptrdiff_t chroma_y = (y + p->phase_y) / 2, chroma_x = (x + p->phase_x) / 2;
        c->rows->convert(p->colour, p->plane[0] + (ptrdiff_t)y * p->stride[0] + x,
                         p->plane[1] + chroma_y * p->stride[1] + chroma_x,
                         p->plane[2] + chroma_y * p->stride[2] + chroma_x,
                         (x + p->phase_x) & 1, clip.w, opacity < 255 ? c->row : out);
        if (opacity < 255)
            c->rows->mix(c->row, opacity, clip.w, out);
    }
}

/* The tables for the visible part of a scaled layer. Chroma keeps half the resolution of
 * the result: `first` and `count` are halved around the visible pixels. */
static int slot_plan(struct slot *s, struct rect to, struct rect clip)
{
    const struct picture *p = &s->prepared.picture;
    for (int i = 0; i < 3; i++) {
        struct resampler *plane = &s->plane[i];
        bool halved = i > 0;
        int x = clip.x - to.x, y = clip.y - to.y, w = clip.w, h = clip.h;
        if (halved) {
            w = (x + w + 1) / 2 - x / 2;
            h = (y + h + 1) / 2 - y / 2;
            x /= 2;
            y /= 2;
        }
        int phase_x = halved && p->phase_x, phase_y = halved && p->phase_y;
        int width = halved ? (p->width + 1) / 2 : p->width;
        int height = halved ? (p->height + 1) / 2 : p->height;
        int r = axis_update(&plane->across, width, p->width, to.w, phase_x, x, w);
        if (r == 0)
            r = axis_update(&plane->down, height, p->height, to.h, phase_y, y, h);
        if (r == 0)
            r = resampler_reserve(plane, w);
        if (r < 0)
            return r;
    }
    return 0;
}

static int draw_scaled(struct composer *c, struct slot *s, const struct target *t,
                       struct rect to, struct rect clip, int opacity)
{
    const struct picture *p = &s->prepared.picture;
    int r = slot_plan(s, to, clip);
    if (r < 0)
        return r;
    int chroma_row = -1;
    for (int row = 0; row < clip.h; row++) {
        uint8_t *out = t->pixels + (ptrdiff_t)(clip.y + row) * t->stride + clip.x * 4;
        int y = clip.y - to.y;
        resampler_run(&s->plane[0], c->rows, p->plane[0], p->stride[0], row);
        if (chroma_row != (y + row) / 2 - y / 2) {
            chroma_row = (y + row) / 2 - y / 2;
            resampler_run(&s->plane[1], c->rows, p->plane[1], p->stride[1], chroma_row);
            resampler_run(&s->plane[2], c->rows, p->plane[2], p->stride[2], chroma_row);
        }
        c->rows->convert(p->colour, s->plane[0].out, s->plane[1].out, s->plane[2].out,
                         (clip.x - to.x) & 1, clip.w, opacity < 255 ? c->row : out);
        if (opacity < 255)
            c->rows->mix(c->row, opacity, clip.w, out);
    }
    return 0;
}

static int draw_layer(struct composer *c, struct slot *s, const struct target *t,
                      int rotation, const struct layer *l, struct rect to,
                      struct rect clip)
{
    int r = prepared_update(&s->prepared, c->rows, &l->frame, rotation, to.w, to.h);
    if (r < 0)
        return r;
    const struct picture *p = &s->prepared.picture;
    if (l->opacity < 255)
        r = composer_reserve_row(c, clip.w);
    if (r < 0)
        return r;
    if (p->width != to.w || p->height != to.h)
        return draw_scaled(c, s, t, to, clip, l->opacity);
    draw_unscaled(c, p, t, to, clip, l->opacity);
    return 0;
}

static void draw_black(const struct target *t, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = (uint32_t *)(void *)(t->pixels + (ptrdiff_t)y * t->stride);
        for (int x = r.x; x < r.x + r.w; x++)
            row[x] = 0xff000000U;
    }
}

/* Black in `r` except where one of the layers hides it. */
static void draw_background(const struct target *t, int rotation, int canvas_width,
                            int canvas_height, const struct layer *layers, int count,
                            struct rect r)
{
    for (int i = 0; i < count; i++) {
        if (!layer_is_opaque(&layers[i]))
            continue;
        struct rect hidden =
            rect_turn(layers[i].to, canvas_width, canvas_height, rotation);
        if (rect_empty(rect_intersect(hidden, r)))
            continue;
        struct rect rest[4];
        int n = rect_subtract(r, hidden, rest);
        for (int j = 0; j < n; j++)
            draw_background(t, rotation, canvas_width, canvas_height, layers + i + 1,
                            count - i - 1, rest[j]);
        return;
    }
    draw_black(t, r);
}

bool layer_is_opaque(const struct layer *l)
{
    return l->opacity >= 255 && l->frame.layout == PIXEL_I420;
}

int composer_draw(struct composer *c, const struct target *target, int rotation,
                  const struct layer *layers, int count, struct rect damage)
{
    bool sideways = rotation == 90 || rotation == 270;
    int width = sideways ? target->height : target->width;
    int height = sideways ? target->width : target->height;
    struct rect window = {0, 0, target->width, target->height};
    damage = rect_intersect(damage, window);
    if (rect_empty(damage))
        return 0;
    int first = 0; /* what lies below a layer that hides it all is not drawn */
    for (int i = 0; i < count; i++)
        if (layer_is_opaque(&layers[i]) &&
            rect_contains(rect_turn(layers[i].to, width, height, rotation), damage))
            first = i;
    draw_background(target, rotation, width, height, layers + first, count - first,
                    damage);
    int error = 0;
    for (int i = first; i < count; i++) {
        struct rect to = rect_turn(layers[i].to, width, height, rotation);
        struct rect clip = rect_intersect(to, damage);
        if (rect_empty(clip))
            continue;
        int r = draw_layer(c, &c->slots[i], target, rotation, &layers[i], to, clip);
        if (r < 0)
            error = r;
    }
    return error;
}
