/* Drawing by SDL's renderer, for machines with a GPU. Owns the window, the renderer and
 * one texture per layer; the main thread (SDL's). What a renderer cannot convert
 * (BT.2020, BT.709 of full range) is converted here and uploaded as BGRX. */
#include "player/display_driver.h"

#include "base/diag.h"
#include "player/picture.h"
#include "player/rect.h"
#include "player/rows.h"

#include <SDL.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct texture {
    SDL_Texture *texture;
    struct frame holds;
    uint32_t format;
};

struct renderer {
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_BlendMode premultiplied;
    bool blends_premultiplied; /* else alpha is divided out before the upload */
    struct texture textures[LAYERS_MAX];
};

static void texture_release(struct texture *t)
{
    if (t->texture)
        SDL_DestroyTexture(t->texture);
    memset(t, 0, sizeof(*t));
}

static void renderer_destroy(struct display *d)
{
    struct renderer *r = d->window;
    for (int i = 0; i < LAYERS_MAX; i++)
        texture_release(&r->textures[i]);
    if (r->renderer)
        SDL_DestroyRenderer(r->renderer);
    display_window_destroy(r->window);
    free(r);
}

static int renderer_resize(struct display *d)
{
    struct renderer *r = d->window;
    if (SDL_GetRendererOutputSize(r->renderer, &d->width, &d->height) < 0)
        return -EIO;
    return d->width > 0 && d->height > 0 ? 0 : -EIO;
}

/* Not every renderer blends as asked (the software one does not): try it. */
static bool renderer_try_blend(struct renderer *r)
{
    r->premultiplied = SDL_ComposeCustomBlendMode(
        SDL_BLENDFACTOR_ONE, SDL_BLENDFACTOR_ONE_MINUS_SRC_ALPHA, SDL_BLENDOPERATION_ADD,
        SDL_BLENDFACTOR_ONE, SDL_BLENDFACTOR_ONE_MINUS_SRC_ALPHA, SDL_BLENDOPERATION_ADD);
    SDL_Texture *t = SDL_CreateTexture(r->renderer, SDL_PIXELFORMAT_ARGB8888,
                                       SDL_TEXTUREACCESS_STREAMING, 1, 1);
    bool works = t && SDL_SetTextureBlendMode(t, r->premultiplied) == 0;
    if (t)
        SDL_DestroyTexture(t);
    return works;
}

static int renderer_create(struct display *d, const struct display_config *config,
                           struct diag *diag)
{
    struct renderer *r = calloc(1, sizeof(*r));
    if (!r)
        return -ENOMEM;
    int error = display_window_create(config, 0, &r->window, diag);
    if (error < 0) {
        free(r);
        return error;
    }
    d->window = r;
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
    r->renderer = SDL_CreateRenderer(r->window, -1, SDL_RENDERER_PRESENTVSYNC);
    if (!r->renderer)
        r->renderer = SDL_CreateRenderer(r->window, -1, 0);
    if (!r->renderer || renderer_resize(d) < 0) {
        error = diag_set(diag, -ENODEV, "no renderer: %s", SDL_GetError());
        renderer_destroy(d);
        return error;
    }
    r->blends_premultiplied = renderer_try_blend(r);
    return 0;
}

/* SDL knows BT.601 of both ranges and BT.709 of video range. */
static bool yuv_mode(const struct frame *f, SDL_YUV_CONVERSION_MODE *ret)
{
    if (f->matrix == COLOUR_BT601) {
        *ret = f->full_range ? SDL_YUV_CONVERSION_JPEG : SDL_YUV_CONVERSION_BT601;
        return true;
    }
    *ret = SDL_YUV_CONVERSION_BT709;
    return f->matrix == COLOUR_BT709 && !f->full_range;
}

static void upload_converted(const struct frame *f, uint8_t *to, int pitch)
{
    const struct row_functions *rows = rows_best();
    const struct colour *colour = colour_of(f->matrix, f->full_range);
    for (int y = 0; y < f->height; y++)
        rows->convert(colour, f->plane[0] + (ptrdiff_t)y * f->stride[0],
                      f->plane[1] + (ptrdiff_t)(y / 2) * f->stride[1],
                      f->plane[2] + (ptrdiff_t)(y / 2) * f->stride[2], false, f->width,
                      to + (ptrdiff_t)y * pitch);
}

static void upload_straight(const struct frame *f, uint8_t *to, int pitch)
{
    for (int y = 0; y < f->height; y++) {
        const uint8_t *from = f->plane[0] + (ptrdiff_t)y * f->stride[0];
        uint8_t *out = to + (ptrdiff_t)y * pitch;
        for (int x = 0; x < f->width; x++, from += 4, out += 4) {
            int alpha = from[3];
            for (int c = 0; c < 3; c++) {
                int value = alpha ? (from[c] * 255 + alpha / 2) / alpha : 0;
                out[c] = (uint8_t)(value < 255 ? value : 255);
            }
            out[3] = from[3];
        }
    }
}

