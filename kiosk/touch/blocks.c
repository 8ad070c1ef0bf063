/* The blocks of a page, one pair of functions a kind, in the table at the end. */
#include "kiosk/touch/blocks.h"

#include "kiosk/draw/text.h"

#include <math.h>

bool block_has(const char *text)
{
    return text && *text;
}

void block_card_draw(const struct block_style *s, struct box b, enum colour ground)
{
    double radius = s->theme->space[SPACE_S], line = s->theme->space[SPACE_HAIR];
    canvas_round(s->canvas, b, radius, ground == COLOUR_WHITE ? COLOUR_LINE : ground);
    if (ground == COLOUR_WHITE)
        canvas_round(s->canvas, box_inset(b, line, line), radius - line, ground);
}

enum icon block_mood_icon(enum page_mood mood)
{
    static const enum icon icons[] = {[PAGE_PLAIN] = ICON_NONE,
                                      [PAGE_GOOD] = ICON_circle_check,
                                      [PAGE_OPEN] = ICON_circle_question_mark,
                                      [PAGE_CLOSED] = ICON_circle_x};
    return icons[mood];
}

enum colour block_mood_colour(enum page_mood mood)
{
    return mood == PAGE_GOOD   ? COLOUR_ACCENT
           : mood == PAGE_OPEN ? COLOUR_WARM
                               : COLOUR_INK_SOFT;
}

void target_add(struct page_view *v, struct box box, struct action action)
{
    if (action.verb != VERB_NONE && v->target_count < TARGETS_MAX)
        v->targets[v->target_count++] = (struct page_target){box, action, false};
}

/* ---- plain texts ---- */

static struct text_style style_of(const struct block_style *s, const struct block *b)
{
    const struct theme *t = s->theme;
    struct text_style style = {.colour = COLOUR_INK, .size = t->type[TYPE_BODY]};
    if (b->kind == BLOCK_TITLE)
        style = (struct text_style){.colour = COLOUR_INK,
                                    .size = t->type[TYPE_TITLE] * 0.86,
                                    .bold = true,
                                    .line_height = 0.92,
                                    .max_lines = 4};
    else if (b->kind == BLOCK_NOTE)
        style =
            (struct text_style){.colour = COLOUR_INK_SOFT, .size = t->type[TYPE_NOTE]};
    if (b->strong)
        style.bold = true;
    return style;
}

static double text_height(const struct block_style *s, const struct block *b,
                          double width)
{
    struct text_style style = style_of(s, b);
    double h = text_measure(s->canvas, &style, b->text, width, 1e5).height;
    if (block_has(b->detail)) {
        const struct text_style detail = {.colour = COLOUR_INK_SOFT,
                                          .size = s->theme->type[TYPE_SMALL]};
        h += text_measure(s->canvas, &detail, b->detail, width, 1e5).height;
    }
    return h;
}

static void text_block_draw(const struct block_style *s, const struct block *b,
                            struct box box, bool shaded, struct page_view *v)
{
    (void)shaded;
    (void)v;
    struct text_style style = style_of(s, b);
    double h = text_draw(s->canvas, &style, b->text, box).height;
    if (block_has(b->detail)) {
        const struct text_style detail = {.colour = COLOUR_INK_SOFT,
                                          .size = s->theme->type[TYPE_SMALL]};
        text_draw(s->canvas, &detail, b->detail,
                  (struct box){box.x, box.y + h, box.w, box.h - h});
    }
}

/* ---- heads of groups ---- */

static double group_height(const struct block_style *s, const struct block *b,
                           double width)
{
    (void)b;
    (void)width;
    return s->theme->type[TYPE_LEAD] * 1.5 + s->theme->space[SPACE_S];
}

static void group_draw(const struct block_style *s, const struct block *b, struct box box,
                       bool shaded, struct page_view *v)
{
    (void)shaded;
    (void)v;
    const struct theme *t = s->theme;
    box.y += t->space[SPACE_S];
    box.h -= t->space[SPACE_S];
    double side = t->type[TYPE_LEAD] * 1.1;
    enum icon icon = b->icon ? b->icon : block_mood_icon(b->mood);
    if (icon) {
        icon_draw(s->canvas, icon, block_mood_colour(b->mood),
                  (struct box){box.x, box.y, side, box.h});
        box.x += side + t->space[SPACE_S];
        box.w -= side + t->space[SPACE_S];
    }
    const struct text_style style = {.colour = COLOUR_INK,
                                     .size = t->type[TYPE_LEAD],
                                     .bold = true,
                                     .max_lines = 1,
                                     .anchor = TEXT_MIDDLE};
    text_draw(s->canvas, &style, b->text, box);
    const struct text_style count = {.colour = COLOUR_INK_SOFT,
                                     .size = t->type[TYPE_BODY],
                                     .max_lines = 1,
                                     .align = TEXT_RIGHT,
                                     .anchor = TEXT_MIDDLE};
    if (block_has(b->value))
        text_draw(s->canvas, &count, b->value, box);
}

const struct block_drawer drawer_text = {text_height, text_block_draw};
const struct block_drawer drawer_group = {group_height, group_draw};

static const struct block_drawer *const block_drawers[] = {
    [BLOCK_TITLE] = &drawer_text,    [BLOCK_TEXT] = &drawer_text,
    [BLOCK_NOTE] = &drawer_text,     [BLOCK_GROUP] = &drawer_group,
    [BLOCK_TILE] = &drawer_tile,     [BLOCK_CHOICE] = &drawer_choice,
    [BLOCK_STEP] = &drawer_step,     [BLOCK_ROW] = &drawer_row,
    [BLOCK_BAR] = &drawer_bar,       [BLOCK_CODE] = &drawer_code,
    [BLOCK_DIGITS] = &drawer_digits,
};

double block_height(const struct block_style *s, const struct block *b, double width)
{
    return ceil(block_drawers[b->kind]->height(s, b, width));
}

void block_draw(const struct block_style *s, const struct block *b, struct box box,
                bool shaded, struct page_view *v)
{
    block_drawers[b->kind]->draw(s, b, box, shaded, v);
}
