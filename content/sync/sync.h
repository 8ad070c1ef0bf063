#pragma once
#include "base/attr.h"
#include "base/clock.h"
#include "base/sha256.h"
#include "content/model/enrol.h"
#include "content/model/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The unit's side of the line: enrols, follows the manifest, fetches and verifies
 * documents and media, hands finished programmes over, keeps the play log and uploads it.
 * One thread of its own; all functions below are for any thread and never wait for
 * network or disk, except where they say so. */

struct diag;
struct queue;
struct sync;

struct sync_config {
    const char *state;         /* folder, made when absent */
    const char *server;        /* "http://host:port" */
    const struct sha256 *root; /* fingerprint of the installation; NULL: the one that the
                                  state folder remembers from before */
    const char *kind;          /* "kiosk", "board", "radio" */
    const char *version;
    uint64_t quota_bytes;      /* of media; 0: what the disk has, less a reserve */
    unsigned parallel;         /* transfers at once, 1-6; 0: 4 */
    const struct clock *clock; /* NULL: the machine's */
};

enum sync_phase {
    SYNC_STARTING,
    SYNC_ENROLLING,  /* the code is on the screen, staff have not answered yet */
    SYNC_OFFLINE,    /* the server does not answer; the last programme goes on */
    SYNC_FETCHING,   /* documents or media are on their way */
    SYNC_UP_TO_DATE, /* all is here */
};

const char *sync_phase_name(enum sync_phase phase); /* "starting", ... */

#define SYNC_FAULTS 16
struct sync_fault {
    char what[256]; /* one sentence */
    int64_t since_ms, count;
    int64_t last_ms; /* what has not occurred for a day is forgotten */
};

struct sync_status {
    enum sync_phase phase;
    char code[ENROL_CODE_SIZE]; /* "" once enrolled */
    char unit[72];              /* "" until enrolled */
    char server[256];
    char trouble[256];       /* why the server is not reached; "" when it is */
    int64_t last_contact_ms; /* 0: never since the start */
    int64_t manifest;        /* number; 0: none yet */
    unsigned missing;        /* media objects */
    uint64_t missing_bytes;  /* of them, still to come */
    uint64_t stored_bytes;
    uint64_t plays_waiting; /* not yet acknowledged by the server */
    uint64_t plays_kept;    /* since the start, on the disk */
    enum clock_trust clock;
    int64_t clock_floor_ms;
    unsigned fault_count;
    struct sync_fault faults[SYNC_FAULTS]; /* newest first */
};

/* Makes or opens the state folder (waits for the disk) and loads what was accepted
 * before. `programmes` is the queue in which finished programmes (struct programme)
 * arrive; it outlives the sync. The one from before, if any, is sent at once. On success
 * *ret is the caller's. */
MUST_CHECK int sync_create(const struct sync_config *config, struct queue *programmes,
                           struct sync **ret, struct diag *diag);
MUST_CHECK int sync_start(struct sync *s);
/* At most a second, also amid transfers; nothing is lost. */
void sync_stop(struct sync *s);
void sync_destroy(struct sync *s); /* stops; accepts NULL */

/* Record a play; copied. It is on the disk a moment later and on the server when the
 * network allows. -ENOMEM. */
MUST_CHECK int sync_log_play(struct sync *s, const struct play *play);
/* Record something that went wrong on the unit, for health: one sentence. */
void sync_report_fault(struct sync *s, const char *sentence);

void sync_status(struct sync *s, struct sync_status *ret);

/* A descriptor of a verified media object, the caller's; -ENOENT while it is missing. May
 * wait for the disk's directory. */
MUST_CHECK int sync_object_open(struct sync *s, const struct sha256 *name);
bool sync_object_present(struct sync *s, const struct sha256 *name);
/* It did not play: read it again soon, and fetch it again if its bytes are others now. */
void sync_object_suspect(struct sync *s, const struct sha256 *name);
/* What is pinned is on the air: it is not removed to make room. Counts. */
void sync_object_pin(struct sync *s, const struct sha256 *name);
void sync_object_unpin(struct sync *s, const struct sha256 *name);
