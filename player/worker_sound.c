/* Sound: decoded to 48 kHz stereo floats, placed where it belongs in the item's time. */
#include "player/worker_internal.h"

#include <libavutil/opt.h>
#include <string.h>

#define GAP_MAX_US 10000000 /* of silence that is filled in */

static void open_resampler(struct worker *w, AVFrame *f)
{
    AVChannelLayout stereo = AV_CHANNEL_LAYOUT_STEREO;
    if (swr_alloc_set_opts2(&w->resample, &stereo, AV_SAMPLE_FMT_FLT, SHARED_RATE,
                            &f->ch_layout, (enum AVSampleFormat)f->format, f->sample_rate,
                            0, NULL) < 0 ||
        swr_init(w->resample) < 0)
        worker_fail(w, "sound of an unknown kind");
    w->sound_format = f->format;
    w->sound_rate = f->sample_rate;
    w->sound_channels = f->ch_layout.nb_channels;
}

static bool changed(const struct worker *w, const AVFrame *f)
{
    return f->format != w->sound_format || f->sample_rate != w->sound_rate ||
           f->ch_layout.nb_channels != w->sound_channels;
}

static void reserve(struct worker *w, int frames)
{
    if (frames <= w->block_capacity)
        return;
    av_freep(&w->block);
    w->block = av_malloc_array((size_t)frames, 2 * sizeof(float));
    if (!w->block)
        worker_fail(w, "out of memory");
    w->block_capacity = frames;
}

/* The item's time of the first sample of a decoded frame. */
static int64_t frame_us(const struct worker *w, const AVFrame *f)
{
    if (f->best_effort_timestamp == AV_NOPTS_VALUE)
        return w->sound_position < 0 ? 0 : w->sound_position * 1000000 / SHARED_RATE;
    return av_rescale_q(f->best_effort_timestamp, w->sound.time_base, AV_TIME_BASE_Q) -
           w->start_us - w->order->offset_us;
}

/* Bring the first samples to their place: cut what lies before the start, fill what is
 * missing. */
static void align(struct worker *w, int64_t at_us)
{
    int64_t place = at_us * SHARED_RATE / 1000000;
    if (place < 0) {
        int64_t cut = -place;
        w->block_at = cut < w->block_frames ? (int)cut : w->block_frames;
        if (w->block_at < w->block_frames)
            w->sound_position = 0;
        return;
    }
    w->sound_position = 0;
    if (place == 0 || at_us > GAP_MAX_US)
        return;
    int silent = (int)place, total = silent + w->block_frames;
    float *joined = av_calloc((size_t)total, 2 * sizeof(float));
    if (!joined)
        worker_fail(w, "out of memory");
    memcpy(joined + 2 * (size_t)silent, w->block,
           (size_t)w->block_frames * 2 * sizeof(float));
    av_freep(&w->block);
    w->block = joined;
    w->block_capacity = w->block_frames = total;
}

static void convert(struct worker *w, AVFrame *f)
{
    if (w->resample && changed(w, f)) /* chained streams do that */
        swr_free(&w->resample);
    if (!w->resample)
        open_resampler(w, f);
    int room = swr_get_out_samples(w->resample, f->nb_samples);
    reserve(w, room > 0 ? room : 1);
    uint8_t *to[] = {(uint8_t *)w->block};
    int n = swr_convert(w->resample, to, room, (const uint8_t **)f->extended_data,
                        f->nb_samples);
    if (n < 0) { /* the stream changed its kind of sound: begin anew */
        swr_free(&w->resample);
        n = 0;
    }
    w->block_frames = n;
    w->block_at = 0;
    if (w->sound_position < 0 && n > 0)
        align(w, frame_us(w, f));
}

/* As much of the block as the ring takes. */
static bool put(struct worker *w)
{
    struct shared_header *s = w->shared;
    uint64_t written = atomic_load(&s->sound_written),
             taken = atomic_load(&s->sound_taken);
    uint64_t room = SHARED_SOUND_FRAMES - (written - taken);
    uint64_t left = (uint64_t)(w->block_frames - w->block_at);
    uint64_t n = left < room ? left : room;
    int64_t limit = w->order->duration_us * SHARED_RATE / 1000000;
    if (limit > 0 && w->sound_position + (int64_t)n >= limit) {
        n = (uint64_t)(limit > w->sound_position ? limit - w->sound_position : 0);
        w->sound.drained = true;
    }
    for (uint64_t i = 0; i < n; i++) {
        uint64_t to = (written + i) % SHARED_SOUND_FRAMES;
        memcpy(&s->sound[2 * to], &w->block[2 * (w->block_at + (int)i)],
               2 * sizeof(float));
    }
    w->block_at += (int)n;
    w->sound_position += (int64_t)n;
    w->sound_end_us = w->sound_position * 1000000 / SHARED_RATE;
    atomic_store(&s->sound_written, written + n);
    return n > 0;
}

bool worker_sound_step(struct worker *w)
{
    struct track *t = &w->sound;
    if (t->stream < 0 || t->drained)
        return false;
    if (w->block_at < w->block_frames)
        return put(w);
    if (!w->sound_frame && !(w->sound_frame = av_frame_alloc()))
        worker_fail(w, "out of memory");
    int r = worker_next_frame(w, t, w->sound_frame);
    if (r == 0)
        return false;
    if (r < 0) {
        t->drained = true;
        return true;
    }
    convert(w, w->sound_frame);
    av_frame_unref(w->sound_frame);
    if (w->block_at < w->block_frames)
        put(w);
    return true;
}
