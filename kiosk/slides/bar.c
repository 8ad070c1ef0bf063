/* Layout bar: one bar per row, values at their ends. */
#include "kiosk/draw/text.h"
#include "kiosk/slides/slide.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A figure the Vietnamese way: 1.595 and 24,40. */
static void number_format(double value, int decimals, const char *unit, char *ret,
                          size_t size)
{
    char plain[64], grouped[96];
    (void)snprintf(plain, sizeof(plain), "%.*f", decimals, fabs(value));
    size_t whole = strcspn(plain, "."), n = 0;
    if (value < 0)
        grouped[n++] = '-';
    for (size_t i = 0; plain[i] && n + 2 < sizeof(grouped); i++) {
        if (i < whole && i > 0 && (whole - i) % 3 == 0)
            grouped[n++] = '.';
        grouped[n++] = plain[i] == '.' ? ',' : plain[i];
    }
    grouped[n] = 0;
    (void)snprintf(ret, size, "%s%s%s", grouped, unit && *unit ? "\u00a0" : "",
                   unit ? unit : "");
}

/* As many decimals as the figures need, at most two. */
static int decimals_of(const struct slide *view)
{
    int decimals = 0;
    for (size_t i = 0; i < view->row_count; i++) {
        double hundredths = round(view->rows[i].value * 100);
        if (fmod(hundredths, 10) != 0)
            return 2;
        if (fmod(hundredths, 100) != 0)
            decimals = 1;
    }
    return decimals;
}

struct chart {
    double row, bar;      /* heights */
    double label, value;  /* widths of the columns left and right */
    double size, largest; /* of the type; of the figures */
    int decimals;
};

static struct chart chart_plan(const struct slide_page *page, const struct slide *view,
                               struct box room)
{
    const struct theme *t = page->theme;
    struct chart ch = {.decimals = decimals_of(view)};
    ch.row = fmin(room.h / (double)view->row_count,
                  t->type[TYPE_BODY] * (t->portrait ? 3.3 : 2.5));
    ch.bar = fmin(ch.row * 0.56, t->type[TYPE_BODY] * 1.4);
    ch.size = fmin(t->type[TYPE_BODY] * 1.05, ch.row * 0.58);
    const struct text_style style = {
        .size = ch.size, .min_size = ch.size, .bold = true, .figures = true};
    for (size_t i = 0; i < view->row_count; i++) {
        char text[128];
        number_format(view->rows[i].value, ch.decimals, view->unit, text, sizeof(text));
        ch.value =
            fmax(ch.value, text_measure(page->canvas, &style, text, 1e5, 1e5).width);
        ch.label =
            fmax(ch.label,
                 text_measure(page->canvas, &style, view->rows[i].label, 1e5, 1e5).width);
        ch.largest = fmax(ch.largest, view->rows[i].value);
    }
    ch.label = ceil(fmin(ch.label + 2, room.w * 0.36));
    ch.value = ceil(ch.value + 2);
    return ch;
}

static void bar_row_draw(const struct slide_page *page, const struct slide *view,
                         const struct chart *ch, struct box row, size_t i)
{
    const struct theme *t = page->theme;
    const struct slide_row *bar = &view->rows[i];
    enum colour colour = bar->highlight ? COLOUR_WARM : COLOUR_ACCENT;
    const struct text_style label = {
        .colour = bar->highlight ? COLOUR_WARM : COLOUR_INK,
        .size = ch->size,
        .bold = bar->highlight,
        .max_lines = (int)fmax(1, floor((ch->row / ch->size + 0.2) / 1.1)),
        .line_height = 0.84,
        .anchor = TEXT_MIDDLE};
    text_draw(page->canvas, &label, bar->label,
              (struct box){row.x, row.y, ch->label, row.h});
    double x = row.x + ch->label + t->space[SPACE_M];
    double longest =
        row.w - ch->label - ch->value - t->space[SPACE_M] - t->space[SPACE_S];
    double part = ch->largest > 0 ? fmax(0, bar->value) / ch->largest : 0;
    struct box b = {x, row.y + (row.h - ch->bar) / 2, fmax(3, longest * part), ch->bar};
    canvas_rect(page->canvas, b, colour);
    char text[128];
    number_format(bar->value, ch->decimals, view->unit, text, sizeof(text));
    const struct text_style value = {.colour = bar->highlight ? COLOUR_WARM : COLOUR_INK,
                                     .size = ch->size,
                                     .bold = true,
                                     .figures = true,
                                     .max_lines = 1,
                                     .anchor = TEXT_MIDDLE};
    text_draw(page->canvas, &value, text,
              (struct box){b.x + b.w + t->space[SPACE_S], row.y, ch->value, row.h});
}

static void bar_draw(const struct slide_page *page, const struct slide *view)
{
    struct box room = slide_frame(page, view);
    if (view->row_count == 0)
        return;
    struct chart ch = chart_plan(page, view, room);
    double x = room.x + ch.label + page->theme->space[SPACE_M];
    double height = ch.row * (double)view->row_count;
    for (size_t i = 0; i < view->row_count; i++)
        bar_row_draw(page, view, &ch,
                     (struct box){room.x, room.y + ch.row * (double)i, room.w, ch.row},
                     i);
    /* The line all bars start from. */
    double hair = page->theme->space[SPACE_HAIR];
    canvas_rect(page->canvas, (struct box){x - hair, room.y, hair, height}, COLOUR_INK);
}

const struct slide_drawer slide_bars = {bar_draw};
