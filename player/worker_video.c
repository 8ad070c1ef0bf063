/* Pictures: decoded straight into shared memory where the decoder allows. */
#include "player/worker_internal.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <string.h>

#define ALIGN 128 /* of luma rows: halved, as much as AVX-512 wants */

/* Room for one I420 or BGRA picture of these (aligned) dimensions. */
static uint64_t picture_bytes(int width, int height, int bytes_per_pixel_x2)
{
    uint64_t stride = ((uint64_t)width + ALIGN - 1) & ~(uint64_t)(ALIGN - 1);
    uint64_t bytes = stride * (uint64_t)height * (uint64_t)bytes_per_pixel_x2 / 2;
    /* Decoders may write a little behind a plane. */
    return (bytes + 4 * ALIGN + stride * 4 + 4095) & ~UINT64_C(4095);
}

static void size_slots(struct worker *w, uint64_t bytes)
{
    if (w->slot_bytes >= bytes)
        return;
    if (w->slot_bytes > 0)
        worker_fail(w, "the picture grows while playing");
    w->slot_bytes = bytes;
    w->slot_count = SHARED_POOL_BYTES / bytes;
    if (w->slot_count > SLOTS_MAX)
        w->slot_count = SLOTS_MAX;
    if (w->slot_count < 3)
        worker_fail(w, "picture too large");
}

/* The lowest free slot: memory stays at what is really needed. -1: none. */
static int take_slot(struct worker *w)
{
    for (size_t i = 0; i < w->slot_count; i++) {
        uint32_t expected = 0;
        if (atomic_compare_exchange_strong(&w->slot_used[i], &expected, 1))
            return (int)i;
    }
    return -1;
}

static void free_slot(void *opaque, uint8_t *data)
{
    struct worker *w = opaque;
    size_t slot = (size_t)(data - w->pool) / w->slot_bytes;
    atomic_store(&w->slot_used[slot], 0);
}

/* Called by decoder threads. */
int worker_get_buffer(AVCodecContext *c, AVFrame *f, int flags)
{
    struct worker *w = c->opaque;
    bool ours = (f->format == AV_PIX_FMT_YUV420P || f->format == AV_PIX_FMT_YUVJ420P) &&
                (c->codec->capabilities & AV_CODEC_CAP_DR1) && w->slot_bytes > 0;
    int width = f->width, height = f->height, lines[AV_NUM_DATA_POINTERS];
    if (ours) {
        avcodec_align_dimensions2(c, &width, &height, lines);
        ours = picture_bytes(width, height, 3) <= w->slot_bytes;
    }
    int slot = ours ? take_slot(w) : -1;
    if (slot < 0)
        return avcodec_default_get_buffer2(c, f, flags);
    uint8_t *data = w->pool + (uint64_t)slot * w->slot_bytes;
    int stride = (width + ALIGN - 1) & ~(ALIGN - 1);
    f->linesize[0] = stride;
    f->linesize[1] = f->linesize[2] = stride / 2;
    f->data[0] = data;
    f->data[1] = data + (size_t)stride * (size_t)height + ALIGN;
    f->data[2] = f->data[1] + (size_t)(stride / 2) * (size_t)((height + 1) / 2) + ALIGN;
    f->extended_data = f->data;
    f->buf[0] = av_buffer_create(data, w->slot_bytes, free_slot, w, 0);
    if (!f->buf[0]) {
        free_slot(w, data);
        return AVERROR(ENOMEM);
    }
    return 0;
}

static bool in_pool(const struct worker *w, const uint8_t *p)
{
    return p >= w->pool && p < w->pool + SHARED_POOL_BYTES;
}

/* Alpha needs it, and drawings in RGB keep their sharp edges. */
static bool wants_bgra(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(format);
    return d && (d->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_RGB));
}

static bool full_range(const struct worker *w, const AVFrame *f)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)f->format);
    bool grey = d && d->nb_components < 3 && f->color_range == AVCOL_RANGE_UNSPECIFIED;
    return f->color_range == AVCOL_RANGE_JPEG || f->format == AV_PIX_FMT_YUVJ420P ||
           (grey && w->order->kind == CLIP_IMAGE);
}

static enum colour_matrix matrix_of(const struct worker *w, const AVFrame *f)
{
    switch (f->colorspace) {
    case AVCOL_SPC_BT709:
        return COLOUR_BT709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
        return COLOUR_BT2020;
    case AVCOL_SPC_UNSPECIFIED:
        return f->height >= 720 && w->order->kind != CLIP_IMAGE ? COLOUR_BT709
                                                                : COLOUR_BT601;
    default:
        return COLOUR_BT601;
    }
}

