/* The display without a window. Owns a picture in memory; one thread. */
#include "player/display_driver.h"

#include "base/diag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct memory {
    struct composer *composer;
    struct target target;
};

static void memory_destroy(struct display *d)
{
    struct memory *m = d->window;
    composer_destroy(m->composer);
    free(m->target.pixels);
    free(m);
}

static int memory_create(struct display *d, const struct display_config *config,
                         struct diag *diag)
{
    if (config->width <= 0 || config->height <= 0 || config->width > 16384 ||
        config->height > 16384)
        return diag_set(diag, -EINVAL, "size %dx%d: expected 1 to 16384", config->width,
                        config->height);
    struct memory *m = calloc(1, sizeof(*m));
    if (!m)
        return -ENOMEM;
    d->window = m;
    d->width = m->target.width = config->width;
    d->height = m->target.height = config->height;
    m->target.stride = config->width * 4;
    m->target.pixels = calloc((size_t)config->width * (size_t)config->height, 4);
    int r = m->target.pixels ? composer_create(&m->composer) : -ENOMEM;
    if (r < 0)
        memory_destroy(d);
    return r;
}

static int memory_resize(struct display *d)
{
    (void)d; /* nobody else changes its size */
    return 0;
}

static int memory_present(struct display *d, const struct rect *damage, int count)
{
    struct memory *m = d->window;
    int error = 0;
    for (int i = 0; i < count; i++) {
        int r = composer_draw(m->composer, &m->target, d->rotation, d->layers, d->count,
                              damage[i]);
        if (r < 0)
            error = r;
    }
    composer_trim(m->composer, d->count);
    return error;
}

static int memory_read(struct display *d, uint8_t *to)
{
    struct memory *m = d->window;
    memcpy(to, m->target.pixels, (size_t)m->target.stride * (size_t)d->height);
    return 0;
}

const struct display_driver display_memory = {
    .name = "memory",
    .create = memory_create,
    .destroy = memory_destroy,
    .resize = memory_resize,
    .present = memory_present,
    .read = memory_read,
};
