/* The strip holds the texts once, then its own beginning again, as wide as the screen:
 * every window onto it is one piece of memory. */
#include "kiosk/screens/ticker.h"

#include "kiosk/draw/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { STRIP_MAX = 30000 }; /* pixels; Cairo's surfaces end at 32,767 */

struct ticker {
    struct canvas *strip;
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

/* How far the texts reach; fewer of them when they would not fit onto a strip. */
static double texts_measure(struct canvas *c, const struct theme *theme,
                            const char *const *texts, size_t *count)
{
    const struct text_style style = ticker_style(theme);
    double x = 0, gap = theme->space[SPACE_XL];
    for (size_t i = 0; i < *count; i++) {
        double w = ceil(text_measure(c, &style, texts[i], STRIP_MAX, 1000).width);
        if (x + w + 2 * gap > STRIP_MAX - theme->width) {
            *count = i;
            break;
        }
        x += w + 2 * gap;
    }
    return x;
}

static void texts_draw(struct canvas *c, const struct theme *theme,
                       const char *const *texts, size_t count, double x)
{
    const struct text_style style = ticker_style(theme);
    double gap = theme->space[SPACE_XL], dot = theme->space[SPACE_S] * 0.8;
    for (size_t i = 0; i < count && x < canvas_width(c); i++) {
        double w = ceil(text_measure(c, &style, texts[i], STRIP_MAX, 1000).width);
        canvas_rect(c,
                    (struct box){x + gap - dot / 2, (theme->strip - dot) / 2, dot, dot},
                    COLOUR_SUN);
        text_draw(c, &style, texts[i],
                  (struct box){x + gap * 1.5, 0, w + 1, theme->strip});
        x += w + 2 * gap;
    }
}

int ticker_create(const struct theme *theme, const char *const *texts, size_t count,
                  struct ticker **ret)
{
    CLEANUP(canvas_destroyp) struct canvas *scratch = NULL;
    int r = canvas_create(1, 1, &scratch);
    if (r < 0)
        return r;
    double length = texts_measure(scratch, theme, texts, &count);
    if (count == 0)
        return -ENOENT;
    struct ticker *t = calloc(1, sizeof(*t));
    if (!t)
        return -ENOMEM;
    t->width = theme->width;
    t->period = (int)fmax(length, theme->width); /* short texts: once per screen */
    t->pixels_per_s = (int)fmax(30, round(theme->type[TYPE_SMALL] * 4));
    r = canvas_create(t->period + t->width, (int)theme->strip, &t->strip);
    if (r < 0) {
        ticker_destroy(t);
        return r;
    }
    canvas_fill(t->strip, COLOUR_STRIP);
    canvas_rect(t->strip,
                (struct box){0, 0, canvas_width(t->strip), theme->space[SPACE_HAIR]},
                COLOUR_ACCENT); /* sets it apart from the footer above */
    texts_draw(t->strip, theme, texts, count, 0);
    texts_draw(t->strip, theme, texts, count, t->period);
    *ret = t;
    return 0;
}

void ticker_destroy(struct ticker *t)
{
    if (!t)
        return;
    canvas_destroy(t->strip);
    free(t);
}

static int64_t pixels_at(const struct ticker *t, int64_t now_us)
{
    return now_us / 1000 * t->pixels_per_s / 1000;
}

void ticker_frame(const struct ticker *t, int64_t now_us, struct frame *ret)
{
    int x = (int)(pixels_at(t, now_us) % t->period);
    canvas_frame(t->strip, ret);
    ret->plane[0] += (ptrdiff_t)x * 4;
    ret->width = ret->display_width = t->width;
    ret->serial += (uint64_t)x + 1;
}

int64_t ticker_next_us(const struct ticker *t, int64_t now_us)
{
    return (pixels_at(t, now_us) + 1) * 1000000 / t->pixels_per_s;
}
