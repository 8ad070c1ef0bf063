/* The signage mode: a programme from the sync, a rundown from the programme, the rundown
 * on the screen. One loop on the main thread, woken by signals, the sync's queue,
 * workers, finished drawings and time; never by waiting for disk or network. */
#include "base/diag.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/text.h"
#include "base/version.h"
#include "content/model/release.h"
#include "kiosk/gesture.h"
#include "kiosk/signals.h"
#include "kiosk/station.h"
#include "kiosk/station_touch.h"
#include "player/mixer.h"
#include "player/snapshot.h"

#include <SDL.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_US INT64_C(50000)   /* SDL has no descriptor to wait for */
#define TOUCH_US INT64_C(10000)   /* the same where somebody waits for an answer */
#define STATUS_US INT64_C(500000) /* how often the sync is asked how it is */
enum { PROGRAMMES_MAX = 8 };

static void programme_destroy_message(void *programme)
{
    programme_destroy(programme);
}

/* ---- programmes ---- */

static void settings_apply(struct station *s)
{
    const struct settings *set =
        programme_settings(s->held->programme, clock_wall_ms(s->clock));
    signage_set_transition(s->signage, set->transition_ms * 1000);
    if (s->maker.mixer)
        mixer_set_ceiling(s->maker.mixer, set->volume_ceiling_bp);
    int rotation = s->config->rotate >= 0 ? (int)s->config->rotate : set->rotation;
    if (rotation == s->rotation)
        return;
    if (display_set_rotation(s->display, rotation) == 0)
        s->rotation = rotation;
    else
        log_write(LOG_WARNING, "kiosk", "cannot turn the picture", "rotation=%d",
                  rotation);
    station_set_theme(s);
}

static void programmes_receive(struct station *s)
{
    struct programme *newest = NULL, *p;
    while ((p = queue_receive(s->programmes))) { /* only the newest matters */
        programme_destroy(newest);
        newest = p;
    }
    if (!newest)
        return;
    struct held_programme *held = calloc(1, sizeof(*held));
    if (!held) {
        programme_destroy(newest);
        return;
    }
    *held = (struct held_programme){newest, 1};
    held_unref(s->held);
    s->held = held;
    settings_apply(s);
    int r = signage_set_plan(s->signage, programme_plan(newest), programme_unit(newest),
                             held_ref(held), held_unref);
    if (r < 0) {
        held_unref(held);
        log_write(LOG_ERROR, "kiosk", "cannot take the new programme", "error=%s",
                  strerror(-r));
        return;
    }
    log_write(LOG_INFO, "kiosk", "new programme", "manifest=%lld",
              (long long)programme_manifest_number(newest));
}

/* ---- input ---- */

struct input {
    struct gesture gesture;
    bool quit;
};

static void overlay_toggle(struct station *s)
{
    s->overlay_shown = !s->overlay_shown;
}

/* x, y: parts of the window, which shows the canvas turned clockwise. */
static void tap(struct station *s, struct input *in, double x, double y)
{
    double u = x, v = y;
    if (s->rotation == 90) {
        u = y;
        v = 1 - x;
    } else if (s->rotation == 180) {
        u = 1 - x;
        v = 1 - y;
    } else if (s->rotation == 270) {
        u = 1 - y;
        v = x;
    }
    int64_t now_us = clock_monotonic_us(s->clock);
    if (gesture_tap(&in->gesture, u, v, now_us))
        overlay_toggle(s);
    else if (s->touch)
        station_touch_tap(s, u, v, now_us);
}

static void mouse_tap(struct station *s, struct input *in, const SDL_MouseButtonEvent *e)
{
    int w = 0, h = 0;
    SDL_Window *window = SDL_GetWindowFromID(e->windowID);
    if (window)
        SDL_GetWindowSize(window, &w, &h);
    if (w > 0 && h > 0)
        tap(s, in, (double)e->x / w, (double)e->y / h);
}

static void window_event(struct station *s, const SDL_WindowEvent *e)
{
    if (e->event != SDL_WINDOWEVENT_SIZE_CHANGED && e->event != SDL_WINDOWEVENT_EXPOSED)
        return;
    if (display_resize(s->display) < 0)
        log_write(LOG_WARNING, "kiosk", "cannot follow the window", NULL);
    station_set_theme(s);
}

static void input_read(struct station *s, struct input *in)
{
    SDL_Event e;
    if (!SDL_WasInit(SDL_INIT_VIDEO))
        return; /* the memory driver has no window */
    while (SDL_PollEvent(&e)) {
        if (e.type == SDL_QUIT) {
            in->quit = true;
        } else if (e.type == SDL_KEYDOWN && e.key.keysym.sym == SDLK_F12) {
            overlay_toggle(s);
        } else if (e.type == SDL_KEYDOWN && s->touch) {
            station_touch_key(s, e.key.keysym.sym, clock_monotonic_us(s->clock));
        } else if (e.type == SDL_FINGERDOWN) {
            tap(s, in, (double)e.tfinger.x, (double)e.tfinger.y);
        } else if (e.type == SDL_MOUSEBUTTONDOWN && e.button.which != SDL_TOUCH_MOUSEID) {
            mouse_tap(s, in, &e.button);
        } else if (e.type == SDL_WINDOWEVENT) {
            window_event(s, &e.window);
        }
    }
}

