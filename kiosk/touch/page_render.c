/* Where the blocks of a page stand: a head, the column of blocks in as many sheets as it
 * takes, a bar of tools that is the same on every screen. */
#include "kiosk/draw/text.h"
#include "kiosk/touch/blocks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { UNITS_MAX = 512 };

/* Blocks that stand side by side, or one block. */
struct unit_line {
    size_t first;
    int count, columns;
    double height;
};

struct layout {
    const struct page *page;
    const struct page_look *look;
    struct page_view *view;
    struct block_style style;
    struct theme theme;
    struct box screen, head, banner, tools, body;
    struct unit_line lines[UNITS_MAX];
    size_t line_count;
    bool dense; /* too much for one sheet: side by side where there is width */
    double gap;
};

/* ---- the bars ---- */

static void head_draw(struct layout *l)
{
    const struct theme *t = &l->theme;
    struct canvas *c = l->style.canvas;
    canvas_rect(c, l->head, COLOUR_DEEP);
    struct box b = box_inset(l->head, t->margin / 2, 0);
    if (!l->look->home) {
        const char *word = page_say(l->page, N_("Quay lại"));
        const struct text_style style = {.colour = COLOUR_ON_DEEP,
                                         .size = t->type[TYPE_BODY],
                                         .bold = true,
                                         .max_lines = 1,
                                         .anchor = TEXT_MIDDLE};
        double side = t->type[TYPE_LEAD];
        double w =
            text_measure(c, &style, word, b.w, b.h).width + side + 3 * t->space[SPACE_S];
        struct box key = {b.x, b.y + t->space[SPACE_XS], w, b.h - 2 * t->space[SPACE_XS]};
        canvas_round(c, key, t->space[SPACE_S], COLOUR_ACCENT);
        icon_draw(c, ICON_arrow_left, COLOUR_ON_DEEP,
                  (struct box){key.x + t->space[SPACE_S], key.y, side, key.h});
        text_draw(c, &style, word,
                  (struct box){key.x + side + 2 * t->space[SPACE_S], key.y,
                               w - side - 2 * t->space[SPACE_S], key.h});
        target_add(l->view, key, (struct action){VERB_BACK, 0});
        b.x += w + t->space[SPACE_M];
        b.w -= w + t->space[SPACE_M];
    }
    const struct text_style time = {.colour = COLOUR_SUN,
                                    .size = t->type[TYPE_LEAD],
                                    .bold = true,
                                    .figures = true,
                                    .max_lines = 1,
                                    .align = TEXT_RIGHT,
                                    .anchor = TEXT_MIDDLE};
    if (l->look->time)
        b.w -= text_draw(c, &time, l->look->time, b).width + t->space[SPACE_M];
    const struct text_style place = {.colour = COLOUR_ON_DEEP,
                                     .size = t->type[TYPE_BODY],
                                     .bold = l->look->home,
                                     .max_lines = 1,
                                     .align = l->look->home ? TEXT_LEFT : TEXT_RIGHT,
                                     .anchor = TEXT_MIDDLE};
    text_draw(c, &place, l->look->place ? l->look->place : "Trạm Tin", b);
}

/* What must be heard now, whoever is at the screen. */
static void banner_draw(struct layout *l)
{
    const struct theme *t = &l->theme;
    if (l->banner.h <= 0)
        return;
    canvas_rect(l->style.canvas, l->banner, COLOUR_WARM);
    struct box b = box_inset(l->banner, t->margin / 2, 0);
    double side = t->type[TYPE_LEAD];
    icon_draw(l->style.canvas, ICON_megaphone, COLOUR_ON_DEEP,
              (struct box){b.x, b.y, side, b.h});
    b.x += side + t->space[SPACE_M];
    b.w -= side + t->space[SPACE_M];
    const struct text_style style = {.colour = COLOUR_ON_DEEP,
                                     .size = t->type[TYPE_BODY],
                                     .bold = true,
                                     .max_lines = 1,
                                     .anchor = TEXT_MIDDLE};
    text_draw(l->style.canvas, &style, l->look->banner, b);
}

