/* Screen sound: what is being heard, while an item has no picture of its own. */
#include "kiosk/draw/scenery.h"
#include "kiosk/draw/text.h"
#include "kiosk/screens/screen.h"

#include <math.h>

/* A loudspeaker's waves: the one sign for "listen". */
static void waves_draw(struct canvas *c, double x, double y, double r)
{
    cairo_t *cr = canvas_cairo(c);
    cairo_save(cr);
    canvas_colour(c, COLOUR_SUN, 1);
    cairo_move_to(cr, x - r * 0.62, y - r * 0.24);
    cairo_line_to(cr, x - r * 0.36, y - r * 0.24);
    cairo_line_to(cr, x, y - r * 0.56);
    cairo_line_to(cr, x, y + r * 0.56);
    cairo_line_to(cr, x - r * 0.36, y + r * 0.24);
    cairo_line_to(cr, x - r * 0.62, y + r * 0.24);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_set_line_width(cr, r * 0.13);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    for (int i = 1; i <= 3; i++) {
        cairo_new_sub_path(cr);
        cairo_arc(cr, x, y, r * (0.10 + 0.27 * i), -M_PI / 4, M_PI / 4);
        cairo_stroke(cr);
    }
    cairo_restore(cr);
}

static void sound_draw(struct canvas *c, const struct theme *t,
                       const struct screen_facts *facts)
{
    canvas_fill(c, COLOUR_DEEP);
    double bottom = t->height - t->reserved, hills = bottom * (t->portrait ? 0.32 : 0.36);
    scenery_draw(c, (struct box){0, bottom - hills, t->width, hills});
    double r = t->type[TYPE_DISPLAY] * 0.8, y = t->margin_top * 1.3 + r;
    waves_draw(c, t->margin + r * 0.62, y, r);
    const struct text_style kind = {.colour = COLOUR_SUN,
                                    .size = t->type[TYPE_LEAD],
                                    .bold = true,
                                    .max_lines = 1,
                                    .anchor = TEXT_MIDDLE};
    double after = t->margin + r * 2 + t->space[SPACE_M];
    text_draw(c, &kind, "Đang phát thanh",
              (struct box){after, y - r, t->width - after - t->margin, 2 * r});
    y += r + t->space[SPACE_M];
    double width = t->width - 2 * t->margin;
    const struct text_style title = {.colour = COLOUR_ON_DEEP,
                                     .size = t->type[TYPE_DISPLAY],
                                     .min_size = t->type[TYPE_LEAD],
                                     .bold = true,
                                     .balanced = true,
                                     .line_height = 0.86,
                                     .max_lines = t->portrait ? 6 : 3};
    y += text_draw(c, &title, facts->title ? facts->title : "Bản tin",
                   (struct box){t->margin, y, width, bottom * 0.34})
             .height;
    if (!facts->subtitle)
        return;
    const struct text_style subtitle = {
        .colour = COLOUR_ON_DEEP_SOFT, .size = t->type[TYPE_LEAD], .max_lines = 2};
    text_draw(c, &subtitle, facts->subtitle,
              (struct box){t->margin, y + t->space[SPACE_S], width, bottom * 0.14});
}

const struct screen screen_sound = {"sound", sound_draw, NULL};
