#pragma once
#include "base/attr.h"
#include "content/model/item.h"
#include "kiosk/draw/canvas.h"

#include <stdbool.h>
#include <stddef.h>

/* What a slide looks like: one file per layout, one line in slide.c. Any thread
 * draws (one canvas, one thread). */

struct slide_page {
    struct canvas *canvas;
    const struct theme *theme;
    const char *place;      /* for the footer; NULL: none */
    struct canvas *picture; /* of SLIDE_PICTURE, decoded; NULL while missing */
};

struct slide_drawer {
    void (*draw)(const struct slide_page *page, const struct slide *view);
};
extern const struct slide_drawer slide_title, slide_text, slide_table, slide_bars,
    slide_picture, slide_qr;

/* Draw onto page->canvas, which has the theme's size. */
void slide_draw(const struct slide_page *page, const struct slide *view);

/* ---- for layouts: slides/frame.c ---- */

/* Ground, title, subtitle, source and footer strip; returns the room that is left. */
struct box slide_frame(const struct slide_page *page, const struct slide *view);

/* The footer strip alone. */
void slide_footer(const struct slide_page *page, const char *source);

/* Where the clock goes in the strip (drawn live above the slide, screens/clock.c). */
struct box slide_clock_box(const struct theme *theme);

/* Paragraphs from the top of `b` as large as fits, at most `size`; returns their height.
 */
double slide_paragraphs(const struct slide_page *page, const struct slide *view,
                        struct box b, double size);
