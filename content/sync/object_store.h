#pragma once
#include "base/attr.h"
#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The unit's media, each file named by the SHA-256 of its bytes (objects/aa/bbbb…). A
 * file gets its name only after its bytes were hashed and synced, so what has a name is
 * whole, whenever the power fails. Files on their way lie in partial/ and may be resumed.
 *
 * Partials, commit, plan and room belong to one thread (sync); has, open, pin and unpin
 * are for any thread. */

struct diag;
struct object_store;
struct object_partial;

struct object_wish {
    struct sha256 name;
    uint64_t bytes;
    int64_t plays_ms; /* when it is needed next; INT64_MAX: not in sight */
    bool keep;        /* alerts, filler: never removed for room */
};

/* `folder` holds objects/ and partial/, which are made when absent. quota_bytes 0: what
 * the disk has, less a reserve. On success *ret is the caller's. */
MUST_CHECK int object_store_open(const char *folder, uint64_t quota_bytes,
                                 struct object_store **ret, struct diag *diag);
void object_store_close(struct object_store *s); /* accepts NULL */

bool object_store_has(struct object_store *s, const struct sha256 *name);
/* A descriptor for reading, the caller's; -ENOENT; -EBADMSG: it is shorter or longer than
 * it was. */
MUST_CHECK int object_store_get(struct object_store *s, const struct sha256 *name);
/* The name after `after` in their order; false: there is none. */
bool object_store_next(struct object_store *s, const struct sha256 *after,
                       struct sha256 *ret);
/* Its bytes are not what they were: take it off the disk, pinned or not. Who has it open
 * keeps what there is. */
void object_store_forget(struct object_store *s, const struct sha256 *name);
/* What is pinned is not removed (it is on the air). Counts. */
void object_store_pin(struct object_store *s, const struct sha256 *name);
void object_store_unpin(struct object_store *s, const struct sha256 *name);
uint64_t object_store_bytes(struct object_store *s);

/* What is wanted from now on. Objects and partials that are not wanted are orphans and go
 * at once, unless pinned. -ENOMEM changes nothing. */
MUST_CHECK int object_store_plan(struct object_store *s, const struct object_wish *wishes,
                                 size_t count);
/* Make room for an object needed at plays_ms: removes what plays latest first, and only
 * what plays later than that. -ENOSPC when that is not enough. */
MUST_CHECK int object_store_make_room(struct object_store *s, uint64_t bytes,
                                      int64_t plays_ms);

/* Begin or resume to receive an object. *ret is the caller's. -EEXIST when it is there.
 */
MUST_CHECK int object_partial_open(struct object_store *s, const struct sha256 *name,
                                   struct object_partial **ret);
/* Hash up to max_bytes of what was there before; 1 while there is more. */
MUST_CHECK int object_partial_catch_up(struct object_partial *p, uint64_t max_bytes);
const int *object_partial_file(const struct object_partial *p);
uint64_t object_partial_bytes(const struct object_partial *p);
bool object_partial_resumed(const struct object_partial *p);
/* "" when nothing is known. */
const char *object_partial_etag(const struct object_partial *p);
void object_partial_set_etag(struct object_partial *p, const char *etag);
/* Bytes that were written at the end of the file. */
void object_partial_feed(struct object_partial *p, const void *data, size_t length);
void object_partial_restart(struct object_partial *p); /* the file is empty again */
/* All bytes are there. -EBADMSG: they are not the object's; the file is gone. Otherwise
 * it waits for object_store_commit. *take becomes NULL in any case. */
MUST_CHECK int object_partial_finish(struct object_partial **take);
void object_partial_close(struct object_partial *p); /* keeps the bytes; accepts NULL */
void object_partial_discard(struct object_partial **take); /* removes them */

/* Sync all that is finished and give it its names. Files that could not be synced are
 * dropped and fetched again. The number named, or the first error. */
MUST_CHECK int object_store_commit(struct object_store *s);
unsigned object_store_uncommitted(const struct object_store *s);

/* Copy `from` (from its start) into the store when its bytes are those of `name`:
 * -EBADMSG otherwise. The same bytes twice is success. */
MUST_CHECK int object_store_import(struct object_store *s, int from,
                                   const struct sha256 *name);
