#pragma once
#include "base/attr.h"
#include "player/shared.h"

#include <stdbool.h>
#include <stdint.h>

/* Sound: clips' rings -> mixer thread (gain, ceiling, mute, limiter, meter) -> lock-free
 * ring -> sink. 48 kHz, stereo, float. All calls come from the main thread. */

struct diag;
struct mixer;
struct mixer_source;
struct sink_driver;

struct mixer_config {
    const char *sink;                 /* "sdl", "null", "file"; NULL: sdl */
    const char *path;                 /* sink file: a WAV file to write */
    const struct sink_driver *driver; /* instead of `sink`, for tests */
    int64_t retry_us;                 /* see outlet.h */
};

/* A device that cannot be opened or gets lost is not an error: the mixer keeps time
 * without it, tries it again, and mixer_device_sentence says so. On success *ret is the
 * caller's. */
MUST_CHECK int mixer_create(const struct mixer_config *config, struct mixer **ret,
                            struct diag *diag);
void mixer_destroy(struct mixer *m); /* accepts NULL; no sources may be left */

/* Basis points of full scale; the signed ceiling of the unit. */
void mixer_set_ceiling(struct mixer *m, int ceiling_bp);
/* Somebody uses the screen: 12 dB softer, and 24 dB beneath a source that speaks. */
void mixer_set_ducked(struct mixer *m, bool ducked);
/* Outside permitted hours. Time goes on. */
void mixer_set_muted(struct mixer *m, bool muted);

struct mixer_level {
    double rms_dbfs, peak_dbfs; /* of the last 100 ms of output; -120: silence */
};
void mixer_level(struct mixer *m, struct mixer_level *ret);
/* "" while sound goes to the device, else one sentence. Static or the mixer's. */
const char *mixer_device_sentence(const struct mixer *m);

/* A clip's sound. `shared` stays mapped until mixer_source_remove has returned. */
MUST_CHECK int mixer_source_add(struct mixer *m, struct shared_header *shared,
                                double gain_db, struct mixer_source **ret);
/* A voice: not ducked itself, and others are while it is there. Before the start. */
void mixer_source_set_voice(struct mixer_source *s);
void mixer_source_start(struct mixer_source *s, int64_t at_us); /* CLOCK_MONOTONIC */
void mixer_source_remove(struct mixer_source *s);               /* accepts NULL */

/* How much of the source has been heard at `now_us`, microseconds; -1 before it began. */
int64_t mixer_source_heard_us(const struct mixer_source *s, int64_t now_us);
