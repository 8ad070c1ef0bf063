/* Keeps a sink open. Each sink that is opened pulls through a tap of its own, of which
 * one is open at a time: a device that comes back by itself takes nothing. */
#include "player/outlet.h"

#include "base/clock.h"
#include "base/diag.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_US INT64_C(100000)   /* how often the device is looked at */
#define STALL_US INT64_C(2000000) /* no pull for so long: the device is lost */
#define RETRY_US INT64_C(1000000)
#define RETRY_MOST_US INT64_C(30000000)
#define ABSENT_FACTOR 30

enum outlet_state { OUTLET_WORKS, OUTLET_ABSENT, OUTLET_LOST };

struct tap {
    struct outlet *outlet;
    const struct sink_driver *driver;
    struct sink *sink; /* NULL: not in use */
    atomic_bool open;
};

struct outlet {
    const struct sink_driver *driver;
    char path[512];
    sink_pull pull;
    void *context;
    int64_t retry_us;
    struct tap device, null; /* keeper thread, after outlet_create */
    _Atomic int64_t pulled_us;
    atomic_int state;
    pthread_t keeper;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop; /* guarded by lock */
};

static int64_t now_us(void)
{
    return clock_monotonic_us(clock_system());
}

static void tap_pull(void *context, float *samples, int frames, int64_t latency_us)
{
    struct tap *t = context;
    atomic_store(&t->outlet->pulled_us, now_us());
    if (atomic_load(&t->open))
        t->outlet->pull(t->outlet->context, samples, frames, latency_us);
    else
        memset(samples, 0, (size_t)frames * 2 * sizeof(float));
}

static int tap_open(struct tap *t, struct outlet *o, const struct sink_driver *driver,
                    struct diag *diag)
{
    t->outlet = o;
    t->driver = driver;
    return driver->open(driver == o->driver ? o->path : "", tap_pull, t, &t->sink, diag);
}

static void tap_close(struct tap *t)
{
    atomic_store(&t->open, false);
    if (t->sink)
        t->driver->close(t->sink);
    t->sink = NULL;
}

static bool device_alive(struct outlet *o)
{
    const struct tap *t = &o->device;
    return (!t->driver->alive || t->driver->alive(t->sink)) &&
           now_us() - atomic_load(&o->pulled_us) < STALL_US;
}

/* The null sink first, so that time goes on; closing a dead device may take long. */
static void device_give_up(struct outlet *o)
{
    struct diag diag;
    atomic_store(&o->device.open, false);
    atomic_store(&o->state, OUTLET_LOST);
    if (tap_open(&o->null, o, &sink_null, &diag) == 0)
        atomic_store(&o->null.open, true);
    tap_close(&o->device);
}

static bool device_try(struct outlet *o)
{
    struct diag diag;
    if (tap_open(&o->device, o, o->driver, &diag) < 0)
        return false;
    tap_close(&o->null);
    atomic_store(&o->pulled_us, now_us());
    atomic_store(&o->device.open, true);
    atomic_store(&o->state, OUTLET_WORKS);
    return true;
}

/* False: it is time to stop. */
static bool keeper_wait(struct outlet *o, int64_t wait_us)
{
    int64_t until_us = now_us() + wait_us;
    const struct timespec until = {until_us / 1000000, until_us % 1000000 * 1000};
    pthread_mutex_lock(&o->lock);
    while (!o->stop &&
           pthread_cond_clockwait(&o->wake, &o->lock, CLOCK_MONOTONIC, &until) == 0)
        ;
    bool stop = o->stop;
    pthread_mutex_unlock(&o->lock);
    return !stop;
}

static void *keeper_run(void *context)
{
    struct outlet *o = context;
    /* One that was never there comes with a hand that plugs it in; each try costs tens of
     * milliseconds of reading ALSA's configuration. */
    int64_t retry_us = o->device.sink ? o->retry_us : ABSENT_FACTOR * o->retry_us;
    while (keeper_wait(o, o->device.sink ? LOOK_US : retry_us)) {
        if (o->device.sink) {
            if (!device_alive(o))
                device_give_up(o);
            continue;
        }
        if (device_try(o))
            retry_us = o->retry_us;
        else if (retry_us < RETRY_MOST_US)
            retry_us *= 2;
    }
    return NULL;
}

static int sink_open_first(struct outlet *o, struct diag *diag)
{
    int r = tap_open(&o->device, o, o->driver, diag);
    if (r == 0) {
        atomic_store(&o->device.open, true);
    } else if (r == -ENODEV) {
        atomic_store(&o->state, OUTLET_ABSENT);
        r = tap_open(&o->null, o, &sink_null, diag);
        atomic_store(&o->null.open, r == 0);
    }
    return r;
}

int outlet_create(const struct outlet_config *config, struct outlet **ret,
                  struct diag *diag)
{
    struct outlet *o = calloc(1, sizeof(*o));
    if (!o)
        return diag_set(diag, -ENOMEM, "out of memory");
    o->driver = config->driver;
    if (config->path)
        strncpy(o->path, config->path, sizeof(o->path) - 1);
    o->pull = config->pull;
    o->context = config->context;
    o->retry_us = config->retry_us ? config->retry_us : RETRY_US;
    atomic_store(&o->pulled_us, now_us());
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->wake, NULL);
    int r = sink_open_first(o, diag);
    if (r == 0) {
        r = -pthread_create(&o->keeper, NULL, keeper_run, o);
        if (r < 0)
            diag_set(diag, r, "cannot start a thread: %s", strerror(-r));
    }
    if (r < 0) {
        tap_close(&o->device);
        tap_close(&o->null);
        pthread_cond_destroy(&o->wake);
        pthread_mutex_destroy(&o->lock);
        free(o);
        return r;
    }
    *ret = o;
    return 0;
}

void outlet_destroy(struct outlet *o)
{
    if (!o)
        return;
    pthread_mutex_lock(&o->lock);
    o->stop = true;
    pthread_cond_signal(&o->wake);
    pthread_mutex_unlock(&o->lock);
    pthread_join(o->keeper, NULL);
    tap_close(&o->device);
    tap_close(&o->null);
    pthread_cond_destroy(&o->wake);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

const char *outlet_sentence(const struct outlet *o)
{
    static const char *const sentences[] = {
        [OUTLET_WORKS] = "",
        [OUTLET_ABSENT] = "no sound device could be opened; tried again by itself",
        [OUTLET_LOST] = "the sound device was lost; tried again by itself",
    };
    return sentences[atomic_load(&o->state)];
}
