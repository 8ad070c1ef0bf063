/* The worker's life: open, decode, wait for room, end. */
#include "player/worker_internal.h"

#include "player/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void worker_preload(void)
{
    av_log_set_level(AV_LOG_QUIET);
    /* Touch the tables and the decoders' static ones, so that forks share them. */
    static const enum AVCodecID ids[] = {AV_CODEC_ID_H264, AV_CODEC_ID_AAC,
                                         AV_CODEC_ID_MJPEG};
    for (size_t i = 0; i < ARRAY_LENGTH(ids); i++) {
        const AVCodec *codec = avcodec_find_decoder(ids[i]);
        AVCodecContext *c = codec ? avcodec_alloc_context3(codec) : NULL;
        if (c) {
            c->sample_rate = 48000;
            av_channel_layout_default(&c->ch_layout, 2);
            if (avcodec_open2(c, codec, NULL) < 0)
                av_log(NULL, AV_LOG_DEBUG, "cannot warm a decoder\n");
            avcodec_free_context(&c);
        }
    }
    (void)av_find_input_format("mp4");
}

void worker_fail(struct worker *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(w->shared->error, sizeof(w->shared->error), format, args);
    va_end(args);
    atomic_store(&w->shared->state, WORKER_FAILED);
    _exit(0);
}

void worker_progress(struct worker *w)
{
    atomic_fetch_add(&w->shared->progress, 1);
}

static void packets_put(struct packets *q, AVPacket *p)
{
    q->list[(q->head + q->count++) % PACKETS_MAX] = p;
    q->bytes += (size_t)p->size;
}

static AVPacket *packets_get(struct packets *q)
{
    if (q->count == 0)
        return NULL;
    AVPacket *p = q->list[q->head];
    q->head = (q->head + 1) % PACKETS_MAX;
    q->count--;
    q->bytes -= (size_t)p->size;
    return p;
}

static bool packets_full(const struct packets *q)
{
    return q->count == PACKETS_MAX || q->bytes > PACKET_BYTES_MAX;
}

/* Feed the decoder until it gives a frame: 1, 0 when it wants more packets, AVERROR_EOF
 * when it has given all. Damaged packets are passed over. */
int worker_next_frame(struct worker *w, struct track *t, AVFrame *f)
{
    for (;;) {
        int64_t began = worker_trial_begin(w, t);
        int r = avcodec_receive_frame(t->codec, f);
        worker_trial_end(w, t, began);
        worker_progress(w);
        if (r == 0 && worker_trial_judge(w, t)) {
            av_frame_unref(f);
            continue;
        }
        if (r == 0)
            return 1;
        if (r == AVERROR_EOF)
            return r;
        AVPacket *p = packets_get(&t->packets);
        if (!p && !(w->file_ended && !t->flushing))
            return w->file_ended && t->flushing && r != AVERROR(EAGAIN) ? AVERROR_EOF : 0;
        if (!p)
            t->flushing = true;
        began = worker_trial_begin(w, t);
        (void)avcodec_send_packet(t->codec, p);
        worker_trial_end(w, t, began);
        worker_trial_keep(w, t, p);
        av_packet_free(&p);
    }
}

/* Read one packet for whoever wants it, or notice the end of the file. */
static void read_packet(struct worker *w)
{
    AVPacket *p = av_packet_alloc();
    if (!p)
        worker_fail(w, "out of memory");
    int r = av_read_frame(w->format, p);
    worker_progress(w);
    if (r < 0) {
        av_packet_free(&p);
        w->file_ended = true;
        return;
    }
    /* A track that has reached its end must not fill its queue: the other would starve.
     */
    if (p->stream_index == w->video.stream && !w->video.drained)
        packets_put(&w->video.packets, p);
    else if (p->stream_index == w->sound.stream && !w->sound.drained)
        packets_put(&w->sound.packets, p);
    else
        av_packet_free(&p);
}

static void wait_for_room(struct worker *w)
{
    atomic_store(&w->shared->waiting, 1);
    struct pollfd p = {.fd = w->control_fd, .events = POLLIN};
    /* The time-out covers a wake-up between the last look and this wait. */
    if (poll(&p, 1, 20) > 0) {
        char bytes[64];
        ssize_t n = read(w->control_fd, bytes, sizeof(bytes));
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            _exit(0); /* the player is gone */
    }
    atomic_store(&w->shared->waiting, 0);
}

