#pragma once
#include "base/attr.h"
#include "player/display.h"
#include "player/frame.h"

#include <stdint.h>

/* Software drawing: layers onto a picture in memory. One thread. */

enum { LAYERS_MAX = 16 };

struct layer {
    struct frame frame;
    struct rect to; /* on the canvas */
    int opacity;    /* 1..255 */
};

/* What is drawn on: BGRX, in window orientation. */
struct target {
    uint8_t *pixels;
    int stride, width, height;
};

struct composer;
MUST_CHECK int composer_create(struct composer **ret);
void composer_destroy(struct composer *c); /* accepts NULL */

/* Draw all layers, bottom first, where the window rectangle `damage` shows them, black
 * where none does. Planes are read before it returns. -ENOMEM: a layer was left out. */
MUST_CHECK int composer_draw(struct composer *c, const struct target *target,
                             int rotation, const struct layer *layers, int count,
                             struct rect damage);

/* Forget what was kept of layers from `count` on. */
void composer_trim(struct composer *c, int count);

/* Whether the layer hides all that is below it. */
bool layer_is_opaque(const struct layer *l);
