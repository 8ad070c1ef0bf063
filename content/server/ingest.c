/* Media ingest. What the file is is believed only from what ffprobe says, and what goes
 * out is only what ffmpeg wrote. */
#include "content/server/ingest.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"
#include "content/server/probe.h"
#include "content/server/sandbox.h"
#include "content/store/objects.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DURATION_LEAST_MS = 1000,
    ARGUMENTS_MOST = 80, /* of ffmpeg */
    DURATION_MOST_MS = 14400000,
    EDGE_MOST = 16384, /* of a picture or frame that we try to read at all */
    STILLS = 3,
};
/* Programmes are brought to -23 LUFS (EBU R 128); true peaks stay below -1.5 dBTP, half a
 * decibel under what R 128 permits, because amplifiers in the street are worse than
 * studios. */
static const double loudness_target_lufs = -23.0, peak_most_db = -1.5;

struct work {
    const struct ingest *job;
    struct probe probe;
    double lufs, peak_db; /* NAN: no sound, or nothing but silence */
    int progress_from_bp, progress_to_bp;
};

/* ffmpeg with these arguments, behind what every call of it has in front. */
static int run(struct work *w, const char *const *arguments,
               void (*line)(void *context, const char *line))
{
    const char *argv[ARGUMENTS_MOST] = {
        "ffmpeg", "-nostdin",          "-hide_banner", "-y", "-protocol_whitelist",
        "file",   "-format_whitelist", probe_formats};
    for (size_t n = 8, i = 0; arguments[i]; i++) {
        if (n + 1 == ARRAY_LENGTH(argv))
            return -E2BIG;
        argv[n++] = arguments[i];
    }
    struct sandbox_job job = {
        .input = w->job->input,
        .output = w->job->folder,
        .argv = argv,
        .limit_ms = 600000 + 20 * w->probe.duration_ms,
        .output_most_bytes = UINT64_C(20) << 30,
        .cancel = w->job->cancel,
        .line = line,
        .context = w,
    };
    return sandbox_run(&job);
}

static void on_progress(void *context, const char *line)
{
    struct work *w = context;
    long long us;
    double value;
    if (sscanf(line, "out_time_us=%lld", &us) == 1 && w->probe.duration_ms > 0) {
        double part = (double)us / 1000 / (double)w->probe.duration_ms;
        part = part < 0 ? 0 : part > 1 ? 1 : part;
        int span = w->progress_to_bp - w->progress_from_bp;
        w->job->progress(w->job->context, w->progress_from_bp + (int)(part * span));
    }
    /* The summary of the ebur128 filter: "I: -23.0 LUFS", "Peak: -1.2 dBFS". */
    if (sscanf(line, " I: %lf LUFS", &value) == 1)
        w->lufs = value;
    if (sscanf(line, " Peak: %lf dBFS", &value) == 1)
        w->peak_db = value;
}

/* ---- judging ---- */

static int judge(const struct probe *p, struct diag *diag)
{
    if (p->kind == PROBE_NOTHING)
        return diag_set(diag, -EBADMSG,
                        "the file holds no picture, video or sound that "
                        "can be read");
    if (p->kind != PROBE_AUDIO && (p->width <= 0 || p->height <= 0 ||
                                   p->width > EDGE_MOST || p->height > EDGE_MOST))
        return diag_set(diag, -EBADMSG,
                        "the picture measures %dx%d; expected 1 to %d on each side",
                        p->width, p->height, EDGE_MOST);
    if (p->kind != PROBE_IMAGE && p->duration_ms < DURATION_LEAST_MS)
        return diag_set(diag, -EBADMSG, "it lasts %lld ms; at least a second is needed",
                        (long long)p->duration_ms);
    if (p->kind != PROBE_IMAGE && p->duration_ms > DURATION_MOST_MS)
        return diag_set(diag, -EBADMSG, "it lasts longer than four hours");
    return 0;
}

/* ---- converting ---- */

static const char fit_video[] =
    "scale=w='if(gt(a,1),min(1920,iw),min(1080,iw))':h='if(gt(a,1),min(1080,ih),min(1920,"
    "ih))':force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1,"
    "format=yuv420p";
static const char fit_image[] =
    "scale=w='min(4096,iw)':h='min(4096,ih)':force_original_aspect_ratio=decrease";

/* Items last 4 h at most; a file that lies about its length ends here too. */
static const char longest_s[] = "14400";

static int convert_video(struct work *w)
{
    const char *rate = w->probe.frame_rate > 60 ? "60" : w->probe.rate_text;
    const char *const argv[] = {"-i",
                                "/in",
                                "-map",
                                "0:v:0",
                                "-map",
                                "0:a:0?",
                                "-sn",
                                "-dn",
                                "-t",
                                longest_s,
                                "-map_metadata",
                                "-1",
                                "-vf",
                                fit_video,
                                "-r",
                                rate,
                                "-c:v",
                                "libx264",
                                "-profile:v",
                                "high",
                                "-preset",
                                "veryfast",
                                "-crf",
                                "21",
                                "-refs",
                                "4",
                                "-threads",
                                "2",
                                "-c:a",
                                "aac",
                                "-b:a",
                                "160k",
                                "-ar",
                                "48000",
                                "-ac",
                                "2",
                                "-af",
                                "ebur128=peak=true",
                                "-movflags",
                                "+faststart",
                                "-progress",
                                "pipe:1",
                                "-nostats",
                                "/out/media.mp4",
                                NULL};
    return run(w, argv, on_progress);
}

