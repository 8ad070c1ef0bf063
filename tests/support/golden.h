#pragma once
#include "kiosk/draw/canvas.h"

/* Fails when `c` differs from tests/golden/NAME-landscape.png (or -portrait.png) by more
 * than another version of the font renderer makes. GOLDEN_WRITE in the environment writes
 * the picture instead: after a wanted change of the design, and then to be looked at. */
void golden_check(struct canvas *c, const char *name, bool portrait);
