/* Layout picture: the picture as large as it goes, its caption beside or below. */
#include "kiosk/draw/scenery.h"
#include "kiosk/draw/text.h"
#include "kiosk/slides/slide.h"

#include <math.h>

/* While the picture is missing the place is not empty: the hills stand in. */
static void stand_in_draw(const struct slide_page *page, struct box b)
{
    cairo_t *cr = canvas_cairo(page->canvas);
    cairo_save(cr);
    cairo_rectangle(cr, b.x, b.y, b.w, b.h);
    cairo_clip(cr);
    canvas_rect(page->canvas, b, COLOUR_DEEP);
    scenery_draw(page->canvas, (struct box){b.x, b.y + b.h * 0.4, b.w, b.h * 0.6});
    cairo_restore(cr);
}

static void picture_draw(const struct slide_page *page, const struct slide *view)
{
    const struct theme *t = page->theme;
    struct box room = slide_frame(page, view), at = room, text = {0};
    bool beside =
        !t->portrait && view->caption[0] &&
        (!page->picture || canvas_width(page->picture) <
                               1.2 * room.w / room.h * canvas_height(page->picture));
    if (view->caption[0]) {
        if (beside) {
            at.w = room.w * 0.68;
            if (page->picture) { /* the text starts where the picture really ends */
                at.w = fmin(at.w, canvas_fit(page->picture, at).w);
            }
            text = (struct box){at.x + at.w + t->space[SPACE_L], at.y,
                                room.w - at.w - t->space[SPACE_L], at.h};
        } else {
            at.h -= t->type[TYPE_BODY] * (t->portrait ? 5.8 : 1.9);
            if (page->picture)
                at.h = fmin(at.h, at.w * canvas_height(page->picture) /
                                      canvas_width(page->picture));
            text = (struct box){at.x, at.y + at.h + t->space[SPACE_S], at.w,
                                room.y + room.h - at.y - at.h - t->space[SPACE_S]};
        }
    }
    if (page->picture) {
        struct box fit = canvas_fit(page->picture, at);
        fit.x = at.x; /* on the grid's left edge, level with the title */
        if (!beside && !view->caption[0])
            fit.x = at.x + (at.w - fit.w) / 2;
        canvas_picture(page->canvas, page->picture, fit, false, t->space[SPACE_XS]);
    } else {
        stand_in_draw(page, at);
    }
    if (view->caption[0]) {
        const struct text_style caption = {
            .colour = COLOUR_INK, .size = t->type[TYPE_BODY], .anchor = TEXT_TOP};
        text_draw(page->canvas, &caption, view->caption, text);
    }
}

const struct slide_drawer slide_picture = {picture_draw};
