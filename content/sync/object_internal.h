#pragma once
#include "content/sync/object_store.h"

#include <limits.h>
#include <pthread.h>

/* Shared by object_store.c and object_partial.c only. */

struct object_entry {
    struct sha256 name;
    uint64_t bytes;
    int64_t plays_ms;
    bool keep, wanted;
};

struct object_pin {
    struct sha256 name;
    unsigned count;
};

struct object_store {
    char folder[PATH_MAX - 160];
    uint64_t quota_bytes;
    struct object_partial *finished; /* list, waiting for commit */
    unsigned finished_count;

    pthread_mutex_t lock;
    struct object_entry *entries; /* guarded by lock; sorted by name */
    size_t count, capacity;       /* guarded by lock */
    uint64_t bytes;               /* guarded by lock */
    struct object_pin *pins;      /* guarded by lock */
    size_t pin_count;             /* guarded by lock */
};

struct object_partial {
    struct object_partial *next;
    struct object_store *store;
    struct sha256 name;
    struct sha256_state *hash;
    int fd;
    uint64_t bytes;   /* hashed so far */
    uint64_t on_disk; /* found at open, to be caught up with */
    uint64_t flushed; /* writing back was begun up to here */
    bool resumed;
    char etag[128];
};

void object_path(const struct object_store *s, const struct sha256 *name, char *ret,
                 size_t size);
void object_partial_path(const struct object_store *s, const struct sha256 *name,
                         const char *suffix, char *ret, size_t size);
/* Enter a file that has its name. */
MUST_CHECK int object_enter(struct object_store *s, const struct sha256 *name,
                            uint64_t bytes);
