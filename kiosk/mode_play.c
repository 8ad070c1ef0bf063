/* The play mode: files one after the other, without a server. Each next file is prepared
 * while one plays; the change is at the frame boundary where the last one ends. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/log.h"
#include "kiosk/kiosk.h"
#include "kiosk/signals.h"
#include "player/clip.h"
#include "player/display.h"
#include "player/mixer.h"
#include "player/snapshot.h"
#include "player/zygote.h"

#include <SDL.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define IMAGE_US INT64_C(5000000)      /* how long a picture stays */
#define START_AHEAD_US INT64_C(150000) /* the mixer wants to know a little before */
#define INPUT_US INT64_C(50000)        /* SDL has no descriptor to wait for */
#define REST_US INT64_C(1000000)       /* after a round of files that all failed */

struct player {
    const struct kiosk_config *config;
    struct zygote *zygote;
    struct mixer *mixer;
    struct display *display;
    struct clip *now, *next;
    struct clip *past; /* to be ended once the next one's first picture is shown */
    size_t next_file;
    bool next_started, no_more;
    uint64_t serial; /* of the frame that is on the screen */
    int64_t began_us, first_picture_us, last_present_us;
    bool switched; /* the next frame presented is the first of a clip */
    uint64_t shown, late, dropped;
    json_t *gaps;
    size_t failures;       /* since a picture was shown */
    int64_t rest_until_us; /* all files have failed: not at once again */
    struct snapshot *snapshot;
};

static int64_t now_us(void)
{
    return clock_monotonic_us(clock_system());
}

static bool is_image(const char *path)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".webp"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < ARRAY_LENGTH(endings); i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* When every file has failed one after the other, wait: longer each time. */
static void note_failure(struct player *p)
{
    size_t files = p->config->file_count;
    p->failures++;
    if (files == 0 || p->failures % files != 0 || p->config->once)
        return;
    size_t rounds = p->failures / files;
    p->rest_until_us = now_us() + (rounds < 5 ? REST_US << rounds : REST_US * 30);
}

/* The next file that can be opened, prepared; NULL when there is none (any more). */
static void prepare(struct player *p)
{
    const struct kiosk_config *c = p->config;
    for (size_t tries = 0; !p->next && !p->no_more && tries <= c->file_count; tries++) {
        if (now_us() < p->rest_until_us)
            return;
        if (p->next_file == c->file_count) {
            p->no_more = c->once;
            p->next_file = 0;
            if (p->no_more)
                return;
        }
        const char *path = c->files[p->next_file++];
        struct diag diag = {""};
        struct clip_spec spec = {.kind = is_image(path) ? CLIP_IMAGE : CLIP_VIDEO,
                                 .fd = open(path, O_RDONLY | O_CLOEXEC),
                                 .name = path,
                                 .duration_us = is_image(path) ? IMAGE_US : 0};
        if (spec.fd < 0)
            log_write(LOG_ERROR, "play", "cannot open", "file=%s error=%s", path,
                      strerror(errno));
        else if (clip_open(p->zygote, p->mixer, &spec, &p->next, &diag) < 0)
            log_write(LOG_ERROR, "play", diag_text(&diag), NULL);
        if (!p->next)
            note_failure(p);
    }
    p->next_started = false;
}

static void drop_failed(struct player *p, struct clip **c)
{
    if (!*c || clip_poll(*c) != CLIP_FAILED)
        return;
    log_write(LOG_ERROR, "play", clip_error(*c), NULL);
    clip_destroy(*c);
    *c = NULL;
    note_failure(p);
}

static void end_clip(struct player *p, struct clip **c)
{
    struct clip_counts counts;
    if (!*c)
        return;
    clip_count(*c, &counts);
    p->dropped += counts.dropped;
    clip_destroy(*c);
    *c = NULL;
}

/* Move on where the clip on air ends and the next is ready; the last picture stays until
 * then. */
static void advance(struct player *p, int64_t now)
{
    drop_failed(p, &p->now);
    drop_failed(p, &p->next);
    if (!p->next)
        prepare(p);
    enum clip_state next = p->next ? clip_poll(p->next) : CLIP_OPENING;
    bool ready = next == CLIP_READY || next == CLIP_PLAYING;
    int64_t end = p->now ? clip_end_us(p->now) : now;
    if (ready && !p->next_started && end <= now + START_AHEAD_US) {
        clip_start(p->next, end < now - START_AHEAD_US ? now : end);
        p->next_started = true;
    }
    bool last = !p->next && p->no_more;
    if (now < end || !(p->next_started || last))
        return;
    /* ending one and preparing another take milliseconds: after the first picture */
    end_clip(p, &p->past);
    p->past = p->now;
    p->now = p->next;
    p->next = NULL;
    p->switched = p->now != NULL;
}

static int show(struct player *p, int64_t now)
{
    struct frame f;
    if (!p->now || !clip_frame(p->now, now, &f) || f.serial == p->serial)
        return 0;
    display_begin(p->display);
    display_draw(p->display, &f, display_fit(p->display, &f), 255);
    int r = display_present(p->display);
    int64_t at = now_us();
    p->serial = f.serial;
    p->failures = 0;
    p->shown++;
    if (at - now > 20000)
        p->late++;
    if (p->first_picture_us == 0)
        p->first_picture_us = at;
    else if (p->switched)
        json_array_append_new(p->gaps,
                              json_real((double)(at - p->last_present_us) / 1000));
    p->switched = false;
    p->last_present_us = at;
    return r;
}

