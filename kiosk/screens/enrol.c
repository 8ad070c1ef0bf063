/* Screen enrol: the code that staff type to take this unit into service. */
#include "kiosk/draw/qr.h"
#include "kiosk/draw/text.h"
#include "kiosk/screens/screen.h"

#include <math.h>
#include <string.h>

/* The groups of the code as equal fields: read out one after another on the telephone. */
static void code_draw(struct canvas *c, const struct theme *t, const char *code,
                      struct box b)
{
    size_t groups = 1;
    for (const char *p = code; *p; p++)
        groups += *p == '-';
    double gap = t->space[SPACE_M],
           w = (b.w - gap * (double)(groups - 1)) / (double)groups;
    for (size_t i = 0; i < groups; i++) {
        size_t n = strcspn(code, "-");
        char group[16] = "";
        memcpy(group, code, n < sizeof(group) ? n : sizeof(group) - 1);
        struct box field = {b.x + (w + gap) * (double)i, b.y, w, b.h};
        canvas_round(c, field, t->space[SPACE_S], COLOUR_WHITE);
        canvas_rect(c,
                    (struct box){field.x + t->space[SPACE_S],
                                 field.y + field.h - t->space[SPACE_XS] / 2,
                                 field.w - 2 * t->space[SPACE_S], t->space[SPACE_XS] / 2},
                    COLOUR_ACCENT);
        const struct text_style style = {.colour = COLOUR_INK,
                                         .size = t->type[TYPE_CODE],
                                         .min_size = t->type[TYPE_BODY],
                                         .bold = true,
                                         .mono = true,
                                         .max_lines = 1,
                                         .align = TEXT_CENTRE,
                                         .anchor = TEXT_MIDDLE};
        text_draw(c, &style, group, box_inset(field, t->space[SPACE_M], 0));
        code += n + (code[n] == '-');
    }
}

static double steps_draw(struct canvas *c, const struct theme *t, struct box b)
{
    static const struct {
        const char *vi, *en;
    } steps[] = {
        {"Báo mã này cho cán bộ quản lý hệ thống.",
         "Give this code to the administrator."},
        {"Cán bộ nhập mã để nhận máy này vào mạng lưới.",
         "They type it in to admit this unit."},
        {"Màn hình sẽ tự phát chương trình, không cần làm gì thêm.",
         "The programme then starts by itself."},
    };
    double y = b.y, column = t->type[TYPE_LEAD] * 1.3;
    for (unsigned i = 0; i < ARRAY_LENGTH(steps); i++) {
        const char number[] = {(char)('1' + i), 0};
        const struct text_style figure = {
            .colour = COLOUR_ACCENT, .size = t->type[TYPE_BODY] * 1.1, .bold = true};
        const struct text_style vi = {.colour = COLOUR_INK, .size = t->type[TYPE_BODY]};
        const struct text_style en = {.colour = COLOUR_INK_SOFT,
                                      .size = t->type[TYPE_NOTE]};
        double left = b.y + b.h - y;
        text_draw(c, &figure, number, (struct box){b.x, y, column, left});
        struct box room = {b.x + column, y, b.w - column, left};
        double h = text_draw(c, &vi, steps[i].vi, room).height;
        room.y += h;
        room.h -= h;
        h += text_draw(c, &en, steps[i].en, room).height;
        y += h + t->space[SPACE_M];
    }
    return y - b.y;
}

static void state_draw(struct canvas *c, const struct theme *t,
                       const struct screen_facts *facts)
{
    struct box strip = {0, t->height - t->strip, t->width, t->strip};
    canvas_rect(c, strip, COLOUR_STRIP);
    struct box b = box_inset(strip, t->margin, 0);
    static const enum colour dots[] = {[MOOD_PLAIN] = COLOUR_ON_DEEP_SOFT,
                                       [MOOD_GOOD] = COLOUR_GOOD,
                                       [MOOD_WARN] = COLOUR_SUN,
                                       [MOOD_FAULT] = COLOUR_FAULT};
    double r = t->type[TYPE_NOTE] * 0.34;
    canvas_round(c, (struct box){b.x, b.y + b.h / 2 - r, 2 * r, 2 * r}, r,
                 dots[facts->state_mood]);
    b.x += 2 * r + t->space[SPACE_S];
    b.w -= 2 * r + t->space[SPACE_S];
    const struct text_style server = {.colour = COLOUR_ON_DEEP_SOFT,
                                      .size = t->type[TYPE_NOTE],
                                      .max_lines = 1,
                                      .align = TEXT_RIGHT,
                                      .anchor = TEXT_MIDDLE};
    if (!t->portrait) { /* else there is room for the state only */
        struct box right = {b.x + b.w * 0.55, b.y, b.w * 0.45, b.h};
        text_draw(c, &server, facts->server ? facts->server : "", right);
        b.w *= 0.55;
    }
    const struct text_style state = {.colour = COLOUR_ON_DEEP,
                                     .size = t->type[TYPE_SMALL],
                                     .max_lines = 2,
                                     .line_height = 0.85,
                                     .anchor = TEXT_MIDDLE};
    text_draw(c, &state, facts->state ? facts->state : "Đang khởi động", b);
}

static void enrol_draw(struct canvas *c, const struct theme *t,
                       const struct screen_facts *facts)
{
    canvas_fill(c, COLOUR_PAPER);
    state_draw(c, t, facts);
    double width = t->width - 2 * t->margin, y = t->margin_top;
    double bottom = t->height - t->strip - t->space[SPACE_L];
    canvas_rect(c, (struct box){t->margin, y, t->space[SPACE_XL], t->space[SPACE_XS]},
                COLOUR_WARM);
    y += t->space[SPACE_XS] + t->space[SPACE_S];
    const struct text_style title = {
        .colour = COLOUR_INK, .size = t->type[TYPE_TITLE], .bold = true, .max_lines = 2};
    y += text_draw(c, &title, "Đưa máy này vào hoạt động",
                   (struct box){t->margin, y, width, t->height * 0.2})
             .height;
    const struct text_style english = {
        .colour = COLOUR_INK_SOFT, .size = t->type[TYPE_SMALL], .max_lines = 1};
    y += text_draw(c, &english, "Put this unit into service",
                   (struct box){t->margin, y, width, t->height * 0.1})
             .height +
         t->space[SPACE_L];
    struct box field = {t->margin, y, width,
                        t->type[TYPE_CODE] * (t->portrait ? 1.5 : 1.6)};
    struct box ground = box_inset(field, -t->space[SPACE_M], -t->space[SPACE_M]);
    canvas_round(c, ground, t->space[SPACE_M], COLOUR_SHADE);
    code_draw(c, t, facts->code ? facts->code : "····-····-····", field);
    y += field.h + t->space[SPACE_M] + t->space[SPACE_L];
    double side = fmin(bottom - y, width * (t->portrait ? 0.46 : 0.2));
    struct box steps = {t->margin, y, width - side - t->space[SPACE_XL], bottom - y};
    struct box code = {t->margin + width - side, y, side, side};
    if (t->portrait) { /* one below the other */
        steps.w = width;
        double used = steps_draw(c, t, steps);
        code.y = y + used + t->space[SPACE_L];
        code.x = t->margin + (width - side) / 2;
    } else {
        steps_draw(c, t, steps);
    }
    if (facts->code && qr_draw(c, facts->code, code) < 0)
        return; /* the code itself is there to read */
}

const struct screen screen_enrol = {"enrol", enrol_draw, NULL};
