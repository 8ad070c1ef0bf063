/* Layout qr: what to know on one side, the code to take home on the other. */
#include "kiosk/draw/qr.h"
#include "kiosk/draw/text.h"
#include "kiosk/slides/slide.h"

#include <math.h>
#include <string.h>

static void qr_card_draw(const struct slide_page *page, const struct slide *view,
                         struct box card, double side, double top)
{
    const struct theme *t = page->theme;
    canvas_round(page->canvas, card, t->space[SPACE_S], COLOUR_DEEP);
    struct box code = {card.x + (card.w - side) / 2, card.y + top, side, side};
    struct box below = {card.x + t->space[SPACE_S], code.y + side,
                        card.w - 2 * t->space[SPACE_S], card.y + card.h - code.y - side};
    if (!view->url[0] || qr_draw(page->canvas, view->url, code) < 0)
        return;
    const struct text_style style = {.colour = COLOUR_ON_DEEP,
                                     .size = t->type[TYPE_BODY],
                                     .min_size = t->type[TYPE_NOTE] * 0.7,
                                     .bold = true,
                                     .balanced = true,
                                     .max_lines = 2,
                                     .align = TEXT_CENTRE,
                                     .anchor = TEXT_MIDDLE};
    text_draw(page->canvas, &style, view->caption[0] ? view->caption : view->url, below);
}

static void qr_layout_draw(const struct slide_page *page, const struct slide *view)
{
    const struct theme *t = page->theme;
    struct box room = slide_frame(page, view), text = room;
    double caption = t->type[TYPE_BODY] * 3.2, pad = t->space[SPACE_L];
    double side =
        t->portrait ? room.w * 0.62 : fmin(room.h - pad - caption, room.w * 0.36);
    struct box card = {0, 0, side + 2 * pad, side + pad + caption};
    if (t->portrait) {
        card.w = room.w;
        card.x = room.x;
        card.y = room.y + room.h - card.h;
        text.h = card.y - room.y - t->space[SPACE_L];
    } else {
        card.x = room.x + room.w - card.w;
        card.y = room.y;
        text.w = card.x - room.x - t->space[SPACE_XL];
    }
    qr_card_draw(page, view, card, side, pad);
    if (view->url[0] && view->caption[0]) { /* for those who type it */
        const struct text_style address = {.colour = COLOUR_ACCENT,
                                           .size = t->type[TYPE_BODY],
                                           .min_size = t->type[TYPE_NOTE] * 0.8,
                                           .bold = true,
                                           .max_lines = 1,
                                           .anchor = TEXT_BOTTOM};
        double h = t->type[TYPE_BODY] * 1.6;
        const char *scheme = strstr(view->url, "://");
        text_draw(page->canvas, &address, scheme ? scheme + 3 : view->url,
                  (struct box){text.x, text.y + text.h - h, text.w, h});
        text.h -= h + t->space[SPACE_M];
    }
    slide_paragraphs(page, view, text, t->type[TYPE_LEAD] * 1.1);
}

const struct slide_drawer slide_qr = {qr_layout_draw};
