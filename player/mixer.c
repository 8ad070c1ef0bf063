/* The mixer. Its thread mixes; the sink's thread only takes from a lock-free ring; the
 * main thread adds, starts and removes sources. */
#include "player/mixer.h"

#include "base/clock.h"
#include "base/diag.h"
#include "player/outlet.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RING_FRAMES 8192  /* of output; a power of two */
#define AHEAD_FRAMES 3072 /* mixed ahead: 64 ms */
#define BLOCK_FRAMES 256
#define PAUSE_NS 15000000 /* a quarter of what is mixed ahead */
#define NOT_STARTED INT64_MAX

struct mixer_source {
    struct mixer *mixer;
    struct mixer_source *next;
    struct shared_header *shared;
    float gain;
    bool voice;                  /* guarded by the mixer's lock */
    _Atomic int64_t start_us;    /* main thread: when to begin; NOT_STARTED */
    _Atomic int64_t first_frame; /* mixer thread: output frame of its first sample; -1 */
    uint64_t taken;              /* mixer thread */
};

struct mixer {
    struct outlet *outlet;
    pthread_t thread;
    atomic_bool stop, muted, ducked;
    atomic_int ceiling_bp;
    _Atomic float rms, peak;
    /* The output ring. */
    _Atomic uint64_t written, pulled;
    /* When output frame 0 would have been heard, as of the last pull: maps frames to
     * time. One number, so that nobody sees half of an update. */
    _Atomic int64_t origin_us;
    float ring[2 * RING_FRAMES];
    pthread_mutex_t lock;
    struct mixer_source *sources; /* guarded by lock */
};

static int64_t now_us(void)
{
    return clock_monotonic_us(clock_system());
}

/* Sink thread: copy, silence where there is nothing. */
static void pull(void *context, float *samples, int frames, int64_t latency_us)
{
    struct mixer *m = context;
    uint64_t at = atomic_load(&m->pulled), written = atomic_load(&m->written);
    uint64_t n = written - at < (uint64_t)frames ? written - at : (uint64_t)frames;
    for (uint64_t i = 0; i < n; i++)
        memcpy(samples + 2 * i, m->ring + 2 * ((at + i) % RING_FRAMES),
               2 * sizeof(float));
    memset(samples + 2 * n, 0, ((uint64_t)frames - n) * 2 * sizeof(float));
    atomic_store(&m->origin_us,
                 now_us() + latency_us - (int64_t)at * 1000000 / SHARED_RATE);
    atomic_store(&m->pulled, at + n);
}

/* When an output frame is heard. */
static int64_t frame_us(const struct mixer *m, uint64_t frame)
{
    return atomic_load(&m->origin_us) + (int64_t)frame * 1000000 / SHARED_RATE;
}

/* Add a source's samples to the block that begins at output frame `at`. */
static void mix_source(struct mixer_source *s, uint64_t at, float *block)
{
    int64_t start_us = atomic_load(&s->start_us);
    if (start_us == NOT_STARTED)
        return;
    int skip = 0;
    if (atomic_load(&s->first_frame) < 0) {
        int64_t early = start_us - frame_us(s->mixer, at);
        int64_t frames = early * SHARED_RATE / 1000000;
        if (frames >= BLOCK_FRAMES)
            return;
        skip = frames > 0 ? (int)frames : 0;
        atomic_store(&s->first_frame, (int64_t)at + skip);
    }
    struct shared_header *h = s->shared;
    uint64_t written = atomic_load(&h->sound_written);
    /* What a hostile worker says is bounded by the ring. */
    uint64_t have = written - s->taken > SHARED_SOUND_FRAMES ? 0 : written - s->taken;
    uint64_t n = (uint64_t)(BLOCK_FRAMES - skip);
    if (n > have)
        n = have;
    for (uint64_t i = 0; i < n; i++) {
        const float *from = &h->sound[2 * ((s->taken + i) % SHARED_SOUND_FRAMES)];
        for (int c = 0; c < 2; c++) {
            float value = from[c] * s->gain;
            if (isfinite(value))
                block[2 * ((uint64_t)skip + i) + (uint64_t)c] += value;
        }
    }
    /* A worker that is late leaves silence: what comes late is heard late, and the
     * picture follows. Behind the end of the sound the picture goes on by itself. */
    uint64_t due = (uint64_t)(BLOCK_FRAMES - skip);
    if (n < due && !atomic_load(&h->sound_ended))
        atomic_fetch_add(&s->first_frame, (int64_t)(due - n));
    s->taken += n;
    atomic_store(&h->sound_taken, s->taken);
}

/* Straight up to 0.8, then bent so that nothing exceeds 1. */
static float limit(float x)
{
    float a = fabsf(x);
    if (a <= 0.8F)
        return x;
    return copysignf(0.8F + 0.2F * tanhf((a - 0.8F) / 0.2F), x);
}

static void measure(struct mixer *m, const float *block)
{
    float sum = 0, peak = 0;
    for (int i = 0; i < 2 * BLOCK_FRAMES; i++) {
        sum += block[i] * block[i];
        if (fabsf(block[i]) > peak)
            peak = fabsf(block[i]);
    }
    /* About 100 ms of memory. */
    float keep = 0.95F, rms = atomic_load(&m->rms), held = atomic_load(&m->peak) * keep;
    atomic_store(&m->rms, rms * keep + (1 - keep) * sum / (2 * BLOCK_FRAMES));
    atomic_store(&m->peak, peak > held ? peak : held);
}

