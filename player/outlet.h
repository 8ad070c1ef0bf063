#pragma once
#include "player/sink.h"

/* A sink that stays: opened, watched, and opened again when its device is lost. Without
 * a device the null sink pulls, so that time goes on. One thread of its own. */

struct outlet;

struct outlet_config {
    const struct sink_driver *driver;
    const char *path;
    sink_pull pull; /* called by one sink at a time */
    void *context;
    int64_t
        retry_us; /* before a lost device is tried again, doubled up to 30 s; 0: 1 s */
};

/* A device that cannot be opened is no error (-ENODEV is not returned). On success *ret
 * is the caller's. */
MUST_CHECK int outlet_create(const struct outlet_config *config, struct outlet **ret,
                             struct diag *diag);
void outlet_destroy(struct outlet *o); /* accepts NULL */

/* "" while sound goes to the device, else one sentence. Static. Any thread. */
const char *outlet_sentence(const struct outlet *o);
