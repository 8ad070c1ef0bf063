/* The last taps in the corner, oldest first. */
#include "kiosk/gesture.h"

#include <string.h>

#define CORNER 0.12 /* of each side */

bool gesture_tap(struct gesture *g, double x, double y, int64_t now_us)
{
    if (x > CORNER || y > CORNER || x < 0 || y < 0) {
        g->count = 0; /* somebody uses the screen */
        return false;
    }
    if (g->count == GESTURE_TAPS) {
        memmove(g->taps, g->taps + 1, (GESTURE_TAPS - 1) * sizeof(g->taps[0]));
        g->count--;
    }
    g->taps[g->count++] = now_us;
    if (g->count < GESTURE_TAPS || now_us - g->taps[0] > GESTURE_WITHIN_US)
        return false;
    g->count = 0;
    return true;
}
