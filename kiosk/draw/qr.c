/* libqrencode. */
#include "kiosk/draw/qr.h"

#include <errno.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

enum { QUIET_MODULES = 4, TEXT_MAX = 1024 };

static void qrcode_freep(QRcode **code)
{
    QRcode_free(*code);
}

int qr_draw(struct canvas *c, const char *text, struct box b)
{
    if (!*text || strlen(text) > TEXT_MAX)
        return -EINVAL;
    CLEANUP(qrcode_freep)
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code)
        return -EINVAL;
    double module = floor(fmin(b.w, b.h) / (code->width + 2 * QUIET_MODULES));
    if (module < 1)
        return -EINVAL;
    canvas_round(c, b, module * 2, COLOUR_WHITE);
    double x0 = round(b.x + (b.w - module * code->width) / 2);
    double y0 = round(b.y + (b.h - module * code->width) / 2);
    canvas_colour(c, COLOUR_BLACK, 1);
    cairo_t *cr = canvas_cairo(c);
    cairo_save(cr);
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                cairo_rectangle(cr, x0 + x * module, y0 + y * module, module, module);
    cairo_fill(cr);
    cairo_restore(cr);
    return 0;
}
