#pragma once
#include "base/clock.h"
#include "content/model/programme.h"
#include "content/sync/sync.h"
#include "kiosk/background.h"
#include "kiosk/kiosk.h"
#include "kiosk/screens/screen.h"
#include "kiosk/screens/ticker.h"
#include "kiosk/signage.h"

#include <stdbool.h>
#include <stdint.h>

/* The signage mode's parts: mode_signage.c runs the loop, station_world.c makes shows and
 * keeps the log of plays, station_screens.c draws our own screens. Main thread. */

/* A programme and how many use it: plays, and slides that are being drawn. */
struct held_programme {
    struct programme *programme;
    unsigned references;
};

/* A picture of ours that follows the facts: drawn in the background, shown when done. */
struct live_screen {
    const struct screen *screen;
    struct canvas *canvas; /* NULL: not drawn yet */
    struct show_job *job;  /* being drawn */
    char facts[64];        /* what the last drawing was made from, in short */
};

struct station {
    const struct kiosk_config *config;
    struct show_maker maker;
    struct display *display;
    struct theme theme;
    const struct clock *clock;
    struct queue *programmes;
    struct sync *sync;
    struct held_programme *held; /* the newest; NULL: none yet */
    struct signage *signage;
    struct live_screen card, strip_clock, overlay;
    struct ticker *ticker;
    uint64_t ticker_hash;        /* of its texts, to notice a change */
    int64_t ticker_us, shown_us; /* how long it has been moving; the last picture */
    int rotation;
    bool overlay_shown;
    struct sync_status status;
    int64_t status_us;
    int64_t started_us;
    const char *sound_sentence; /* told last */
    struct snapshot *snapshot;  /* being written; NULL: none */
    bool picture_taken;
    struct touch *touch; /* NULL: nobody can touch this screen */
};

/* station_faults.c: take the sync's state; what is new in it goes into the log. */
void station_follow_sync(struct station *s);

/* station_world.c */
struct held_programme *held_ref(struct held_programme *h);
void held_unref(void *held); /* accepts NULL */
void station_world_init(struct station *s, struct signage_world *ret);
const char *station_place(const struct station *s);

/* station_screens.c */
MUST_CHECK int station_screens_create(struct station *s);
void station_screens_destroy(struct station *s);
/* Redraw what is out of date, in the background. */
void station_screens_update(struct station *s, int64_t now_us);
/* A job of station_screens came back; false: it is not one of them. */
bool station_screens_receive(struct station *s, struct show_job *job);
/* Draw the layers above (and the card beneath) what signage draws. */
void station_draw_beneath(struct station *s, const struct signage_state *state);
void station_draw_above(struct station *s, const struct signage_state *state);
void station_set_theme(struct station *s); /* the canvas or the ticker changed */

/* station_watch.c */
/* Now and then. -ECHILD: decoders can no longer be started, begin anew. */
MUST_CHECK int station_watch(struct station *s);
/* After each picture: takes and writes the screenshot without holding anything up. */
void station_picture_watch(struct station *s, int64_t now_us);
