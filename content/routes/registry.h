#pragma once
#include "base/attr.h"
#include "base/sha256.h"
#include "content/model/envelope.h"

#include <stddef.h>
#include <stdint.h>

/* What the server has verified, in memory: the chain of trust with every current
 * document, and the manifest that each unit is to have. Filled from the store at start;
 * everything new passes the same checks that a unit makes. Any thread. */

struct diag;
struct object_folder;
struct registry;
struct trust;

/* A manifest as it goes out. Shared: whoever got one gives it back. */
struct issued {
    unsigned references; /* the registry's lock guards it */
    int64_t number, issued_ms;
    struct sha256
        content;        /* of the names of what it lists: the same content, no new one */
    struct sha256 name; /* of the envelope */
    size_t length;
    char text[]; /* the envelope */
};

MUST_CHECK int registry_create(struct object_folder *objects, struct registry **ret);
void registry_destroy(struct registry *r); /* accepts NULL */

/* Verify and keep, in memory and as an object. The first root ever is believed: it is the
 * administrator of an empty server who brings it. Errors as trust_accept; -ENOENT before
 * there is a root. Fills *ret_name and *ret_type on success. */
MUST_CHECK int registry_accept(struct registry *r, const char *text, size_t length,
                               int64_t accepted_ms, struct sha256 *ret_name,
                               enum document_type *ret_type, struct diag *diag);

/* The text of a document that was accepted; *ret is the caller's (free). */
MUST_CHECK int registry_object_text(struct registry *r, const struct sha256 *name,
                                    char **ret);

/* The chain of trust, for reading, until registry_unlock. NULL before there is a root
 * (the lock is held all the same). */
struct trust *registry_lock(struct registry *r);
void registry_unlock(struct registry *r);

/* The unit's manifest; NULL before it has one. The caller gives it back. */
struct issued *registry_manifest(struct registry *r, const char *unit);
void registry_manifest_release(struct registry *r, struct issued *m); /* accepts NULL */
/* The unit has this manifest from now on. Does not take `m`. -ENOMEM. */
MUST_CHECK int registry_manifest_set(struct registry *r, const char *unit,
                                     struct issued *m);
/* A manifest with one reference, the caller's; NULL without memory. */
struct issued *registry_issued_create(int64_t number, int64_t issued_ms,
                                      const struct sha256 *content, const char *text,
                                      size_t length);
/* The highest number given so far. */
int64_t registry_manifest_last(struct registry *r);
