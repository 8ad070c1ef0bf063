#pragma once
#include "base/attr.h"
#include "player/frame.h"

#include <stdbool.h>
#include <stdint.h>

/* One item being decoded in a worker process of its own. A clip is opened, probes,
 * decodes its first picture and first sound (then it is *ready*), waits, is started at a
 * moment, plays, ends. A worker that crashes or hangs makes its clip *failed* and nothing
 * else. All calls come from the main thread and never block. */

struct clip;
struct diag;
struct mixer;  /* player/mixer.h */
struct zygote; /* player/zygote.h: started before SDL and before any thread */

enum clip_kind { CLIP_VIDEO, CLIP_AUDIO, CLIP_IMAGE };

enum clip_state { CLIP_OPENING, CLIP_READY, CLIP_PLAYING, CLIP_ENDED, CLIP_FAILED };

struct clip_spec {
    enum clip_kind kind;
    int fd;              /* open for reading; the worker gets it. Moves to the clip */
    const char *name;    /* for messages only; copied */
    int64_t offset_us;   /* start this far into the item (a unit that joins late) */
    int64_t duration_us; /* end after this long; 0: with the file. Images need it */
    double gain_db;      /* loudness correction of the item */
    bool voice;          /* speaks to whoever is at the screen: mixer.h */
};

/* `mixer` may be NULL (no sound). On success *ret is the caller's (clip_destroy) and
 * spec->fd has moved; on error it is closed too. */
MUST_CHECK int clip_open(struct zygote *zygote, struct mixer *mixer,
                         const struct clip_spec *spec, struct clip **ret,
                         struct diag *diag);
void clip_destroy(struct clip *c); /* accepts NULL; ends the worker */

enum clip_state clip_poll(struct clip *c);
const char *clip_error(const struct clip *c); /* one sentence once CLIP_FAILED */
/* Readable when clip_poll has news; -1 when none will come. */
int clip_fd(const struct clip *c);

/* Start at `at_us` of CLOCK_MONOTONIC (usually the frame boundary where the last ends).
 */
void clip_start(struct clip *c, int64_t at_us);

/* When the clip's last picture stops being right, CLOCK_MONOTONIC; INT64_MAX if not known
 * yet. Known exactly at the latest when the last frame has been decoded. */
int64_t clip_end_us(const struct clip *c);

/* The frame to show at `now_us` (sound clips and clips without a picture yet: false).
 * Planes stay valid until the next call on this clip. Follows the audio clock. */
bool clip_frame(struct clip *c, int64_t now_us, struct frame *ret);

/* When clip_frame will next return another frame; INT64_MAX if never. */
int64_t clip_next_frame_us(const struct clip *c);

struct clip_counts {
    uint64_t shown, late, dropped; /* frames */
    int64_t length_us;             /* of the item, 0 if not known */
    int width, height;
    bool has_sound;
};
void clip_count(const struct clip *c, struct clip_counts *ret);
