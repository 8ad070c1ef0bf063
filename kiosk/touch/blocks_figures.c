/* The blocks that show figures: rows of a table, bars, codes to take away. */
#include "kiosk/draw/qr.h"
#include "kiosk/draw/text.h"
#include "kiosk/touch/blocks.h"

#include <math.h>

/* ---- tables, bars ---- */

static double row_height(const struct block_style *s, const struct block *b, double width)
{
    (void)b;
    (void)width;
    return s->theme->type[TYPE_BODY] * 1.62;
}

static void row_draw(const struct block_style *s, const struct block *b, struct box box,
                     bool shaded, struct page_view *v)
{
    (void)v;
    const struct theme *t = s->theme;
    if (shaded && !b->strong)
        canvas_rect(s->canvas, box, COLOUR_SHADE);
    if (b->strong)
        canvas_rect(s->canvas,
                    (struct box){box.x, box.y + box.h - t->space[SPACE_HAIR], box.w,
                                 t->space[SPACE_HAIR]},
                    COLOUR_ACCENT);
    struct box in = box_inset(box, t->space[SPACE_S], 0);
    double first = b->cell_count > 2 ? 1.0 : 1.6;
    double unit = in.w / (first + b->cell_count - 1), x = in.x;
    for (int i = 0; i < b->cell_count; i++) {
        double w = i == 0 ? unit * first : unit;
        const struct text_style style = {.colour = b->strong ? COLOUR_ACCENT : COLOUR_INK,
                                         .size =
                                             t->type[b->strong ? TYPE_SMALL : TYPE_BODY],
                                         .bold = b->strong,
                                         .figures = true,
                                         .max_lines = b->strong ? 2 : 1,
                                         .line_height = b->strong ? 0.85 : 1,
                                         .align = i == 0 ? TEXT_LEFT : TEXT_RIGHT,
                                         .anchor = TEXT_MIDDLE};
        text_draw(s->canvas, &style, b->cells[i] ? b->cells[i] : "",
                  (struct box){x, in.y,
                               w - (i + 1 < b->cell_count ? t->space[SPACE_XS] : 0),
                               in.h});
        x += w;
    }
}

static void bar_draw(const struct block_style *s, const struct block *b, struct box box,
                     bool shaded, struct page_view *v)
{
    (void)shaded;
    (void)v;
    const struct theme *t = s->theme;
    double label = box.w * (t->portrait ? 0.4 : 0.3), figure = t->type[TYPE_BODY] * 3.4;
    const struct text_style text = {.colour = b->strong ? COLOUR_WARM : COLOUR_INK,
                                    .size = t->type[TYPE_BODY],
                                    .bold = b->strong,
                                    .max_lines = 1,
                                    .anchor = TEXT_MIDDLE};
    struct text_style value = text;
    value.bold = value.figures = true;
    value.align = TEXT_RIGHT;
    text_draw(s->canvas, &text, b->text,
              (struct box){box.x, box.y, label - t->space[SPACE_S], box.h});
    text_draw(s->canvas, &value, b->value ? b->value : "",
              (struct box){box.x + box.w - figure, box.y, figure, box.h});
    struct box track = {box.x + label, box.y + box.h * 0.26,
                        box.w - label - figure - t->space[SPACE_S], box.h * 0.48};
    canvas_round(s->canvas, track, track.h / 2, COLOUR_SHADE);
    double share = b->share < 0 ? 0 : b->share > 1 ? 1 : b->share;
    if (share > 0) {
        track.w = fmax(track.h, track.w * share);
        canvas_round(s->canvas, track, track.h / 2,
                     b->strong ? COLOUR_WARM : COLOUR_ACCENT);
    }
}

/* ---- codes and digits ---- */

static double code_height(const struct block_style *s, const struct block *b,
                          double width)
{
    (void)b;
    return fmin(width * 0.5, s->theme->type[TYPE_BODY] * 16);
}

static void code_draw(const struct block_style *s, const struct block *b, struct box box,
                      bool shaded, struct page_view *v)
{
    (void)shaded;
    (void)v;
    const struct theme *t = s->theme;
    struct box square = {box.x, box.y, box.h, box.h};
    struct box text = {box.x + box.h + t->space[SPACE_L], box.y,
                       box.w - box.h - t->space[SPACE_L], box.h};
    const struct text_style style = {
        .colour = COLOUR_INK, .size = t->type[TYPE_BODY], .anchor = TEXT_MIDDLE};
    if (!block_has(b->value) || qr_draw(s->canvas, b->value, square) < 0)
        text = box;
    text_draw(s->canvas, &style, b->text, text);
}

const struct block_drawer drawer_row = {row_height, row_draw};
const struct block_drawer drawer_bar = {row_height, bar_draw};
const struct block_drawer drawer_code = {code_height, code_draw};
