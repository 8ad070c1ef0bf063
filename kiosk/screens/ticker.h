#pragma once
#include "base/attr.h"
#include "kiosk/draw/canvas.h"

#include <stddef.h>
#include <stdint.h>

/* The line of text that runs along the lower edge: drawn once as one long strip, shown
 * through a window that moves. Costs no drawing while it runs. One thread. */

struct ticker;

/* `texts` are copied into the picture. *ret is the caller's (ticker_destroy). -ENOENT
 * when there is nothing to show, -ENOMEM. */
MUST_CHECK int ticker_create(const struct theme *theme, const char *const *texts,
                             size_t count, struct ticker **ret);
void ticker_destroy(struct ticker *t); /* accepts NULL */

/* The window at a moment of CLOCK_MONOTONIC; its planes live as long as the ticker. The
 * text moves by whole pixels. */
void ticker_frame(const struct ticker *t, int64_t now_us, struct frame *ret);

/* When the text has moved by the next pixel. */
int64_t ticker_next_us(const struct ticker *t, int64_t now_us);
