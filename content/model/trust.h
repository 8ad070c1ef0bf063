#pragma once
#include "content/model/documents.h"
#include "content/model/envelope.h"
#include "content/model/manifest.h"
#include "content/model/release.h"

/* What has been verified: the chain of roots from the installed fingerprint, the keyring,
 * the areas, the placements, the releases. Used by the unit, the server and offline
 * checks alike. One thread at a time. Every refusal is one sentence: what, and why. */

struct trust;

/* `fingerprint`: SHA-256 of the payload of the root to begin with. *ret is the caller's.
 */
MUST_CHECK int trust_create(const struct sha256 *fingerprint, struct trust **ret);
void trust_destroy(struct trust *t); /* accepts NULL */

/* Verify a document (all types but manifest and report) and keep it. Accepting the same
 * bytes again is success. `accepted_ms` is now, or the remembered moment when the caller
 * loads what it had: what was accepted in time stays valid for its own period. *ret_name
 * is filled as soon as the bytes could be hashed. -EKEYREJECTED for whatever signatures
 * and rights forbid, -ESTALE for older ones, -ETIME for expired ones, -EINVAL for bad
 * form; with a sentence. */
MUST_CHECK int trust_accept(struct trust *t, const char *text, size_t length,
                            int64_t accepted_ms, struct sha256 *ret_name,
                            enum document_type *ret_type, struct diag *diag);

/* Verify a manifest for this unit (its id in `unit`; NULL: any audience). Its number must
 * be higher than the last; on success it becomes the last and *ret is the caller's. */
MUST_CHECK int trust_accept_manifest(struct trust *t, const char *text, size_t length,
                                     int64_t now_ms, const struct public_key *unit,
                                     struct manifest **ret, struct diag *diag);

/* The newest of each; NULL before there is one. Borrowed until the next accept. */
const struct root *trust_root(const struct trust *t);
const struct keyring *trust_keyring(const struct trust *t);
const struct areas *trust_areas(const struct trust *t);
const struct sha256 *trust_fingerprint(const struct trust *t);

bool trust_has(const struct trust *t, const struct sha256 *name);

/* When it was accepted; -ENOENT. */
MUST_CHECK int trust_accepted_ms(const struct trust *t, const struct sha256 *name,
                                 int64_t *ret);

/* The placed unit with this key, or this id (either may be NULL), at an instant: the
 * newest entry. NULL when there is none. */
const struct placed_unit *trust_find_unit(const struct trust *t,
                                          const struct public_key *key, const char *id,
                                          int64_t at_ms);

/* Every unit that stands somewhere at an instant, each once, ordered by id. *ret is the
 * caller's (free), what it points at is the trust's. -ENOMEM. */
MUST_CHECK int trust_standing_units(const struct trust *t, int64_t at_ms,
                                    const struct placed_unit ***ret, size_t *ret_count);

/* Walk what is accepted: `visit` gets each document's name, type and parsed form. */
struct trust_document {
    struct sha256 name;
    enum document_type type;
    int64_t accepted_ms;
    size_t bytes;
    const struct root *root;
    const struct keyring *keyring;
    const struct areas *areas;
    const struct placement *placement;
    const struct release *release;
    bool standing; /* release, placement: its signatures still suffice under the present
                      keyring and areas */
};
size_t trust_count(const struct trust *t);
const struct trust_document *trust_document(const struct trust *t, size_t index);

/* Drop releases and placements that the manifest does not list. */
void trust_retain(struct trust *t, const struct manifest *manifest);

/* Drop releases that have been over for longer than `grace_ms`: no longer valid, or
 * superseded by a standing revision that was effective by then. What revisions a line has
 * had is remembered. How many. */
size_t trust_forget(struct trust *t, int64_t now_ms, int64_t grace_ms);

/* The newest `issued` of any verified document: no clock may be below it. */
int64_t trust_clock_floor(const struct trust *t);
int64_t trust_manifest_number(const struct trust *t);

/* How many more people must sign this release, and a sentence that says who could not be
 * counted and why. 0 when it suffices; negative errors as trust_accept. */
int trust_signatures_missing(const struct trust *t, const char *text, size_t length,
                             int64_t now_ms, struct diag *diag);

/* What must survive beside the documents: highest revision of each line, withdrawals
 * until they expire, manifest number, clock floor. JSON text; *ret is the caller's
 * (free). */
MUST_CHECK int trust_state_write(const struct trust *t, char **ret);
MUST_CHECK int trust_state_read(struct trust *t, const char *text, size_t length,
                                struct diag *diag);
