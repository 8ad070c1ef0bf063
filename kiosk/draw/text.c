/* Pango: one layout per text, made to fit. */
#include "kiosk/draw/text.h"

#include "kiosk/draw/breaks.h"

#include "base/text.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#define SHRINK_STEP 0.95
#define MIN_SIZE_PART 0.6

static void layout_unrefp(PangoLayout **layout)
{
    if (*layout)
        g_object_unref(*layout);
}

static void layout_set_font(PangoLayout *layout, const struct text_style *style,
                            double size)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(
        font, style->mono ? "Noto Sans Mono,Noto Mono,Noto Sans,Noto Sans Lao"
                          : "Noto Sans,Noto Sans Lao");
    pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD
                                                        : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
}

/* Everything about the layout that does not change while it is made to fit. */
static PangoLayout *layout_create(struct canvas *c, const struct text_style *style,
                                  const char *text)
{
    CLEANUP(text_free) char *prepared = NULL;
    if (breaks_prepare(text, &prepared) < 0)
        return NULL;
    PangoLayout *layout = pango_cairo_create_layout(canvas_cairo(c));
    PangoContext *context = pango_layout_get_context(layout);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_language(context, pango_language_from_string("vi"));
    pango_context_set_round_glyph_positions(context, FALSE);
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
    if (style->figures)
        pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1,lnum=1"));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_text(layout, prepared, -1);
    pango_layout_set_line_spacing(
        layout, (float)(style->line_height > 0 ? style->line_height : 1));
    pango_layout_set_alignment(layout, style->align == TEXT_CENTRE  ? PANGO_ALIGN_CENTER
                                       : style->align == TEXT_RIGHT ? PANGO_ALIGN_RIGHT
                                                                    : PANGO_ALIGN_LEFT);
    return layout;
}

static void layout_size(PangoLayout *layout, double *width, double *height)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    *width = (double)logical.width / PANGO_SCALE;
    *height = (double)logical.height / PANGO_SCALE;
}

static bool layout_fits(PangoLayout *layout, const struct text_style *style, double width,
                        double height)
{
    double w, h;
    layout_size(layout, &w, &h);
    return w <= width + 0.5 && h <= height + 0.5 &&
           (!style->max_lines || pango_layout_get_line_count(layout) <= style->max_lines);
}

/* Pull the right edge in as long as the number of lines stays. */
static void layout_balance(PangoLayout *layout, double width)
{
    int lines = pango_layout_get_line_count(layout);
    if (lines < 2)
        return;
    double low = width / 2, high = width;
    while (high - low > 4) {
        double middle = (low + high) / 2, w, h;
        pango_layout_set_width(layout, (int)(middle * PANGO_SCALE));
        layout_size(layout, &w, &h);
        if (pango_layout_get_line_count(layout) <= lines && w <= middle + 0.5)
            high = middle;
        else
            low = middle;
    }
    pango_layout_set_width(layout, (int)(ceil(high) * PANGO_SCALE));
}

static void layout_cut(PangoLayout *layout, const struct text_style *style, double height)
{
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    PangoRectangle line;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0), NULL, &line);
    int lines = line.height > 0 ? (int)(height * PANGO_SCALE / line.height) : 1;
    if (lines < 1)
        lines = 1;
    if (style->max_lines && lines > style->max_lines)
        lines = style->max_lines;
    pango_layout_set_height(layout, -lines);
}

static struct text_extent layout_make_fit(PangoLayout *layout,
                                          const struct text_style *style, double width,
                                          double height)
{
    double min = style->min_size > 0 ? style->min_size : style->size * MIN_SIZE_PART;
    double size = style->size;
    bool fits;
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    for (;;) {
        layout_set_font(layout, style, size);
        fits = layout_fits(layout, style, width, height);
        if (fits || size <= min)
            break;
        size = fmax(min, size * SHRINK_STEP);
    }
    struct text_extent e = {.size = size};
    if (!fits) {
        layout_cut(layout, style, height);
        e.cut = true;
    } else if (style->balanced) {
        layout_balance(layout, width);
    }
    layout_size(layout, &e.width, &e.height);
    e.lines = pango_layout_get_line_count(layout);
    e.baseline = (double)pango_layout_get_baseline(layout) / PANGO_SCALE;
    return e;
}

struct text_extent text_measure(struct canvas *c, const struct text_style *style,
                                const char *text, double width, double height)
{
    CLEANUP(layout_unrefp) PangoLayout *layout = layout_create(c, style, text);
    if (!layout)
        return (struct text_extent){.size = style->size};
    return layout_make_fit(layout, style, width, height);
}

struct text_extent text_draw(struct canvas *c, const struct text_style *style,
                             const char *text, struct box b)
{
    CLEANUP(layout_unrefp) PangoLayout *layout = layout_create(c, style, text);
    if (!layout || b.w <= 0 || b.h <= 0)
        return (struct text_extent){.size = style->size};
    struct text_extent e = layout_make_fit(layout, style, b.w, b.h);
    double used = (double)pango_layout_get_width(layout) / PANGO_SCALE;
    double x = b.x + (style->align == TEXT_CENTRE  ? (b.w - used) / 2
                      : style->align == TEXT_RIGHT ? b.w - used
                                                   : 0);
    double y = b.y + (style->anchor == TEXT_MIDDLE   ? (b.h - e.height) / 2
                      : style->anchor == TEXT_BOTTOM ? b.h - e.height
                                                     : 0);
    cairo_t *cr = canvas_cairo(c);
    cairo_save(cr);
    canvas_colour(c, style->colour, 1);
    cairo_move_to(cr, round(x), round(y));
    pango_cairo_show_layout(cr, layout);
    cairo_restore(cr);
    return e;
}
