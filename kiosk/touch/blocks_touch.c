/* The blocks that are there to be touched. */
#include "kiosk/draw/text.h"
#include "kiosk/touch/blocks.h"

#include <math.h>

/* ---- tiles ---- */

static double tile_height(const struct block_style *s, const struct block *b,
                          double width)
{
    (void)b;
    (void)width;
    return fmax(s->touch * 1.6, s->theme->type[TYPE_BODY] * 4.4);
}

/* How many are new, in the upper right corner. Returns its width. */
static double badge_draw(const struct block_style *s, const char *value, struct box tile)
{
    const struct theme *t = s->theme;
    const struct text_style style = {.colour = COLOUR_ON_DEEP,
                                     .size = t->type[TYPE_NOTE],
                                     .bold = true,
                                     .max_lines = 1,
                                     .align = TEXT_CENTRE,
                                     .anchor = TEXT_MIDDLE};
    if (!block_has(value))
        return 0;
    double h = t->type[TYPE_NOTE] * 1.6;
    double w = text_measure(s->canvas, &style, value, tile.w, tile.h).width + h;
    struct box at = {tile.x + tile.w - w - t->space[SPACE_S], tile.y + t->space[SPACE_S],
                     w, h};
    canvas_round(s->canvas, at, h / 2, COLOUR_WARM);
    text_draw(s->canvas, &style, value, at);
    return w;
}

static void tile_draw(const struct block_style *s, const struct block *b, struct box box,
                      bool shaded, struct page_view *v)
{
    (void)shaded;
    const struct theme *t = s->theme;
    enum colour ink = b->strong ? COLOUR_ON_DEEP : COLOUR_INK;
    enum colour soft = b->strong ? COLOUR_ON_DEEP_SOFT : COLOUR_INK_SOFT;
    block_card_draw(s, box, b->strong ? COLOUR_DEEP : COLOUR_WHITE);
    struct box in = box_inset(box, t->space[SPACE_M], t->space[SPACE_S]);
    double side = fmin(in.h * 0.62, t->type[TYPE_DISPLAY]);
    bool wide = box.w > box.h * 1.9;
    struct box mark = {in.x, wide ? in.y + (in.h - side) / 2 : in.y + t->space[SPACE_XS],
                       side, side};
    if (!wide)
        mark.w = mark.h = side = fmin(side, in.h * 0.42);
    double pad = side * 0.2;
    canvas_round(s->canvas, mark, side * 0.28, b->strong ? COLOUR_SUN : COLOUR_SHADE);
    icon_draw(s->canvas, b->icon, b->strong ? COLOUR_INK : COLOUR_ACCENT,
              box_inset(mark, pad, pad));
    double badge = badge_draw(s, b->value, box);
    struct box room =
        wide ? (struct box){mark.x + side + t->space[SPACE_M], in.y,
                            in.w - side - t->space[SPACE_M] - badge, in.h}
             : (struct box){in.x, mark.y + side + t->space[SPACE_XS], in.w,
                            in.y + in.h - mark.y - side - t->space[SPACE_XS]};
    const struct text_style style = {.colour = ink,
                                     .size = t->type[b->strong ? TYPE_TITLE : TYPE_BODY] *
                                             (b->strong ? 0.84 : 1.0),
                                     .bold = true,
                                     .line_height = 0.9,
                                     .max_lines = 2,
                                     .anchor = wide ? TEXT_MIDDLE : TEXT_BOTTOM};
    const struct text_style small = {
        .colour = soft, .size = t->type[TYPE_SMALL], .max_lines = 2, .line_height = 0.9};
    if (wide && block_has(b->detail)) {
        double h = text_measure(s->canvas, &style, b->text, room.w, room.h).height;
        double d = text_measure(s->canvas, &small, b->detail, room.w, room.h).height;
        double y = room.y + fmax(0, (room.h - h - d) / 2);
        text_draw(s->canvas, &style, b->text, (struct box){room.x, y, room.w, h});
        text_draw(s->canvas, &small, b->detail,
                  (struct box){room.x, y + h, room.w, d + 2});
    } else {
        text_draw(s->canvas, &style, b->text, room);
    }
    target_add(v, box, b->action);
}

/* ---- choices and steps ---- */

struct choice_parts {
    struct box icon, text, value, chevron;
};

