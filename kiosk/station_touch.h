#pragma once
#include "base/attr.h"
#include "player/display.h"

#include <stdbool.h>
#include <stdint.h>

/* The touch screen of a station. Main thread; never waits. */

struct show_job;
struct station;

MUST_CHECK int station_touch_create(struct station *s);
/* Wipes what was said. Before the background thread ends. Accepts one without touch. */
void station_touch_destroy(struct station *s);

/* x, y: parts of the canvas as a viewer sees it. The first touch begins a session. */
void station_touch_tap(struct station *s, double x, double y, int64_t now_us);
/* An SDL key code. */
void station_touch_key(struct station *s, int32_t key, int64_t now_us);

/* Countdown; sends what has changed to be drawn. */
void station_touch_update(struct station *s, int64_t now_us);
/* A drawn page came back; false: the job is not one of these. */
bool station_touch_receive(struct station *s, struct show_job *job);

/* Whether a page covers the programme; where the programme shows through it (w 0:
 * nowhere), and the page itself, drawn last. */
bool station_touch_covers(const struct station *s);
struct rect station_touch_picture(const struct station *s);
void station_touch_draw(struct station *s);