static int texture_upload(const struct renderer *r, const struct texture *t,
                          const struct frame *f)
{
    if (t->format == SDL_PIXELFORMAT_IYUV)
        return SDL_UpdateYUVTexture(t->texture, NULL, f->plane[0], f->stride[0],
                                    f->plane[1], f->stride[1], f->plane[2], f->stride[2]);
    if (f->layout == PIXEL_BGRA && r->blends_premultiplied)
        return SDL_UpdateTexture(t->texture, NULL, f->plane[0], f->stride[0]);
    void *pixels;
    int pitch;
    if (SDL_LockTexture(t->texture, NULL, &pixels, &pitch) < 0)
        return -1;
    if (f->layout == PIXEL_I420)
        upload_converted(f, pixels, pitch);
    else
        upload_straight(f, pixels, pitch);
    SDL_UnlockTexture(t->texture);
    return 0;
}

static int texture_update(struct renderer *r, struct texture *t, const struct frame *f)
{
    if (t->texture && frame_same(&t->holds, f))
        return 0;
    SDL_YUV_CONVERSION_MODE mode;
    bool known = yuv_mode(f, &mode);
    uint32_t format = f->layout == PIXEL_I420 && known ? SDL_PIXELFORMAT_IYUV
                                                       : SDL_PIXELFORMAT_ARGB8888;
    if (!t->texture || t->format != format || t->holds.width != f->width ||
        t->holds.height != f->height || t->holds.matrix != f->matrix ||
        t->holds.full_range != f->full_range) {
        texture_release(t);
        SDL_SetYUVConversionMode(mode); /* some drivers read it here, some when drawing */
        t->texture = SDL_CreateTexture(r->renderer, format, SDL_TEXTUREACCESS_STREAMING,
                                       f->width, f->height);
        t->format = format;
    }
    if (!t->texture || texture_upload(r, t, f) < 0) {
        texture_release(t);
        return -EIO;
    }
    t->holds = *f;
    return 0;
}

static void texture_set_opacity(const struct renderer *r, const struct texture *t,
                                int opacity)
{
    bool premultiplied = t->holds.layout == PIXEL_BGRA && r->blends_premultiplied;
    uint8_t part = (uint8_t)opacity, colour = premultiplied ? part : 255;
    SDL_SetTextureBlendMode(t->texture,
                            premultiplied ? r->premultiplied : SDL_BLENDMODE_BLEND);
    SDL_SetTextureColorMod(t->texture, colour, colour, colour);
    SDL_SetTextureAlphaMod(t->texture, part);
}

/* SDL turns around the centre of a rectangle that has the size before turning. */
static SDL_FRect turned_rect(const struct display *d, const struct layer *l)
{
    int width, height;
    display_canvas_size(d, &width, &height);
    struct rect w = rect_turn(l->to, width, height, d->rotation);
    float centre_x = (float)w.x + (float)w.w / 2;
    float centre_y = (float)w.y + (float)w.h / 2;
    return (SDL_FRect){centre_x - (float)l->to.w / 2, centre_y - (float)l->to.h / 2,
                       (float)l->to.w, (float)l->to.h};
}

static int renderer_draw(struct display *d, const struct layer *layers, int count)
{
    struct renderer *r = d->window;
    SDL_SetRenderDrawColor(r->renderer, 0, 0, 0, 255);
    int error = SDL_RenderClear(r->renderer) < 0 ? -EIO : 0;
    for (int i = 0; i < count; i++) {
        const struct layer *l = &layers[i];
        struct texture *t = &r->textures[i];
        if (texture_update(r, t, &l->frame) < 0) {
            error = -EIO;
            continue;
        }
        texture_set_opacity(r, t, l->opacity);
        SDL_YUV_CONVERSION_MODE mode;
        yuv_mode(&l->frame, &mode);
        SDL_SetYUVConversionMode(mode);
        SDL_FRect to = turned_rect(d, l);
        if (SDL_RenderCopyExF(r->renderer, t->texture, NULL, &to, d->rotation, NULL,
                              SDL_FLIP_NONE) < 0)
            error = -EIO;
        SDL_RenderFlush(r->renderer); /* the mode is read when commands run */
    }
    for (int i = count; i < LAYERS_MAX; i++)
        texture_release(&r->textures[i]);
    return error;
}

static int renderer_present(struct display *d, const struct rect *damage, int count)
{
    (void)damage; /* what is behind the screen is not kept: all is drawn */
    (void)count;
    struct renderer *r = d->window;
    int error = renderer_draw(d, d->layers, d->count);
    SDL_RenderPresent(r->renderer);
    return error;
}

/* What was presented is gone; its textures are not, so no frame is read again. */
static int renderer_read(struct display *d, uint8_t *to)
{
    struct renderer *r = d->window;
    int error = renderer_draw(d, d->shown, d->shown_count);
    if (error < 0)
        return error;
    return SDL_RenderReadPixels(r->renderer, NULL, SDL_PIXELFORMAT_ARGB8888, to,
                                d->width * 4) < 0
               ? -EIO
               : 0;
}

const struct display_driver display_renderer = {
    .name = "renderer",
    .create = renderer_create,
    .destroy = renderer_destroy,
    .resize = renderer_resize,
    .present = renderer_present,
    .read = renderer_read,
};
