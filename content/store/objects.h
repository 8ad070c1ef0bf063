#pragma once
#include "base/attr.h"
#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The server's object store: a folder in which each file is named by the SHA-256 of its
 * bytes (objects/ab/cdef…). A name is given only to bytes that were hashed and synced, so
 * what is there is right, also after a power cut. Any thread; no state but the path. */

struct diag;
struct object_folder;

/* Makes the folder when it is not there. *ret is the caller's. */
MUST_CHECK int object_folder_open(const char *path, struct object_folder **ret,
                                  struct diag *diag);
void object_folder_close(struct object_folder *f); /* accepts NULL */

/* Store these bytes. The same bytes twice is success, and sets their time anew, so that
 * nobody takes them for left behind. */
MUST_CHECK int object_folder_add(struct object_folder *f, const void *data, size_t length,
                                 struct sha256 *ret);
/* Store the file at `path` (on the same file system) and remove that name. With
 * `expected`, -EBADMSG when the bytes are others (the file stays). */
MUST_CHECK int object_folder_take_file(struct object_folder *f, const char *path,
                                       const struct sha256 *expected, struct sha256 *ret,
                                       uint64_t *ret_bytes);

/* For reading; *ret_fd is the caller's. -ENOENT. */
MUST_CHECK int object_folder_get(const struct object_folder *f, const struct sha256 *name,
                                 int *ret_fd, uint64_t *ret_bytes);
/* All of it, NUL-terminated beyond its length; *ret is the caller's (free). -ENOENT,
 * -EFBIG, -EBADMSG when the disk gives other bytes than were stored. */
MUST_CHECK int object_folder_read(const struct object_folder *f,
                                  const struct sha256 *name, size_t max, char **ret,
                                  size_t *ret_length);
bool object_folder_has(const struct object_folder *f, const struct sha256 *name);
/* Where it lies, whether or not it is there: for programs that want a path. */
void object_folder_path(const struct object_folder *f, const struct sha256 *name,
                        char *ret, size_t size);
/* Remove; absent is success. */
MUST_CHECK int object_folder_remove(struct object_folder *f, const struct sha256 *name);
/* Every object once; stops at the first `visit` that is not 0 and returns that. */
MUST_CHECK int object_folder_visit(const struct object_folder *f,
                                   int (*visit)(void *context, const struct sha256 *name,
                                                uint64_t bytes),
                                   void *context);
