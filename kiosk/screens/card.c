/* Screen card: the last resort. Needs nothing but this program: says where one is, what
 * time it is when that is known, and whom to call. */
#include "kiosk/draw/scenery.h"
#include "kiosk/draw/text.h"
#include "kiosk/screens/screen.h"

#include <stdio.h>

static double time_draw(struct canvas *c, const struct theme *t,
                        const struct screen_facts *facts, struct box b)
{
    char date[64], time[16];
    screen_date_text(facts->local_ms, date);
    screen_time_text(facts->local_ms, time);
    const struct text_style clock = {.colour = COLOUR_SUN,
                                     .size = t->type[TYPE_CODE],
                                     .bold = true,
                                     .figures = true,
                                     .line_height = 0.8,
                                     .max_lines = 1};
    double h = text_draw(c, &clock, time, b).height;
    const struct text_style day = {.colour = COLOUR_ON_DEEP_SOFT,
                                   .size = t->type[TYPE_LEAD],
                                   .figures = true,
                                   .max_lines = 1};
    b.y += h;
    b.h -= h;
    return h + text_draw(c, &day, date, b).height;
}

/* Who answers, on the footer strip. */
static void contact_draw(struct canvas *c, const struct theme *t,
                         const struct screen_facts *facts, struct box strip)
{
    struct box b = box_inset(strip, t->margin, 0);
    canvas_rect(c, strip, COLOUR_STRIP);
    if (facts->contact_telephone) {
        const struct text_style number = {.colour = COLOUR_SUN,
                                          .size = t->type[TYPE_LEAD],
                                          .bold = true,
                                          .figures = true,
                                          .max_lines = 1,
                                          .align = TEXT_RIGHT,
                                          .anchor = TEXT_MIDDLE};
        b.w -=
            text_draw(c, &number, facts->contact_telephone, b).width + t->space[SPACE_L];
    }
    char text[256];
    (void)snprintf(text, sizeof(text), "%s%s%s",
                   facts->contact_name ? facts->contact_name : "Cần giúp đỡ, xin hỏi",
                   facts->contact_office ? " · " : "",
                   facts->contact_office ? facts->contact_office
                   : facts->contact_name ? ""
                                         : " cán bộ tại đây");
    const struct text_style office = {.colour = COLOUR_ON_DEEP,
                                      .size = t->type[TYPE_BODY],
                                      .max_lines = 2,
                                      .line_height = 0.9,
                                      .anchor = TEXT_MIDDLE};
    text_draw(c, &office, text, b);
}

static void card_draw(struct canvas *c, const struct theme *t,
                      const struct screen_facts *facts)
{
    canvas_fill(c, COLOUR_DEEP);
    double strip = t->strip * 1.5, bottom = t->height - t->reserved - strip;
    double hills = bottom * (t->portrait ? 0.36 : 0.44);
    scenery_draw(c, (struct box){0, bottom - hills, t->width, hills});
    double width = t->width - 2 * t->margin, y = t->margin_top * 1.2;
    canvas_rect(c,
                (struct box){t->margin, y, t->space[SPACE_XL] * 1.4, t->space[SPACE_XS]},
                COLOUR_SUN);
    y += t->space[SPACE_M];
    const struct text_style place = {.colour = COLOUR_ON_DEEP,
                                     .size = t->type[TYPE_DISPLAY] * 0.9,
                                     .bold = true,
                                     .balanced = true,
                                     .line_height = 0.9,
                                     .max_lines = t->portrait ? 3 : 2};
    y += text_draw(c, &place, facts->place ? facts->place : "Trạm Tin",
                   (struct box){t->margin, y, width, t->height * 0.3})
             .height;
    if (facts->clock_trusted) {
        time_draw(c, t, facts,
                  (struct box){t->margin, y + t->space[SPACE_S], width, t->height * 0.3});
    } else {
        const struct text_style kind = {
            .colour = COLOUR_ON_DEEP_SOFT, .size = t->type[TYPE_LEAD], .max_lines = 2};
        text_draw(c, &kind, "Điểm thông tin công cộng",
                  (struct box){t->margin, y + t->space[SPACE_S], width, t->height * 0.2});
    }
    contact_draw(c, t, facts, (struct box){0, bottom, t->width, strip});
}

const struct screen screen_card = {"card", card_draw, NULL};
