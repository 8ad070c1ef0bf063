/* The table of layouts. */
#include "kiosk/slides/slide.h"

static const struct slide_drawer *const slide_drawers[] = {
    [SLIDE_TITLE] = &slide_title,     [SLIDE_TEXT] = &slide_text,
    [SLIDE_TABLE] = &slide_table,     [SLIDE_BAR] = &slide_bars,
    [SLIDE_PICTURE] = &slide_picture, [SLIDE_QR] = &slide_qr,
};

void slide_draw(const struct slide_page *page, const struct slide *view)
{
    slide_drawers[view->layout]->draw(page, view);
}
