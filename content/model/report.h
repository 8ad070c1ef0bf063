#pragma once
#include "base/attr.h"
#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a unit says of itself: plays, health, acknowledgements; signed with its key and
 * numbered without gaps. */

struct arena;
struct diag;

struct play {
    int64_t start_ms, end_ms, planned_start_ms;
    const char *line; /* "" for the last resort */
    int64_t revision;
    const char *item;
    const char *sha256; /* hex of the media, "" where there is none */
    const char *why;    /* why_name */
    bool completed;
    const char *clock; /* clock_trust_name */
    const char *note;  /* "" or what went otherwise than planned */
};

struct fault {
    const char *what; /* one sentence */
    int64_t since_ms, count;
};

struct health {
    const char *version;
    int64_t uptime_s, manifest, disk_free_bytes;
    const struct fault *faults;
    size_t fault_count;
};

struct acknowledgement {
    struct sha256 document;
    int64_t at_ms;
};

struct report {
    struct arena *arena; /* NULL when built by hand for report_write */
    const char *unit;
    int64_t number, sent_ms;
    const char *clock;
    const struct play *plays;
    size_t play_count;
    const struct health *health; /* NULL: absent */
    const struct acknowledgement *acks;
    size_t ack_count;
};

#define REPORT_PLAYS_MAX 1000

MUST_CHECK int report_parse(const char *text, size_t length, struct report **ret,
                            struct diag *diag);
void report_destroy(struct report *r); /* accepts NULL */
/* The payload's JSON text; *ret is the caller's (free). */
MUST_CHECK int report_write(const struct report *r, char **ret);
