#pragma once
#include "base/attr.h"
#include "content/model/report.h"

/* What played, until the server has acknowledged it: plays.db. Plays are never dropped. A
 * report is kept, signed, under its number until it is acknowledged, so that sending it
 * again sends the same bytes. One thread. */

struct diag;
struct play_log;

MUST_CHECK int play_log_open(const char *path, struct play_log **ret, struct diag *diag);
void play_log_close(struct play_log *l); /* accepts NULL */

/* On the disk when it returns. */
MUST_CHECK int play_log_add(struct play_log *l, const struct play *plays, size_t count);
MUST_CHECK int play_log_add_ack(struct play_log *l, const struct sha256 *document,
                                int64_t at_ms);
/* Plays that are not acknowledged. */
MUST_CHECK int play_log_count(struct play_log *l, uint64_t *ret);

/* The report that waits for its acknowledgement; *ret is the caller's (free). -ENOENT. */
MUST_CHECK int play_log_pending(struct play_log *l, int64_t *ret_number, char **ret);

/* The oldest plays and acknowledgements for the next report, whose number is in
 * ret->number. `ret->arena` owns the texts (play_log_batch_release). */
struct play_batch {
    struct report report;        /* number, plays, acks are filled */
    int64_t last_play, last_ack; /* ids in the log, 0: none */
};
MUST_CHECK int play_log_batch(struct play_log *l, size_t max_plays,
                              struct play_batch *ret);
void play_log_batch_release(struct play_batch *b);

/* Keep the signed report of this batch as the one that waits. */
MUST_CHECK int play_log_keep(struct play_log *l, const struct play_batch *b,
                             const char *envelope);
/* The server has it: forget the report and its plays, at once. */
MUST_CHECK int play_log_acknowledged(struct play_log *l, int64_t number);
/* The server counts otherwise (one of the two was restored): forget the report, keep its
 * plays, and number the next one `next`. */
MUST_CHECK int play_log_renumber(struct play_log *l, int64_t next);
