/* The station's touch screen: whoever touches it gets the pages of a session above the
 * programme, which goes on, small in a corner or hidden. Pages are drawn in the
 * background; a touch that comes before its page is drawn counts for what is seen. */
#include "kiosk/station_touch.h"

#include "base/diag.h"
#include "base/log.h"
#include "base/text.h"
#include "content/model/item.h"
#include "content/policy/date.h"
#include "content/policy/view.h"
#include "kiosk/station.h"
#include "kiosk/station_touch_internal.h"
#include "player/mixer.h"
#include "scheduler/rundown.h"
#include "scheduler/zone.h"

#include <SDL.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)

/* ---- what services may know ---- */

static bool has_figures(const struct slide *slide)
{
    return slide && (slide->layout == SLIDE_BAR || slide->layout == SLIDE_TABLE);
}

/* Each slide with figures that the next day shows, once. */
static size_t slides_collect(struct touch *t, int64_t now_ms)
{
    struct rundown *r = NULL;
    size_t count = 0;
    const struct programme *p = t->held->programme;
    if (plan_rundown(programme_plan(p), programme_unit(p), now_ms,
                     now_ms + INT64_C(86400000), &r) < 0)
        return 0;
    for (size_t i = 0; i < rundown_count(r) && count < SLIDES_MAX; i++) {
        const struct model_item *item = programme_item(rundown_entry(r, i)->item);
        size_t known = 0;
        while (item && known < count && t->slides[known] != item->slide)
            known++;
        if (item && known == count && has_figures(item->slide))
            t->slides[count++] = item->slide;
    }
    rundown_destroy(r);
    return count;
}

static void policies_open(struct touch *t, int64_t now_ms)
{
    struct diag diag = {""};
    const struct programme *p = t->held->programme;
    const struct release *release = programme_shown(p, &kind_policy_pack, now_ms);
    int64_t day = zone_day(plan_zone(programme_plan(p)), now_ms);
    if (!release)
        return;
    const char *text = release->body.policy_pack.text;
    int r = policy_pack_parse(text, strlen(text), &t->pack, &diag);
    if (r == 0)
        r = policy_view_create(t->pack, day, &t->policies, &diag);
    if (r < 0)
        log_write(LOG_ERROR, "touch", "cannot use the policy pack", "error=\"%s\"",
                  diag_text(&diag));
}

static void world_open(struct station *s, struct touch *t)
{
    int64_t now_ms = clock_wall_ms(s->clock);
    t->world = (struct service_world){
        .now_ms = now_ms,
        .clock_trusted =
            clock_trust(s->clock, s->status.clock_floor_ms) > CLOCK_TRUST_NONE};
    if (!s->held)
        return;
    t->held = held_ref(s->held);
    t->world.settings = programme_settings(s->held->programme, now_ms);
    t->world.slides = t->slides;
    t->world.slide_count = slides_collect(t, now_ms);
    if (!t->world.clock_trusted) /* without a day nothing is known to be in force */
        return;
    const struct programme *p = s->held->programme;
    policies_open(t, now_ms);
    t->world.policies = t->policies;
    t->world.today = zone_day(plan_zone(programme_plan(p)), now_ms);
    t->world.notices = t->notices;
    t->world.notice_count = notices_in_force(p, now_ms, t->notices, NOTICES_SHOWN_MAX);
}

/* After the session, which borrows from it. */
static void world_close(struct touch *t)
{
    policy_view_destroy(t->policies);
    policy_pack_destroy(t->pack);
    held_unref(t->held);
    t->policies = NULL;
    t->pack = NULL;
    t->held = NULL;
    t->world = (struct service_world){0};
}

/* ---- drawing ---- */

struct page_job {
    struct show_job show; /* first */
    struct page *page;
    struct theme theme;
    struct page_look look;
    struct page_view view;
    char place[128], time[16], banner[256];
};

static void page_job_run(struct job *j)
{
    struct page_job *p = (struct page_job *)j;
    struct canvas *c;
    if (canvas_create(p->theme.width, p->theme.height, &c) < 0)
        return;
    page_render(p->page, &p->look, c, &p->view);
    p->show.canvas = c;
}

static void page_job_destroy(struct job *j)
{
    struct page_job *p = (struct page_job *)j;
    canvas_destroy(p->show.canvas);
    page_destroy(p->page);
    free(p);
}

