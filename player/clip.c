/* One item being decoded in a worker. Main thread. */
#include "player/clip.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/text.h"
#include "player/mixer.h"
#include "player/zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Longer than any frame takes to decode on the slowest unit; a worker that shows no
 * progress for so long while there is work hangs. */
#define HANG_OPENING_US 10000000
#define HANG_PLAYING_US 5000000

struct clip {
    struct zygote *zygote;
    uint64_t worker;
    int fd; /* to the worker; hangs up when it is gone */
    struct shared_header *shared;
    struct mixer_source *source;
    struct clip_spec spec;
    char name[96], error[256];
    enum clip_state state;
    int64_t start_us; /* when its time 0 is; moved gently to follow the sound */
    bool started, gone;
    uint64_t progress;
    int64_t progress_us; /* when it last grew */
    uint64_t taken;      /* frames behind us; frame `taken` is the one shown */
    bool has_current;
    struct shared_frame current;
    uint64_t serial_base;
    struct clip_counts counts;
};

static int64_t now_us(void)
{
    return clock_monotonic_us(clock_system());
}

/* A sealed memory file: nobody can change its size under our mapping. */
static int make_shared(int *ret_fd, struct shared_header **ret)
{
    int fd = memfd_create("tramtin-frames", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -errno;
    if (ftruncate(fd, (off_t)SHARED_BYTES) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
        int r = -errno;
        close(fd);
        return r;
    }
    void *map = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        int r = -errno;
        close(fd);
        return r;
    }
    *ret_fd = fd;
    *ret = map;
    return 0;
}

static int start_worker(struct clip *c, int media_fd)
{
    struct worker_order order = {.kind = c->spec.kind,
                                 .offset_us = c->spec.offset_us,
                                 .duration_us = c->spec.duration_us};
    text_copy(order.name, sizeof(order.name), c->name);
    int shared_fd = -1;
    int r = make_shared(&shared_fd, &c->shared);
    if (r < 0)
        return r;
    r = zygote_spawn(c->zygote, &order, media_fd, shared_fd, &c->worker, &c->fd);
    close(shared_fd);
    return r;
}

int clip_open(struct zygote *zygote, struct mixer *mixer, const struct clip_spec *spec,
              struct clip **ret, struct diag *diag)
{
    struct clip *c = calloc(1, sizeof(*c));
    if (!c) {
        close(spec->fd);
        return -ENOMEM;
    }
    c->zygote = zygote;
    c->spec = *spec;
    c->fd = -1;
    text_copy(c->name, sizeof(c->name), spec->name ? spec->name : "");
    int r = start_worker(c, spec->fd);
    close(spec->fd);
    if (r == 0 && mixer && spec->kind != CLIP_IMAGE)
        r = mixer_source_add(mixer, c->shared, spec->gain_db, &c->source);
    if (r == 0 && c->source && spec->voice)
        mixer_source_set_voice(c->source);
    if (r < 0) {
        diag_set(diag, r, "cannot start a decoder for '%s': %s", c->name, strerror(-r));
        clip_destroy(c);
        return r;
    }
    /* Serials must differ between clips that use the same display. */
    static uint64_t clips;
    c->serial_base = ++clips << 32;
    c->progress_us = now_us();
    *ret = c;
    return 0;
}

void clip_destroy(struct clip *c)
{
    if (!c)
        return;
    mixer_source_remove(c->source);
    if (c->worker && !c->gone)
        zygote_kill(c->zygote, c->worker);
    if (c->fd >= 0)
        close(c->fd);
    if (c->shared)
        munmap(c->shared, SHARED_BYTES);
    free(c);
}

static void fail(struct clip *c, const char *sentence)
{
    if (c->state == CLIP_FAILED)
        return;
    snprintf(c->error, sizeof(c->error), "'%s': %s", c->name, sentence);
    c->state = CLIP_FAILED;
    if (!c->gone)
        zygote_kill(c->zygote, c->worker);
}

