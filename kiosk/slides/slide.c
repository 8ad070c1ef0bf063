/* The table of layouts. */
#include "kiosk/slides/slide.h"

#include <string.h>

static const struct slide_layout *const slide_layouts[] = {
    &slide_title, &slide_text, &slide_table, &slide_bars, &slide_picture, &slide_qr,
};

void slide_draw(const struct slide_page *page, const struct slide_view *view)
{
    for (unsigned i = 0; i < ARRAY_LENGTH(slide_layouts); i++) {
        if (strcmp(slide_layouts[i]->name, view->layout) == 0) {
            slide_layouts[i]->draw(page, view);
            return;
        }
    }
    slide_text.draw(page, view);
}
