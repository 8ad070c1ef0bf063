#pragma once
#include "player/worker.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

/* What a worker's own files share. One process, one of these. */

/* How far the pictures and the sound of one moment may lie apart in a file: three minutes
 * of AAC, or so many bytes. */
#define PACKETS_MAX 8192
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

/* One decoding thread costs a tenth less time than two, and less memory: whether one
 * keeps up is tried on what leads to the first picture. */
#define TRIAL_PACKETS_MAX 32
struct trial {
    AVPacket *packets[TRIAL_PACKETS_MAX]; /* given to the decoder so far */
    size_t count;
    int64_t cpu_ns;
    bool over;
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
    struct trial trial; /* of `video` */
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
void worker_reopen_video(struct worker *w, int threads);
/* worker_trial.c: around every use of the decoder until the first picture. */
int64_t worker_trial_begin(const struct worker *w, const struct track *t);
void worker_trial_end(struct worker *w, const struct track *t, int64_t began_ns);
void worker_trial_keep(struct worker *w, const struct track *t, const AVPacket *p);
/* The first picture is there. True: it was too slow; the decoder is another one, which
 * begins again. */
bool worker_trial_judge(struct worker *w, struct track *t);
int worker_get_buffer(AVCodecContext *c, AVFrame *f, int flags);
bool worker_video_step(struct worker *w); /* worker_video.c */
void worker_video_release(struct worker *w);
bool worker_sound_step(struct worker *w); /* worker_sound.c */
int worker_next_frame(struct worker *w, struct track *t, AVFrame *f);
