#pragma once
#include "player/worker.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

/* What a worker's own files share. One process, one of these. */

#define PACKETS_MAX 512
#define PACKET_BYTES_MAX (24 << 20)
#define SLOTS_MAX 48

struct packets {
    AVPacket *list[PACKETS_MAX];
    size_t head, count, bytes;
};

struct track {
    int stream; /* -1: none */
    AVCodecContext *codec;
    struct packets packets;
    bool drained; /* the decoder has given all */
    bool flushing;
    AVRational time_base;
};

struct worker {
    const struct worker_order *order;
    struct shared_header *shared;
    uint8_t *pool;
    int media_fd, shared_fd, control_fd;
    worker_hook hook;
    int64_t media_at, media_bytes;
    AVFormatContext *format;
    struct track video, sound;
    bool file_ended;
    int64_t start_us; /* of the file's own time */
    /* video */
    AVFrame *published[SHARED_FRAMES]; /* until the player has taken them */
    uint64_t released;
    _Atomic uint32_t slot_used[SLOTS_MAX];
    uint64_t slot_bytes;
    size_t slot_count;
    struct SwsContext *scale;
    AVFrame *frame;
    bool first_picture;
    int64_t video_end_us, sound_end_us, last_pts_us;
    /* sound */
    SwrContext *resample;
    int sound_format, sound_rate, sound_channels; /* what it was opened for */
    AVFrame *sound_frame;
    int64_t
        sound_position; /* next sample's place in the item, sample frames; -1 not yet */
    float *block;
    int block_frames, block_at; /* converted, not yet in the ring */
    int block_capacity;
};

NORETURN void worker_fail(struct worker *w, const char *format, ...) PRINTF_LIKE(2, 3);
void worker_progress(struct worker *w);

void worker_open(struct worker *w); /* worker_open.c */
int worker_get_buffer(AVCodecContext *c, AVFrame *f, int flags);
bool worker_video_step(struct worker *w); /* worker_video.c */
void worker_video_release(struct worker *w);
bool worker_sound_step(struct worker *w); /* worker_sound.c */
int worker_next_frame(struct worker *w, struct track *t, AVFrame *f);