static void tools_draw(struct layout *l)
{
    const struct theme *t = &l->theme;
    const struct page_look *look = l->look;
    const struct {
        enum icon icon;
        const char *text;
        int verb;
        bool on, absent;
    } tools[] = {
        {ICON_house, N_("Trang đầu"), VERB_HOME, false, false},
        {ICON_languages, language_names[page_language(l->page)], VERB_LANGUAGE, false,
         false},
        {ICON_volume_2, N_("Nghe đọc"), VERB_READ, look->reading, !look->can_read},
        {ICON_printer, look->print, VERB_PRINT, look->printing,
         !look->print || look->home},
        {ICON_a_large_small, N_("Chữ to"), VERB_SCALE, look->large, false},
        {ICON_contrast, N_("Nét đậm"), VERB_CONTRAST, look->contrast, false},
        {ICON_panel_bottom, N_("Hạ thấp"), VERB_REACH, look->low, false},
    };
    canvas_rect(l->style.canvas, l->tools, COLOUR_STRIP);
    struct box bar = box_inset(l->tools, t->space[SPACE_S], 0);
    int count = 0, place = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(tools); i++)
        count += !tools[i].absent;
    double w = bar.w / count;
    for (size_t i = 0; i < ARRAY_LENGTH(tools); i++) {
        if (tools[i].absent)
            continue;
        struct box at = {bar.x + w * place++, bar.y, w, bar.h};
        tool_draw(&l->style, tools[i].icon, page_say(l->page, tools[i].text), tools[i].on,
                  at);
        target_add(l->view, at, (struct action){tools[i].verb, 0});
    }
}

/* ---- lines of blocks ---- */

static void lines_add(struct layout *l, size_t first, int count, int columns,
                      double height)
{
    if (l->line_count < UNITS_MAX)
        l->lines[l->line_count++] = (struct unit_line){first, count, columns, height};
}

enum { RUN_LEAST = 4 }; /* fewer answers than this stand one below the other */

static bool is_button(const struct block *b)
{
    return b->action.verb != VERB_NONE;
}

/* Cards that only tell stay one below the other, unless there are too many. */
static bool runs_on(const struct layout *l, const struct block *first,
                    const struct block *b)
{
    if (b->kind != first->kind || b->strong || first->strong ||
        is_button(b) != is_button(first))
        return false;
    bool plain = b->mood == PAGE_PLAIN && first->mood == PAGE_PLAIN;
    return b->kind == BLOCK_TILE ||
           (b->kind == BLOCK_CHOICE && (is_button(b) || (l->dense && plain)));
}

/* How many of `count` blocks like `b` stand side by side. */
static int columns_of(const struct layout *l, const struct block *b, int count)
{
    if (b->kind == BLOCK_CHOICE)
        return count >= (l->dense ? 2 : RUN_LEAST) && l->body.w > l->body.h * 1.4 ? 2 : 1;
    double least = l->theme.type[TYPE_BODY] * 7.2;
    int most = (int)fmax(1, floor((l->body.w + l->gap) / (least + l->gap)));
    int rows = (count + most - 1) / most;
    return (count + rows - 1) / rows;
}

static void run_add(struct layout *l, size_t first, size_t end)
{
    int columns = columns_of(l, page_block(l->page, first), (int)(end - first));
    double width = (l->body.w - l->gap * (columns - 1)) / columns;
    for (size_t i = first; i < end; i += (size_t)columns) {
        int count = (int)fmin(columns, (double)(end - i));
        double height = 0;
        for (int k = 0; k < count; k++)
            height =
                fmax(height,
                     block_height(&l->style, page_block(l->page, i + (size_t)k), width));
        lines_add(l, i, count, columns, height);
    }
}

/* Tiles and answers side by side, as even as can be; the rest one below the other. */
static void lines_make(struct layout *l, size_t from)
{
    size_t n = page_block_count(l->page);
    l->line_count = 0;
    for (size_t i = from, end; i < n; i = end) {
        const struct block *b = page_block(l->page, i);
        for (end = i + 1; end < n && runs_on(l, b, page_block(l->page, end));)
            end++;
        run_add(l, i, end);
    }
}

static double gap_before(const struct layout *l, size_t line)
{
    enum block_kind kind = page_block(l->page, l->lines[line].first)->kind;
    enum block_kind before =
        line ? page_block(l->page, l->lines[line - 1].first)->kind : kind;
    bool table = kind == BLOCK_ROW || kind == BLOCK_BAR;
    return table && before == kind ? 0 : l->gap;
}

/* The first line behind those that fit into `height` from `first`; a head of a group
 * never stands alone at the end. */
static size_t sheet_end(const struct layout *l, size_t first, double height)
{
    double y = 0;
    size_t i = first;
    for (; i < l->line_count; i++) {
        double h = l->lines[i].height + (i > first ? gap_before(l, i) : 0);
        if (y + h > height && i > first)
            break;
        y += h;
    }
    if (i < l->line_count && i - 1 > first &&
        page_block(l->page, l->lines[i - 1].first)->kind == BLOCK_GROUP)
        i--;
    return i;
}

static double lines_height(const struct layout *l, size_t first, size_t end)
{
    double y = 0;
    for (size_t i = first; i < end; i++)
        y += l->lines[i].height + (i > first ? gap_before(l, i) : 0);
    return y;
}

