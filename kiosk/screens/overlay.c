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

/* The lines at one size of type; returns their height. */
static double lines_draw(struct canvas *c, const struct theme *t,
                         const struct screen_facts *facts, struct box room, double size,
                         bool draw)
{
    const struct text_style label = {
        .colour = COLOUR_ON_DEEP_SOFT, .size = size, .max_lines = 1};
    double column = round(room.w * 0.27), y = room.y;
    for (size_t i = 0; i < facts->line_count; i++) {
        const struct screen_line *line = &facts->lines[i];
        const char *words = line->text ? line->text : "–";
        const struct text_style text = {.colour = mood_colour(line->mood),
                                        .size = size,
                                        .min_size = size,
                                        .figures = true,
                                        .max_lines = 3};
        double left = draw ? room.y + room.h - y : 1e5;
        struct box at = {room.x + column, y, room.w - column, left};
        if (left < size)
            break;
        struct text_extent e = draw ? text_draw(c, &text, words, at)
                                    : text_measure(c, &text, words, at.w, at.h);
        if (draw)
            text_draw(c, &label, line->label,
                      (struct box){room.x, y, column - t->space[SPACE_S], left});
        y += e.height + t->space[SPACE_XS];
        if (draw)
            canvas_rect(c, (struct box){room.x, y, room.w, 1}, COLOUR_DEEP);
        y += t->space[SPACE_XS];
    }
    return y - room.y;
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
    room.h -= y - room.y;
    room.y = y;
    double size = t->type[TYPE_SMALL] * 1.2, least = t->type[TYPE_NOTE] * 0.92;
    while (size > least && lines_draw(c, t, facts, room, size, false) > room.h)
        size *= 0.95;
    (void)lines_draw(c, t, facts, room, fmax(size, least), true);
}

const struct screen screen_overlay = {"overlay", overlay_draw, overlay_box};
