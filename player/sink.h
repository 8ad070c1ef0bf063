#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stdint.h>

/* Where mixed sound goes. A sink pulls from a callback on a thread of its own; a new one
 * is one file sink_<name>.c and one line in sink.c. */

struct diag;
struct sink;

/* Fill `frames` stereo sample frames; the first will be heard `latency_us` from now. Must
 * not block. */
typedef void (*sink_pull)(void *context, float *samples, int frames, int64_t latency_us);

struct sink_driver {
    const char *name;
    MUST_CHECK int (*open)(const char *path, sink_pull pull, void *context,
                           struct sink **ret, struct diag *diag);
    void (*close)(struct sink *s);
    /* False once its device is gone; NULL: cannot get lost. */
    bool (*alive)(struct sink *s);
};

extern const struct sink_driver *const sink_drivers[];        /* NULL-terminated */
const struct sink_driver *sink_driver_find(const char *name); /* NULL: unknown */

extern const struct sink_driver sink_sdl, sink_null, sink_file;