/* What the worker says of itself, made harmless. */
static void fail_as_told(struct clip *c)
{
    char told[sizeof(c->shared->error)];
    memcpy(told, c->shared->error, sizeof(told));
    told[sizeof(told) - 1] = '\0';
    for (char *p = told; *p; p++)
        if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
            *p = '?';
    fail(c, told[0] ? told : "cannot be decoded");
}

static void look_for_hang_up(struct clip *c)
{
    char bytes[64];
    ssize_t n = recv(c->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        c->gone = true;
}

static uint64_t frames_ready(const struct clip *c)
{
    uint64_t n = atomic_load(&c->shared->frames_written) - c->taken;
    return n <= SHARED_FRAMES ? n : 0; /* else the worker lies, see clip_poll */
}

static uint64_t sound_ready(const struct clip *c)
{
    uint64_t n =
        atomic_load(&c->shared->sound_written) - atomic_load(&c->shared->sound_taken);
    return n <= SHARED_SOUND_FRAMES ? n : 0;
}

static void watch_for_hanging(struct clip *c)
{
    uint64_t progress = atomic_load(&c->shared->progress);
    int64_t now = now_us();
    /* That it waits is believed only before the start: then nothing is taken. */
    bool idle =
        frames_ready(c) > 1 || sound_ready(c) > SHARED_RATE / 4 ||
        (c->state != CLIP_OPENING && !c->started && atomic_load(&c->shared->waiting));
    if (progress != c->progress || idle) {
        c->progress = progress;
        c->progress_us = now;
        return;
    }
    int64_t patience = c->state == CLIP_OPENING ? HANG_OPENING_US : HANG_PLAYING_US;
    if (now - c->progress_us > patience)
        fail(c, "the decoder hangs");
}

enum clip_state clip_poll(struct clip *c)
{
    if (c->state == CLIP_FAILED || c->state == CLIP_ENDED)
        return c->state;
    uint32_t told = atomic_load(&c->shared->state);
    look_for_hang_up(c);
    if (told == WORKER_FAILED)
        fail_as_told(c);
    else if (c->gone && told != WORKER_ENDED)
        fail(c, "the decoder crashed");
    else if (atomic_load(&c->shared->frames_written) - c->taken > SHARED_FRAMES)
        fail(c, "the decoder wrote nonsense");
    else if (told != WORKER_ENDED)
        watch_for_hanging(c);
    if (!c->source) /* nobody listens */
        atomic_store(&c->shared->sound_taken, atomic_load(&c->shared->sound_written));
    if (c->state == CLIP_OPENING && (told == WORKER_READY || told == WORKER_ENDED))
        c->state = CLIP_READY;
    if (c->state == CLIP_READY && c->started)
        c->state = CLIP_PLAYING;
    if (c->state == CLIP_PLAYING && now_us() >= clip_end_us(c))
        c->state = CLIP_ENDED;
    return c->state;
}

const char *clip_error(const struct clip *c)
{
    return c->error;
}

int clip_fd(const struct clip *c)
{
    bool over = c->gone || c->state == CLIP_FAILED || c->state == CLIP_ENDED;
    return over ? -1 : c->fd;
}

void clip_start(struct clip *c, int64_t at_us)
{
    c->start_us = at_us;
    c->started = true;
    if (c->source && atomic_load(&c->shared->has_sound))
        mixer_source_start(c->source, at_us);
    if (c->state == CLIP_READY)
        c->state = CLIP_PLAYING;
}

int64_t clip_end_us(const struct clip *c)
{
    if (!c->started)
        return INT64_MAX;
    int64_t end = atomic_load(&c->shared->end_us);
    if (atomic_load(&c->shared->state) == WORKER_ENDED && end > 0 &&
        end <= SHARED_TIME_MAX_US &&
        (c->spec.duration_us <= 0 || end <= c->spec.duration_us))
        return c->start_us + end;
    return c->spec.duration_us > 0 ? c->start_us + c->spec.duration_us : INT64_MAX;
}

/* Let the pictures follow the sound: gently, so that no frame is shown twice for it. */
static void follow_sound(struct clip *c, int64_t now)
{
    if (!c->source || !atomic_load(&c->shared->has_sound))
        return;
    int64_t heard = mixer_source_heard_us(c->source, now);
    if (heard < 0)
        return;
    int64_t drift = now - heard - c->start_us;
    if (drift > 200000 || drift < -200000)
        c->start_us += drift;
    else if (drift > 10000 || drift < -10000)
        c->start_us += drift / 32;
}

/* Copy the frame at `index` once and check it. */
static bool peek(struct clip *c, uint64_t index, struct shared_frame *ret)
{
    *ret = c->shared->frames[index % SHARED_FRAMES];
    atomic_signal_fence(memory_order_seq_cst); /* what was copied is what is checked */
    if (shared_frame_check(ret))
        return true;
    fail(c, "the decoder wrote nonsense");
    return false;
}

static void wake_worker(const struct clip *c)
{
    char byte = 1;
    (void)!send(c->fd, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static bool advance(struct clip *c, int64_t at)
{
    bool moved = false;
    struct shared_frame next;
    if (!c->has_current) {
        if (frames_ready(c) == 0 || !peek(c, c->taken, &c->current))
            return false;
        c->has_current = moved = true;
    }
    while (frames_ready(c) > 1 && peek(c, c->taken + 1, &next) && next.pts_us <= at) {
        c->current = next;
        c->taken++;
        if (moved)
            c->counts.dropped++;
        moved = true;
    }
    if (moved) {
        c->counts.shown++;
        atomic_store(&c->shared->frames_taken, c->taken);
        wake_worker(c);
    }
    return true;
}

bool clip_frame(struct clip *c, int64_t now, struct frame *ret)
{
    if (c->state == CLIP_OPENING || c->state == CLIP_FAILED)
        return false;
    int64_t at = 0;
    if (c->started) {
        follow_sound(c, now);
        at = now - c->start_us;
    }
    if (!advance(c, at))
        return false;
    const struct shared_frame *f = &c->current;
    const uint8_t *pool = (const uint8_t *)c->shared + SHARED_POOL_OFFSET;
    *ret = (struct frame){
        .layout = (enum pixel_layout)f->layout,
        .matrix = (enum colour_matrix)f->matrix,
        .full_range = f->full_range != 0,
        .width = f->width,
        .height = f->height,
        .display_width = f->display_width,
        .display_height = f->display_height,
        .pts_us = f->pts_us,
        .serial = c->serial_base + c->taken,
    };
    for (int i = 0; i < (f->layout == PIXEL_BGRA ? 1 : 3); i++) {
        ret->plane[i] = pool + f->offset[i];
        ret->stride[i] = f->stride[i];
    }
    return true;
}

int64_t clip_next_frame_us(const struct clip *c)
{
    if (!c->started || c->state == CLIP_FAILED)
        return INT64_MAX;
    if (!c->has_current)
        return c->start_us;
    if (frames_ready(c) > 1) {
        int64_t pts = c->shared->frames[(c->taken + 1) % SHARED_FRAMES].pts_us;
        return pts >= 0 && pts < INT64_C(1) << 50 ? c->start_us + pts : now_us();
    }
    if (atomic_load(&c->shared->state) == WORKER_ENDED)
        return INT64_MAX;
    return now_us() + 5000; /* the decoder is behind: look again soon */
}

void clip_count(const struct clip *c, struct clip_counts *ret)
{
    *ret = c->counts;
    ret->length_us = atomic_load(&c->shared->length_us);
    ret->width = atomic_load(&c->shared->width);
    ret->height = atomic_load(&c->shared->height);
    ret->has_sound = atomic_load(&c->shared->has_sound) != 0;
}
