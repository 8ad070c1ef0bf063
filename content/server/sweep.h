#pragma once
#include "base/attr.h"

#include <stdint.h>

/* Takes away what nothing needs any more: superseded manifests, objects that no document,
 * no release that lives or waits, no listed manifest and no upload names. Whatever is
 * younger than the grace period stays, so that nothing is taken while it is being made.
 * Any 64 hex digits in a document count as a name: a kind of document that comes later
 * needs no line here. */

struct routes_context;
struct sweep;

struct swept {
    uint64_t objects, bytes, releases;
    int64_t manifests;
};

/* Once, now. What was counted before an error happened did happen. */
MUST_CHECK int sweep_run(struct routes_context *routes, int64_t grace_ms,
                         struct swept *ret);

/* A thread that does so every hour. `routes` is borrowed; *ret is the caller's. */
MUST_CHECK int sweep_create(struct routes_context *routes, int64_t grace_ms,
                            struct sweep **ret);
void sweep_destroy(struct sweep *s); /* ends the thread; accepts NULL */
