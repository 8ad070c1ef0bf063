#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* A text that is read from left to right, and what is said of it so far; for
 * content/speech's own files. */
struct reader {
    const char *begin, *at;
    struct buf out;
    int error; /* the first; nothing is said any more */
};

/* ---- looking ---- */
bool reader_is_digit(char c);
bool reader_is_letter(char c); /* or a byte of one */
size_t reader_digits(const char *at);
int reader_small(const char *at, size_t count); /* the number of 1 ... 4 digits, or -1 */
bool reader_word_begins(const struct reader *r);
/* Whether the word before is one of `words` ("ngày|từ"), without regard to the case of
 * ASCII letters. */
bool reader_follows(const struct reader *r, const char *words);

/* ---- saying ---- */
void reader_keep(struct reader *r, int error);
void reader_say(struct reader *r,
                const char *words); /* apart from what was said before */
void reader_say_number(struct reader *r, const char *at, size_t count);
void reader_say_int(struct reader *r, int number);
