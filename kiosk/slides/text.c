/* Layout text: paragraphs, as large as the page allows. */
#include "kiosk/draw/text.h"
#include "kiosk/slides/slide.h"

/* One short paragraph is a statement: large, on a field of its own. */
static bool statement_draw(const struct slide_page *page, const struct slide *view,
                           struct box room)
{
    const struct theme *t = page->theme;
    const struct text_style style = {.colour = COLOUR_INK,
                                     .size = t->type[TYPE_LEAD] * 1.6,
                                     .min_size = t->type[TYPE_LEAD] * 1.2,
                                     .balanced = true,
                                     .anchor = TEXT_MIDDLE};
    struct box inner = box_inset(room, t->space[SPACE_XL], t->space[SPACE_L]);
    const char *text = view->paragraphs.texts[0];
    if (t->portrait)
        inner.h *= 0.7;
    struct text_extent e = text_measure(page->canvas, &style, text, inner.w, inner.h);
    if (e.cut || e.size < style.size * 0.99)
        return false;
    if (t->portrait) /* a field as high as it needs, not a tower */
        room.h = inner.h = e.height + 4 * t->space[SPACE_L];
    inner.y = room.y;
    inner.h = room.h;
    canvas_rect(page->canvas, room, COLOUR_SHADE);
    canvas_rect(page->canvas,
                (struct box){room.x, room.y, t->space[SPACE_XS] * 1.5, room.h},
                COLOUR_ACCENT);
    text_draw(page->canvas, &style, text, inner);
    return true;
}

static void text_layout_draw(const struct slide_page *page, const struct slide *view)
{
    struct box room = slide_frame(page, view);
    if (view->paragraphs.count == 1 && statement_draw(page, view, room))
        return;
    if (!page->theme->portrait)
        room.w *= 0.92; /* shorter lines are easier to follow from afar */
    slide_paragraphs(page, view, room, page->theme->type[TYPE_LEAD] * 1.24);
}

const struct slide_drawer slide_text = {text_layout_draw};
