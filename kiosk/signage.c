/* The state machine: on the air, next, fading out. */
#include "base/diag.h"
#include "kiosk/signage_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_MS INT64_C(7200000)     /* of the rundown that is held */
#define WINDOW_BEHIND_MS INT64_C(1000) /* what is on the air stays findable */
#define PREPARE_US INT64_C(6000000)    /* before the boundary */
#define START_AHEAD_US INT64_C(150000) /* the mixer wants to know a little before */
#define OPENING_MAX_US                                                                   \
    INT64_C(8000000)             /* a piece that opens longer than this is broken */
#define JUMP_US INT64_C(1500000) /* a clock that moves further was set */
#define JITTER_US INT64_C(3000)  /* of reading two clocks, one in milliseconds */
#define NEAR_MS 40               /* of a boundary: is the boundary */
#define HOLD_US INT64_C(1200000) /* a last picture may stand in for a short tail */
#define NOTHING_US INT64_C(1000000)

void source_unref(struct source *s)
{
    if (!s || --s->references > 0)
        return;
    if (s->release)
        s->release(s->keep);
    free(s);
}

void piece_release(struct piece *p)
{
    show_destroy(p->show);
    source_unref(p->source);
    *p = (struct piece){0};
}

int64_t signage_now_us(const struct signage *s)
{
    return clock_monotonic_us(s->world.clock);
}

int64_t signage_timeline_ms(const struct signage *s, int64_t now_us)
{
    return (now_us - s->offset_us) / 1000;
}

int64_t signage_boundary_ms(const struct signage *s, int64_t at_us)
{
    const struct piece *air = &s->air;
    int64_t at_ms = signage_timeline_ms(s, at_us);
    bool at_end = air->source && llabs((long long)(at_ms - air->entry.end_ms)) <= NEAR_MS;
    return at_end ? air->entry.end_ms : at_ms;
}

void signage_record(struct signage *s, const struct piece *p, int64_t end_us,
                    bool completed, const char *note)
{
    if (p->card && !p->source)
        return; /* the card by itself is not a play */
    struct signage_play play = {.entry = p->source ? &p->entry : NULL,
                                .item = p->item,
                                .start_ms = p->start_ms,
                                .end_ms = p->start_ms + (end_us - p->start_us) / 1000,
                                .completed = completed,
                                .clock = s->trust,
                                .note = note};
    s->world.played(s->world.context, &play);
}

/* Put the built-in card on the air, until something comes. */
static void air_card(struct signage *s)
{
    piece_release(&s->air);
    int64_t now = signage_now_us(s);
    s->air = (struct piece){.item = &item_last_resort,
                            .card = true,
                            .started = true,
                            .start_us = now,
                            .start_ms = clock_wall_ms(s->world.clock),
                            .end_us = INT64_MAX};
}

int signage_create(const struct signage_world *world, struct signage **ret)
{
    struct signage *s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    s->world = *world;
    air_card(s);
    *ret = s;
    return 0;
}

void signage_destroy(struct signage *s)
{
    if (!s)
        return;
    signage_record(s, &s->air, signage_now_us(s), false, s->air.note);
    piece_release(&s->air);
    piece_release(&s->next);
    piece_release(&s->last);
    rundown_destroy(s->rundown);
    source_unref(s->source);
    free(s);
}

void signage_set_transition(struct signage *s, int64_t transition_us)
{
    s->transition_us = transition_us;
}

/* ---- the rundown's window ---- */

static bool entry_same(const struct entry *a, const struct entry *b)
{
    return a->start_ms == b->start_ms && strcmp(a->item->id, b->item->id) == 0 &&
           (!a->release) == (!b->release) &&
           (!a->release || (strcmp(a->release->line, b->release->line) == 0 &&
                            a->release->revision == b->release->revision));
}

/* Fit what is on the air and what is prepared to the new rundown. */
static void rundown_apply(struct signage *s, int64_t now_us)
{
    int64_t now_ms = signage_timeline_ms(s, now_us);
    const struct entry *e = rundown_at(s->rundown, now_ms);
    struct piece *air = &s->air;
    if (air->source && e && entry_same(&air->entry, e)) {
        air->entry.end_ms = e->end_ms;
        air->end_us = e->end_ms * 1000 + s->offset_us;
    } else if (!air->source || (e && (e->rule == WHY_PRIORITY_HARD || air->card)) ||
               (air->entry.release &&
                !plan_release_may_air(s->source->plan, air->entry.release->line,
                                      air->entry.release->revision, now_ms))) {
        air->end_us = now_us; /* the rundown says so */
    }
    if (s->has_next) {
        const struct entry *n =
            air->end_us == INT64_MAX
                ? e
                : rundown_at(s->rundown, signage_boundary_ms(s, air->end_us));
        if (!n || !entry_same(&s->next.entry, n) || s->next.entry.end_ms != n->end_ms) {
            piece_release(&s->next);
            s->has_next = false;
        }
    }
}

