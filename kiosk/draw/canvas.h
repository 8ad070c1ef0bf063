#pragma once
#include "base/attr.h"
#include "kiosk/draw/theme.h"
#include "player/frame.h"

#include <cairo.h>

/* A picture to draw on (Cairo, premultiplied BGRA), and the frame that shows it. Used by
 * one thread at a time; a canvas may be handed from one to another. */

struct canvas;
struct diag;

struct box {
    double x, y, w, h; /* pixels */
};

/* Transparent. *ret is the caller's (canvas_destroy). -EINVAL, -ENOMEM. */
MUST_CHECK int canvas_create(int width, int height, struct canvas **ret);
void canvas_destroy(struct canvas *c); /* accepts NULL */
DEFINE_CLEANUP(struct canvas *, canvas_destroy);

void canvas_set_palette(struct canvas *c, enum palette palette); /* PALETTE_HOUSE */

int canvas_width(const struct canvas *c);
int canvas_height(const struct canvas *c);
cairo_t *canvas_cairo(struct canvas *c); /* borrowed */

/* The pixels as a frame: valid until the canvas is drawn on again or destroyed. Its
 * serial is new after every canvas_frame that follows drawing. */
void canvas_frame(struct canvas *c, struct frame *ret);

/* Opaque BGRA, rows tightly packed. */
void canvas_set_pixels(struct canvas *c, const uint8_t *pixels);

void canvas_colour(struct canvas *c, enum colour colour, double opacity); /* 0..1 */
void canvas_clear(struct canvas *c); /* transparent everywhere */
void canvas_fill(struct canvas *c, enum colour colour);
void canvas_rect(struct canvas *c, struct box b, enum colour colour);
void canvas_round(struct canvas *c, struct box b, double radius, enum colour colour);
/* `from` scaled to cover `b` (edges cropped alike) or to fit into it, corners rounded. */
void canvas_picture(struct canvas *c, struct canvas *from, struct box b, bool cover,
                    double radius);
/* Where canvas_picture puts a picture that fits into `b`. */
struct box canvas_fit(const struct canvas *from, struct box b);

struct box box_inset(struct box b, double x, double y);
