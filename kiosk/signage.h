#pragma once
#include "base/attr.h"
#include "base/clock.h"
#include "kiosk/show.h"
#include "player/display.h"
#include "scheduler/rundown.h"

#include <stdbool.h>
#include <stdint.h>

/* Plays a rundown: what is on the air, what is being prepared, when one gives way to the
 * other, and what happened instead when something is missing or breaks. Knows no files,
 * no network and no documents: those are the functions of its world. Main thread; never
 * waits. */

struct signage;

/* What was on the air; all borrowed for the call. */
struct signage_play {
    const struct entry *entry; /* as planned; NULL: the built-in card by itself */
    const struct item *item;   /* what was shown; differs when it stood in */
    int64_t start_ms, end_ms;  /* wall clock */
    bool completed;
    enum clock_trust clock;
    const char *note; /* "": as planned */
};

struct signage_world {
    void *context;
    const struct clock *clock;
    int64_t (*clock_floor_ms)(void *context); /* NULL: 0 */
    /* Make what the item shows; `seek_us` into it, for `length_us`. -ENOENT: its file is
     * missing; else a sentence in diag. */
    int (*open)(void *context, const struct item *item, int64_t seek_us,
                int64_t length_us, struct show **ret, struct diag *diag);
    /* Whether `open` would find the file. */
    bool (*present)(void *context, const struct item *item);
    void (*played)(void *context, const struct signage_play *play);
};

/* `world` is copied. *ret is the caller's (signage_destroy). The card is on the air until
 * a plan comes. */
MUST_CHECK int signage_create(const struct signage_world *world, struct signage **ret);
void signage_destroy(struct signage *s); /* accepts NULL; records what was on the air */

/* Another plan. Both are borrowed until `release(keep)` is called, once nothing uses them
 * any more. Does not cut what is on the air, unless the rundown says so. */
MUST_CHECK int signage_set_plan(struct signage *s, const struct plan *plan,
                                const struct unit *unit, void *keep,
                                void (*release)(void *keep));
void signage_set_transition(struct signage *s, int64_t transition_us);

/* Move on. Call at signage_next_us, and when one of signage_fds is readable. */
void signage_tick(struct signage *s);
int64_t signage_next_us(const struct signage *s); /* CLOCK_MONOTONIC */
enum { SIGNAGE_FDS = 3 };
int signage_fds(const struct signage *s, int ret[SIGNAGE_FDS]); /* their number */

/* Draw what is on the air, between display_begin and display_present; nothing for the
 * built-in card, which its owner draws beneath (signage_state says when). */
void signage_draw(struct signage *s, struct display *d, int64_t now_us);

/* For the technician's overlay; valid until the next tick. */
struct signage_state {
    const struct entry *entry; /* on the air; NULL: the card */
    const struct item *item;
    const char *note;
    const struct entry *coming[3];
    int coming_count;
    struct clip_counts counts;
    enum clock_trust clock;
    bool card;    /* the built-in card is on the air, or shows through */
    bool is_clip; /* it moves; else it is a page of ours */
    bool fading;
};
void signage_state(struct signage *s, struct signage_state *ret);
