#pragma once
#include "kiosk/draw/canvas.h"

/* All text on the screen goes through here: normal form, line breaks, fonts, shrinking.
 * Fonts: Noto Sans, Noto Sans Lao. Any thread (one canvas, one thread). */

enum text_align { TEXT_LEFT, TEXT_CENTRE, TEXT_RIGHT };
enum text_anchor { TEXT_TOP, TEXT_MIDDLE, TEXT_BOTTOM };

struct text_style {
    enum colour colour;
    double size;     /* pixels */
    double min_size; /* shrinks down to this to fit; 0: 60 % of `size` */
    int max_lines;   /* 0: as many as the box holds */
    bool bold;
    bool figures;  /* all digits equally wide */
    bool balanced; /* lines of similar length, for titles */
    bool mono;     /* letters equally wide, for codes and addresses */
    enum text_align align;
    enum text_anchor anchor;
    double line_height; /* of the font's own; 0: 1 */
};

struct text_extent {
    double width, height; /* of what was or would be drawn, pixels */
    double size;          /* the size that fits */
    double baseline;      /* of the first line, from the top of the text */
    int lines;
    bool cut; /* did not fit at min_size: words are broken or left out */
};

/* Draw into `b`: never outside it. What is not UTF-8 draws nothing. Long words shrink,
 * then break. Returns the extent; its height is where the text ends when top-anchored. */
struct text_extent text_draw(struct canvas *c, const struct text_style *style,
                             const char *text, struct box b);

/* What text_draw would do in a box of this size. */
struct text_extent text_measure(struct canvas *c, const struct text_style *style,
                                const char *text, double width, double height);
