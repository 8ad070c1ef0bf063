#pragma once
#include "base/attr.h"
#include "kiosk/draw/canvas.h"

/* Line icons. Drawn once by librsvg when the program is built, carried inside it as
 * masks: a unit reads no SVG. Any thread (one canvas, one thread). */

enum icon {
    ICON_NONE,
#define ICON(name) ICON_##name,
#include "kiosk/draw/icons.def"
#undef ICON
    ICON_COUNT,
};

/* The icon in `colour`, as large as the square in the middle of `b` that fits. */
void icon_draw(struct canvas *c, enum icon icon, enum colour colour, struct box b);
