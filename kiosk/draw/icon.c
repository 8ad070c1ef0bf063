/* The masks of the icons. The decoded one lives for the call: they are small. */
#include "kiosk/draw/icon.h"

#include "base/embed.h"

#include <cairo.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#define ICON(name) EMBED(icon_##name, "build/icons/" #name ".png");
#include "kiosk/draw/icons.def"
#undef ICON

static const struct {
    const unsigned char *begin, *end;
} files[ICON_COUNT] = {
#define ICON(name) [ICON_##name] = {icon_##name, icon_##name##_end},
#include "kiosk/draw/icons.def"
#undef ICON
};

struct reader {
    const unsigned char *at, *end;
};

static cairo_status_t read_bytes(void *closure, unsigned char *to, unsigned length)
{
    struct reader *r = closure;
    if ((size_t)(r->end - r->at) < length)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(to, r->at, length);
    r->at += length;
    return CAIRO_STATUS_SUCCESS;
}

void icon_draw(struct canvas *c, enum icon icon, enum colour colour, struct box b)
{
    if (icon <= ICON_NONE || icon >= ICON_COUNT)
        return;
    struct reader reader = {files[icon].begin, files[icon].end};
    cairo_surface_t *mask =
        cairo_image_surface_create_from_png_stream(read_bytes, &reader);
    int width = cairo_image_surface_get_width(mask);
    if (width > 0) {
        double side = round(fmin(b.w, b.h));
        cairo_t *cairo = canvas_cairo(c);
        cairo_save(cairo);
        cairo_translate(cairo, round(b.x + (b.w - side) / 2),
                        round(b.y + (b.h - side) / 2));
        cairo_scale(cairo, side / width, side / width);
        canvas_colour(c, colour, 1);
        cairo_mask_surface(cairo, mask, 0, 0);
        cairo_restore(cairo);
    }
    cairo_surface_destroy(mask);
}