/* ---- the loop ---- */

static void jobs_receive(struct station *s)
{
    struct job *j;
    while ((j = background_receive(s->maker.background))) {
        struct show_job *job = (struct show_job *)j; /* all our jobs begin with one */
        if (!station_screens_receive(s, job) &&
            !(s->touch && station_touch_receive(s, job)))
            show_job_done(job);
    }
}

/* The programme: everywhere, or where a page of the touch screen leaves room for it. */
static void programme_draw(struct station *s, const struct signage_state *state,
                           int64_t now_us)
{
    bool covered = station_touch_covers(s);
    struct rect room = {0};
    if (covered)
        room = station_touch_picture(s);
    if (!covered || room.w > 0) {
        display_set_viewport(s->display, room);
        station_draw_beneath(s, state);
        signage_draw(s->signage, s->display, now_us);
        display_set_viewport(s->display, (struct rect){0});
    }
    if (covered)
        station_touch_draw(s);
}

static int picture_show(struct station *s, int64_t now_us)
{
    struct signage_state state;
    signage_state(s->signage, &state);
    display_begin(s->display);
    programme_draw(s, &state, now_us);
    if (!s->overlay_shown) /* whoever reads the panel is not to be distracted */
        s->ticker_us += now_us - s->shown_us;
    s->shown_us = now_us;
    station_draw_above(s, &state);
    return display_present(s->display);
}

static int64_t wake_at(const struct station *s, int64_t now_us)
{
    int64_t at = signage_next_us(s->signage);
    int64_t input = s->touch ? TOUCH_US : INPUT_US;
    if (at > now_us + input)
        at = now_us + input;
    if (s->ticker && !s->overlay_shown) {
        int64_t moved = ticker_next_us(s->ticker, s->ticker_us) - s->ticker_us + now_us;
        int64_t refresh = now_us + 16000; /* not more often than a display shows */
        moved = moved < refresh ? refresh : moved;
        at = moved < at ? moved : at;
    }
    return at;
}

static void loop_wait(struct station *s, int signal_fd, int64_t until_us)
{
    struct pollfd fds[3 + SIGNAGE_FDS] = {
        {.fd = signal_fd, .events = POLLIN},
        {.fd = queue_fd(s->programmes), .events = POLLIN},
        {.fd = background_fd(s->maker.background), .events = POLLIN}};
    int clips[SIGNAGE_FDS], count = signage_fds(s->signage, clips);
    for (int i = 0; i < count; i++)
        fds[3 + i] = (struct pollfd){.fd = clips[i], .events = POLLIN};
    int64_t left = until_us - clock_monotonic_us(s->clock);
    struct timespec wait = {.tv_nsec = (long)(left > 0 ? left * 1000 : 0)};
    if (ppoll(fds, 3 + (nfds_t)count, &wait, NULL) < 0 && errno != EINTR)
        log_write(LOG_ERROR, "kiosk", "cannot wait", "error=%s", strerror(errno));
}

/* Permitted hours are kept here, on the unit, whatever was scheduled. */
static void sound_follow_hours(struct station *s)
{
    if (!s->maker.mixer || !s->held)
        return;
    const struct programme *p = s->held->programme;
    mixer_set_muted(s->maker.mixer,
                    !plan_sound_allowed(programme_plan(p), programme_unit(p),
                                        clock_wall_ms(s->clock)));
}

static int loop_run(struct station *s, int signal_fd)
{
    struct input input = {0};
    while (!input.quit) {
        int64_t now = clock_monotonic_us(s->clock);
        if (now - s->status_us >= STATUS_US || s->status_us == 0) {
            station_follow_sync(s);
            s->status_us = now;
            sound_follow_hours(s);
            if (s->held) /* one release of settings may follow another by the clock */
                settings_apply(s);
            if (station_watch(s) < 0)
                return EXIT_AGAIN;
        }
        programmes_receive(s);
        jobs_receive(s);
        input_read(s, &input);
        signage_tick(s->signage);
        station_screens_update(s, now);
        if (s->touch)
            station_touch_update(s, now);
        now = clock_monotonic_us(s->clock);
        if (picture_show(s, now) < 0) {
            log_write(LOG_ERROR, "kiosk", "the window is gone", NULL);
            return EXIT_FAILURE;
        }
        station_picture_watch(s, now);
        loop_wait(s, signal_fd, wake_at(s, now));
        if (signals_received(signal_fd))
            break;
    }
    return EXIT_SUCCESS;
}