static struct choice_parts choice_parts(const struct block_style *s,
                                        const struct block *b, struct box box)
{
    const struct theme *t = s->theme;
    struct box in = box_inset(box, t->space[SPACE_M], t->space[SPACE_S]);
    struct choice_parts p = {.text = in};
    double side = t->type[TYPE_LEAD] * 1.1;
    if (b->icon || b->mood != PAGE_PLAIN) {
        p.icon = (struct box){in.x, in.y, side, in.h};
        p.text.x += side + t->space[SPACE_S];
        p.text.w -= side + t->space[SPACE_S];
    }
    if (b->action.verb != VERB_NONE) {
        p.chevron = (struct box){in.x + in.w - side, in.y, side, in.h};
        p.text.w -= side;
    }
    if (block_has(b->value)) {
        const struct text_style value = {.size = t->type[TYPE_BODY], .bold = true};
        double w =
            fmin(text_measure(s->canvas, &value, b->value, p.text.w, 1e5).width + 2,
                 p.text.w * 0.5);
        p.value =
            (struct box){p.text.x + p.text.w - w - t->space[SPACE_S], in.y, w, in.h};
        p.text.w -= w + 2 * t->space[SPACE_S];
    }
    return p;
}

static double choice_texts(const struct block_style *s, const struct block *b,
                           struct box room, bool draw)
{
    const struct theme *t = s->theme;
    const struct text_style text = {.colour = b->strong ? COLOUR_ON_DEEP : COLOUR_INK,
                                    .size = t->type[TYPE_BODY],
                                    .bold = true,
                                    .line_height = 0.92};
    const struct text_style detail = {.colour = b->strong ? COLOUR_ON_DEEP_SOFT
                                                          : COLOUR_INK_SOFT,
                                      .size = t->type[TYPE_SMALL],
                                      .line_height = 0.92};
    double h = text_measure(s->canvas, &text, b->text, room.w, 1e5).height, d = 0;
    if (block_has(b->detail))
        d = text_measure(s->canvas, &detail, b->detail, room.w, 1e5).height;
    if (draw) {
        double y = room.y + fmax(0, (room.h - h - d) / 2);
        text_draw(s->canvas, &text, b->text, (struct box){room.x, y, room.w, h + 2});
        if (block_has(b->detail))
            text_draw(s->canvas, &detail, b->detail,
                      (struct box){room.x, y + h, room.w, d + 2});
    }
    return h + d;
}

static double choice_height(const struct block_style *s, const struct block *b,
                            double width)
{
    struct choice_parts p = choice_parts(s, b, (struct box){0, 0, width, 1e5});
    return fmax(s->touch,
                choice_texts(s, b, p.text, false) + 2 * s->theme->space[SPACE_S]);
}

static void choice_draw(const struct block_style *s, const struct block *b,
                        struct box box, bool shaded, struct page_view *v)
{
    (void)shaded;
    bool button = b->action.verb != VERB_NONE;
    enum colour ink = b->strong ? COLOUR_ON_DEEP : COLOUR_ACCENT;
    block_card_draw(s, box,
                    b->strong ? COLOUR_ACCENT
                    : button  ? COLOUR_WHITE
                              : COLOUR_SHADE);
    struct choice_parts p = choice_parts(s, b, box);
    icon_draw(s->canvas, b->icon ? b->icon : block_mood_icon(b->mood),
              b->strong ? COLOUR_ON_DEEP
              : b->mood ? block_mood_colour(b->mood)
                        : ink,
              p.icon);
    choice_texts(s, b, p.text, true);
    const struct text_style value = {.colour = ink,
                                     .size = s->theme->type[TYPE_BODY],
                                     .bold = true,
                                     .figures = true,
                                     .align = TEXT_RIGHT,
                                     .anchor = TEXT_MIDDLE};
    if (block_has(b->value))
        text_draw(s->canvas, &value, b->value, p.value);
    if (button)
        icon_draw(s->canvas, ICON_chevron_right, ink, box_inset(p.chevron, 0, 0));
    target_add(v, box, b->action);
}

static double step_height(const struct block_style *s, const struct block *b,
                          double width)
{
    (void)b;
    (void)width;
    return s->touch + 2 * s->theme->space[SPACE_XS];
}

static void step_draw(const struct block_style *s, const struct block *b, struct box box,
                      bool shaded, struct page_view *v)
{
    (void)shaded;
    const struct theme *t = s->theme;
    block_card_draw(s, box, COLOUR_WHITE);
    double side = s->touch, pad = t->space[SPACE_XS];
    struct box more = {box.x + box.w - side - pad, box.y + (box.h - side) / 2, side,
                       side};
    double middle = fmin(box.w * 0.36, t->type[TYPE_BODY] * 9);
    struct box less = {more.x - middle - side, more.y, side, side};
    struct box value = {less.x + side, box.y, middle, box.h};
    struct box text = {box.x + t->space[SPACE_M], box.y,
                       less.x - box.x - t->space[SPACE_M] - pad, box.h};
    const struct {
        struct box at;
        enum icon icon;
        struct action action;
    } buttons[] = {{less, ICON_minus, b->less}, {more, ICON_plus, b->action}};
    for (unsigned i = 0; i < ARRAY_LENGTH(buttons); i++) {
        bool on = buttons[i].action.verb != VERB_NONE;
        canvas_round(s->canvas, buttons[i].at, t->space[SPACE_S],
                     on ? COLOUR_ACCENT : COLOUR_SHADE);
        icon_draw(s->canvas, buttons[i].icon, on ? COLOUR_ON_DEEP : COLOUR_INK_SOFT,
                  box_inset(buttons[i].at, side * 0.28, side * 0.28));
        target_add(v, buttons[i].at, buttons[i].action);
    }
    const struct text_style label = {.colour = COLOUR_INK,
                                     .size = t->type[TYPE_BODY],
                                     .max_lines = 2,
                                     .line_height = 0.9,
                                     .anchor = TEXT_MIDDLE};
    const struct text_style figure = {.colour = COLOUR_INK,
                                      .size = t->type[TYPE_LEAD],
                                      .bold = true,
                                      .figures = true,
                                      .max_lines = 1,
                                      .align = TEXT_CENTRE,
                                      .anchor = TEXT_MIDDLE};
    text_draw(s->canvas, &label, b->text, text);
    text_draw(s->canvas, &figure, b->value ? b->value : "", value);
}

