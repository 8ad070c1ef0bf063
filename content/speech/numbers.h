#pragma once
#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

/* Vietnamese numerals, as they are said in Huế ("lẻ", "nghìn"). All append to `out`;
 * 0, -EFBIG or -ENOMEM. Digits are ASCII, without separators. */

/* 105: "một trăm lẻ năm"; 21: "hai mươi mốt". At most 36 digits; more are spelled. */
MUST_CHECK int numbers_say(struct buf *out, const char *digits, size_t count);
MUST_CHECK int numbers_say_int(struct buf *out, int64_t number); /* >= 0 */
/* "0234": "không hai ba bốn". */
MUST_CHECK int numbers_spell(struct buf *out, const char *digits, size_t count);
/* The part behind the comma, "60": "sáu", "05": "không năm", "76": "bảy mươi sáu". */
MUST_CHECK int numbers_say_decimals(struct buf *out, const char *digits, size_t count);