/* 20 mm on this screen; not more than leaves room for a page. */
static double touch_side(const struct station *s)
{
    double diagonal = hypot(s->theme.width, s->theme.height);
    double side = 20 * diagonal / ((double)s->config->screen_inches * 25.4);
    double most = 0.12 * fmin(s->theme.width, s->theme.height);
    return side < most ? side : most;
}

static void page_send(struct station *s, struct touch *t, int64_t now_us)
{
    struct page_job *j = calloc(1, sizeof(*j));
    if (!j)
        return;
    if (session_page(t->session, &t->world, now_us, &j->page) < 0) {
        free(j);
        return;
    }
    j->show.job = (struct job){page_job_run, page_job_destroy};
    j->theme = s->theme;
    (void)text_copy(j->place, sizeof(j->place), station_place(s));
    j->look =
        (struct page_look){.theme = &j->theme, .touch = touch_side(s), .place = j->place};
    if (t->world.clock_trusted) {
        const struct zone *zone =
            s->held ? plan_zone(programme_plan(s->held->programme)) : &zone_vietnam;
        screen_time_text(zone_to_local(zone, clock_wall_ms(s->clock)), j->time);
        j->look.time = j->time;
    }
    session_look(t->session, &j->look);
    j->look.can_read = t->voice && voice_speaks(page_language(j->page));
    if (t->bulletin) {
        memcpy(j->banner, t->banner, sizeof(j->banner));
        j->look.banner = j->banner;
    }
    if (t->printer) {
        static const char *const words[] = {[PRINTER_READY] = N_("In ra giấy"),
                                            [PRINTER_BUSY] = N_("Đang in"),
                                            [PRINTER_FAILED] = N_("Chưa in được")};
        j->look.print = words[t->printing];
        j->look.printing = t->printing == PRINTER_BUSY;
    }
    struct job *job = &j->show.job;
    if (background_send(s->maker.background, &job) < 0) {
        job->destroy(job); /* tried again at the next turn */
        return;
    }
    t->job = &j->show;
    t->stale = false;
}

bool station_touch_receive(struct station *s, struct show_job *job)
{
    if (job->job.run != page_job_run)
        return false;
    struct touch *t = s->touch;
    struct page_job *j = (struct page_job *)job;
    t->job = NULL;
    bool fits = j->theme.width == s->theme.width && j->theme.height == s->theme.height;
    if (job->canvas && fits && session_active(t->session)) {
        canvas_destroy(t->canvas);
        t->canvas = job->canvas;
        t->view = j->view;
        job->canvas = NULL;
    } else {
        t->stale = true;
    }
    job->job.destroy(&job->job);
    return true;
}

/* ---- the session ---- */

static void begin(struct station *s, int64_t now_us)
{
    struct touch *t = s->touch;
    world_open(s, t);
    touch_out_begin(s);
    session_begin(t->session, now_us);
    t->stale = true;
    if (s->maker.mixer)
        mixer_set_ducked(s->maker.mixer, true);
}

static void end(struct station *s)
{
    struct touch *t = s->touch;
    touch_out_end(t);
    session_end(t->session);
    world_close(t);
    canvas_destroy(t->canvas);
    t->canvas = NULL;
    t->view = (struct page_view){0};
    t->bulletin = NULL;
    if (s->maker.mixer)
        mixer_set_ducked(s->maker.mixer, false);
}

static void act(struct station *s, struct action a, int64_t now_us)
{
    touch_out_before(s, a, now_us);
    if (session_act(s->touch->session, &s->touch->world, a, now_us))
        s->touch->stale = true;
    touch_out_after(s, a, now_us);
}

void station_touch_tap(struct station *s, double x, double y, int64_t now_us)
{
    struct touch *t = s->touch;
    if (!session_active(t->session)) {
        begin(s, now_us);
        return;
    }
    session_stay(t->session, now_us);
    double px = x * s->theme.width, py = y * s->theme.height;
    for (int i = 0; t->canvas && i < t->view.target_count; i++) {
        struct box b = t->view.targets[i].box;
        if (px >= b.x && px < b.x + b.w && py >= b.y && py < b.y + b.h) {
            act(s, t->view.targets[i].action, now_us);
            return;
        }
    }
}

