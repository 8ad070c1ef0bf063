#pragma once
#include "base/attr.h"

/* Makes text ready for the layout engine: NFC; U+200B wherever a line may break in
 * scripts that write without spaces (ICU's dictionary for Lao); no lone short syllable on
 * a last line; figures stay with their unit. *ret is the caller's (free). -EINVAL when
 * the text is not UTF-8, -ENOMEM. Any thread. */
MUST_CHECK int breaks_prepare(const char *text, char **ret);