static void premultiply(uint8_t *pixels, int stride, int width, int height)
{
    for (int y = 0; y < height; y++)
        for (uint8_t *p = pixels + (size_t)y * (size_t)stride, *end = p + 4 * width;
             p < end; p += 4)
            for (int c = 0; c < 3; c++)
                p[c] = (uint8_t)((p[c] * p[3] + 127) / 255);
}

/* swscale takes every picture for BT.601 of limited range unless it is told: matrix and
 * range stay what they are, and describe() passes them on. */
static void scale_into(struct worker *w, const AVFrame *from, AVFrame *to)
{
    static const int tables[] = {[COLOUR_BT601] = SWS_CS_ITU601,
                                 [COLOUR_BT709] = SWS_CS_ITU709,
                                 [COLOUR_BT2020] = SWS_CS_BT2020};
    w->scale = sws_getCachedContext(w->scale, from->width, from->height,
                                    (enum AVPixelFormat)from->format, from->width,
                                    from->height, (enum AVPixelFormat)to->format,
                                    SWS_BILINEAR | SWS_ACCURATE_RND, NULL, NULL, NULL);
    if (!w->scale)
        worker_fail(w, "pixels of an unknown kind");
    const int *table = sws_getCoefficients(tables[matrix_of(w, from)]);
    int full = full_range(w, from);
    /* Fails where there is nothing to say: between RGB and RGB. */
    (void)sws_setColorspaceDetails(w->scale, table, full, table, full, 0, 1 << 16,
                                   1 << 16);
    sws_scale(w->scale, (const uint8_t *const *)from->data, from->linesize, 0,
              from->height, to->data, to->linesize);
}

/* Another layout, or a picture that the decoder keeps in its own memory: into a slot. */
static AVFrame *convert(struct worker *w, const AVFrame *from, bool bgra)
{
    enum AVPixelFormat format = bgra ? AV_PIX_FMT_BGRA : AV_PIX_FMT_YUV420P;
    if (picture_bytes(from->width, from->height, bgra ? 8 : 3) > w->slot_bytes)
        worker_fail(w, "the picture grows while playing");
    AVFrame *to = av_frame_alloc();
    int slot = -1;
    for (int tries = 0; slot < 0; tries++) {
        worker_video_release(w);
        slot = take_slot(w);
        if (slot < 0 && tries > 0)
            worker_fail(w, "no room for a picture");
    }
    if (!to)
        worker_fail(w, "out of memory");
    uint8_t *data = w->pool + (uint64_t)slot * w->slot_bytes;
    to->buf[0] = av_buffer_create(data, w->slot_bytes, free_slot, w, 0);
    to->format = format;
    to->width = from->width;
    to->height = from->height;
    if (!to->buf[0] || av_image_fill_arrays(to->data, to->linesize, data, format,
                                            from->width, from->height, ALIGN) < 0)
        worker_fail(w, "out of memory");
    if (from->format == AV_PIX_FMT_YUV420P || from->format == AV_PIX_FMT_YUVJ420P) {
        av_image_copy(to->data, to->linesize, (const uint8_t **)from->data,
                      from->linesize, AV_PIX_FMT_YUV420P, from->width, from->height);
    } else {
        scale_into(w, from, to);
    }
    if (bgra)
        premultiply(to->data[0], to->linesize[0], to->width, to->height);
    if (av_frame_copy_props(to, from) < 0)
        worker_fail(w, "out of memory");
    return to;
}

static void describe(const struct worker *w, const AVFrame *f, const AVFrame *original,
                     struct shared_frame *s)
{
    bool bgra = f->format == AV_PIX_FMT_BGRA;
    *s = (struct shared_frame){
        .layout = bgra ? PIXEL_BGRA : PIXEL_I420,
        .matrix = matrix_of(w, original),
        .full_range = full_range(w, original),
        .width = f->width,
        .height = f->height,
        .display_width = f->width,
        .display_height = f->height,
    };
    AVRational sar = original->sample_aspect_ratio;
    if (sar.num > 0 && sar.den > 0) {
        int64_t wide = (int64_t)f->width * sar.num / sar.den;
        if (wide > 0 && wide <= INT64_C(3) * SHARED_EDGE_MAX)
            s->display_width = (int32_t)wide;
    }
    for (int i = 0; i < (bgra ? 1 : 3); i++) {
        s->offset[i] = (uint64_t)(f->data[i] - w->pool);
        s->stride[i] = f->linesize[i];
    }
}

