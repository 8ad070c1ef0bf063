/* Screen clock: date and time in the footer strip, drawn above slides so that it goes on
 * while a slide stands. */
#include "kiosk/draw/text.h"
#include "kiosk/screens/screen.h"
#include "kiosk/slides/slide.h"

static void clock_draw(struct canvas *c, const struct theme *t,
                       const struct screen_facts *facts)
{
    canvas_fill(c, COLOUR_STRIP);
    if (!facts->clock_trusted)
        return;
    char date[64], time[16];
    screen_date_text(facts->local_ms, date);
    screen_time_text(facts->local_ms, time);
    struct box b = {0, 0, canvas_width(c), canvas_height(c)};
    const struct text_style strong = {.colour = COLOUR_ON_DEEP,
                                      .size = t->type[TYPE_SMALL] * 1.15,
                                      .bold = true,
                                      .figures = true,
                                      .max_lines = 1,
                                      .align = TEXT_RIGHT,
                                      .anchor = TEXT_MIDDLE};
    struct text_extent e = text_draw(c, &strong, time, b);
    b.w -= e.width + t->space[SPACE_S];
    const struct text_style soft = {.colour = COLOUR_ON_DEEP_SOFT,
                                    .size = t->type[TYPE_NOTE],
                                    .figures = true,
                                    .max_lines = 1,
                                    .align = TEXT_RIGHT,
                                    .anchor = TEXT_MIDDLE};
    text_draw(c, &soft, date, b);
}

const struct screen screen_clock = {"clock", clock_draw, slide_clock_box};
