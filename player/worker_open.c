/* Opening media: only from the descriptor, only known formats, within limits. */
#include "player/worker_internal.h"

#include <errno.h>
#include <unistd.h>

#define AVIO_BYTES 65536
#define PIXELS_MAX (INT64_C(64) << 20)
#define IMAGE_BYTES_MAX (INT64_C(64) << 20)

static const char formats[] = "mov,matroska,webm,ogg,mp3,wav,flac,aac,jpeg_pipe,png_pipe,"
                              "webp_pipe";
static const char codecs[] =
    "h264,hevc,vp8,vp9,libdav1d,av1,mjpeg,png,webp,aac,opus,libopus,"
    "vorbis,libvorbis,mp3,mp3float,flac,pcm_s16le,pcm_s24le,"
    "pcm_s32le,pcm_f32le,pcm_u8";

static int read_media(void *opaque, uint8_t *to, int size)
{
    struct worker *w = opaque;
    for (;;) {
        ssize_t n = pread(w->media_fd, to, (size_t)size, w->media_at);
        if (n > 0) {
            w->media_at += n;
            return (int)n;
        }
        if (n == 0)
            return AVERROR_EOF;
        if (errno != EINTR)
            return AVERROR(errno);
    }
}

static int64_t seek_media(void *opaque, int64_t offset, int whence)
{
    struct worker *w = opaque;
    if (whence == AVSEEK_SIZE)
        return w->media_bytes;
    int64_t base = whence == SEEK_SET   ? 0
                   : whence == SEEK_CUR ? w->media_at
                                        : w->media_bytes;
    int64_t to = base + offset;
    if (to < 0)
        return AVERROR(EINVAL);
    w->media_at = to;
    return to;
}

/* Media that names other files or addresses gets none of them. */
static int refuse_open(AVFormatContext *s, AVIOContext **pb, const char *url, int flags,
                       AVDictionary **options)
{
    (void)s;
    (void)pb;
    (void)url;
    (void)flags;
    (void)options;
    return AVERROR(EPERM);
}

/* May decode pictures: those of absurd size must be refused before, not after. */
static void look_into_streams(struct worker *w)
{
    unsigned count = w->format->nb_streams;
    AVDictionary **options = av_calloc(count ? count : 1, sizeof(AVDictionary *));
    if (!options)
        worker_fail(w, "out of memory");
    for (unsigned i = 0; i < count; i++)
        av_dict_set_int(&options[i], "max_pixels", PIXELS_MAX, 0);
    int r = avformat_find_stream_info(w->format, count ? options : NULL);
    for (unsigned i = 0; i < count; i++)
        av_dict_free(&options[i]);
    av_free((void *)options);
    if (r < 0)
        worker_fail(w, "no streams found");
}

static void open_format(struct worker *w)
{
    w->format = avformat_alloc_context();
    uint8_t *buffer = av_malloc(AVIO_BYTES);
    if (!w->format || !buffer)
        worker_fail(w, "out of memory");
    w->format->pb =
        avio_alloc_context(buffer, AVIO_BYTES, 0, w, read_media, NULL, seek_media);
    if (!w->format->pb)
        worker_fail(w, "out of memory");
    w->format->io_open = refuse_open;
    w->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    w->format->max_streams = 32;
    w->format->probesize = 4 << 20;
    /* A picture is known only once all of it has been read. */
    if (w->order->kind == CLIP_IMAGE)
        w->format->probesize =
            w->media_bytes < IMAGE_BYTES_MAX ? w->media_bytes + 4096 : IMAGE_BYTES_MAX;
    w->format->max_analyze_duration = 3 * AV_TIME_BASE;
    AVDictionary *options = NULL;
    av_dict_set(&options, "format_whitelist", formats, 0);
    av_dict_set(&options, "codec_whitelist", codecs, 0);
    int r = avformat_open_input(&w->format, NULL, NULL, &options);
    av_dict_free(&options);
    if (r < 0)
        worker_fail(w, "not media that can be played: %s", av_err2str(r));
    /* MP4 says all in its index; others need a look into the streams. */
    bool known = w->format->nb_streams > 0;
    for (unsigned i = 0; i < w->format->nb_streams; i++) {
        const AVCodecParameters *p = w->format->streams[i]->codecpar;
        if (p->codec_type == AVMEDIA_TYPE_VIDEO)
            known &= p->width > 0 && p->height > 0 && p->extradata_size > 0;
        else if (p->codec_type == AVMEDIA_TYPE_AUDIO)
            known &= p->sample_rate > 0 && p->extradata_size > 0;
    }
    if (!known)
        look_into_streams(w);
}