static int convert_audio(struct work *w)
{
    const char *const argv[] = {"-i",
                                "/in",
                                "-map",
                                "0:a:0",
                                "-vn",
                                "-sn",
                                "-t",
                                longest_s,
                                "-map_metadata",
                                "-1",
                                "-c:a",
                                "aac",
                                "-b:a",
                                "160k",
                                "-ar",
                                "48000",
                                "-ac",
                                "2",
                                "-af",
                                "ebur128=peak=true",
                                "-movflags",
                                "+faststart",
                                "-progress",
                                "pipe:1",
                                "-nostats",
                                "/out/media.m4a",
                                NULL};
    return run(w, argv, on_progress);
}

/* What is as the house has it is not encoded again, but all of it is decoded once, which
 * measures its loudness and finds what is damaged: that is converted after all. -EBADMSG
 * says so. */
static int pass_through(struct work *w, const char *out)
{
    const char *const check[] = {"-xerror",
                                 "-err_detect",
                                 "explode",
                                 "-i",
                                 "/in",
                                 "-map",
                                 "0:v:0?",
                                 "-map",
                                 "0:a:0?",
                                 "-t",
                                 longest_s,
                                 "-af",
                                 "ebur128=peak=true",
                                 "-progress",
                                 "pipe:1",
                                 "-nostats",
                                 "-f",
                                 "null",
                                 "-",
                                 NULL};
    const char *const copy[] = {
        "-i",     "/in",       "-map",          "0:v:0?",   "-map",
        "0:a:0?", "-sn",       "-dn",           "-t",       longest_s,
        "-c",     "copy",      "-map_metadata", "-1",       "-map_chapters",
        "-1",     "-movflags", "+faststart",    "-nostats", out,
        NULL};
    int r = run(w, check, on_progress);
    return r < 0 ? r : run(w, copy, NULL);
}

static int convert_image(struct work *w)
{
    /* A picture that may be see-through or drawn stays PNG; a photograph becomes JPEG. */
    const char *out = w->probe.is_png ? "/out/media.png" : "/out/media.jpg";
    const char *const argv[] = {"-i",   "/in",       "-map", "0:v:0", "-map_metadata",
                                "-1",   "-frames:v", "1",    "-vf",   fit_image,
                                "-q:v", "2",         out,    NULL};
    return run(w, argv, on_progress);
}

struct profile {
    const char *type, *file, *media;
    int (*convert)(struct work *w);
};

static const struct profile *profile_of(const struct probe *p)
{
    static const struct profile video = {"video", "media.mp4", "video/mp4",
                                         convert_video},
                                audio = {"audio", "media.m4a", "audio/mp4",
                                         convert_audio},
                                jpeg = {"image", "media.jpg", "image/jpeg",
                                        convert_image},
                                png = {"image", "media.png", "image/png", convert_image};
    if (p->kind == PROBE_IMAGE)
        return p->is_png ? &png : &jpeg;
    return p->kind == PROBE_VIDEO ? &video : &audio;
}

/* ---- stills ---- */

static void add_still(struct work *w, double at_s, json_t *stills)
{
    char when[32], path[PATH_MAX];
    struct sha256 name;
    char hex[SHA256_HEX_SIZE];
    snprintf(when, sizeof(when), "%.3f", at_s);
    const char *const argv[] = {"-ss",
                                when,
                                "-i",
                                "/in",
                                "-map",
                                "0:v:0",
                                "-frames:v",
                                "1",
                                "-vf",
                                "scale=480:480:force_original_aspect_ratio=decrease",
                                "-q:v",
                                "4",
                                "/out/still.jpg",
                                NULL};
    snprintf(path, sizeof(path), "%s/still.jpg", w->job->folder);
    /* A still is a convenience: without it the media is as good. */
    if (run(w, argv, NULL) < 0 ||
        object_folder_take_file(w->job->objects, path, NULL, &name, NULL) < 0)
        return;
    sha256_to_hex(&name, hex);
    json_array_append_new(stills, json_string(hex));
}

static json_t *make_stills(struct work *w)
{
    json_t *stills = json_array();
    double seconds = (double)w->probe.duration_ms / 1000;
    if (w->probe.kind == PROBE_IMAGE)
        add_still(w, 0, stills);
    for (int i = 0; w->probe.kind == PROBE_VIDEO && i < STILLS; i++)
        add_still(w, seconds * (2 * i + 1) / (2 * STILLS), stills);
    return stills;
}

/* ---- the whole ---- */

