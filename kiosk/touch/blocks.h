#pragma once
#include "kiosk/touch/page.h"

/* How each kind of block looks: measured first, then drawn. Internal to the pages. */

struct block_style {
    struct canvas *canvas;
    const struct theme *theme;
    double touch; /* pixels */
};

struct block_drawer {
    /* Height for a width; of a tile its least. */
    double (*height)(const struct block_style *s, const struct block *b, double width);
    /* Into `box`, whose height is what was asked for, or more. */
    void (*draw)(const struct block_style *s, const struct block *b, struct box box,
                 bool shaded, struct page_view *v);
};
extern const struct block_drawer drawer_text, drawer_group, drawer_tile, drawer_choice,
    drawer_step, drawer_digits, drawer_row, drawer_bar, drawer_code;

/* ---- for drawers ---- */

bool block_has(const char *text);
/* A card with a hairline when white. */
void block_card_draw(const struct block_style *s, struct box b, enum colour ground);
enum icon block_mood_icon(enum page_mood mood);
enum colour block_mood_colour(enum page_mood mood);
/* Takes touches while drawing; full is silent: a page has fewer. */
void target_add(struct page_view *v, struct box box, struct action action);

/* ---- for pages ---- */

double block_height(const struct block_style *s, const struct block *b, double width);
void block_draw(const struct block_style *s, const struct block *b, struct box box,
                bool shaded, struct page_view *v);

/* A button of the bars: an icon above a word. */
void tool_draw(const struct block_style *s, enum icon icon, const char *text, bool on,
               struct box box);