/* ---- wiring ---- */

static int sync_open(struct station *s, struct diag *diag)
{
    struct sha256 root = {{0}};
    if (s->config->root &&
        text_to_hex_bytes(s->config->root, root.bytes, sizeof(root.bytes)) < 0)
        return diag_set(diag, -EINVAL, "--root: expected 64 hex digits");
    const struct sync_config config = {.state = s->config->state,
                                       .server = s->config->server,
                                       .root = s->config->root ? &root : NULL,
                                       .kind = "kiosk",
                                       .version = version_text(),
                                       .clock = s->clock};
    int r = queue_create(PROGRAMMES_MAX, programme_destroy_message, &s->programmes);
    if (r < 0)
        return diag_set(diag, r, "out of memory");
    return sync_create(&config, s->programmes, &s->sync, diag);
}

static int display_open(struct station *s, struct diag *diag)
{
    const struct kiosk_config *c = s->config;
    const struct display_config config = {.driver = c->driver,
                                          .title = "Trạm Tin",
                                          .width = c->width,
                                          .height = c->height,
                                          .fullscreen = c->width == 0,
                                          .rotation = c->rotate > 0 ? (int)c->rotate : 0,
                                          .hide_cursor = true};
    return display_create(&config, &s->display, diag);
}

static int sound_open(struct station *s, struct diag *diag)
{
    if (s->config->no_audio)
        return 0;
    const struct mixer_config config = {.sink = s->config->sound,
                                        .path = s->config->sound_file};
    return mixer_create(&config, &s->maker.mixer, diag);
}

static int station_open(struct station *s, struct diag *diag)
{
    struct signage_world world;
    int r = display_open(s, diag);
    if (r == 0)
        r = sound_open(s, diag);
    if (r < 0)
        return r;
    r = station_screens_create(s); /* first of all: never black */
    if (r < 0)
        return diag_set(diag, r, "cannot draw: %s", strerror(-r));
    r = background_create(&s->maker.background);
    if (r < 0)
        return diag_set(diag, r, "cannot start a thread: %s", strerror(-r));
    station_world_init(s, &world);
    r = signage_create(&world, &s->signage);
    if (r < 0)
        return diag_set(diag, r, "out of memory");
    r = picture_show(s, clock_monotonic_us(s->clock));
    if (r < 0)
        return diag_set(diag, r, "the window is gone");
    r = sync_open(s, diag);
    if (r < 0)
        return r;
    r = sync_start(s->sync);
    return r < 0 ? diag_set(diag, r, "cannot start the sync: %s", strerror(-r)) : 0;
}

static void station_close(struct station *s)
{
    station_touch_destroy(s);
    signage_destroy(s->signage); /* records what was on the air */
    background_destroy(s->maker.background);
    station_screens_destroy(s);
    held_unref(s->held);
    if (s->sync)
        sync_stop(s->sync);
    sync_destroy(s->sync);
    queue_destroy(s->programmes);
    mixer_destroy(s->maker.mixer);
    snapshot_destroy(s->snapshot);
    display_destroy(s->display);
}

static int station_run(const struct kiosk_config *config, struct zygote *zygote,
                       bool touch)
{
    struct diag diag = {""};
    struct station s = {.config = config, .clock = clock_system(), .sound_sentence = ""};
    s.rotation = config->rotate > 0 ? (int)config->rotate : 0;
    s.maker.zygote = zygote;
    s.started_us = clock_monotonic_us(s.clock);
    int signal_fd = signals_open();
    if (signal_fd < 0) {
        log_write(LOG_ERROR, "kiosk", "cannot receive signals", "error=%s",
                  strerror(-signal_fd));
        return EXIT_FAILURE;
    }
    int status = EXIT_FAILURE;
    if ((touch && station_touch_create(&s) < 0) || station_open(&s, &diag) < 0) {
        log_write(LOG_ERROR, "kiosk", diag_text(&diag), NULL);
    } else {
        log_write(LOG_INFO, "kiosk", "started", "version=%s display=%s canvas=%dx%d",
                  version_text(), display_driver(s.display), s.theme.width,
                  s.theme.height);
        status = loop_run(&s, signal_fd);
    }
    station_close(&s);
    close(signal_fd);
    log_write(LOG_INFO, "kiosk", "ended", NULL);
    return status;
}

static int signage_mode_run(const struct kiosk_config *config, struct zygote *zygote)
{
    return station_run(config, zygote, false);
}

static int touch_mode_run(const struct kiosk_config *config, struct zygote *zygote)
{
    return station_run(config, zygote, true);
}

const struct kiosk_mode mode_signage = {"signage", signage_mode_run};
const struct kiosk_mode mode_touch = {"touch", touch_mode_run};
