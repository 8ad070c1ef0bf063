#pragma once
#include "base/attr.h"

#include <stddef.h>

struct diag;

/* Text as office programs save it, as valid UTF-8 in composed form (NFC), NUL-terminated:
 * from UTF-8 with or without its mark, UTF-16 with its mark, or Windows-1258, which is
 * what remains when it is none of these. Old Vietnamese keyboards and macOS write tone
 * marks as characters of their own; they become one with their letter.
 * *ret is the caller's (free). -EINVAL with the reason in `diag`, -EFBIG beyond
 * CHARSET_BYTES_MAX, -ENOMEM. */
#define CHARSET_BYTES_MAX ((size_t)16 * 1024 * 1024)
MUST_CHECK int charset_to_utf8(const char *bytes, size_t length, char **ret,
                               size_t *ret_length, struct diag *diag);
