#pragma once
#include "base/clock.h"
#include "content/sync/sync.h"
#include "tests/support/field.h"
#include "tests/support/hostile.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* The unit's whole side against a server that each test makes as bad as it likes. */

#define WORLD_MEDIA_BYTES 300000

struct queue;

enum world_badness {
    GOOD,
    WRONG_OBJECTS, /* other bytes under the right name */
    STALL_OBJECTS, /* half of each, then nothing */
    CUT_OBJECTS,   /* half of each, then the connection ends */
    LOSE_REPLIES,  /* reports are taken, but the answer is lost */
    GARBAGE,       /* every answer is noise */
    REDIRECT,      /* everything is elsewhere */
};

enum world_answer_kind {
    ANSWER_ENROL,
    ANSWER_MANIFEST,
    ANSWER_DOCUMENT,
    ANSWER_MEDIA,
    ANSWER_REPORT,
    ANSWER_KINDS,
};

struct world {
    struct field field;
    struct hostile *server;
    struct queue *programmes;
    struct sync *sync;
    char folder[64], media[2][WORLD_MEDIA_BYTES];
    struct sha256 names[2];
    struct clock clock;
    uint64_t quota_bytes;
    atomic_int pace; /* the unit's monotonic clock runs so many times as fast */
    atomic_llong skew_ms;
    atomic_int trust;
    atomic_int badness;
    atomic_bool placed;
    atomic_uint ranged, object_requests;
    /* After how many bytes the next answer of a kind is cut off, the one after it a
     * little later; -1 once one was shorter than that and went out whole. */
    atomic_long cut_at[ANSWER_KINDS];
    atomic_uint cuts[ANSWER_KINDS]; /* answers that were cut */
    pthread_mutex_t lock;
    char *manifest;    /* guarded by lock */
    int64_t number;    /* guarded by lock */
    char unit_key[80]; /* guarded by lock; hex, as enrolled */
    int64_t reported;  /* guarded by lock; highest number */
    unsigned plays;    /* guarded by lock; counted once */
    unsigned repeats;  /* guarded by lock; reports that came again */
    char health[4096]; /* guarded by lock; what the last report complained of */
};

int world_set_up(void **state);
int world_tear_down(void **state);
#define WORLD_TEST(name)                                                                 \
    cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

/* hostile_start's: the server of a world. */
int world_answer(void *context, int fd, const char *head, const char *body,
                 size_t length);

void world_publish(struct world *w, int64_t number); /* what the field holds */
/* A timetable with both media. */
void world_add_release(struct world *w, const char *line, const struct secret_key *by);

void world_begin(struct world *w);   /* create and start the sync */
void world_restart(struct world *w); /* end it and begin again */
void world_enrol(struct world *w);   /* begin, code, staff's answer, manifest 1000 */
void world_log_plays(struct world *w, int count);

/* Wait until `ready` says so; never longer than 30 s. */
void world_wait_for(struct world *w, bool (*ready)(struct world *w), const char *what);
#define WAIT_FOR(w, ready) world_wait_for(w, ready, #ready)

bool world_asked_to_enrol(struct world *w);
bool world_media_present(struct world *w);
bool world_up_to_date(struct world *w);
bool world_newest_manifest(struct world *w);
bool world_in_trouble(struct world *w);
bool world_plays_reported(struct world *w);
bool world_half_received(struct world *w);
bool world_refusal_seen(struct world *w);
bool world_wrong_bytes_seen(struct world *w);
bool world_fault_seen(struct world *w, const char *part);
