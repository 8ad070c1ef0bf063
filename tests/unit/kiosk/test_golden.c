#include "tests/support/test.h"

#include "kiosk/screens/screen.h"
#include "tests/golden/samples.h"
#include "tests/support/golden.h"

#include <stdio.h>

/* Every slide and screen beside its picture in tests/golden/, small, with a tolerance for
 * other versions of the font renderer. After a wanted change of the design:
 *
 *     GOLDEN_WRITE=1 build/tests/unit/kiosk/test_golden     (then look at the pictures)
 */

enum { LANDSCAPE_WIDTH = 480, LANDSCAPE_HEIGHT = 270 };
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
