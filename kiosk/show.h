#pragma once
#include "base/attr.h"
#include "kiosk/background.h"
#include "kiosk/draw/canvas.h"
#include "kiosk/slides/slide.h"
#include "player/clip.h"

#include <stdbool.h>
#include <stdint.h>

/* One thing on its way to the screen, whatever it is made of: a clip that a worker
 * decodes, or a picture that we draw. Main thread. Times are CLOCK_MONOTONIC. */

struct show;
struct diag;

enum show_state { SHOW_OPENING, SHOW_READY, SHOW_PLAYING, SHOW_ENDED, SHOW_FAILED };

/* Where shows are made. All borrowed. */
struct show_maker {
    struct zygote *zygote;
    struct mixer *mixer; /* NULL: silent */
    struct background *background;
};

/* A clip. *ret is the caller's. */
MUST_CHECK int show_open_clip(const struct show_maker *maker,
                              const struct clip_spec *spec, struct show **ret,
                              struct diag *diag);

/* A picture that is there already; `canvas` moves. */
MUST_CHECK int show_open_canvas(struct canvas **canvas, struct show **ret);

/* A picture to be drawn in the background: the job's run fills `canvas`. */
struct show_job {
    struct job job;         /* first */
    struct canvas *picture; /* to draw into it; may be NULL; show_job_done frees it */
    struct canvas *canvas;  /* the result; NULL: failed */
    struct show *show;      /* NULL once nobody waits any more */
};
/* `take` moves. */
MUST_CHECK int show_open_job(const struct show_maker *maker, struct show_job **take,
                             struct show **ret);
/* After background_receive: hands the picture over to whoever still waits. */
void show_job_done(struct show_job *job);

/* What is seen while a clip has no picture of its own: sound. -EAGAIN. */
MUST_CHECK int show_set_card(const struct show_maker *maker, struct show *s,
                             struct show_job **take);
/* show_open_job with a picture in it: the image `spec` is decoded first and handed to the
 * job as `picture`; without it when it does not decode. */
MUST_CHECK int show_open_job_with_picture(const struct show_maker *maker,
                                          const struct clip_spec *spec,
                                          struct show_job **take, struct show **ret,
                                          struct diag *diag);

/* Called once, when the show is destroyed: what it plays is no longer needed. */
void show_on_destroy(struct show *s, void (*release)(void *context), void *context);
void show_destroy(struct show *s); /* accepts NULL */

enum show_state show_poll(struct show *s);
const char *show_error(const struct show *s);
int show_fd(const struct show *s); /* to wait for; -1: none */
void show_start(struct show *s, int64_t at_us);

/* What to draw at a moment; false: nothing yet. */
bool show_frame(struct show *s, int64_t now_us, struct frame *ret);
int64_t show_next_us(const struct show *s); /* INT64_MAX: stands still */
bool show_is_clip(const struct show *s);
/* Counts of the clip; zeros for pictures. */
void show_count(const struct show *s, struct clip_counts *ret);
