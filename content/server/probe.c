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

enum { ANSWER_MOST = 256 * 1024, PROBE_LIMIT_MS = 60000 };

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
}

const char probe_formats[] = "mov,matroska,avi,mpegts,mpeg,asf,flv,ogg,mp3,wav,aiff,flac,"
                             "aac,jpeg_pipe,png_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif";

static const char entries[] =
    "format=format_name,duration:stream=codec_type,codec_name,width,height,"
    "avg_frame_rate,duration:stream_disposition=attached_pic";

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
