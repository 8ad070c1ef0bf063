/* Sinks without a device: paced by the clock, to nowhere or into a WAV file. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "player/shared.h"
#include "player/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_FRAMES 480 /* 10 ms */

struct sink {
    pthread_t thread;
    atomic_bool stop;
    sink_pull pull;
    void *context;
    int fd; /* -1: to nowhere */
    uint32_t bytes;
};

static void put32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

/* RIFF WAVE, IEEE float, stereo, 48 kHz. */
static int write_header(const struct sink *s)
{
    uint8_t h[44] = "RIFF....WAVEfmt ";
    put32(h + 4, 36 + s->bytes);
    put32(h + 16, 16);
    h[20] = 3;
    h[22] = 2;
    put32(h + 24, SHARED_RATE);
    put32(h + 28, SHARED_RATE * 8);
    h[32] = 8;
    h[34] = 32;
    put32(h + 36, 0x61746164); /* "data" */
    put32(h + 40, s->bytes);
    return pwrite(s->fd, h, sizeof(h), 0) == (ssize_t)sizeof(h) ? 0 : -EIO;
}

static void *run(void *opaque)
{
    struct sink *s = opaque;
    float block[2 * BLOCK_FRAMES];
    int64_t next_us = clock_monotonic_us(clock_system());
    while (!atomic_load(&s->stop)) {
        s->pull(s->context, block, BLOCK_FRAMES, 0);
        if (s->fd >= 0 && s->bytes < UINT32_MAX - 2 * sizeof(block) &&
            file_write_all(s->fd, block, sizeof(block)) == 0)
            s->bytes += sizeof(block);
        next_us += BLOCK_FRAMES * INT64_C(1000000) / SHARED_RATE;
        struct timespec until = {next_us / 1000000, next_us % 1000000 * 1000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    }
    return NULL;
}

static int open_paced(int fd, sink_pull pull, void *context, struct sink **ret)
{
    struct sink *s = calloc(1, sizeof(*s));
    if (!s) {
        file_closep(&fd);
        return -ENOMEM;
    }
    s->fd = fd;
    s->pull = pull;
    s->context = context;
    int r = fd >= 0 ? write_header(s) : 0;
    if (r == 0 && fd >= 0 && lseek(fd, 44, SEEK_SET) < 0)
        r = -errno;
    if (r == 0)
        r = -pthread_create(&s->thread, NULL, run, s);
    if (r < 0) {
        file_closep(&fd);
        free(s);
        return r;
    }
    *ret = s;
    return 0;
}

static int null_open(const char *path, sink_pull pull, void *context, struct sink **ret,
                     struct diag *diag)
{
    (void)path;
    (void)diag;
    return open_paced(-1, pull, context, ret);
}

static int wav_open(const char *path, sink_pull pull, void *context, struct sink **ret,
                    struct diag *diag)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return diag_set(diag, -errno, "cannot write '%s': %s", path, strerror(errno));
    return open_paced(fd, pull, context, ret);
}

static void paced_close(struct sink *s)
{
    atomic_store(&s->stop, true);
    pthread_join(s->thread, NULL);
    if (s->fd >= 0) {
        (void)!write_header(s);
        close(s->fd);
    }
    free(s);
}

const struct sink_driver sink_null = {"null", null_open, paced_close, NULL};
const struct sink_driver sink_file = {"file", wav_open, paced_close, NULL};