/* What is left over goes to the tiles, up to half as much again. */
static void tiles_stretch(struct layout *l, size_t first, size_t end, double height)
{
    double tiles = 0, spare = height - lines_height(l, first, end);
    for (size_t i = first; i < end; i++)
        if (page_block(l->page, l->lines[i].first)->kind == BLOCK_TILE)
            tiles += l->lines[i].height;
    if (tiles <= 0 || spare <= 0)
        return;
    double factor = 1 + fmin(spare / tiles, 0.8);
    for (size_t i = first; i < end; i++)
        if (page_block(l->page, l->lines[i].first)->kind == BLOCK_TILE)
            l->lines[i].height = floor(l->lines[i].height * factor);
}

static void lines_draw(struct layout *l, size_t first, size_t end, double y)
{
    int row = 0;
    for (size_t i = first; i < end; i++) {
        const struct unit_line *line = &l->lines[i];
        y += i > first ? gap_before(l, i) : 0;
        double w = (l->body.w - l->gap * (line->columns - 1)) / line->columns;
        for (int k = 0; k < line->count; k++) {
            const struct block *b = page_block(l->page, line->first + (size_t)k);
            row = b->kind == BLOCK_ROW && !b->strong ? row + 1 : 0;
            block_draw(&l->style, b,
                       (struct box){l->body.x + (w + l->gap) * k, y, w, line->height},
                       row % 2 == 0 && row > 0, l->view);
        }
        y += line->height;
    }
}

static double pager_height(const struct layout *l)
{
    return l->style.touch + l->gap;
}

static void pager_draw(struct layout *l, int sheet)
{
    const struct theme *t = &l->theme;
    struct box bar = {l->body.x, l->body.y + l->body.h - l->style.touch, l->body.w,
                      l->style.touch};
    double w = fmin(bar.w * 0.36, t->type[TYPE_BODY] * 9);
    const struct {
        struct box at;
        enum icon icon;
        const char *text;
        int verb;
        bool on;
    } keys[] = {
        {{bar.x, bar.y, w, bar.h},
         ICON_chevron_up,
         N_("Xem lại"),
         VERB_EARLIER,
         sheet > 0},
        {{bar.x + bar.w - w, bar.y, w, bar.h},
         ICON_chevron_down,
         N_("Xem tiếp"),
         VERB_LATER,
         sheet + 1 < l->view->sheets},
    };
    for (unsigned i = 0; i < ARRAY_LENGTH(keys); i++) {
        if (!keys[i].on)
            continue;
        canvas_round(l->style.canvas, keys[i].at, t->space[SPACE_S], COLOUR_ACCENT);
        double side = t->type[TYPE_LEAD];
        struct box in = box_inset(keys[i].at, t->space[SPACE_M], 0);
        icon_draw(l->style.canvas, keys[i].icon, COLOUR_ON_DEEP,
                  (struct box){in.x, in.y, side, in.h});
        const struct text_style style = {.colour = COLOUR_ON_DEEP,
                                         .size = t->type[TYPE_BODY],
                                         .bold = true,
                                         .max_lines = 1,
                                         .anchor = TEXT_MIDDLE};
        text_draw(l->style.canvas, &style, page_say(l->page, keys[i].text),
                  (struct box){in.x + side + t->space[SPACE_S], in.y,
                               in.w - side - t->space[SPACE_S], in.h});
        target_add(l->view, keys[i].at, (struct action){keys[i].verb, 0});
    }
    char text[32];
    (void)snprintf(text, sizeof(text), "%d / %d", sheet + 1, l->view->sheets);
    const struct text_style number = {.colour = COLOUR_INK_SOFT,
                                      .size = t->type[TYPE_BODY],
                                      .figures = true,
                                      .align = TEXT_CENTRE,
                                      .anchor = TEXT_MIDDLE};
    text_draw(l->style.canvas, &number, text, bar);
}

/* ---- the whole ---- */

