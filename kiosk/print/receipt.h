#pragma once
#include "kiosk/draw/canvas.h"
#include "kiosk/touch/page.h"

/* A page of the touch screen on a strip of paper: what it says, without its buttons and
 * without what was typed. Any thread. */

struct receipt_head {
    const char *place, *day; /* "" when unknown */
};

enum { RECEIPT_HEIGHT_MAX = 8000 }; /* dots: a metre; what is longer is cut off */

/* `dots`: of the paper's width, 384 (58 mm) or 576 (80 mm) as a rule. *ret is the
 * caller's (canvas_destroy). -EINVAL, -ENOMEM. */
MUST_CHECK int receipt_draw(const struct page *p, const struct receipt_head *head,
                            int dots, struct canvas **ret);
