/* Milliseconds per 1080p picture of software drawing, beside libswscale's for the same
 * work. One line each: "name ours peer" ("-" where there is no peer). */
#include "base/diag.h"
#include "player/display.h"

#include <libswscale/swscale.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WIDTH = 1920, HEIGHT = 1080, ROUNDS = 60 };

struct job {
    const char *name;
    int width, height, rotation; /* of the video */
    bool peer;
    int overlay_height, opacity;
};

static const struct job jobs[] = {
    {"convert 1080p", 1920, 1080, 0, true, 0, 255},
    {"scale 720p up", 1280, 720, 0, true, 0, 255},
    {"scale 1440p down", 2560, 1440, 0, true, 0, 255},
    {"scale 2160p down", 3840, 2160, 0, true, 0, 255},
    {"rotate 90", 1080, 1920, 90, false, 0, 255},
    {"rotate 180", 1920, 1080, 180, false, 0, 255},
    {"rotate 270, scale 720p", 720, 1280, 270, false, 0, 255},
    {"convert, ticker of 120 lines", 1920, 1080, 0, false, 120, 255},
    {"convert, overlay of the whole screen", 1920, 1080, 0, false, 1080, 255},
    {"crossfade at half", 1920, 1080, 0, false, 0, 128},
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof(*values), by_value);
    return values[n / 2];
}

static struct frame video_frame(int width, int height, unsigned seed)
{
    struct frame f = {.layout = PIXEL_I420,
                      .matrix = COLOUR_BT709,
                      .width = width,
                      .height = height,
                      .serial = seed};
    for (int i = 0; i < 3; i++) {
        int w = i ? (width + 1) / 2 : width, h = i ? (height + 1) / 2 : height;
        uint8_t *p = malloc((size_t)w * (size_t)h);
        for (int j = 0; p && j < w * h; j++)
            p[j] = (uint8_t)((unsigned)(j * 7 + (j >> 9)) ^ seed);
        f.plane[i] = p;
        f.stride[i] = w;
    }
    return f;
}

/* A strip of text on nothing: a tenth opaque, a tenth half, the rest transparent. */
static struct frame overlay_frame(int height)
{
    struct frame f = {
        .layout = PIXEL_BGRA, .width = WIDTH, .height = height, .serial = 1};
    uint8_t *p = calloc((size_t)WIDTH * (size_t)height, 4);
    for (int i = 0; p && i < WIDTH * height; i++)
        if (i / 40 % 10 < 2)
            memset(p + (ptrdiff_t)i * 4, i / 40 % 10 ? 128 : 255, 4);
    f.plane[0] = p;
    f.stride[0] = WIDTH * 4;
    return f;
}

static void frame_release(struct frame *f)
{
    for (int i = 0; i < 3; i++)
        free((void *)(uintptr_t)f->plane[i]);
}

static double ours(const struct job *j, struct frame *frames)
{
    const struct display_config config = {
        .driver = "memory", .width = WIDTH, .height = HEIGHT, .rotation = j->rotation};
    struct display *d;
    struct diag diag;
    if (display_create(&config, &d, &diag) < 0)
        exit(1);
    struct rect whole = {0};
    display_canvas_size(d, &whole.w, &whole.h);
    struct frame overlay = overlay_frame(j->overlay_height ? j->overlay_height : 1);
    double times[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        frames[i & 1].serial = (uint64_t)i + 10;
        double start = now_ms();
        display_begin(d);
        display_draw(d, &frames[i & 1], whole, 255);
        if (j->opacity < 255)
            display_draw(d, &frames[~i & 1], whole, j->opacity);
        if (j->overlay_height)
            display_draw(
                d, &overlay,
                (struct rect){0, whole.h - overlay.height, WIDTH, overlay.height}, 255);
        if (display_present(d) < 0)
            exit(1);
        times[i] = now_ms() - start;
    }
    frame_release(&overlay);
    display_destroy(d);
    return median(times, ROUNDS);
}

static double peer(const struct job *j, const struct frame *frames)
{
    struct SwsContext *s =
        sws_getContext(j->width, j->height, AV_PIX_FMT_YUV420P, WIDTH, HEIGHT,
                       AV_PIX_FMT_BGR0, SWS_FAST_BILINEAR, NULL, NULL, NULL);
    uint8_t *out = aligned_alloc(64, (size_t)WIDTH * HEIGHT * 4);
    if (!s || !out)
        exit(1);
    double times[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        const struct frame *f = &frames[i & 1];
        double start = now_ms();
        sws_scale(s, f->plane, f->stride, 0, j->height, (uint8_t *[]){out},
                  (int[]){WIDTH * 4});
        times[i] = now_ms() - start;
    }
    free(out);
    sws_freeContext(s);
    return median(times, ROUNDS);
}

int main(void)
{
    for (size_t i = 0; i < ARRAY_LENGTH(jobs); i++) {
        const struct job *j = &jobs[i];
        struct frame frames[2] = {video_frame(j->width, j->height, 3),
                                  video_frame(j->width, j->height, 77)};
        double a = ours(j, frames);
        if (j->peer)
            printf("%s\t%.2f\t%.2f\n", j->name, a, peer(j, frames));
        else
            printf("%s\t%.2f\t-\n", j->name, a);
        frame_release(&frames[0]);
        frame_release(&frames[1]);
    }
    return 0;
}
