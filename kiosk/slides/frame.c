/* What all slides share: ground, head, source, footer strip. */
#include "kiosk/draw/text.h"
#include "kiosk/slides/slide.h"

#include <math.h>
#include <stdio.h>

struct box slide_clock_box(const struct theme *theme)
{
    double w = theme->type[TYPE_SMALL] * 12;
    return (struct box){theme->width - theme->margin - w,
                        theme->height - theme->reserved - theme->strip, w, theme->strip};
}

static void source_text(const char *source, char *ret, size_t size)
{
    (void)snprintf(ret, size, "Nguồn: %s", source);
}

void slide_footer(const struct slide_page *page, const char *source)
{
    const struct theme *t = page->theme;
    struct box strip = {0, t->height - t->reserved - t->strip, t->width, t->strip};
    canvas_rect(page->canvas, strip, COLOUR_STRIP);
    struct box clock = slide_clock_box(t);
    struct box room = {t->margin, strip.y, clock.x - t->margin - t->space[SPACE_L],
                       strip.h};
    if (page->place) {
        const struct text_style style = {.colour = COLOUR_ON_DEEP,
                                         .size = t->type[TYPE_SMALL],
                                         .bold = true,
                                         .max_lines = 1,
                                         .anchor = TEXT_MIDDLE};
        struct text_extent e = text_draw(page->canvas, &style, page->place, room);
        room.x += e.width + t->space[SPACE_L];
        room.w -= e.width + t->space[SPACE_L];
    }
    if (source[0] && !t->portrait) {
        char text[512];
        source_text(source, text, sizeof(text));
        const struct text_style style = {.colour = COLOUR_ON_DEEP_SOFT,
                                         .size = t->type[TYPE_NOTE],
                                         .max_lines = 1,
                                         .anchor = TEXT_MIDDLE};
        text_draw(page->canvas, &style, text, room);
    }
}

struct box slide_frame(const struct slide_page *page, const struct slide *view)
{
    const struct theme *t = page->theme;
    canvas_fill(page->canvas, COLOUR_PAPER);
    slide_footer(page, view->source);
    double width = t->width - 2 * t->margin;
    double bottom = t->height - t->reserved - t->strip - t->space[SPACE_L];
    if (view->source[0] && t->portrait) {
        char text[512];
        source_text(view->source, text, sizeof(text));
        const struct text_style style = {.colour = COLOUR_INK_SOFT,
                                         .size = t->type[TYPE_NOTE],
                                         .max_lines = 2,
                                         .anchor = TEXT_BOTTOM};
        double h = t->type[TYPE_NOTE] * 2.8;
        struct text_extent e = text_draw(page->canvas, &style, text,
                                         (struct box){t->margin, bottom - h, width, h});
        bottom -= e.height + t->space[SPACE_M];
    }
    double y = t->margin_top;
    canvas_rect(page->canvas,
                (struct box){t->margin, y, t->space[SPACE_XL], t->space[SPACE_XS]},
                COLOUR_WARM);
    y += t->space[SPACE_XS] + t->space[SPACE_S];
    const struct text_style title = {.colour = COLOUR_INK,
                                     .size = t->type[TYPE_TITLE],
                                     .bold = true,
                                     .balanced = true,
                                     .line_height = 0.86,
                                     .max_lines = t->portrait ? 4 : 2};
    y += text_draw(page->canvas, &title, view->title,
                   (struct box){t->margin, y, width, t->height * 0.3})
             .height;
    if (view->subtitle[0]) {
        const struct text_style subtitle = {.colour = COLOUR_INK_SOFT,
                                            .size = t->type[TYPE_BODY],
                                            .max_lines = t->portrait ? 3 : 2};
        y += text_draw(
                 page->canvas, &subtitle, view->subtitle,
                 (struct box){t->margin, y + t->space[SPACE_XS], width, t->height * 0.12})
                 .height +
             t->space[SPACE_XS];
    }
    y += t->space[t->portrait || !view->subtitle[0] ? SPACE_L : SPACE_M];
    return (struct box){t->margin, y, width, fmax(1, bottom - y)};
}

/* The height of all paragraphs at one size; `mark` is the indent for their marks. */
static double paragraphs_height(const struct slide_page *page, const struct slide *view,
                                double width, double size, double mark)
{
    double height = 0;
    for (size_t i = 0; i < view->paragraphs.count; i++) {
        const struct text_style style = {.size = size, .min_size = size};
        struct text_extent e = text_measure(page->canvas, &style,
                                            view->paragraphs.texts[i], width - mark, 1e6);
        height += e.height + (i ? size * 0.6 : 0);
    }
    return height;
}

double slide_paragraphs(const struct slide_page *page, const struct slide *view,
                        struct box b, double size)
{
    const double smallest = page->theme->type[TYPE_NOTE] * 0.8;
    double height;
    for (;;) {
        height = paragraphs_height(page, view, b.w, size,
                                   view->paragraphs.count > 1 ? size * 0.9 : 0);
        if (height <= b.h || size <= smallest)
            break;
        size = fmax(smallest, size * 0.95);
    }
    double mark = view->paragraphs.count > 1 ? size * 0.9 : 0, y = b.y;
    for (size_t i = 0; i < view->paragraphs.count; i++) {
        double left = b.y + b.h - y;
        if (left < size)
            break;
        const struct text_style style = {
            .colour = COLOUR_INK, .size = size, .min_size = size};
        struct text_extent e = text_draw(page->canvas, &style, view->paragraphs.texts[i],
                                         (struct box){b.x + mark, y, b.w - mark, left});
        if (mark > 0) { /* a mark that sits on the x-height of the first line */
            double side = size * 0.26;
            canvas_rect(
                page->canvas,
                (struct box){b.x, y + e.baseline - size * 0.27 - side / 2, side, side},
                COLOUR_ACCENT);
        }
        y += e.height + size * 0.6;
    }
    return height;
}
