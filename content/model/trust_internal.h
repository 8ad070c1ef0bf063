#pragma once
#include "content/model/trust.h"

/* What trust's own files share. */

struct trust_entry {
    struct trust_document document;
    struct envelope *envelope; /* kept for releases: judged again under a new keyring */
};

/* The highest revision seen of a line, which outlives its documents. */
struct line_mark {
    char line[65], area[65]; /* who issued it: others may not go on counting */
    int64_t revision;
    int64_t forgotten; /* revisions up to here were dropped and do not come back */
};

/* A withdrawal, remembered until it would have expired whoever withholds it. */
struct withdrawal_mark {
    char line[65], area[65]; /* the area that withdrew: it must cover the line's */
    int64_t revision, from_ms, until_ms;
    bool cut;
    struct sha256 document;
};

struct trust {
    struct sha256 fingerprint;
    struct trust_entry **entries;
    size_t count, capacity;
    const struct root *root; /* the newest of each; owned by their entries */
    const struct keyring *keyring;
    const struct areas *areas;
    struct line_mark *lines;
    size_t line_count;
    struct withdrawal_mark *withdrawals;
    size_t withdrawal_count;
    int64_t manifest_number, clock_floor_ms;
};

/* How many different people, with the right to it, signed for this kind, area and level,
 * as of `accepted_ms`. `name` finds the keep list of compromised keys. The sentence says
 * why the first uncounted signature was not. */
int trust_count_people(const struct trust *t, const struct envelope *e, const char *kind,
                       const char *area, enum level level, const struct sha256 *name,
                       int64_t accepted_ms, struct diag *why);

/* 0, or -EKEYREJECTED with a sentence. */
MUST_CHECK int trust_judge_release(const struct trust *t, const struct envelope *e,
                                   const struct release *release,
                                   const struct sha256 *name, int64_t accepted_ms,
                                   struct diag *diag);

/* 0, or -EKEYREJECTED: the line is another area's, and the release's area is not above
 * it. */
MUST_CHECK int trust_judge_line(const struct trust *t, const struct release_rule *rule,
                                struct diag *diag);

/* This revision and those before it do not come back. */
void trust_note_forgotten(struct trust *t, const struct release_rule *rule);

/* Remember revision and withdrawals of an accepted release. */
MUST_CHECK int trust_remember(struct trust *t, const struct release *release,
                              const struct sha256 *name);

/* The placement of an area with the highest version; NULL when there is none. */
const struct placement *trust_newest_placement(const struct trust *t, const char *area);

/* The root that was in force when a document was accepted: a keyring stays what it was
 * when a later root drops its registrar, also when it is loaded again. What arrives now
 * is judged by the newest; no clock is below its date. */
const struct root *trust_root_at(const struct trust *t, int64_t accepted_ms);

/* A release that was over by then: no longer valid, or superseded. A later revision that
 * does not stand, or is not effective yet, supersedes nothing. */
bool trust_is_over(const struct trust *t, const struct trust_document *d, int64_t by_ms);
