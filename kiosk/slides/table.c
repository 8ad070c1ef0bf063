/* Layout table: first column left, figures right, hairlines between rows. */
#include "kiosk/draw/text.h"
#include "kiosk/slides/slide.h"

#include <math.h>
#include <string.h>

enum { COLUMNS_MAX = 12 };

struct grid {
    size_t columns;
    double x[COLUMNS_MAX], width[COLUMNS_MAX];
    bool figures[COLUMNS_MAX];
    double size, head_size, row, head;
};

/* Whether a cell reads as a figure: "7.540", "1,76 %", "–". */
static bool cell_is_figure(const char *cell)
{
    return strspn(cell, "0123456789.,%+-– /") == strlen(cell);
}

static const char *cell_text(const struct slide_row *row, size_t column)
{
    return column < row->cells.count ? row->cells.texts[column] : "";
}

static void grid_find_figures(struct grid *g, const struct slide *view)
{
    for (size_t k = 0; k < g->columns; k++) {
        g->figures[k] = view->row_count > 0;
        for (size_t i = 0; i < view->row_count; i++)
            g->figures[k] = g->figures[k] && cell_is_figure(cell_text(&view->rows[i], k));
    }
}

/* A head may take two lines: the narrowest column, not below `least`, in which it does.
 */
static double head_width(const struct slide_page *page, const struct text_style *style,
                         const char *head, double least)
{
    double width = fmax(least, style->size * 2);
    for (int i = 0; i < 40; i++) {
        if (!text_measure(page->canvas, style, head, width, 1e5).cut)
            break;
        width *= 1.08;
    }
    return width;
}

/* Natural widths at the present sizes; their sum with gutters. */
static double grid_measure(struct grid *g, const struct slide_page *page,
                           const struct slide *view, double gutter)
{
    double sum = 0;
    for (size_t k = 0; k < g->columns; k++) {
        const struct text_style head = {
            .size = g->head_size, .min_size = g->head_size, .bold = true, .max_lines = 2};
        double w = 0;
        const struct text_style cell = {
            .size = g->size, .min_size = g->size, .bold = true, .figures = g->figures[k]};
        for (size_t i = 0; i < view->row_count; i++)
            w = fmax(w, text_measure(page->canvas, &cell, cell_text(&view->rows[i], k),
                                     1e5, 1e5)
                            .width);
        g->width[k] = ceil(head_width(page, &head, view->columns.texts[k], w)) + 2;
        sum += g->width[k] + (k ? gutter : 0);
    }
    return sum;
}

static void grid_plan(struct grid *g, const struct slide_page *page,
                      const struct slide *view, struct box room)
{
    const struct theme *t = page->theme;
    const double gutter = t->space[SPACE_M], pad = t->space[SPACE_S];
    const double head_rows = 1.3; /* heads may take two lines */
    double rows = (double)view->row_count + head_rows;
    g->row = fmin(room.h / rows, t->type[TYPE_BODY] * (t->portrait ? 2.9 : 2.3));
    g->head = g->row * head_rows;
    g->size = fmin(t->type[TYPE_BODY] * 1.1, g->row * 0.62);
    g->head_size = fmin(t->type[TYPE_BODY] * 0.9, fmin(g->size * 0.9, g->head * 0.44));
    double width = room.w - 2 * pad, sum;
    while ((sum = grid_measure(g, page, view, gutter)) > width &&
           g->size > t->type[TYPE_NOTE] * 0.8) {
        g->size *= 0.95;
        g->head_size = fmin(g->head_size, g->size * 0.95);
    }
    double x = room.x + pad;
    double spare = (width - sum) / (double)g->columns;
    for (size_t k = 0; k < g->columns; k++) {
        if (sum > width)
            g->width[k] *= width / sum;
        else
            g->width[k] += spare; /* even air in every column */
        g->x[k] = x;
        x += g->width[k] + gutter;
    }
}

static void grid_row_draw(const struct slide_page *page, const struct grid *g,
                          const struct slide_row *row, struct box b)
{
    const struct theme *t = page->theme;
    if (row->highlight) {
        canvas_rect(page->canvas, b, COLOUR_SHADE);
        canvas_rect(page->canvas, (struct box){b.x, b.y, t->space[SPACE_XS] * 0.75, b.h},
                    COLOUR_WARM);
    }
    for (size_t k = 0; k < g->columns; k++) {
        const struct text_style style = {.colour =
                                             row->highlight ? COLOUR_WARM : COLOUR_INK,
                                         .size = g->size,
                                         .bold = row->highlight,
                                         .figures = g->figures[k],
                                         .max_lines = 1,
                                         .align = g->figures[k] ? TEXT_RIGHT : TEXT_LEFT,
                                         .anchor = TEXT_MIDDLE};
        text_draw(page->canvas, &style, cell_text(row, k),
                  (struct box){g->x[k], b.y, g->width[k], b.h});
    }
    canvas_rect(page->canvas,
                (struct box){b.x, b.y + b.h - t->space[SPACE_HAIR] / 2, b.w,
                             t->space[SPACE_HAIR] / 2},
                COLOUR_LINE);
}

static void table_draw(const struct slide_page *page, const struct slide *view)
{
    const struct theme *t = page->theme;
    struct box room = slide_frame(page, view);
    struct grid g = {.columns = view->columns.count < COLUMNS_MAX ? view->columns.count
                                                                  : COLUMNS_MAX};
    if (g.columns == 0)
        return;
    grid_find_figures(&g, view);
    grid_plan(&g, page, view, room);
    for (size_t k = 0; k < g.columns; k++) {
        const struct text_style head = {.colour = COLOUR_ACCENT,
                                        .size = g.head_size,
                                        .bold = true,
                                        .max_lines = 2,
                                        .line_height = 0.8,
                                        .align = g.figures[k] ? TEXT_RIGHT : TEXT_LEFT,
                                        .anchor = TEXT_BOTTOM};
        text_draw(page->canvas, &head, view->columns.texts[k],
                  (struct box){g.x[k], room.y, g.width[k], g.head - t->space[SPACE_XS]});
    }
    canvas_rect(page->canvas,
                (struct box){room.x, room.y + g.head - t->space[SPACE_HAIR] * 1.5, room.w,
                             t->space[SPACE_HAIR] * 1.5},
                COLOUR_ACCENT);
    for (size_t i = 0; i < view->row_count; i++)
        grid_row_draw(
            page, &g, &view->rows[i],
            (struct box){room.x, room.y + g.head + g.row * (double)i, room.w, g.row});
}

const struct slide_drawer slide_table = {table_draw};
