#pragma once
#include "kiosk/signage.h"

/* Between signage.c (what is on the air) and signage_pick.c (what comes). */

/* A plan and what keeps it alive. Counted: pieces on the air outlive their plan. */
struct source {
    const struct plan *plan;
    const struct unit *unit;
    void *keep;
    void (*release)(void *keep);
    unsigned references;
};

/* Something on the air or prepared for it. */
struct piece {
    struct source *source; /* NULL: the card by itself */
    struct entry entry;    /* as planned */
    const struct item *item;
    struct show *show;
    bool card;    /* shows the built-in card */
    bool joined;  /* began after its beginning */
    bool started; /* show_start was called */
    char note[192];
    int64_t start_us, end_us; /* CLOCK_MONOTONIC; end INT64_MAX: until something comes */
    int64_t start_ms;         /* wall clock */
};

enum { BAD_MAX = 8 };

struct signage {
    struct signage_world world;
    struct source *source;
    struct rundown *rundown; /* of `source`, from window_ms on */
    int64_t window_ms, window_end_ms;
    int64_t offset_us; /* CLOCK_MONOTONIC less the timeline, at the last tick */
    bool untimed;
    enum clock_trust trust;
    struct piece air, next, last; /* `last` only while it fades out */
    bool has_next;
    int64_t transition_us, fade_until_us;
    int64_t retry_us;   /* do not prepare again before */
    const char *reason; /* why the next piece stands in; "" when it does not */
    char reason_text[160];
    int64_t missing_ms; /* start of the entry whose missing file was recorded last */
    struct {            /* items that broke a moment ago */
        char id[72];
        int64_t until_us;
    } bad[BAD_MAX];
    unsigned bad_next;
};

void source_unref(struct source *s);
void piece_release(struct piece *p);
int64_t signage_now_us(const struct signage *s);
/* The moment on the plan's timeline. */
int64_t signage_timeline_ms(const struct signage *s, int64_t now_us);
/* The same for the moment when what is on the air ends: exactly its planned end, so that
 * a rounded millisecond never finds the same entry again. */
int64_t signage_boundary_ms(const struct signage *s, int64_t at_us);
void signage_record(struct signage *s, const struct piece *p, int64_t end_us,
                    bool completed, const char *note);

/* Prepare s->next for the moment `at_us`, when what is on the air ends. */
void signage_prepare(struct signage *s, int64_t at_us);
void signage_mark_bad(struct signage *s, const struct item *item);