static void check_dimensions(struct worker *w, const AVCodecParameters *p)
{
    if (p->width <= 0 || p->height <= 0)
        worker_fail(w, "picture without dimensions, or too large");
    if (p->width > SHARED_EDGE_MAX || p->height > SHARED_EDGE_MAX ||
        (int64_t)p->width * p->height > PIXELS_MAX)
        worker_fail(w, "picture too large: %d x %d", p->width, p->height);
}

/* FFmpeg 5 asks; later ones take it for granted. */
static void allow_threads(AVCodecContext *c)
{
#if LIBAVCODEC_VERSION_MAJOR < 60
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    c->thread_safe_callbacks = 1;
#pragma GCC diagnostic pop
#else
    (void)c;
#endif
}

static void open_decoder(struct worker *w, struct track *t, const AVCodec *codec,
                         const AVStream *stream, int threads)
{
    t->codec = avcodec_alloc_context3(codec);
    if (!t->codec || avcodec_parameters_to_context(t->codec, stream->codecpar) < 0)
        worker_fail(w, "out of memory");
    t->codec->pkt_timebase = stream->time_base;
    if (codec->type == AVMEDIA_TYPE_VIDEO) {
        t->codec->thread_count = threads;
        t->codec->opaque = w;
        t->codec->get_buffer2 = worker_get_buffer;
        t->codec->max_pixels = PIXELS_MAX;
        allow_threads(t->codec);
    }
    AVDictionary *options = NULL;
    av_dict_set(&options, "codec_whitelist", codecs, 0);
    int r = avcodec_open2(t->codec, codec, &options);
    av_dict_free(&options);
    if (r < 0)
        worker_fail(w, "cannot decode %s: %s", codec->name, av_err2str(r));
}

void worker_reopen_video(struct worker *w, int threads)
{
    struct track *t = &w->video;
    const AVCodec *codec = t->codec->codec;
    avcodec_free_context(&t->codec);
    open_decoder(w, t, codec, w->format->streams[t->stream], threads);
}

static void open_track(struct worker *w, struct track *t, enum AVMediaType type)
{
    const AVCodec *codec = NULL;
    int index = av_find_best_stream(w->format, type, -1, -1, &codec, 0);
    if (index < 0 || !codec)
        return;
    AVStream *stream = w->format->streams[index];
    if (type == AVMEDIA_TYPE_VIDEO && w->order->kind == CLIP_AUDIO)
        return; /* the cover of a song is no video */
    if (type == AVMEDIA_TYPE_VIDEO)
        check_dimensions(w, stream->codecpar);
    open_decoder(w, t, codec, stream, 1);
    t->stream = index;
    t->time_base = stream->time_base;
}

static void seek_to_offset(struct worker *w)
{
    w->start_us = w->format->start_time == AV_NOPTS_VALUE ? 0 : w->format->start_time;
    if (w->order->offset_us <= 0)
        return;
    int64_t to = w->start_us + w->order->offset_us;
    if (avformat_seek_file(w->format, -1, INT64_MIN, to, to, 0) < 0)
        worker_fail(w, "cannot seek to %lld ms", (long long)w->order->offset_us / 1000);
}

void worker_open(struct worker *w)
{
    open_format(w);
    if (w->order->kind != CLIP_AUDIO)
        open_track(w, &w->video, AVMEDIA_TYPE_VIDEO);
    if (w->order->kind != CLIP_IMAGE)
        open_track(w, &w->sound, AVMEDIA_TYPE_AUDIO);
    if (w->video.stream < 0 && w->sound.stream < 0)
        worker_fail(w, "neither picture nor sound in it");
    if (w->order->kind == CLIP_IMAGE && w->video.stream < 0)
        worker_fail(w, "no picture in it");
    for (unsigned i = 0; i < w->format->nb_streams; i++)
        if ((int)i != w->video.stream && (int)i != w->sound.stream)
            w->format->streams[i]->discard = AVDISCARD_ALL;
    seek_to_offset(w);
    struct shared_header *s = w->shared;
    if (w->format->duration > 0)
        atomic_store(&s->length_us, w->format->duration);
    atomic_store(&s->has_video, w->video.stream >= 0);
    atomic_store(&s->has_sound, w->sound.stream >= 0);
    worker_progress(w);
}