static bool track_done(const struct track *t)
{
    return t->stream < 0 || t->drained;
}

/* A new state, and a byte that wakes the player. */
static void tell(struct worker *w, enum worker_state state)
{
    atomic_store(&w->shared->state, state);
    (void)!write(w->control_fd, "", 1);
}

static void note_ready(struct worker *w)
{
    struct shared_header *s = w->shared;
    bool picture = w->video.stream < 0 || w->first_picture || w->video.drained;
    bool sound = w->sound.stream < 0 || w->sound.drained ||
                 atomic_load(&s->sound_written) >= SHARED_RATE / 20;
    if (picture && sound && atomic_load(&s->state) == WORKER_OPENING)
        tell(w, WORKER_READY);
}

static void decode(struct worker *w)
{
    while (!track_done(&w->video) || !track_done(&w->sound)) {
        worker_video_release(w);
        bool video = worker_video_step(w);
        bool sound = worker_sound_step(w);
        note_ready(w);
        if (track_done(&w->sound))
            atomic_store(&w->shared->sound_ended, 1);
        bool starving = (!track_done(&w->video) && w->video.packets.count == 0) ||
                        (!track_done(&w->sound) && w->sound.packets.count == 0);
        bool full = packets_full(&w->video.packets) || packets_full(&w->sound.packets);
        bool read = !w->file_ended && starving && !full;
        if (read)
            read_packet(w);
        /* Before the start nothing drains what is full. */
        else if (!w->file_ended && starving && full && !video && !sound &&
                 atomic_load(&w->shared->state) == WORKER_OPENING)
            worker_fail(w, "its pictures and its sound lie too far apart in the file");
        if (!video && !sound && !read)
            wait_for_room(w);
    }
}

#define SOUND_TAIL_US 500000

static void finish(struct worker *w)
{
    struct shared_header *s = w->shared;
    if (!w->first_picture && w->video.stream >= 0 && w->sound.stream < 0)
        worker_fail(w, "no picture could be decoded");
    if (w->sound.stream >= 0 && w->video.stream < 0 &&
        atomic_load(&s->sound_written) == 0)
        worker_fail(w, "no sound could be decoded");
    /* An encoder's padding of the sound does not hold the last picture up. */
    int64_t tail = w->sound_end_us - w->video_end_us;
    int64_t end = tail > 0 && (w->video_end_us == 0 || tail > SOUND_TAIL_US)
                      ? w->sound_end_us
                      : w->video_end_us;
    if (w->order->duration_us > 0 &&
        (w->order->kind == CLIP_IMAGE || end > w->order->duration_us))
        end = w->order->duration_us;
    atomic_store(&s->end_us, end > 0 ? end : 1);
    atomic_store(&s->sound_ended, 1);
    tell(w, WORKER_ENDED);
    /* The frames live in our mapping's pages, which the player has too; but the decoder's
     * must not be reused, so stay until the player hangs up. */
    for (;;)
        wait_for_room(w);
}

void worker_main(const struct worker_order *order, int media_fd, int shared_fd,
                 int control_fd, worker_hook hook)
{
    static struct worker worker;
    struct worker *w = &worker;
    w->order = order;
    w->media_fd = media_fd;
    w->shared_fd = shared_fd;
    w->control_fd = control_fd;
    w->hook = hook;
    w->video.stream = w->sound.stream = -1;
    w->sound_position = w->last_pts_us = -1;
    void *map =
        mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, shared_fd, 0);
    if (map == MAP_FAILED)
        _exit(1);
    w->shared = map;
    w->pool = (uint8_t *)map + SHARED_POOL_OFFSET;
    w->media_bytes = lseek(media_fd, 0, SEEK_END);
    if (sandbox_limit() < 0 || sandbox_enter() < 0)
        worker_fail(w, "cannot enter the sandbox");
    worker_open(w);
    decode(w);
    finish(w);
    _exit(0);
}
