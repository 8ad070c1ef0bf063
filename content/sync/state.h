#pragma once
#include "base/attr.h"
#include "base/sha256.h"
#include "content/model/trust.h"

#include <limits.h>

/* The unit's state folder. Each file is replaced whole and synced, so that after a power
 * cut it is the old or the new one:
 *
 *   unit.key        the unit's secret key, 0600, made once
 *   root.sha256     fingerprint of the root that the installation trusts
 *   identity.json   unit, token, server: what enrolment gave, 0600
 *   documents/      accepted envelopes by their hash
 *   trust.json      which of them are accepted, since when, and what trust remembers
 *   objects/, partial/, plays.db: see object_store.h and play_log.h
 *
 * Used by one thread. */

struct diag;

struct state {
    char folder[PATH_MAX - 192];
    int lock; /* held while the folder is ours */
};

struct identity {
    char unit[72];   /* "" : not enrolled */
    char token[512]; /* secret */
    char server[256];
};

/* Makes the folder; -EBUSY when another process has it. */
MUST_CHECK int state_init(struct state *s, const char *folder, struct diag *diag);
void state_release(struct state *s);
void state_path(const struct state *s, const char *name, char *ret, size_t size);

/* The unit's key; made and synced when there is none. */
MUST_CHECK int state_key(const struct state *s, struct secret_key *ret,
                         struct diag *diag);
/* The root to trust: `given` is remembered; NULL reads what was remembered. */
MUST_CHECK int state_root(const struct state *s, const struct sha256 *given,
                          struct sha256 *ret, struct diag *diag);

/* -ENOENT when the unit is not enrolled. */
MUST_CHECK int state_identity_read(const struct state *s, struct identity *ret,
                                   struct diag *diag);
MUST_CHECK int state_identity_write(const struct state *s, const struct identity *i);

/* *ret is the caller's (free). -ENOENT; -EBADMSG when the disk gives other bytes. */
MUST_CHECK int state_document_read(const struct state *s, const struct sha256 *name,
                                   char **ret, size_t *ret_length);
/* Durable on return. */
MUST_CHECK int state_document_write(const struct state *s, const struct sha256 *name,
                                    const char *text, size_t length);

/* All that was accepted, verified again. *ret is the caller's. A document that does not
 * stand any more is left out, with the last reason in `diag`. */
MUST_CHECK int state_trust_load(const struct state *s, const struct sha256 *root,
                                struct trust **ret, struct diag *diag);
/* Remember what `t` holds, then remove documents that nobody needs. */
MUST_CHECK int state_trust_save(const struct state *s, const struct trust *t);