/* ---- digits ---- */

static double digits_height(const struct block_style *s, const struct block *b,
                            double width)
{
    (void)b;
    (void)width;
    return 5 * s->touch + 4 * s->theme->space[SPACE_XS];
}

static void key_draw(const struct block_style *s, const char *text, enum icon icon,
                     struct box box)
{
    block_card_draw(s, box, COLOUR_WHITE);
    const struct text_style style = {.colour = COLOUR_INK,
                                     .size = s->theme->type[TYPE_LEAD],
                                     .bold = true,
                                     .figures = true,
                                     .align = TEXT_CENTRE,
                                     .anchor = TEXT_MIDDLE};
    if (icon)
        icon_draw(s->canvas, icon, COLOUR_INK, box_inset(box, 0, box.h * 0.25));
    else
        text_draw(s->canvas, &style, text, box);
}

/* Its keys ask for `action.verb` with the digit, or -1 to take one back. */
static void digits_draw(const struct block_style *s, const struct block *b,
                        struct box box, bool shaded, struct page_view *v)
{
    (void)shaded;
    const struct theme *t = s->theme;
    double gap = t->space[SPACE_XS], width = fmin(box.w, s->touch * 6);
    struct box field = {box.x, box.y, width, s->touch};
    canvas_round(s->canvas, field, t->space[SPACE_S], COLOUR_SHADE);
    const struct text_style typed = {.colour = COLOUR_INK,
                                     .size = t->type[TYPE_LEAD],
                                     .bold = true,
                                     .figures = true,
                                     .max_lines = 1,
                                     .align = TEXT_CENTRE,
                                     .anchor = TEXT_MIDDLE};
    text_draw(s->canvas, &typed, block_has(b->value) ? b->value : "–", field);
    double w = (width - 2 * gap) / 3;
    static const int keys[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, -2, 0, -1};
    for (unsigned i = 0; i < ARRAY_LENGTH(keys); i++) {
        unsigned row = i / 3 + 1; /* below the field */
        if (keys[i] == -2)
            continue;
        struct box key = {box.x + (w + gap) * (i % 3), box.y + (s->touch + gap) * row, w,
                          s->touch};
        const char text[] = {(char)('0' + keys[i]), 0};
        key_draw(s, text, keys[i] < 0 ? ICON_delete : ICON_NONE, key);
        target_add(v, key, (struct action){b->action.verb, keys[i]});
        if (v->target_count > 0)
            v->targets[v->target_count - 1].digit = true;
    }
}

void tool_draw(const struct block_style *s, enum icon icon, const char *text, bool on,
               struct box box)
{
    const struct theme *t = s->theme;
    enum colour ink = on ? COLOUR_SUN : COLOUR_ON_DEEP;
    double side = fmin(box.h * 0.46, t->type[TYPE_LEAD]);
    double label = t->type[TYPE_NOTE] * 1.3;
    double y = box.y + (box.h - side - label) / 2;
    icon_draw(s->canvas, icon, ink, (struct box){box.x, y, box.w, side});
    const struct text_style style = {.colour = ink,
                                     .size = t->type[TYPE_NOTE] * 0.92,
                                     .min_size = t->type[TYPE_NOTE] * 0.6,
                                     .max_lines = 1,
                                     .align = TEXT_CENTRE,
                                     .anchor = TEXT_MIDDLE};
    text_draw(s->canvas, &style, text,
              (struct box){box.x + 2, y + side, box.w - 4, label});
}

const struct block_drawer drawer_tile = {tile_height, tile_draw};
const struct block_drawer drawer_choice = {choice_height, choice_draw};
const struct block_drawer drawer_step = {step_height, step_draw};
const struct block_drawer drawer_digits = {digits_height, digits_draw};