static int64_t frame_duration_us(const struct worker *w, const AVFrame *f)
{
    if (f->pkt_duration > 0)
        return av_rescale_q(f->pkt_duration, w->video.time_base, AV_TIME_BASE_Q);
    AVRational rate = w->format->streams[w->video.stream]->avg_frame_rate;
    if (rate.num > 0 && rate.den > 0)
        return av_rescale(AV_TIME_BASE, rate.den, rate.num);
    return 40000;
}

static int64_t frame_pts_us(const struct worker *w, const AVFrame *f)
{
    if (w->order->kind == CLIP_IMAGE)
        return 0;
    if (f->best_effort_timestamp == AV_NOPTS_VALUE)
        return w->last_pts_us < 0 ? 0 : w->last_pts_us + frame_duration_us(w, f);
    return av_rescale_q(f->best_effort_timestamp, w->video.time_base, AV_TIME_BASE_Q) -
           w->start_us - w->order->offset_us;
}

void worker_video_release(struct worker *w)
{
    uint64_t taken = atomic_load(&w->shared->frames_taken);
    for (; w->released < taken; w->released++)
        av_frame_free(&w->published[w->released % SHARED_FRAMES]);
}

static void publish(struct worker *w, AVFrame *decoded, int64_t pts_us)
{
    struct shared_header *s = w->shared;
    bool bgra = wants_bgra((enum AVPixelFormat)decoded->format);
    bool direct =
        decoded->format == AV_PIX_FMT_YUV420P || decoded->format == AV_PIX_FMT_YUVJ420P;
    direct = direct && in_pool(w, decoded->data[0]);
    AVFrame *f = direct ? av_frame_clone(decoded) : convert(w, decoded, bgra);
    if (!f)
        worker_fail(w, "out of memory");
    uint64_t at = atomic_load(&s->frames_written);
    struct shared_frame *slot = &s->frames[at % SHARED_FRAMES];
    describe(w, f, decoded, slot);
    slot->pts_us = pts_us;
    slot->duration_us = w->order->kind == CLIP_IMAGE ? w->order->duration_us
                                                     : frame_duration_us(w, decoded);
    w->published[at % SHARED_FRAMES] = f;
    atomic_store(&s->width, f->width);
    atomic_store(&s->height, f->height);
    w->last_pts_us = pts_us;
    w->video_end_us = pts_us + slot->duration_us;
    w->first_picture = true;
    atomic_store(&s->frames_written, at + 1);
    worker_progress(w);
}

/* How many to decode ahead: fewer of large pictures (1080p is 3 MB). */
static uint64_t frames_ahead(const struct worker *w)
{
    return w->slot_bytes > (6U << 20)   ? 4
           : w->slot_bytes > (2U << 20) ? 5
                                        : SHARED_FRAMES - 1;
}

bool worker_video_step(struct worker *w)
{
    struct track *t = &w->video;
    if (t->stream < 0 || t->drained)
        return false;
    if (atomic_load(&w->shared->frames_written) - w->released >= frames_ahead(w))
        return false;
    if (w->slot_bytes == 0) {
        /* Wide enough for either layout of what the stream says it holds. */
        int width = t->codec->width, height = t->codec->height;
        int lines[AV_NUM_DATA_POINTERS];
        avcodec_align_dimensions2(t->codec, &width, &height, lines);
        /* The decoder asks for more once it knows the layout; pages that are never
         * touched cost nothing. */
        width = (width + ALIGN - 1) / ALIGN * ALIGN;
        height = (height + ALIGN - 1) / ALIGN * ALIGN + ALIGN;
        bool bgra = wants_bgra(t->codec->pix_fmt) || w->order->kind == CLIP_IMAGE;
        size_slots(w, picture_bytes(width, height, bgra ? 8 : 3));
    }
    if (!w->frame && !(w->frame = av_frame_alloc()))
        worker_fail(w, "out of memory");
    int r = worker_next_frame(w, t, w->frame);
    if (r == 0)
        return false;
    if (r < 0) {
        t->drained = true;
        return true;
    }
    int64_t pts = frame_pts_us(w, w->frame);
    int64_t limit = w->order->duration_us;
    bool before =
        pts + frame_duration_us(w, w->frame) <= 0 && w->order->kind != CLIP_IMAGE;
    if (limit > 0 && pts >= limit && w->order->kind != CLIP_IMAGE) {
        t->drained = true;
    } else if (!before && (pts > w->last_pts_us || w->last_pts_us < 0)) {
        publish(w, w->frame, pts < 0 ? 0 : pts);
        t->drained = w->order->kind == CLIP_IMAGE;
    }
    av_frame_unref(w->frame);
    if (w->hook)
        w->hook(w->shared, w->shared_fd);
    return true;
}
