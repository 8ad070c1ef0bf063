#pragma once
#include "base/attr.h"
#include "player/compose.h"
#include "player/display.h"

/* Between display.c, which knows layers and what changed, and the drivers, which show
 * them. One thread (SDL's). */

struct display {
    const struct display_driver *driver;
    void *window; /* the driver's own */
    int width, height, rotation;
    struct rect viewport; /* of the canvas; w 0: all of it */
    struct layer layers[LAYERS_MAX], shown[LAYERS_MAX];
    int count, shown_count;
    bool shown_valid; /* `shown` is what is on the screen */
};

enum { DAMAGE_MAX = 8 };

struct display_driver {
    const char *name;

    /* Make d->window and set d->width, d->height. Nothing is left behind on error. */
    int (*create)(struct display *d, const struct display_config *config,
                  struct diag *diag);
    void (*destroy)(struct display *d);

    /* Set d->width, d->height again. */
    int (*resize)(struct display *d);

    /* Show d->layers; only the window rectangles `damage` (not empty) changed. */
    int (*present)(struct display *d, const struct rect *damage, int count);

    /* What is shown, in window orientation: d->width * d->height BGRX pixels. */
    int (*read)(struct display *d, uint8_t *to);
};

extern const struct display_driver display_surface, display_renderer, display_memory;

/* The window both SDL drivers open, in display_window.c. -ENODEV with a sentence. */
struct SDL_Window;
MUST_CHECK int display_window_create(const struct display_config *config, uint32_t flags,
                                     struct SDL_Window **ret, struct diag *diag);
void display_window_destroy(struct SDL_Window *window);
