#pragma once
#include "base/attr.h"

#include <stdint.h>

struct depot;
struct diag;
struct object_folder;

/* A backup is one file: a consistent copy of the database that carries every document and
 * the server's key, and the names of the media, which never change and are copied by
 * whatever copies files. It is as secret as the key. */

/* While the server runs. *ret_bytes: its size. */
MUST_CHECK int backup_write(struct depot *depot, const struct object_folder *objects,
                            const char *data, const char *path, int64_t *ret_bytes,
                            struct diag *diag);
/* Into a data folder that is empty or absent; -ENOTEMPTY otherwise. *ret_missing: media
 * that must be copied into objects/ by hand. */
MUST_CHECK int backup_restore(const char *path, const char *data, unsigned *ret_missing,
                              struct diag *diag);