static void rundown_renew(struct signage *s, int64_t now_us)
{
    int64_t from = signage_timeline_ms(s, now_us) - WINDOW_BEHIND_MS;
    struct rundown *r = NULL;
    int error =
        s->untimed
            ? plan_rundown_untimed(s->source->plan, s->source->unit, from < 0 ? 0 : from,
                                   from + WINDOW_MS, &r)
            : plan_rundown(s->source->plan, s->source->unit, from, from + WINDOW_MS, &r);
    s->window_ms = from;
    /* When it cannot be made now it may be later; what is on the air goes on. */
    s->window_end_ms = from + (error < 0 ? NOTHING_US / 1000 : WINDOW_MS / 2);
    if (error < 0)
        return;
    rundown_destroy(s->rundown);
    s->rundown = r;
    rundown_apply(s, now_us);
}

/* Follow the clock: trust, jumps, the end of the window. */
static void timeline_follow(struct signage *s, int64_t now_us)
{
    int64_t floor =
        s->world.clock_floor_ms ? s->world.clock_floor_ms(s->world.context) : 0;
    s->trust = clock_trust(s->world.clock, floor);
    bool untimed = s->trust == CLOCK_TRUST_NONE;
    int64_t offset = untimed ? 0 : now_us - clock_wall_ms(s->world.clock) * 1000;
    bool jumped =
        untimed != s->untimed || llabs((long long)(offset - s->offset_us)) > JUMP_US;
    s->untimed = untimed;
    if (llabs((long long)(offset - s->offset_us)) > JITTER_US)
        s->offset_us = offset;
    int64_t now_ms = signage_timeline_ms(s, now_us);
    if (s->source &&
        (jumped || !s->rundown || now_ms >= s->window_end_ms || now_ms < s->window_ms))
        rundown_renew(s, now_us);
}

int signage_set_plan(struct signage *s, const struct plan *plan, const struct unit *unit,
                     void *keep, void (*release)(void *keep))
{
    struct source *source = calloc(1, sizeof(*source));
    if (!source)
        return -ENOMEM;
    *source = (struct source){plan, unit, keep, release, 1};
    source_unref(s->source);
    s->source = source;
    timeline_follow(s, signage_now_us(s));
    rundown_renew(s, signage_now_us(s));
    return 0;
}

/* ---- on the air ---- */

static bool piece_completed(const struct piece *p, int64_t end_us)
{
    return !p->joined && end_us - p->start_us >= p->end_us - p->start_us - 1000000;
}

static void air_switch(struct signage *s, int64_t at_us)
{
    struct piece *air = &s->air;
    if (air->source)
        signage_record(s, air, at_us, piece_completed(air, at_us), air->note);
    piece_release(&s->last);
    if (s->transition_us > 0) {
        s->last = *air;
        s->fade_until_us = at_us + s->transition_us;
        *air = (struct piece){0};
    } else {
        piece_release(air);
    }
    *air = s->next;
    air->start_us = at_us;
    air->start_ms = clock_wall_ms(s->world.clock) - (signage_now_us(s) - at_us) / 1000;
    s->next = (struct piece){0};
    s->has_next = false;
}

/* What was to come does not open or decode. */
static void next_broke(struct signage *s, const char *why)
{
    struct piece *n = &s->next;
    n->start_ms = clock_wall_ms(s->world.clock);
    signage_record(s, n, n->start_us, false, why);
    signage_mark_bad(s, n->item);
    (void)snprintf(s->reason_text, sizeof(s->reason_text), "%s", why);
    s->reason = s->reason_text;
    piece_release(n);
    s->has_next = false;
}

/* What is on the air broke, or is over long before its time. */
static void air_broke(struct signage *s, const char *why, int64_t now_us)
{
    struct piece *air = &s->air;
    signage_record(s, air, now_us, false, why);
    signage_mark_bad(s, air->item);
    (void)snprintf(s->reason_text, sizeof(s->reason_text), "%s", why);
    s->reason = s->reason_text;
    if (s->has_next) {
        piece_release(&s->next);
        s->has_next = false;
    }
    air_card(s); /* it stands until the other one is ready */
    s->air.end_us = now_us;
}

static void air_watch(struct signage *s, int64_t now_us)
{
    struct piece *air = &s->air;
    if (air->card || !air->show)
        return;
    enum show_state state = show_poll(air->show);
    if (state == SHOW_FAILED)
        air_broke(s, show_error(air->show), now_us);
    else if (state == SHOW_ENDED && air->end_us - now_us > HOLD_US)
        air_broke(s, "shorter than planned", now_us);
}

