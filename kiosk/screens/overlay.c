/* Screen overlay: what a technician needs to know, in a panel over what plays. */
#include "kiosk/draw/text.h"
#include "kiosk/screens/screen.h"

#include "base/version.h"

#include <math.h>
#include <stdio.h>

static struct box overlay_box(const struct theme *t)
{
    if (t->portrait)
        return (struct box){0, round(t->height * 0.42), t->width,
                            t->height - round(t->height * 0.42)};
    return (struct box){round(t->width * 0.52), 0, t->width - round(t->width * 0.52),
                        t->height};
}

static enum colour mood_colour(enum screen_mood mood)
{
    static const enum colour colours[] = {[MOOD_PLAIN] = COLOUR_ON_DEEP,
                                          [MOOD_GOOD] = COLOUR_GOOD,
                                          [MOOD_WARN] = COLOUR_SUN,
                                          [MOOD_FAULT] = COLOUR_FAULT};
    return colours[mood];
}

static void overlay_draw(struct canvas *c, const struct theme *t,
                         const struct screen_facts *facts)
{
    canvas_fill(c, COLOUR_STRIP);
    double w = canvas_width(c), h = canvas_height(c), pad = t->space[SPACE_L];
    canvas_rect(c,
                (struct box){0, 0, t->portrait ? w : t->space[SPACE_XS] * 0.75,
                             t->portrait ? t->space[SPACE_XS] * 0.75 : h},
                COLOUR_SUN);
    struct box room = box_inset((struct box){0, 0, w, h}, pad, pad);
    const struct text_style head = {.colour = COLOUR_ON_DEEP,
                                    .size = t->type[TYPE_BODY],
                                    .bold = true,
                                    .max_lines = 1};
    double y = room.y;
    y += text_draw(c, &head, facts->place ? facts->place : "Trạm Tin",
                   (struct box){room.x, y, room.w, t->type[TYPE_BODY] * 2})
             .height;
    char version[128];
    (void)snprintf(version, sizeof(version), "tramtin-kiosk %s · F12 đóng bảng này",
                   version_text());
    const struct text_style note = {
        .colour = COLOUR_ON_DEEP_SOFT, .size = t->type[TYPE_NOTE] * 0.9, .max_lines = 1};
    y += text_draw(c, &note, version, (struct box){room.x, y, room.w, pad}).height +
         t->space[SPACE_M];
    const struct text_style label = {
        .colour = COLOUR_ON_DEEP_SOFT, .size = t->type[TYPE_NOTE] * 0.92, .max_lines = 1};
    double column = round(room.w * 0.27);
    for (size_t i = 0; i < facts->line_count; i++) {
        const struct screen_line *line = &facts->lines[i];
        double left = room.y + room.h - y;
        if (left < t->type[TYPE_NOTE] * 1.4)
            break;
        const struct text_style text = {.colour = mood_colour(line->mood),
                                        .size = t->type[TYPE_NOTE] * 0.92,
                                        .figures = true,
                                        .max_lines = 3};
        text_draw(c, &label, line->label,
                  (struct box){room.x, y, column - t->space[SPACE_S], left});
        struct text_extent e =
            text_draw(c, &text, line->text ? line->text : "–",
                      (struct box){room.x + column, y, room.w - column, left});
        y += e.height + t->space[SPACE_XS];
        canvas_rect(c, (struct box){room.x, y, room.w, 1}, COLOUR_DEEP);
        y += t->space[SPACE_XS];
    }
}

const struct screen screen_overlay = {"overlay", overlay_draw, overlay_box};