static int64_t wake_at(const struct player *p, int64_t now)
{
    int64_t at = now + INPUT_US;
    if (!p->now && !p->next && p->rest_until_us > now)
        return at;
    if (!p->now)
        return now + 2000;
    int64_t frame = clip_next_frame_us(p->now), end = clip_end_us(p->now);
    if (end - START_AHEAD_US > now && end - START_AHEAD_US < at)
        at = end - START_AHEAD_US;
    if (end > now && end < at)
        at = end;
    if (end <= now)
        at = now + 1000; /* waiting for the next to be ready */
    return frame < at ? frame : at;
}

static void wait(struct player *p, int signals)
{
    int64_t now = now_us(), left = wake_at(p, now) - now;
    if (left <= 0)
        return;
    struct pollfd fds[] = {{.fd = signals, .events = POLLIN},
                           {.fd = p->now    ? -1
                                  : p->next ? clip_fd(p->next)
                                            : -1,
                            .events = POLLIN}};
    struct timespec time = {left / 1000000, left % 1000000 * 1000};
    (void)!ppoll(fds, 2, &time, NULL);
}

static bool input_wants_end(struct player *p)
{
    SDL_Event e;
    while (SDL_WasInit(SDL_INIT_VIDEO) && SDL_PollEvent(&e)) {
        if (e.type == SDL_QUIT ||
            (e.type == SDL_KEYDOWN &&
             (e.key.keysym.sym == SDLK_q || e.key.keysym.sym == SDLK_ESCAPE)))
            return true;
        if (e.type == SDL_WINDOWEVENT &&
            (e.window.event == SDL_WINDOWEVENT_SIZE_CHANGED ||
             e.window.event == SDL_WINDOWEVENT_EXPOSED)) {
            if (display_resize(p->display) < 0)
                return true;
            p->serial = 0; /* the picture on air is shown again */
        }
    }
    return false;
}

static int write_stats(const struct player *p)
{
    const char *path = p->config->stats;
    if (!path)
        return 0;
    double first =
        p->first_picture_us ? (double)(p->first_picture_us - p->began_us) / 1000 : -1;
    json_t *value =
        json_pack("{s:I, s:I, s:I, s:O, s:f}", "frames_shown", (json_int_t)p->shown,
                  "late", (json_int_t)p->late, "dropped", (json_int_t)p->dropped,
                  "gap_ms", p->gaps, "time_to_first_picture_ms", first);
    char *text = value ? json_dumps(value, JSON_INDENT(1)) : NULL;
    int r = text ? file_write_atomic(path, text, strlen(text), 0644) : -ENOMEM;
    free(text);
    json_decref(value);
    if (r < 0)
        log_write(LOG_ERROR, "play", "cannot write the counts", "file=%s error=%s", path,
                  strerror(-r));
    return r;
}

static int loop(struct player *p, int signals)
{
    int r = 0;
    int64_t picture_at =
        p->config->screenshot ? p->began_us + p->config->after_s * 1000000 : INT64_MAX;
    while (r == 0 && !signals_received(signals) && !input_wants_end(p)) {
        int64_t now = now_us();
        advance(p, now);
        if (!p->now && !p->next && p->no_more)
            break;
        r = show(p, now);
        if (!p->switched)
            end_clip(p, &p->past);
        if (now >= picture_at) {
            struct diag diag = {""};
            picture_at = INT64_MAX;
            if (snapshot_start(p->display, p->config->screenshot, &p->snapshot, &diag) <
                0)
                log_write(LOG_ERROR, "play", diag_text(&diag), NULL);
        }
        wait(p, signals);
    }
    return r;
}

static int open_outputs(struct player *p, struct diag *diag)
{
    const struct kiosk_config *c = p->config;
    const struct mixer_config mixer = {.sink = c->sound, .path = c->sound_file};
    int r = c->no_audio ? 0 : mixer_create(&mixer, &p->mixer, diag);
    if (r < 0)
        return r;
    prepare(p); /* the decoder works while the window opens */
    const struct display_config display = {.driver = c->driver,
                                           .title = "tramtin-kiosk",
                                           .width = c->width,
                                           .height = c->height,
                                           .fullscreen = c->width == 0,
                                           .rotation = c->rotate > 0 ? (int)c->rotate : 0,
                                           .hide_cursor = true};
    return display_create(&display, &p->display, diag);
}

/* Waits until the screenshot is written. */
static int finish_picture(struct player *p)
{
    struct diag diag = {""};
    int result = 0;
    while (p->snapshot && !snapshot_poll(p->snapshot, &result, &diag))
        (void)poll(NULL, 0, 5);
    if (result < 0)
        log_write(LOG_ERROR, "play", diag_text(&diag), NULL);
    return result;
}

static int run(const struct kiosk_config *config, struct zygote *zygote)
{
    struct player p = {
        .config = config, .zygote = zygote, .began_us = now_us(), .gaps = json_array()};
    struct diag diag = {""};
    int signals = signals_open();
    int r = signals < 0 ? signals : open_outputs(&p, &diag);
    if (r < 0)
        log_write(LOG_ERROR, "play", diag_text(&diag), NULL);
    else
        r = loop(&p, signals);
    end_clip(&p, &p.now);
    end_clip(&p, &p.past);
    clip_destroy(p.next);
    mixer_destroy(p.mixer);
    if (r == 0)
        r = finish_picture(&p);
    snapshot_destroy(p.snapshot);
    display_destroy(p.display);
    if (r == 0)
        r = write_stats(&p);
    json_decref(p.gaps);
    if (r == 0 && p.shown == 0)
        r = -ENODATA;
    if (signals >= 0)
        close(signals);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

const struct kiosk_mode mode_play = {"play", run};
