/* Lines on paper, one below the other: measured first, then drawn. */
#include "kiosk/print/receipt.h"

#include "kiosk/draw/qr.h"
#include "kiosk/draw/text.h"

#include <errno.h>
#include <math.h>

struct strip {
    struct canvas *canvas;
    double width, size, y; /* dots; of a letter; where the next line stands */
    bool draw;
};

static const double title_scale = 1.4, group_scale = 1.15, note_scale = 0.8;

static void put(struct strip *s, const char *text, double scale, bool bold, double indent)
{
    if (!text || !*text)
        return;
    const struct text_style style = {.colour = COLOUR_BLACK,
                                     .size = s->size * scale,
                                     .min_size = s->size * 0.7,
                                     .bold = bold};
    double width = s->width - indent;
    double height = text_measure(s->canvas, &style, text, width, 1e5).height;
    if (s->draw)
        text_draw(s->canvas, &style, text, (struct box){indent, s->y, width, height + 2});
    s->y += height;
}

static void gap(struct strip *s, double lines)
{
    s->y += s->size * lines;
}

static void rule(struct strip *s)
{
    gap(s, 0.3);
    if (s->draw)
        canvas_rect(s->canvas, (struct box){0, round(s->y), s->width, 2}, COLOUR_BLACK);
    gap(s, 0.4);
}

static void code_put(struct strip *s, const struct block *b)
{
    double side = fmin(s->width, s->size * 14);
    struct box square = {round((s->width - side) / 2), round(s->y), side, side};
    if (b->value && *b->value && (!s->draw || qr_draw(s->canvas, b->value, square) == 0))
        s->y += side;
}

static void row_put(struct strip *s, const struct block *b)
{
    double width = s->width / (b->cell_count > 0 ? b->cell_count : 1), height = 0;
    for (int i = 0; i < b->cell_count; i++) {
        const struct text_style style = {.colour = COLOUR_BLACK,
                                         .size = s->size * note_scale,
                                         .min_size = s->size * 0.5,
                                         .bold = b->strong,
                                         .figures = true,
                                         .max_lines = 2,
                                         .align = i ? TEXT_RIGHT : TEXT_LEFT};
        const char *text = b->cells[i] ? b->cells[i] : "";
        struct text_extent e =
            text_measure(s->canvas, &style, text, width - 4, s->size * 3);
        if (s->draw)
            text_draw(s->canvas, &style, text,
                      (struct box){width * i, s->y, width - 4, s->size * 3});
        height = fmax(height, e.height);
    }
    s->y += height;
}

/* Choices are facts or lines of a list; what only leads on is for the finger. */
static void choice_put(struct strip *s, const struct block *b)
{
    if (b->leads)
        return;
    gap(s, 0.15);
    put(s, b->text, 1, true, 0);
    put(s, b->detail, note_scale, false, 0);
    if (b->kind != BLOCK_CHOICE || b->action.verb == VERB_NONE)
        put(s, b->value, 1, false, 0);
}

static void block_put(struct strip *s, const struct block *b)
{
    switch (b->kind) {
    case BLOCK_TITLE:
        put(s, b->text, title_scale, true, 0);
        put(s, b->detail, 1, false, 0);
        break;
    case BLOCK_TEXT:
        put(s, b->text, 1, false, 0);
        break;
    case BLOCK_NOTE:
        gap(s, 0.2);
        put(s, b->text, note_scale, false, 0);
        break;
    case BLOCK_GROUP:
        rule(s);
        put(s, b->text, group_scale, true, 0);
        break;
    case BLOCK_CHOICE:
    case BLOCK_STEP:
    case BLOCK_BAR:
        choice_put(s, b);
        break;
    case BLOCK_ROW:
        row_put(s, b);
        break;
    case BLOCK_CODE:
        code_put(s, b);
        put(s, b->text, note_scale, false, 0);
        break;
    case BLOCK_TILE:
    case BLOCK_DIGITS:
        break;
    }
}

static void page_put(struct strip *s, const struct page *p,
                     const struct receipt_head *head)
{
    s->y = s->size * 0.3;
    put(s, head->place, 1, true, 0);
    put(s, head->day, note_scale, false, 0);
    rule(s);
    for (size_t i = 0; i < page_block_count(p); i++)
        block_put(s, page_block(p, i));
    gap(s, 0.5);
}

int receipt_draw(const struct page *p, const struct receipt_head *head, int dots,
                 struct canvas **ret)
{
    struct strip s = {.width = dots, .size = dots / 21.0};
    CLEANUP(canvas_destroyp) struct canvas *ruler = NULL;
    int r = canvas_create(dots, 8, &ruler);
    if (r < 0)
        return r;
    s.canvas = ruler;
    page_put(&s, p, head);
    int height = (int)fmin(ceil(s.y), RECEIPT_HEIGHT_MAX);
    r = canvas_create(dots, height, &s.canvas);
    if (r < 0)
        return r;
    canvas_fill(s.canvas, COLOUR_WHITE);
    s.draw = true;
    page_put(&s, p, head);
    *ret = s.canvas;
    return 0;
}
