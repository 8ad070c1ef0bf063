#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SHA-256 by libcrypto: the name of every object. */
struct sha256 {
    uint8_t bytes[32];
};

#define SHA256_HEX_SIZE 65

void sha256_of(const void *data, size_t length, struct sha256 *ret);

/* Of a descriptor from its start to its end, read with pread; the offset does not move.
 * -EFBIG beyond max_bytes, or the error of read. */
MUST_CHECK int sha256_of_fd(int fd, uint64_t max_bytes, struct sha256 *ret,
                            uint64_t *ret_bytes);

/* In pieces. */
struct sha256_state;
MUST_CHECK int sha256_begin(struct sha256_state **ret);
void sha256_update(struct sha256_state *s, const void *data, size_t length);
void sha256_finish(struct sha256_state *s,
                   struct sha256 *ret);      /* s may be updated no more */
void sha256_destroy(struct sha256_state *s); /* accepts NULL */

bool sha256_equal(const struct sha256 *a, const struct sha256 *b);
void sha256_to_hex(const struct sha256 *hash, char ret[SHA256_HEX_SIZE]);
MUST_CHECK int sha256_from_hex(const char *hex, struct sha256 *ret); /* -EINVAL */
