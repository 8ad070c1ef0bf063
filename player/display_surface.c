/* Software drawing straight into the window's surface, which X11 shares with us. Owns the
 * window; the main thread (SDL's). */
#include "player/display_driver.h"

#include "base/diag.h"

#include <SDL.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct surface {
    SDL_Window *window;
    struct composer *composer;
};

static void surface_destroy(struct display *d)
{
    struct surface *s = d->window;
    composer_destroy(s->composer);
    display_window_destroy(s->window);
    free(s);
}

/* SDL makes a new one after each change of size. NULL when it is not BGRX. */
static SDL_Surface *surface_get(const struct surface *s)
{
    SDL_Surface *surface = SDL_GetWindowSurface(s->window);
    if (!surface || (surface->format->format != SDL_PIXELFORMAT_RGB888 &&
                     surface->format->format != SDL_PIXELFORMAT_ARGB8888))
        return NULL;
    return surface;
}

static int surface_resize(struct display *d)
{
    SDL_Surface *surface = surface_get(d->window);
    if (!surface)
        return -EIO;
    d->width = surface->w;
    d->height = surface->h;
    return 0;
}

static int surface_create(struct display *d, const struct display_config *config,
                          struct diag *diag)
{
    struct surface *s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    int r = display_window_create(config, 0, &s->window, diag);
    if (r < 0) {
        free(s);
        return r;
    }
    d->window = s;
    r = composer_create(&s->composer);
    if (r == 0 && surface_resize(d) < 0)
        r = diag_set(diag, -ENODEV, "the window has no surface of 32 bits a pixel");
    if (r < 0)
        surface_destroy(d);
    return r;
}

static int surface_present(struct display *d, const struct rect *damage, int count)
{
    struct surface *s = d->window;
    SDL_Surface *surface = surface_get(s);
    if (!surface)
        return -EIO;
    const struct target target = {surface->pixels, surface->pitch, surface->w,
                                  surface->h};
    SDL_Rect changed[DAMAGE_MAX];
    int error = 0;
    for (int i = 0; i < count; i++) {
        int r = composer_draw(s->composer, &target, d->rotation, d->layers, d->count,
                              damage[i]);
        if (r < 0)
            error = r;
        changed[i] = (SDL_Rect){damage[i].x, damage[i].y, damage[i].w, damage[i].h};
    }
    composer_trim(s->composer, d->count);
    if (SDL_UpdateWindowSurfaceRects(s->window, changed, count) < 0)
        return -EIO;
    return error;
}

static int surface_read(struct display *d, uint8_t *to)
{
    SDL_Surface *surface = surface_get(d->window);
    if (!surface || surface->w != d->width || surface->h != d->height)
        return -EIO;
    for (int y = 0; y < d->height; y++)
        memcpy(to + (size_t)y * (size_t)d->width * 4,
               (const uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch,
               (size_t)d->width * 4);
    return 0;
}

const struct display_driver display_surface = {
    .name = "surface",
    .create = surface_create,
    .destroy = surface_destroy,
    .resize = surface_resize,
    .present = surface_present,
    .read = surface_read,
};
