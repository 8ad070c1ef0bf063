/* The strip holds the texts once, then its own beginning again. It is cut into pieces
 * that each go on for a screen's width: every window onto it is one piece of memory. */
#include "kiosk/screens/ticker.h"

#include "kiosk/draw/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { PIECE_MAX = 30000 }; /* pixels; Cairo's surfaces end at 32,767 */

struct ticker {
    struct canvas **pieces;
    int piece_count;
    int step;   /* from the beginning of a piece to that of the next */
    int width;  /* of the screen */
    int period; /* pixels after which it repeats */
    int pixels_per_s;
};

static struct text_style ticker_style(const struct theme *theme)
{
    return (struct text_style){.colour = COLOUR_ON_DEEP,
                               .size = theme->type[TYPE_SMALL] * 1.1,
                               .min_size = theme->type[TYPE_SMALL] * 1.1,
                               .figures = true,
                               .max_lines = 1,
                               .anchor = TEXT_MIDDLE};
}

static double text_width(struct canvas *c, const struct theme *theme, const char *text)
{
    const struct text_style style = ticker_style(theme);
    return ceil(text_measure(c, &style, text, 1e6, 1000).width);
}

static double texts_width(struct canvas *c, const struct theme *theme,
                          const char *const *texts, size_t count)
{
    double x = 0;
    for (size_t i = 0; i < count; i++)
        x += text_width(c, theme, texts[i]) + 2 * theme->space[SPACE_XL];
    return x;
}

/* From `x`, which may lie before the piece's left edge. */
static void texts_draw(struct canvas *c, const struct theme *theme,
                       const char *const *texts, size_t count, double x)
{
    const struct text_style style = ticker_style(theme);
    double gap = theme->space[SPACE_XL], dot = theme->space[SPACE_S] * 0.8;
    for (size_t i = 0; i < count && x < canvas_width(c); i++) {
        double w = text_width(c, theme, texts[i]);
        if (x + w + 2 * gap > 0) {
            canvas_rect(
                c, (struct box){x + gap - dot / 2, (theme->strip - dot) / 2, dot, dot},
                COLOUR_SUN);
            text_draw(c, &style, texts[i],
                      (struct box){x + gap * 1.5, 0, w + 1, theme->strip});
        }
        x += w + 2 * gap;
    }
}

static int piece_draw(const struct ticker *t, const struct theme *theme,
                      const char *const *texts, size_t count, int index)
{
    int from = index * t->step;
    int left = t->period - from; /* the last one is shorter */
    struct canvas **c = &t->pieces[index];
    int r =
        canvas_create((left < t->step ? left : t->step) + t->width, (int)theme->strip, c);
    if (r < 0)
        return r;
    canvas_fill(*c, COLOUR_STRIP);
    canvas_rect(*c, (struct box){0, 0, canvas_width(*c), theme->space[SPACE_HAIR]},
                COLOUR_ACCENT); /* sets it apart from the footer above */
    texts_draw(*c, theme, texts, count, -from);
    texts_draw(*c, theme, texts, count, t->period - from);
    return 0;
}

int ticker_create(const struct theme *theme, const char *const *texts, size_t count,
                  struct ticker **ret)
{
    if (count == 0)
        return -ENOENT;
    CLEANUP(canvas_destroyp) struct canvas *scratch = NULL;
    int r = canvas_create(1, 1, &scratch);
    struct ticker *t = r < 0 ? NULL : calloc(1, sizeof(*t));
    if (!t)
        return -ENOMEM;
    double length = texts_width(scratch, theme, texts, count);
    t->width = theme->width;
    t->step = PIECE_MAX - t->width;
    t->period = (int)fmax(length, theme->width); /* short texts: once per screen */
    t->pixels_per_s = (int)fmax(30, round(theme->type[TYPE_SMALL] * 4));
    t->piece_count = (t->period + t->step - 1) / t->step;
    t->pieces = calloc((size_t)t->piece_count, sizeof(struct canvas *));
    r = t->pieces ? 0 : -ENOMEM;
    for (int i = 0; r == 0 && i < t->piece_count; i++)
        r = piece_draw(t, theme, texts, count, i);
    if (r < 0) {
        ticker_destroy(t);
        return r;
    }
    *ret = t;
    return 0;
}

void ticker_destroy(struct ticker *t)
{
    if (!t)
        return;
    for (int i = 0; t->pieces && i < t->piece_count; i++)
        canvas_destroy(t->pieces[i]);
    free((void *)t->pieces);
    free(t);
}

static int64_t pixels_at(const struct ticker *t, int64_t now_us)
{
    return now_us / 1000 * t->pixels_per_s / 1000;
}

void ticker_frame(const struct ticker *t, int64_t now_us, struct frame *ret)
{
    int x = (int)(pixels_at(t, now_us) % t->period);
    canvas_frame(t->pieces[x / t->step], ret);
    ret->plane[0] += (ptrdiff_t)(x % t->step) * 4;
    ret->width = ret->display_width = t->width;
    ret->serial += (uint64_t)x + 1;
}

int64_t ticker_next_us(const struct ticker *t, int64_t now_us)
{
    return (pixels_at(t, now_us) + 1) * 1000000 / t->pixels_per_s;
}
