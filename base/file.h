#pragma once
#include "base/attr.h"

#include <stddef.h>
#include <stdint.h>

/* Files that survive a power cut: written beside, synced, renamed, folder synced. */

void file_closep(int *fd); /* for CLEANUP: closes when >= 0 */

/* The whole file, NUL-terminated beyond its length. *ret is the caller's (free).
 * -EFBIG when larger than `max`. */
MUST_CHECK int file_read(const char *path, size_t max, char **ret, size_t *ret_length);

/* Replace or create `path` with these bytes, mode `mode`; either the old or the new file
 * is there after a power cut at any instant. */
MUST_CHECK int file_write_atomic(const char *path, const void *data, size_t length,
                                 unsigned mode);

MUST_CHECK int file_write_all(int fd, const void *data, size_t length);

/* fsync the file, give it its name, fsync the folder. Both paths in one folder or file
 * system. */
MUST_CHECK int file_rename_durable(int fd, const char *from, const char *to);

MUST_CHECK int file_sync_folder_of(const char *path);
/* Like mkdir -p; each name that is new is synced. */
MUST_CHECK int file_make_folders(const char *path, unsigned mode);

/* Free bytes for us on the file system that holds `path`. */
MUST_CHECK int file_free_bytes(const char *path, uint64_t *ret);