/* Digits go to the keys of the page, wherever the focus is. */
static void digit_key(struct station *s, int64_t digit, int64_t now_us)
{
    const struct page_view *v = &s->touch->view;
    for (int i = 0; i < v->target_count; i++)
        if (v->targets[i].digit && v->targets[i].action.value == digit) {
            act(s, v->targets[i].action, now_us);
            return;
        }
}

void station_touch_key(struct station *s, int32_t key, int64_t now_us)
{
    struct touch *t = s->touch;
    if (!session_active(t->session)) {
        begin(s, now_us);
        return;
    }
    session_stay(t->session, now_us);
    int focus = session_focus(t->session);
    if (key == SDLK_TAB || key == SDLK_DOWN || key == SDLK_RIGHT)
        session_focus_move(t->session, &t->view, 1);
    else if (key == SDLK_UP || key == SDLK_LEFT)
        session_focus_move(t->session, &t->view, -1);
    else if (key == SDLK_ESCAPE)
        act(s, (struct action){VERB_BACK, 0}, now_us);
    else if (key == SDLK_BACKSPACE)
        digit_key(s, -1, now_us);
    else if (key >= SDLK_0 && key <= SDLK_9)
        digit_key(s, key - SDLK_0, now_us);
    else if (key >= SDLK_KP_1 && key <= SDLK_KP_0)
        digit_key(s, (key - SDLK_KP_1 + 1) % 10, now_us);
    else if ((key == SDLK_RETURN || key == SDLK_KP_ENTER || key == SDLK_SPACE) &&
             focus >= 0 && focus < t->view.target_count)
        act(s, t->view.targets[focus].action, now_us);
    t->stale = true;
}

/* Ordinary changes of the programme wait for the resident; a bulletin that must be
 * carried at its time is heard in full, and named on the page. */
static void bulletin_follow(struct station *s)
{
    struct touch *t = s->touch;
    struct signage_state state;
    signage_state(s->signage, &state);
    const struct entry *e =
        state.entry && state.entry->rule == WHY_PRIORITY_HARD ? state.entry : NULL;
    if (e == t->bulletin)
        return;
    t->bulletin = e;
    t->stale = true;
    if (e)
        (void)text_copy(t->banner, sizeof(t->banner),
                        *e->item->title ? e->item->title : e->release->title);
    if (s->maker.mixer)
        mixer_set_ducked(s->maker.mixer, !e);
}

void station_touch_update(struct station *s, int64_t now_us)
{
    struct touch *t = s->touch;
    if (!session_active(t->session))
        return;
    bulletin_follow(s);
    touch_out_follow(t, now_us);
    bool due = now_us >= session_next_us(t->session) && now_us - t->paced_us >= SECOND_US;
    if (due) {
        t->paced_us = now_us;
        t->stale |= session_tick(t->session, now_us);
        if (!session_active(t->session)) {
            end(s);
            return;
        }
    }
    if (t->stale && !t->job)
        page_send(s, t, now_us);
}

bool station_touch_covers(const struct station *s)
{
    return s->touch && session_active(s->touch->session) && s->touch->canvas;
}

struct rect station_touch_picture(const struct station *s)
{
    struct box b = s->touch->view.picture;
    return (struct rect){(int)round(b.x), (int)round(b.y), (int)round(b.w),
                         (int)round(b.h)};
}

void station_touch_draw(struct station *s)
{
    struct frame frame;
    canvas_frame(s->touch->canvas, &frame);
    display_draw(s->display, &frame, (struct rect){0, 0, s->theme.width, s->theme.height},
                 255);
}

int station_touch_create(struct station *s)
{
    struct touch *t = calloc(1, sizeof(*t));
    if (!t)
        return -ENOMEM;
    int r = session_create(&t->session);
    if (r == 0 && s->config->printer)
        r = printer_create(s->config->printer, (int)s->config->printer_dots, &t->printer);
    if (r < 0) {
        session_destroy(t->session);
        free(t);
        return r;
    }
    s->touch = t;
    return 0;
}

void station_touch_destroy(struct station *s)
{
    if (!s->touch)
        return;
    end(s);
    session_destroy(s->touch->session);
    voice_destroy(s->touch->voice);
    printer_destroy(s->touch->printer);
    free(s->touch);
    s->touch = NULL;
}
