/* Ridges as sums of a few sines: the same picture on every unit. */
#include "kiosk/draw/scenery.h"

#include <math.h>

struct ridge {
    double base, height; /* parts of the box, from its top */
    double phase;
    double red, green, blue;
};

/* From far to near. Their luminance stays near COLOUR_DEEP's, so that text in front of
 * them keeps its contrast. */
static const struct ridge ridges[] = {
    {0.42, 0.26, 0.4, 0.055, 0.275, 0.300},
    {0.60, 0.22, 2.1, 0.043, 0.225, 0.248},
    {0.80, 0.16, 4.4, 0.031, 0.180, 0.202},
};

static double ridge_height(const struct ridge *r, double x)
{
    return 0.55 * sin(x * 2.3 + r->phase) + 0.30 * sin(x * 5.1 + r->phase * 1.7) +
           0.15 * sin(x * 11.7 + r->phase * 2.9);
}

static void sun_draw(cairo_t *cr, struct box b, double side)
{
    double x = b.x + b.w * 0.80, y = b.y + b.h * 0.27, r = side * 0.12;
    cairo_pattern_t *glow = cairo_pattern_create_radial(x, y, r, x, y, r * 4.5);
    cairo_pattern_add_color_stop_rgba(glow, 0, 1, 0.79, 0.42, 0.16);
    cairo_pattern_add_color_stop_rgba(glow, 1, 1, 0.79, 0.42, 0);
    cairo_set_source(cr, glow);
    cairo_arc(cr, x, y, r * 4.5, 0, 2 * M_PI);
    cairo_fill(cr);
    cairo_pattern_destroy(glow);
    cairo_set_source_rgb(cr, 1, 0.79, 0.42);
    cairo_arc(cr, x, y, r, 0, 2 * M_PI);
    cairo_fill(cr);
}

void scenery_draw(struct canvas *c, struct box b)
{
    cairo_t *cr = canvas_cairo(c);
    const int steps = 320;
    cairo_save(cr);
    cairo_rectangle(cr, b.x, b.y - b.h, b.w, b.h * 2);
    cairo_clip(cr);
    sun_draw(cr, b, fmin(b.w, b.h * 1.6));
    for (unsigned i = 0; i < ARRAY_LENGTH(ridges); i++) {
        const struct ridge *r = &ridges[i];
        cairo_set_source_rgb(cr, r->red, r->green, r->blue);
        cairo_move_to(cr, b.x, b.y + b.h);
        for (int k = 0; k <= steps; k++) {
            double part = (double)k / steps;
            cairo_line_to(
                cr, b.x + b.w * part,
                b.y + b.h * (r->base - r->height * 0.5 * ridge_height(r, part * 3)));
        }
        cairo_line_to(cr, b.x + b.w, b.y + b.h);
        cairo_close_path(cr);
        cairo_fill(cr);
    }
    cairo_restore(cr);
}