static void next_watch(struct signage *s, int64_t now_us)
{
    struct piece *n = &s->next;
    enum show_state state = n->card ? SHOW_READY : show_poll(n->show);
    int64_t boundary = s->air.end_us == INT64_MAX ? now_us : s->air.end_us;
    if (state == SHOW_FAILED) {
        next_broke(s, show_error(n->show));
        return;
    }
    if (state == SHOW_OPENING) {
        if (now_us > n->start_us + OPENING_MAX_US)
            next_broke(s, "did not open in time");
        return;
    }
    int64_t at = boundary > now_us ? boundary : now_us;
    if (!n->started && at - now_us <= START_AHEAD_US) {
        n->started = true;
        n->start_us = at;
        if (n->show)
            show_start(n->show, at);
    }
    if (n->started && now_us >= n->start_us)
        air_switch(s, n->start_us);
}

void signage_tick(struct signage *s)
{
    int64_t now = signage_now_us(s);
    timeline_follow(s, now);
    if (s->last.item && now >= s->fade_until_us)
        piece_release(&s->last);
    air_watch(s, now);
    int64_t boundary = s->air.end_us == INT64_MAX ? now : s->air.end_us;
    if (!s->has_next && s->rundown && boundary - now <= PREPARE_US && now >= s->retry_us)
        signage_prepare(s, boundary > now ? boundary : now);
    if (s->has_next)
        next_watch(s, now);
}

int64_t signage_next_us(const struct signage *s)
{
    int64_t now = signage_now_us(s), next = now + NOTHING_US;
    const int64_t moments[] = {
        s->air.end_us,
        s->air.end_us == INT64_MAX ? INT64_MAX : s->air.end_us - START_AHEAD_US,
        s->air.end_us == INT64_MAX ? INT64_MAX : s->air.end_us - PREPARE_US,
        s->has_next && s->next.started ? s->next.start_us : INT64_MAX,
        s->air.show ? show_next_us(s->air.show) : INT64_MAX,
    };
    for (unsigned i = 0; i < ARRAY_LENGTH(moments); i++)
        if (moments[i] > now && moments[i] < next)
            next = moments[i];
    if (s->last.item) /* fading: at the display's pace */
        next = now + 16000 < next ? now + 16000 : next;
    return next;
}

int signage_fds(const struct signage *s, int ret[SIGNAGE_FDS])
{
    const struct piece *pieces[] = {&s->air, &s->next};
    int count = 0;
    for (unsigned i = 0; i < ARRAY_LENGTH(pieces); i++) {
        int fd = pieces[i]->show ? show_fd(pieces[i]->show) : -1;
        if (fd >= 0)
            ret[count++] = fd;
    }
    return count;
}

static bool piece_draw(struct piece *p, struct display *d, int64_t now_us, int opacity)
{
    struct frame frame;
    if (!p->show || !show_frame(p->show, now_us, &frame))
        return false;
    display_draw(d, &frame, display_fit(d, &frame), opacity);
    return true;
}

void signage_draw(struct signage *s, struct display *d, int64_t now_us)
{
    int opacity = 255;
    if (s->last.item && s->transition_us > 0 && now_us < s->fade_until_us) {
        int64_t done = s->transition_us - (s->fade_until_us - now_us);
        opacity = (int)(done * 255 / s->transition_us);
        opacity = opacity < 0 ? 0 : opacity > 255 ? 255 : opacity;
        if (s->air.card) { /* the card lies beneath: what was shown leaves it */
            piece_draw(&s->last, d, now_us, 255 - opacity);
            return;
        }
        piece_draw(&s->last, d, now_us, 255);
    }
    piece_draw(&s->air, d, now_us, opacity);
}

void signage_state(struct signage *s, struct signage_state *ret)
{
    *ret = (struct signage_state){.entry = s->air.source ? &s->air.entry : NULL,
                                  .item = s->air.item,
                                  .note = s->air.note,
                                  .clock = s->trust,
                                  .fading = s->last.item != NULL};
    ret->card = s->air.card || (s->last.item && s->last.card);
    if (s->air.show) {
        ret->is_clip = show_is_clip(s->air.show);
        show_count(s->air.show, &ret->counts);
    }
    if (!s->rundown)
        return;
    int64_t from = signage_timeline_ms(s, s->air.end_us == INT64_MAX ? signage_now_us(s)
                                                                     : s->air.end_us);
    for (size_t i = 0; i < rundown_count(s->rundown) && ret->coming_count < 3; i++) {
        const struct entry *e = rundown_entry(s->rundown, i);
        if (e->end_ms > from)
            ret->coming[ret->coming_count++] = e;
    }
}
