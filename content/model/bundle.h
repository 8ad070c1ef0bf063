#pragma once
#include "base/attr.h"
#include "base/sha256.h"

#include <stddef.h>

/* Manifest and objects in one file, for a USB stick. Records are checked against their
 * hash as they are read. */

struct diag;

/* Append a record; the file begins with bundle_begin. fd is open for writing. */
MUST_CHECK int bundle_begin(int fd);
MUST_CHECK int bundle_add_file(int fd, const struct sha256 *name, int source_fd,
                               uint64_t bytes);
MUST_CHECK int bundle_add_bytes(int fd, const void *data, size_t length);

/* Read all records: `visit` gets name, descriptor, offset and length of each verified
 * record; a negative return stops and is returned. -EINVAL with what is wrong and where.
 */
MUST_CHECK int bundle_read(int fd, uint64_t max_record_bytes,
                           int (*visit)(void *context, const struct sha256 *name, int fd,
                                        uint64_t offset, uint64_t length),
                           void *context, struct diag *diag);