/* What was written is probed again: it tells the true length and size. */
static int probe_result(struct work *w, const char *path, struct diag *diag)
{
    struct probe out;
    int r = probe_run(path, w->job->folder, w->job->cancel, &out, diag);
    if (r < 0)
        return r;
    if (out.kind != w->probe.kind)
        return diag_set(diag, -EBADMSG, "the file could not be converted");
    w->probe.width = out.width;
    w->probe.height = out.height;
    w->probe.duration_ms = out.duration_ms;
    return 0;
}

static void add_sound(const struct work *w, json_t *value)
{
    if (isnan(w->lufs) || w->lufs < -69) /* -70 LUFS is how the filter says silence */
        return;
    double gain = loudness_target_lufs - w->lufs;
    if (!isnan(w->peak_db) && w->peak_db + gain > peak_most_db)
        gain = peak_most_db - w->peak_db;
    gain = gain < -40 ? -40 : gain > 20 ? 20 : gain;
    json_object_set_new(value, "loudness_lufs", json_real(w->lufs));
    json_object_set_new(value, "gain_db", json_real(round(gain * 10) / 10));
}

static int describe(struct work *w, const struct profile *profile, json_t **ret,
                    struct diag *diag)
{
    char path[PATH_MAX], hex[SHA256_HEX_SIZE];
    struct sha256 name;
    uint64_t bytes = 0;
    snprintf(path, sizeof(path), "%s/%s", w->job->folder, profile->file);
    int r = probe_result(w, path, diag);
    if (r < 0)
        return r;
    json_t *stills = make_stills(w);
    r = object_folder_take_file(w->job->objects, path, NULL, &name, &bytes);
    if (r < 0) {
        json_decref(stills);
        return diag_set(diag, r, "cannot store the media: %s", strerror(-r));
    }
    sha256_to_hex(&name, hex);
    json_t *value = json_pack("{s:{s:s,s:I,s:s},s:s,s:o}", "object", "sha256", hex,
                              "bytes", (json_int_t)bytes, "media", profile->media, "type",
                              profile->type, "stills", stills);
    if (w->probe.kind != PROBE_AUDIO) {
        json_object_set_new(value, "width", json_integer(w->probe.width));
        json_object_set_new(value, "height", json_integer(w->probe.height));
    }
    if (w->probe.kind != PROBE_IMAGE)
        json_object_set_new(value, "duration_ms", json_integer(w->probe.duration_ms));
    add_sound(w, value);
    *ret = value;
    return 0;
}

static int check_sender(const struct ingest *job, struct diag *diag)
{
    struct sha256 said, found;
    uint64_t bytes;
    if (!job->sha256[0])
        return 0;
    CLEANUP(file_closep) int fd = open(job->input, O_RDONLY | O_CLOEXEC);
    int r = fd < 0 ? -errno : sha256_of_fd(fd, UINT64_MAX, &found, &bytes);
    if (r < 0)
        return diag_set(diag, r, "cannot read the upload: %s", strerror(-r));
    if (sha256_from_hex(job->sha256, &said) < 0 || !sha256_equal(&said, &found))
        return diag_set(diag, -EBADMSG,
                        "the bytes that arrived are not those that were "
                        "announced; please send the file again");
    return 0;
}

static void clean_up(const char *folder)
{
    static const char *const names[] = {"media.mp4", "media.m4a", "media.jpg",
                                        "media.png", "still.jpg"};
    char path[PATH_MAX];
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static int work(struct work *w, json_t **ret, struct diag *diag)
{
    const struct ingest *job = w->job;
    int r = check_sender(job, diag);
    if (r == 0)
        r = probe_run(job->input, job->folder, job->cancel, &w->probe, diag);
    if (r == 0)
        r = judge(&w->probe, diag);
    if (r < 0)
        return r;
    const struct profile *profile = profile_of(&w->probe);
    char out[64];
    snprintf(out, sizeof(out), "/out/%s", profile->file);
    r = w->probe.fits_house && w->probe.kind != PROBE_IMAGE ? pass_through(w, out)
                                                            : -EBADMSG;
    if (r == -EBADMSG) {
        w->lufs = w->peak_db = NAN;
        r = profile->convert(w);
    }
    if (r == -EBADMSG)
        return diag_set(diag, r,
                        "the file is damaged or of a kind that cannot be "
                        "converted");
    if (r == -ETIME)
        return diag_set(diag, -EBADMSG, "converting the file takes far too long");
    if (r < 0)
        return diag_set(diag, r, "cannot run the converter: %s", strerror(-r));
    return describe(w, profile, ret, diag);
}

int ingest_run(const struct ingest *job, json_t **ret, struct diag *diag)
{
    struct work w = {.job = job,
                     .lufs = NAN,
                     .peak_db = NAN,
                     .progress_from_bp = 500,
                     .progress_to_bp = 9500};
    int r = file_make_folders(job->folder, 0700);
    if (r < 0)
        return diag_set(diag, r, "cannot make '%s': %s", job->folder, strerror(-r));
    r = work(&w, ret, diag);
    clean_up(job->folder);
    return r;
}
