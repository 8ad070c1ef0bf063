#include "tests/support/test.h"

#include "kiosk/screens/screen.h"
#include "tests/golden/samples.h"

#include <stdio.h>

/* Every slide and screen beside its picture in tests/golden/, small, with a tolerance for
 * other versions of the font renderer. After a wanted change of the design:
 *
 *     GOLDEN_WRITE=1 build/tests/unit/kiosk/test_golden     (then look at the pictures)
 */

enum { LANDSCAPE_WIDTH = 480, LANDSCAPE_HEIGHT = 270 };
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

static void golden_check(struct canvas *c, const char *name, bool portrait)
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

static void golden_theme(struct theme *t, bool portrait)
{
    theme_init(t, portrait ? LANDSCAPE_HEIGHT : LANDSCAPE_WIDTH,
               portrait ? LANDSCAPE_WIDTH : LANDSCAPE_HEIGHT, false);
}

static void test_slide_draw__looks_as_it_did(void **state)
{
    (void)state;
    for (int portrait = 0; portrait < 2; portrait++) {
        for (unsigned i = 0; i < ARRAY_LENGTH(samples); i++) {
            struct theme t;
            golden_theme(&t, portrait);
            struct canvas *c;
            assert_int_equal(canvas_create(t.width, t.height, &c), 0);
            const struct slide_page page = {
                .canvas = c, .theme = &t, .place = "Trạm Tin · xã Hồng Thượng"};
            slide_draw(&page, &samples[i].view);
            golden_check(c, samples[i].name, portrait);
            canvas_destroy(c);
        }
    }
}

static void test_screen_render__looks_as_it_did(void **state)
{
    (void)state;
    static const char *const names[] = {"enrol", "card", "sound"};
    static const struct screen_facts facts = {
        .place = "Xã Hồng Thượng, huyện A Lưới",
        .local_ms = INT64_C(1763918999000),
        .clock_trusted = true,
        .contact_name = "Bộ phận Một cửa",
        .contact_office = "Ủy ban nhân dân xã",
        .contact_telephone = "0234 3878 000",
        .code = "7K2M-9QXT-4VHB",
        .server = "http://127.0.0.1:8080",
        .state = "Đang chờ cán bộ nhập mã",
        .state_mood = MOOD_WARN,
        .title = "Bản tin sáng: lịch tiêm chủng và phiên giao dịch chính sách xã hội",
        .subtitle = "Đài truyền thanh xã Hồng Thượng",
    };
    for (int portrait = 0; portrait < 2; portrait++) {
        for (unsigned i = 0; i < ARRAY_LENGTH(names); i++) {
            struct theme t;
            golden_theme(&t, portrait);
            struct canvas *c;
            assert_int_equal(screen_render(screen_find(names[i]), &t, &facts, &c), 0);
            golden_check(c, names[i], portrait);
            canvas_destroy(c);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slide_draw__looks_as_it_did),
        cmocka_unit_test(test_screen_render__looks_as_it_did),
    };
    return cmocka_run_group_tests_name("kiosk/golden", tests, NULL, NULL);
}
