#pragma once
#include "player/display.h"

/* Rectangles in whole pixels. Pure; any thread. */

static inline bool rect_empty(struct rect r)
{
    return r.w <= 0 || r.h <= 0;
}

bool rect_equal(struct rect a, struct rect b);
struct rect rect_intersect(struct rect a, struct rect b); /* w or h 0 when apart */
struct rect rect_union(struct rect a, struct rect b);     /* smallest around both */
bool rect_contains(struct rect outer, struct rect inner);

/* What of `a` lies outside `b`: up to four rectangles; returns their number. */
int rect_subtract(struct rect a, struct rect b, struct rect ret[4]);

/* From canvas to window, for a canvas of width x height turned clockwise. */
struct rect rect_turn(struct rect r, int canvas_width, int canvas_height, int rotation);
