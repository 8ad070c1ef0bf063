#pragma once
#include "base/attr.h"
#include "kiosk/draw/canvas.h"

#include <stdbool.h>
#include <stddef.h>

/* What a slide looks like: one file per layout, one line in slide_layouts. Any thread
 * draws (one canvas, one thread). */

struct slide_bar {
    const char *label;
    double value;
    bool highlight;
};

struct slide_row {
    const char *const *cells; /* as many as there are columns; NULL: empty */
    bool highlight;
};

/* A slide ready to draw; all borrowed. What a layout does not use may be NULL. */
struct slide_view {
    const char *layout; /* "bar" */
    const char *title, *subtitle, *source, *unit, *url, *caption;
    const char *const *paragraphs;
    size_t paragraph_count;
    const char *const *columns;
    size_t column_count;
    const struct slide_row *rows;
    size_t row_count;
    const struct slide_bar *bars;
    size_t bar_count;
    struct canvas *picture; /* decoded; NULL while missing */
};

struct slide_page {
    struct canvas *canvas;
    const struct theme *theme;
    const char *place; /* for the footer; NULL: none */
};

struct slide_layout {
    const char *name;
    void (*draw)(const struct slide_page *page, const struct slide_view *view);
};
extern const struct slide_layout slide_title, slide_text, slide_table, slide_bars,
    slide_picture, slide_qr;

/* Draw onto page->canvas, which has the theme's size. A layout that is not known is drawn
 * as text. */
void slide_draw(const struct slide_page *page, const struct slide_view *view);

/* ---- for layouts: slides/frame.c ---- */

/* Ground, title, subtitle, source and footer strip; returns the room that is left. */
struct box slide_frame(const struct slide_page *page, const struct slide_view *view);

/* The footer strip alone. */
void slide_footer(const struct slide_page *page, const char *source);

/* Where the clock goes in the strip (drawn live above the slide, screens/clock.c). */
struct box slide_clock_box(const struct theme *theme);

/* Paragraphs from the top of `b` as large as fits, at most `size`; returns their height.
 */
double slide_paragraphs(const struct slide_page *page, const struct slide_view *view,
                        struct box b, double size);
