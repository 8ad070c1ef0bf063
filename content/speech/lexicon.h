#pragma once
#include <stddef.h>

/* Words that are not said as they are written. Borrowed, static. */

/* "UBND": "Ủy ban nhân dân". Upper and lower case count. NULL: not known. */
const char *lexicon_word(const char *word, size_t length);
/* Behind a figure: "kg": "ki lô gam", "%": "phần trăm". NULL: no unit. The longest that
 * `text` begins with, and that ends there; its bytes in *ret_length. */
const char *lexicon_unit(const char *text, size_t *ret_length);
/* The name of a letter A-Z or Đ; NULL: none. *ret_length: its bytes. */
const char *lexicon_letter(const char *text, size_t *ret_length);
