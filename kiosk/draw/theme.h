#pragma once

#include <stdbool.h>
#include <stdint.h>

/* How everything looks: one palette, one type scale, one spacing scale. All sizes come
 * from the canvas' short side, so that one design serves 1366x768, 1920x1080 and
 * 1080x1920. Pure; any thread. */

enum colour {
    COLOUR_PAPER,    /* the ground of slides */
    COLOUR_SHADE,    /* a quiet field on paper: every second row, tracks */
    COLOUR_LINE,     /* hairlines on paper; never text */
    COLOUR_INK,      /* text */
    COLOUR_INK_SOFT, /* second-rank text */
    COLOUR_ACCENT,   /* the one colour: bars, heads, numbers */
    COLOUR_WARM,     /* what is meant especially: one row, one mark */
    COLOUR_DEEP,     /* the dark ground: title slides, cards */
    COLOUR_STRIP,    /* the footer strip */
    COLOUR_ON_DEEP,  /* text on the dark grounds */
    COLOUR_ON_DEEP_SOFT,
    COLOUR_SUN,   /* the warm colour on dark grounds */
    COLOUR_WHITE, /* under QR codes */
    COLOUR_BLACK, /* QR codes */
    COLOUR_GOOD,  /* states on dark grounds (technician's overlay) */
    COLOUR_FAULT,
    COLOUR_COUNT,
};

struct colour_rgb {
    uint8_t red, green, blue;
};

/* The same colours for those who see little: ink and paper only, nearly black on white.
 */
enum palette { PALETTE_HOUSE, PALETTE_CONTRAST, PALETTE_COUNT };
struct colour_rgb colour_rgb(enum palette p, enum colour c);

/* Text colours and the grounds they are used on; each must reach CONTRAST_MIN. */
struct colour_pair {
    enum colour text, ground;
};
#define CONTRAST_MIN 7.0
extern const struct colour_pair colour_pairs[];
extern const unsigned colour_pairs_count;
double colour_contrast(enum palette p, enum colour a,
                       enum colour b); /* WCAG 2.1, 1 ... 21 */

enum type {
    TYPE_NOTE,    /* sources, captions: the smallest that is ever read from afar */
    TYPE_SMALL,   /* footer, column heads */
    TYPE_BODY,    /* tables, second-rank paragraphs */
    TYPE_LEAD,    /* paragraphs */
    TYPE_TITLE,   /* slide titles */
    TYPE_DISPLAY, /* title slides */
    TYPE_CODE,    /* the enrolment code */
    TYPE_COUNT,
};

enum space {
    SPACE_HAIR, /* 2 of 1080: lines */
    SPACE_XS,   /* 8 */
    SPACE_S,    /* 16 */
    SPACE_M,    /* 28 */
    SPACE_L,    /* 48 */
    SPACE_XL,   /* 80 */
    SPACE_COUNT,
};

struct theme {
    int width, height; /* canvas, pixels */
    bool portrait;
    double type[TYPE_COUNT];   /* pixels */
    double space[SPACE_COUNT]; /* pixels */
    double margin;             /* left and right */
    double margin_top;
    double strip;    /* height of the footer strip, and of the ticker */
    double reserved; /* at the bottom, for the ticker; 0 when there is none */
};

void theme_init(struct theme *ret, int width, int height, bool ticker);
/* The same with its type `factor` times as large. */
void theme_enlarge(struct theme *t, double factor);
