#pragma once
#include "base/attr.h"

#include <stddef.h>

/* Vietnamese text as it is said aloud: figures, dates, times, sums, units, document
 * numbers and abbreviations become words, so that any synthesiser reads them right. What
 * nothing is known about stays as it is. Pure; any thread. */

#define SPEECH_TEXT_BYTES_MAX ((size_t)256 * 1024)

/* `text` is UTF-8 in composed form. Lines stay lines. *ret is the caller's (free).
 * -EINVAL when it is not UTF-8, -EFBIG when the result passes SPEECH_TEXT_BYTES_MAX,
 * -ENOMEM. */
MUST_CHECK int speech_normalize(const char *text, char **ret);
