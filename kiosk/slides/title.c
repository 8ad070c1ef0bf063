/* Layout title: one sentence on the dark ground, above the hills. */
#include "kiosk/draw/scenery.h"
#include "kiosk/draw/text.h"
#include "kiosk/slides/slide.h"

static void title_draw(const struct slide_page *page, const struct slide *view)
{
    const struct theme *t = page->theme;
    canvas_fill(page->canvas, COLOUR_DEEP);
    double bottom = t->height - t->reserved - t->strip;
    double hills = bottom * (t->portrait ? 0.36 : 0.42);
    scenery_draw(page->canvas, (struct box){0, bottom - hills, t->width, hills});
    double width = (t->width - 2 * t->margin) * (t->portrait ? 1 : 0.94);
    double room = bottom * (t->portrait ? 0.52 : 0.56);
    double y = t->portrait ? t->height * 0.10 : t->margin_top * 1.3;
    canvas_rect(page->canvas,
                (struct box){t->margin, y, t->space[SPACE_XL] * 1.4, t->space[SPACE_XS]},
                COLOUR_SUN);
    y += t->space[SPACE_L];
    const struct text_style title = {.colour = COLOUR_ON_DEEP,
                                     .size = t->type[TYPE_DISPLAY],
                                     .min_size = t->type[TYPE_LEAD],
                                     .bold = true,
                                     .balanced = true,
                                     .line_height = 0.86,
                                     .max_lines = t->portrait ? 6 : 3};
    double share = view->subtitle[0] ? 0.68 : 1;
    y += text_draw(page->canvas, &title, view->title,
                   (struct box){t->margin, y, width, room * share})
             .height;
    if (view->subtitle[0]) {
        const struct text_style subtitle = {.colour = COLOUR_ON_DEEP_SOFT,
                                            .size = t->type[TYPE_LEAD],
                                            .balanced = true,
                                            .max_lines = t->portrait ? 5 : 3};
        text_draw(page->canvas, &subtitle, view->subtitle,
                  (struct box){t->margin, y + t->space[SPACE_M], width,
                               room * (1 - share) + t->space[SPACE_XL]});
    }
    if (view->source[0] && t->portrait) {
        const struct text_style source = {.colour = COLOUR_ON_DEEP_SOFT,
                                          .size = t->type[TYPE_NOTE],
                                          .max_lines = 2,
                                          .anchor = TEXT_BOTTOM};
        double h = t->type[TYPE_NOTE] * 3;
        text_draw(page->canvas, &source, view->source,
                  (struct box){t->margin, bottom - h - t->space[SPACE_M],
                               t->width - 2 * t->margin, h});
    }
    slide_footer(page, view->source);
}

const struct slide_drawer slide_title = {title_draw};
