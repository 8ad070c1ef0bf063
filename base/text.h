#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms), no NUL inside. */
bool text_is_utf8(const char *text, size_t length);

/* An identifier of our documents: 1-64 characters of a-z 0-9 - _ . , not starting with a
 * dot. */
bool text_is_identifier(const char *text);

/* Lower-case hex. `ret` has room for 2 * length + 1. */
void text_from_hex_bytes(const uint8_t *bytes, size_t length, char *ret);
/* Exactly `length` bytes from 2 * length lower-case hex digits and nothing else; -EINVAL.
 */
MUST_CHECK int text_to_hex_bytes(const char *hex, uint8_t *ret, size_t length);

/* The whole text as a decimal integer in [min, max]; -EINVAL, -ERANGE. */
MUST_CHECK int text_to_int64(const char *text, int64_t min, int64_t max, int64_t *ret);

/* Base64 with padding. *ret is the caller's (free). -EINVAL, -ENOMEM. */
MUST_CHECK int text_to_base64(const void *bytes, size_t length, char **ret);
MUST_CHECK int text_from_base64(const char *text, size_t length, uint8_t **ret,
                                size_t *ret_length);

/* Copy that always terminates; false when the text did not fit (it is cut at a character
 * boundary). */
bool text_copy(char *to, size_t size, const char *from);

void text_free(char **text); /* for CLEANUP */