static void mix_block(struct mixer *m)
{
    float block[2 * BLOCK_FRAMES] = {0}, voice[2 * BLOCK_FRAMES] = {0};
    uint64_t at = atomic_load(&m->written);
    bool spoken = false;
    pthread_mutex_lock(&m->lock);
    for (struct mixer_source *s = m->sources; s; s = s->next) {
        mix_source(s, at, s->voice ? voice : block);
        spoken = spoken || (s->voice && atomic_load(&s->first_frame) >= 0);
    }
    pthread_mutex_unlock(&m->lock);
    float volume =
        atomic_load(&m->muted) ? 0 : (float)atomic_load(&m->ceiling_bp) / 10000.0F;
    float under = spoken ? 0.0625F : atomic_load(&m->ducked) ? 0.25F : 1;
    for (int i = 0; i < 2 * BLOCK_FRAMES; i++) {
        float programme = limit(block[i]) * under;
        block[i] = (spoken ? limit(programme + voice[i]) : programme) * volume;
    }
    measure(m, block);
    for (int i = 0; i < BLOCK_FRAMES; i++)
        memcpy(m->ring + 2 * ((at + (uint64_t)i) % RING_FRAMES), block + 2 * i,
               2 * sizeof(float));
    atomic_store(&m->written, at + BLOCK_FRAMES);
}

static void *run(void *context)
{
    struct mixer *m = context;
    while (!atomic_load(&m->stop)) {
        while (atomic_load(&m->written) - atomic_load(&m->pulled) < AHEAD_FRAMES)
            mix_block(m);
        nanosleep(&(struct timespec){0, PAUSE_NS}, NULL);
    }
    return NULL;
}

int mixer_create(const struct mixer_config *config, struct mixer **ret, struct diag *diag)
{
    const char *name = config->sink ? config->sink : "sdl";
    const struct sink_driver *driver =
        config->driver ? config->driver : sink_driver_find(name);
    if (!driver)
        return diag_set(diag, -EINVAL, "no sound sink is called '%s'", name);
    struct mixer *m = calloc(1, sizeof(*m));
    if (!m)
        return -ENOMEM;
    atomic_store(&m->ceiling_bp, 10000);
    atomic_store(&m->origin_us, now_us());
    pthread_mutex_init(&m->lock, NULL);
    int r = -pthread_create(&m->thread, NULL, run, m);
    if (r == 0) {
        const struct outlet_config outlet = {.driver = driver,
                                             .path = config->path,
                                             .pull = pull,
                                             .context = m,
                                             .retry_us = config->retry_us};
        r = outlet_create(&outlet, &m->outlet, diag);
        if (r < 0) {
            atomic_store(&m->stop, true);
            pthread_join(m->thread, NULL);
        }
    }
    if (r < 0) {
        pthread_mutex_destroy(&m->lock);
        free(m);
        return r;
    }
    *ret = m;
    return 0;
}

void mixer_destroy(struct mixer *m)
{
    if (!m)
        return;
    outlet_destroy(m->outlet);
    atomic_store(&m->stop, true);
    pthread_join(m->thread, NULL);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

void mixer_set_ceiling(struct mixer *m, int ceiling_bp)
{
    atomic_store(&m->ceiling_bp, ceiling_bp);
}

void mixer_set_ducked(struct mixer *m, bool ducked)
{
    atomic_store(&m->ducked, ducked);
}

void mixer_set_muted(struct mixer *m, bool muted)
{
    atomic_store(&m->muted, muted);
}

void mixer_level(struct mixer *m, struct mixer_level *ret)
{
    float rms = atomic_load(&m->rms), peak = atomic_load(&m->peak);
    ret->rms_dbfs = rms > 1e-12F ? 10 * log10((double)rms) : -120;
    ret->peak_dbfs = peak > 1e-6F ? 20 * log10((double)peak) : -120;
}

const char *mixer_device_sentence(const struct mixer *m)
{
    return outlet_sentence(m->outlet);
}

int mixer_source_add(struct mixer *m, struct shared_header *shared, double gain_db,
                     struct mixer_source **ret)
{
    struct mixer_source *s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    s->mixer = m;
    s->shared = shared;
    s->gain = (float)pow(10, gain_db / 20);
    atomic_store(&s->start_us, NOT_STARTED);
    atomic_store(&s->first_frame, -1);
    pthread_mutex_lock(&m->lock);
    s->next = m->sources;
    m->sources = s;
    pthread_mutex_unlock(&m->lock);
    *ret = s;
    return 0;
}

void mixer_source_set_voice(struct mixer_source *s)
{
    pthread_mutex_lock(&s->mixer->lock);
    s->voice = true;
    pthread_mutex_unlock(&s->mixer->lock);
}

void mixer_source_start(struct mixer_source *s, int64_t at_us)
{
    atomic_store(&s->start_us, at_us);
}

void mixer_source_remove(struct mixer_source *s)
{
    if (!s)
        return;
    struct mixer *m = s->mixer;
    pthread_mutex_lock(&m->lock);
    struct mixer_source **at = &m->sources;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    pthread_mutex_unlock(&m->lock);
    free(s);
}

int64_t mixer_source_heard_us(const struct mixer_source *s, int64_t now)
{
    int64_t first = atomic_load(&s->first_frame);
    if (first < 0)
        return -1;
    int64_t heard = now - frame_us(s->mixer, (uint64_t)first);
    return heard < 0 ? -1 : heard;
}