static void frame_make(struct layout *l)
{
    const struct theme *t = &l->theme;
    struct box s = {0, 0, t->width, t->height};
    if (l->look->low) {
        /* The programme above, everything to touch below. */
        double h = t->portrait ? t->height * 0.56 : t->height * 0.66;
        s = (struct box){0, t->height - h, t->width, h};
        l->view->picture = (struct box){0, 0, t->width, t->height - h};
    }
    double bar = fmax(l->style.touch, t->type[TYPE_LEAD] * 1.5) + t->space[SPACE_XS];
    double tool = fmax(l->style.touch, t->type[TYPE_NOTE] * 3.6) + t->space[SPACE_XS];
    l->screen = s;
    l->head = (struct box){s.x, s.y, s.w, bar};
    l->tools = (struct box){s.x, s.y + s.h - tool, s.w, tool};
    l->banner =
        (struct box){s.x, s.y + bar, s.w, l->look->banner ? t->type[TYPE_BODY] * 1.9 : 0};
    bar += l->banner.h;
    double margin = t->margin * 0.62;
    l->body = (struct box){s.x + margin, s.y + bar + t->space[SPACE_M], s.w - 2 * margin,
                           s.h - bar - tool - 2 * t->space[SPACE_M]};
    if (!l->look->home || l->look->low)
        return;
    if (t->portrait) {
        struct box p = {l->body.x, l->body.y, l->body.w, l->body.w * 9 / 16};
        l->view->picture = p;
        l->body.y += p.h + t->space[SPACE_M];
        l->body.h -= p.h + t->space[SPACE_M];
    } else {
        double w = l->body.w * 0.36;
        l->view->picture =
            (struct box){l->body.x + l->body.w - w, l->body.y, w, w * 9 / 16};
        l->body.w -= w + t->space[SPACE_L];
    }
}

static void hole_cut(struct canvas *c, struct box b)
{
    cairo_t *cr = canvas_cairo(c);
    cairo_save(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
    cairo_rectangle(cr, round(b.x), round(b.y), round(b.w), round(b.h));
    cairo_fill(cr);
    cairo_restore(cr);
}

static void focus_draw(struct layout *l)
{
    if (l->look->focus < 0 || l->look->focus >= l->view->target_count)
        return;
    struct box b = l->view->targets[l->look->focus].box;
    cairo_t *cr = canvas_cairo(l->style.canvas);
    double w = l->theme.space[SPACE_XS] * 0.75;
    cairo_save(cr);
    for (int i = 0; i < 2; i++) { /* dark outside, bright inside: seen on any ground */
        double in = i ? w * 0.75 : 0;
        canvas_colour(l->style.canvas, i ? COLOUR_SUN : COLOUR_INK, 1);
        cairo_set_line_width(cr, i ? w : w * 2);
        cairo_rectangle(cr, b.x + in, b.y + in, b.w - 2 * in, b.h - 2 * in);
        cairo_stroke(cr);
    }
    cairo_restore(cr);
}

/* Draws the sheet that is asked for, or the last; the title stands on each. */
static void body_draw(struct layout *l)
{
    size_t n = page_block_count(l->page), from = 0;
    if (n && page_block(l->page, 0)->kind == BLOCK_TITLE) {
        const struct block *title = page_block(l->page, 0);
        double h = block_height(&l->style, title, l->body.w);
        block_draw(&l->style, title, (struct box){l->body.x, l->body.y, l->body.w, h},
                   false, l->view);
        l->body.y += h + l->gap;
        l->body.h -= h + l->gap;
        from = 1;
    }
    lines_make(l, from);
    double room = l->body.h;
    size_t first = 0, end = sheet_end(l, 0, room);
    if (end < l->line_count) {
        l->dense = true;
        lines_make(l, from);
        end = sheet_end(l, 0, room);
    }
    l->view->sheets = 1;
    if (end < l->line_count) {
        room -= pager_height(l);
        size_t wanted_first = 0, wanted_end = 0;
        int sheet = 0, wanted = l->look->sheet < 0 ? 0 : l->look->sheet;
        for (first = 0; first < l->line_count; first = end, sheet++) {
            end = sheet_end(l, first, room);
            if (sheet <= wanted) {
                wanted_first = first;
                wanted_end = end;
            }
        }
        l->view->sheets = sheet;
        first = wanted_first;
        end = wanted_end;
        pager_draw(l, wanted < sheet ? wanted : sheet - 1);
    }
    tiles_stretch(l, first, end, room);
    lines_draw(l, first, end, l->body.y);
}

void page_render(const struct page *p, const struct page_look *look, struct canvas *c,
                 struct page_view *ret)
{
    struct layout l = {.page = p, .look = look, .view = ret, .theme = *look->theme};
    memset(ret, 0, sizeof(*ret));
    if (look->large)
        theme_enlarge(&l.theme, 1.25);
    l.style = (struct block_style){c, &l.theme, look->touch};
    l.gap = l.theme.space[SPACE_S];
    canvas_set_palette(c, look->contrast ? PALETTE_CONTRAST : PALETTE_HOUSE);
    frame_make(&l);
    canvas_clear(c);
    canvas_rect(c, l.screen, COLOUR_PAPER);
    if (ret->picture.w > 0)
        hole_cut(c, ret->picture);
    head_draw(&l);
    banner_draw(&l);
    body_draw(&l);
    tools_draw(&l);
    focus_draw(&l);
}
