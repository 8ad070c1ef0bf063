#pragma once
#include "player/clip.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* The memory that a worker and the player share: a sealed memfd. The worker may write
 * anything into it at any time, so the player copies what it reads once and checks it
 * (shared_frame_check); the worker trusts the player.
 *
 *   header | sound ring | pool of frame slots (touched only as far as used) */

#define SHARED_FRAMES 8                 /* decoded ahead, at most */
#define SHARED_SOUND_FRAMES 65536       /* 48 kHz stereo float: 1.4 s; a power of two */
#define SHARED_POOL_BYTES (384UL << 20) /* of address space */
#define SHARED_EDGE_MAX 8192            /* pixels */
#define SHARED_RATE 48000
/* 35 years: sums of these never overflow. */
#define SHARED_TIME_MAX_US (INT64_C(1) << 50)

enum worker_state {
    WORKER_OPENING,
    WORKER_READY, /* first picture and first sound are there */
    WORKER_ENDED, /* everything decoded; the rings may still hold some */
    WORKER_FAILED,
};

struct shared_frame {
    uint32_t layout, matrix, full_range;
    int32_t width, height, display_width, display_height;
    uint64_t offset[3]; /* into the pool */
    int32_t stride[3];
    int64_t pts_us, duration_us;
};

struct shared_header {
    _Atomic uint32_t state;    /* worker: enum worker_state */
    _Atomic uint32_t waiting;  /* worker: has nothing to do until the player takes more */
    _Atomic uint64_t progress; /* worker: grows with every packet and frame */
    _Atomic uint64_t frames_written, frames_taken; /* worker, player */
    _Atomic uint64_t sound_written, sound_taken;   /* worker, player: sample frames */
    _Atomic int64_t length_us;                     /* worker: of the item, 0 not known */
    _Atomic int64_t end_us;                        /* worker: where it ended; 0 not yet */
    _Atomic uint32_t has_video, has_sound;         /* worker */
    _Atomic uint32_t sound_ended;                  /* worker: no more will be written */
    _Atomic int32_t width, height;                 /* worker: for counts only */
    char error[160];                               /* worker: before WORKER_FAILED */
    struct shared_frame frames[SHARED_FRAMES];     /* worker */
    float sound[SHARED_SOUND_FRAMES * 2];          /* worker */
};

#define SHARED_POOL_OFFSET ((sizeof(struct shared_header) + 4095UL) & ~4095UL)
#define SHARED_BYTES (SHARED_POOL_OFFSET + SHARED_POOL_BYTES)

/* What the worker is told. */
struct worker_order {
    enum clip_kind kind;
    int64_t offset_us, duration_us;
    char name[96];
};

/* Whether a frame as copied from shared memory lies within the pool and makes sense. */
bool shared_frame_check(const struct shared_frame *f);
