/* Pictures beside what they were. */
#include "tests/support/golden.h"

#include "tests/support/test.h"

#include <stdio.h>

#define DIFFERENCE_MAX 2.5 /* mean of the channels' differences, of 255 */

static void golden_path(const char *name, bool portrait, char ret[512])
{
    const char *root = getenv("TRAMTIN_SOURCE");
    (void)snprintf(ret, 512, "%s/tests/golden/%s-%s.png", root ? root : ".", name,
                   portrait ? "portrait" : "landscape");
}

static double picture_difference(cairo_surface_t *a, cairo_surface_t *b)
{
    int width = cairo_image_surface_get_width(a),
        height = cairo_image_surface_get_height(a);
    double sum = 0;
    for (int y = 0; y < height; y++) {
        const uint8_t *p = cairo_image_surface_get_data(a) +
                           (ptrdiff_t)y * cairo_image_surface_get_stride(a);
        const uint8_t *q = cairo_image_surface_get_data(b) +
                           (ptrdiff_t)y * cairo_image_surface_get_stride(b);
        for (int x = 0; x < width * 4; x++)
            if (x % 4 != 3) /* opaque pictures are stored without alpha */
                sum += abs(p[x] - q[x]);
    }
    return sum / ((double)width * height * 3);
}

void golden_check(struct canvas *c, const char *name, bool portrait)
{
    char path[512];
    golden_path(name, portrait, path);
    cairo_surface_t *drawn = cairo_get_target(canvas_cairo(c));
    cairo_surface_flush(drawn);
    if (getenv("GOLDEN_WRITE")) {
        assert_int_equal(cairo_surface_write_to_png(drawn, path), CAIRO_STATUS_SUCCESS);
        return;
    }
    cairo_surface_t *golden = cairo_image_surface_create_from_png(path);
    if (cairo_surface_status(golden) != CAIRO_STATUS_SUCCESS)
        fail_msg("cannot read '%s'", path);
    assert_int_equal(cairo_image_surface_get_width(golden), canvas_width(c));
    assert_int_equal(cairo_image_surface_get_height(golden), canvas_height(c));
    double difference = picture_difference(drawn, golden);
    cairo_surface_destroy(golden);
    if (difference > DIFFERENCE_MAX) {
        cairo_surface_write_to_png(drawn, "drawn.png");
        fail_msg("%s: differs by %.2f from '%s'", name, difference, path);
    }
}
