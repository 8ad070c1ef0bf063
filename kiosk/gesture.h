#pragma once
#include <stdbool.h>
#include <stdint.h>

/* The technician's hidden sign: five taps in the top left corner within three seconds.
 * Pure; one thread. */

enum { GESTURE_TAPS = 5 };
#define GESTURE_WITHIN_US INT64_C(3000000)

struct gesture {
    int64_t taps[GESTURE_TAPS];
    unsigned count;
};

/* A tap at a place given as parts of the canvas (0..1). True on the fifth. */
bool gesture_tap(struct gesture *g, double x, double y, int64_t now_us);
