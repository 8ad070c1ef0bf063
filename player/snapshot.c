/* Pictures of the display, written on a thread of their own. The thread owns the pixels
 * and its result until it says that it is done; everything else is the main thread's. */
#include "player/snapshot.h"

#include "base/diag.h"
#include "player/display.h"
#include "player/png.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct snapshot {
    pthread_t thread;
    uint8_t *pixels;
    int width, height;
    char *path;
    int result;
    struct diag diag;
    atomic_bool done;
};

static void *snapshot_run(void *argument)
{
    struct snapshot *s = argument;
    s->result = png_write(s->path, s->pixels, s->width, s->height, &s->diag);
    atomic_store_explicit(&s->done, true, memory_order_release);
    return NULL;
}

static void snapshot_free(struct snapshot *s)
{
    free(s->pixels);
    free(s->path);
    free(s);
}

int snapshot_start(struct display *d, const char *path, struct snapshot **ret,
                   struct diag *diag)
{
    struct snapshot *s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    s->path = strdup(path);
    int r = s->path ? display_read(d, &s->pixels, &s->width, &s->height) : -ENOMEM;
    if (r == 0)
        r = -pthread_create(&s->thread, NULL, snapshot_run, s);
    if (r < 0) {
        snapshot_free(s);
        return diag_set(diag, r, "cannot take a picture: %s", strerror(-r));
    }
    *ret = s;
    return 0;
}

bool snapshot_poll(struct snapshot *s, int *result, struct diag *diag)
{
    if (!atomic_load_explicit(&s->done, memory_order_acquire))
        return false;
    *result = s->result;
    if (s->result < 0)
        diag_set(diag, s->result, "%s", diag_text(&s->diag));
    return true;
}

void snapshot_destroy(struct snapshot *s)
{
    if (!s)
        return;
    pthread_join(s->thread, NULL);
    snapshot_free(s);
}
