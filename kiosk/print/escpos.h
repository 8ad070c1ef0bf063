#pragma once
#include "base/buf.h"
#include "kiosk/draw/canvas.h"

/* A picture as an ESC/POS receipt printer takes it: reset, raster bands (GS v 0), feed,
 * partial cut (GS V). Understood by practically every 58 and 80 mm printer with a USB,
 * serial or network port, with any language, for it is a picture. Pure. */

/* Appends to `ret`. What is darker than half becomes a dot. The canvas is at most 8,000
 * dots wide. -EFBIG, -ENOMEM. */
MUST_CHECK int escpos_write(struct canvas *c, struct buf *ret);
