/* PNG files by libavcodec's encoder. Owns nothing; any thread. */
#include "player/png.h"

#include "base/diag.h"
#include "base/file.h"

#include <libavcodec/avcodec.h>

#include <errno.h>
#include <string.h>

/* What one file is made with; all freed together. */
struct png {
    AVCodecContext *encoder;
    AVFrame *frame;
    AVPacket *packet;
};

static void png_release(struct png *p)
{
    avcodec_free_context(&p->encoder);
    av_frame_free(&p->frame);
    av_packet_free(&p->packet);
}

static void copy_rgb(AVFrame *to, const uint8_t *from)
{
    for (int y = 0; y < to->height; y++) {
        uint8_t *out = to->data[0] + (ptrdiff_t)y * to->linesize[0];
        for (int x = 0; x < to->width; x++, from += 4) {
            *out++ = from[2];
            *out++ = from[1];
            *out++ = from[0];
        }
    }
}

/* AVERROR codes. On success p->packet holds the file. */
static int png_encode(struct png *p, const uint8_t *pixels, int width, int height)
{
    const AVCodec *codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
    if (!codec)
        return AVERROR_ENCODER_NOT_FOUND;
    p->encoder = avcodec_alloc_context3(codec);
    p->frame = av_frame_alloc();
    p->packet = av_packet_alloc();
    if (!p->encoder || !p->frame || !p->packet)
        return AVERROR(ENOMEM);
    p->encoder->width = p->frame->width = width;
    p->encoder->height = p->frame->height = height;
    p->encoder->pix_fmt = AV_PIX_FMT_RGB24;
    p->frame->format = AV_PIX_FMT_RGB24;
    p->encoder->time_base = (AVRational){1, 1};
    p->encoder->compression_level = 3;
    p->encoder->thread_count = 1;
    int r = avcodec_open2(p->encoder, codec, NULL);
    if (r == 0)
        r = av_frame_get_buffer(p->frame, 0);
    if (r < 0)
        return r;
    copy_rgb(p->frame, pixels);
    r = avcodec_send_frame(p->encoder, p->frame);
    return r < 0 ? r : avcodec_receive_packet(p->encoder, p->packet);
}

int png_write(const char *path, const uint8_t *pixels, int width, int height,
              struct diag *diag)
{
    CLEANUP(png_release) struct png p = {0};
    int r = png_encode(&p, pixels, width, height);
    if (r < 0) {
        char text[AV_ERROR_MAX_STRING_SIZE] = "";
        av_strerror(r, text, sizeof(text));
        return diag_set(diag, r == AVERROR(ENOMEM) ? -ENOMEM : -EIO,
                        "cannot encode '%s': %s", path, text);
    }
    r = file_write_atomic(path, p.packet->data, (size_t)p.packet->size, 0644);
    if (r < 0)
        return diag_set(diag, r, "cannot write '%s': %s", path, strerror(-r));
    return 0;
}
