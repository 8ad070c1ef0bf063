/* Reading ffprobe's answer. It is output about a stranger's file, so nothing in it is
 * taken for granted. */
#include "content/server/probe.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "content/server/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ANSWER_MOST = 256 * 1024,
    PROBE_LIMIT_MS = 60000,
    /* The house profile, see ingest.h. */
    HOUSE_LONG_EDGE = 1920,
    HOUSE_SHORT_EDGE = 1080,
    HOUSE_REFERENCES = 4,
    HOUSE_RATE = 60,
    HOUSE_BITS_PER_S = 8000000, /* about what our own encoding of 1080p makes */
};

struct answer {
    struct buf text;
    int error;
};

static void on_line(void *context, const char *line)
{
    struct answer *a = context;
    if (a->error == 0)
        a->error = buf_append_text(&a->text, line);
    if (a->error == 0)
        a->error = buf_append_text(&a->text, "\n");
}

static const char *text_of(const json_t *value, const char *key)
{
    const char *text = json_string_value(json_object_get(value, key));
    return text ? text : "";
}

static int64_t ms_of(const json_t *value)
{
    double seconds = strtod(text_of(value, "duration"), NULL);
    return seconds > 0 && seconds < 1e8 ? (int64_t)(seconds * 1000) : 0;
}

/* "30000/1001" */
static double rate_of(const char *text)
{
    int up = 0, down = 0;
    return sscanf(text, "%d/%d", &up, &down) == 2 && down > 0 ? (double)up / down : 0;
}

static bool is_cover(const json_t *stream)
{
    return json_integer_value(json_object_get(json_object_get(stream, "disposition"),
                                              "attached_pic")) != 0;
}

static void read_video(const json_t *stream, const char *format, struct probe *p)
{
    static const char *const stills[] = {
        "image2", "png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "gif"};
    p->width = (int)json_integer_value(json_object_get(stream, "width"));
    p->height = (int)json_integer_value(json_object_get(stream, "height"));
    (void)text_copy(p->rate_text, sizeof(p->rate_text),
                    text_of(stream, "avg_frame_rate"));
    p->frame_rate = rate_of(p->rate_text);
    if (p->frame_rate <= 0) {
        text_copy(p->rate_text, sizeof(p->rate_text), "30");
        p->frame_rate = 30;
    }
    p->is_png = strcmp(text_of(stream, "codec_name"), "png") == 0;
    p->kind = PROBE_VIDEO;
    for (size_t i = 0; i < ARRAY_LENGTH(stills); i++)
        if (strcmp(format, stills[i]) == 0)
            p->kind = PROBE_IMAGE;
}

/* ---- the house profile ---- */

static bool is_one_of(const char *text, const char *const *list)
{
    while (*list && strcmp(*list, text) != 0)
        list++;
    return *list != NULL;
}

static bool is_turned(const json_t *stream)
{
    const json_t *list = json_object_get(stream, "side_data_list");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_number_value(json_object_get(json_array_get(list, i), "rotation")) != 0)
            return true;
    return false;
}

static bool fits_video(const json_t *s)
{
    static const char *const profiles[] = {"Constrained Baseline", "Baseline", "Main",
                                           "High", NULL};
    static const char *const square[] = {"", "1:1", "0:1", "N/A", NULL};
    static const char *const whole[] = {"", "progressive", "unknown", NULL};
    json_int_t width = json_integer_value(json_object_get(s, "width"));
    json_int_t height = json_integer_value(json_object_get(s, "height"));
    json_int_t refs = json_integer_value(json_object_get(s, "refs"));
    json_int_t most_w = width > height ? HOUSE_LONG_EDGE : HOUSE_SHORT_EDGE;
    json_int_t most_h = width > height ? HOUSE_SHORT_EDGE : HOUSE_LONG_EDGE;
    double rate = rate_of(text_of(s, "r_frame_rate"));
    return strcmp(text_of(s, "codec_name"), "h264") == 0 &&
           is_one_of(text_of(s, "profile"), profiles) &&
           strcmp(text_of(s, "pix_fmt"), "yuv420p") == 0 && width <= most_w &&
           height <= most_h && width % 2 == 0 && height % 2 == 0 && refs >= 1 &&
           refs <= HOUSE_REFERENCES && rate > 0 && rate <= HOUSE_RATE &&
           is_one_of(text_of(s, "sample_aspect_ratio"), square) &&
           is_one_of(text_of(s, "field_order"), whole) && !is_turned(s);
}

