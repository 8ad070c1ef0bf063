#pragma once
#include "kiosk/draw/canvas.h"

/* The calm picture behind title slides and cards: three ridges under a low sun, drawn by
 * code so that it is always there. Fills `b` from its lower edge up; above stays what was
 * there. `b` lies on COLOUR_DEEP. */
void scenery_draw(struct canvas *c, struct box b);
