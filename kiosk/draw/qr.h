#pragma once
#include "base/attr.h"
#include "kiosk/draw/canvas.h"

/* Draw `text` as a QR code (level M) on a white card that fills the square `b`, four
 * modules of quiet zone included; modules are whole pixels. -EINVAL when the text is
 * empty or too long for a code. Any thread. */
MUST_CHECK int qr_draw(struct canvas *c, const char *text, struct box b);
