#pragma once
#include "base/attr.h"

#include <stddef.h>
#include <stdint.h>

/* A growing byte buffer with a ceiling. `data` is NUL-terminated whenever it is not NULL
 * (the NUL is not counted in `length`). Initialise with BUF_INIT(max). */
struct buf {
    char *data;
    size_t length, capacity;
    size_t max; /* bytes; appending beyond fails and changes nothing */
};

#define BUF_INIT(max_bytes)                                                              \
    {                                                                                    \
        .max = (max_bytes)                                                               \
    }

/* 0, -EFBIG beyond the ceiling, -ENOMEM. */
MUST_CHECK int buf_append(struct buf *b, const void *data, size_t length);
MUST_CHECK int buf_append_text(struct buf *b, const char *text);
MUST_CHECK int buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_reset(struct buf *b);   /* empty, keeps the memory */
void buf_release(struct buf *b); /* frees; usable again */
char *buf_take(struct buf *b); /* the text is the caller's (free); the buffer is empty */