static bool fits_sound(const json_t *s)
{
    json_int_t channels = json_integer_value(json_object_get(s, "channels"));
    return strcmp(text_of(s, "codec_name"), "aac") == 0 &&
           strcmp(text_of(s, "profile"), "LC") == 0 &&
           strcmp(text_of(s, "sample_rate"), "48000") == 0 && channels >= 1 &&
           channels <= 2;
}

/* At most one picture and one sound, each as the house has it, in MP4, and no bigger than
 * what the house would make of it: the networks of units are thin. */
static bool fits_house(const json_t *streams, const json_t *format)
{
    unsigned videos = 0, sounds = 0;
    if (strncmp(text_of(format, "format_name"), "mov,mp4", 7) != 0 ||
        strtod(text_of(format, "bit_rate"), NULL) > HOUSE_BITS_PER_S)
        return false;
    for (size_t i = 0; i < json_array_size(streams); i++) {
        const json_t *s = json_array_get(streams, i);
        const char *type = text_of(s, "codec_type");
        if (strcmp(type, "video") == 0 && !is_cover(s)) {
            if (videos++ || !fits_video(s))
                return false;
        } else if (strcmp(type, "audio") == 0 && (sounds++ || !fits_sound(s))) {
            return false;
        }
    }
    return true;
}

static void read_streams(const json_t *answer, struct probe *p)
{
    const json_t *streams = json_object_get(answer, "streams");
    const json_t *format = json_object_get(answer, "format");
    p->duration_ms = ms_of(format);
    for (size_t i = 0; i < json_array_size(streams); i++) {
        const json_t *s = json_array_get(streams, i);
        const char *type = text_of(s, "codec_type");
        if (strcmp(type, "video") == 0 && !is_cover(s) &&
            (p->kind == PROBE_NOTHING || p->kind == PROBE_AUDIO))
            read_video(s, text_of(format, "format_name"), p);
        else if (strcmp(type, "audio") == 0 && p->kind == PROBE_NOTHING)
            p->kind = PROBE_AUDIO;
        if (p->duration_ms == 0)
            p->duration_ms = ms_of(s);
    }
    p->fits_house = fits_house(streams, format);
}

const char probe_formats[] = "mov,matroska,avi,mpegts,mpeg,asf,flv,ogg,mp3,wav,aiff,flac,"
                             "aac,jpeg_pipe,png_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif";

static const char entries[] =
    "format=format_name,duration,bit_rate:stream=codec_type,codec_name,profile,width,"
    "height,pix_fmt,refs,field_order,sample_aspect_ratio,r_frame_rate,avg_frame_rate,"
    "duration,sample_rate,channels:stream_disposition=attached_pic:stream_side_data="
    "rotation";

int probe_run(const char *path, const char *folder, const atomic_bool *cancel,
              struct probe *ret, struct diag *diag)
{
    const char *const argv[] = {"ffprobe",     "-v",
                                "quiet",       "-protocol_whitelist",
                                "file",        "-format_whitelist",
                                probe_formats, "-print_format",
                                "json",        "-show_entries",
                                entries,       "/in",
                                NULL};
    struct answer a = {.text = BUF_INIT(ANSWER_MOST)};
    struct sandbox_job job = {.input = path,
                              .output = folder,
                              .argv = argv,
                              .limit_ms = PROBE_LIMIT_MS,
                              .output_most_bytes = 0,
                              .cancel = cancel,
                              .line = on_line,
                              .context = &a};
    struct probe p = {0};
    json_t *answer = NULL;
    int r = sandbox_run(&job);
    if (r == 0 && a.error == 0)
        r = json_parse(a.text.data ? a.text.data : "", a.text.length,
                       &json_limits_document, &answer, NULL);
    buf_release(&a.text);
    if (r == -EBADMSG || r == -EINVAL || r == -EFBIG || r == -ETIME || a.error < 0)
        return diag_set(diag, -EBADMSG,
                        "the file holds no picture, video or sound that can be read");
    if (r < 0)
        return diag_set(diag, r, "cannot run ffprobe: %s", strerror(-r));
    read_streams(answer, &p);
    json_decref(answer);
    *ret = p;
    return 0;
}
