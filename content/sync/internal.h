#pragma once
#include "base/clock.h"
#include "content/model/programme.h"
#include "content/net/backoff.h"
#include "content/net/net.h"
#include "content/sync/object_store.h"
#include "content/sync/play_log.h"
#include "content/sync/state.h"
#include "content/sync/sync.h"

#include <pthread.h>
#include <stdatomic.h>

/* Shared by the files of this folder only. Everything but `shared` belongs to the sync
 * thread once it runs. Each part has a `step` that the loop calls; it never waits. */

struct queue;

/* When to try something again. */
struct retry {
    struct backoff backoff;
    int64_t at_us; /* monotonic */
};

/* ---- what other threads see ---- */
struct logged_play {
    struct logged_play *next;
    struct play play; /* its texts follow */
};

#define SUSPECTS 16
struct shared {
    pthread_mutex_t lock;
    struct sync_status status;         /* guarded by lock */
    struct logged_play *plays, **last; /* guarded by lock; not yet in the log */
    struct sha256 suspects[SUSPECTS];  /* guarded by lock; objects that did not play */
    unsigned suspect_count;            /* guarded by lock */
};

/* ---- enrolment ---- */
struct enrolment {
    bool needed, asking;
    struct retry retry;
};

/* ---- the manifest and its documents ---- */
struct wanted_document {
    struct sync *sync;
    size_t index; /* in the manifest */
    bool asking, settled;
    unsigned absent; /* times the server did not have it */
};

struct follower {
    bool asking;
    struct retry retry;
    struct trust *staged; /* NULL: no manifest is being worked on */
    struct manifest *manifest;
    struct sha256 manifest_name;
    struct wanted_document *documents;
    unsigned asking_documents;
    bool failed;      /* the network failed a document: begin again later */
    int64_t asked_us; /* when the poll began */
};

/* ---- media ---- */
struct media_object {
    struct sync *sync;
    struct object_wish wish;
    struct object_partial *partial; /* NULL: nothing is being received */
    struct net_transfer *transfer;  /* NULL: what was there is still being hashed */
    struct retry retry;
    uint64_t kept;  /* bytes in a partial that is not open */
    unsigned wrong; /* times its bytes were others */
    bool present;
    bool finished; /* waits for its commit */
};

struct fetcher {
    struct media_object **objects; /* owned; in order of need */
    size_t count;
    unsigned running, parallel;
    int64_t planned_us;  /* when the order was worked out */
    int64_t finished_us; /* since when something waits for its commit; 0: nothing */
};

/* ---- reading again what is stored ---- */
struct scrubber {
    int fd; /* -1: nothing is being read */
    struct sha256 name, last;
    struct sha256_state *hash;
    bool urgent;           /* a suspect */
    int64_t stepped_us;    /* when something was read */
    int64_t round_us;      /* when the next round begins */
    struct sha256 cleared; /* the last suspect that was good ... */
    int64_t cleared_us;    /* ... and when */
};

/* ---- reports ---- */
struct reporter {
    bool asking;
    int64_t number; /* of the report on its way */
    struct retry retry;
    int64_t reported_us; /* when one was last acknowledged */
    bool news;           /* something to say soon: a fault, a new manifest */
};

struct sync {
    char server[256], kind[16], version[64];
    const struct clock *clock;
    struct queue *programmes;
    struct state state;
    struct secret_key key;
    struct sha256 root;
    struct identity identity;
    struct trust *trust;
    struct programme *programme; /* our own copy of the last one sent */
    struct programme *unsent;    /* the receiver's queue was full */
    struct net *net;
    struct object_store *objects;
    struct play_log *log;
    struct enrolment enrolment;
    struct follower follower;
    struct fetcher fetcher;
    struct scrubber scrubber;
    struct reporter reporter;
    int64_t started_us;
    uint64_t plays_kept;

    pthread_t thread;
    bool running;
    atomic_bool stop;
    struct shared shared;
};

/* sync.c */
int64_t sync_now_us(const struct sync *s);
/* Wall clock, but never before what a verified document proves. */
int64_t sync_now_ms(const struct sync *s);
void sync_reached(struct sync *s); /* the server answered */
void sync_unreached(struct sync *s, const char *sentence);
/* Random seed for back-off. */
void retry_init(struct retry *r, uint32_t least_ms, uint32_t most_ms);
void retry_later(struct retry *r, int64_t now_us);
bool retry_due(const struct retry *r, int64_t now_us);
/* "server/path" into `ret`. */
void sync_url(const struct sync *s, const char *path, char *ret, size_t size);

/* faults.c */
void fault_record(struct sync *s, const char *format, ...) PRINTF_LIKE(2, 3);

void fault_forget_old(struct sync *s);

/* enrol.c */
void enrol_step(struct sync *s);
void enrol_again(struct sync *s); /* the token is not valid any more */

/* follow.c */
void follow_init(struct sync *s);
void follow_release(struct sync *s);
void follow_step(struct sync *s);

/* programme.c: build from `trust`, to be sent next; the old one stays on any
 * error. */
MUST_CHECK int programme_renew(struct sync *s, const struct trust *trust,
                               struct diag *diag);
void programme_send_unsent(struct sync *s);

/* media.c */
void media_plan(struct sync *s); /* what is wanted, in what order */
void media_step(struct sync *s);
void media_release(struct sync *s);
void media_missing(struct sync *s, const struct sha256 *name); /* fetch it again */

/* scrub.c */
void scrub_init(struct scrubber *c);
void scrub_release(struct scrubber *c);
void scrub_step(struct sync *s);
bool scrub_urgent(struct sync *s);

/* report.c */
void report_init(struct sync *s);
void report_step(struct sync *s);
void report_take_plays(struct sync *s); /* from the main thread's list into the log */
