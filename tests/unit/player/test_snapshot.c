#include "tests/support/test.h"

#include "base/diag.h"
#include "player/display.h"
#include "player/snapshot.h"

#include <sched.h>
#include <stdio.h>

static struct display *black_display(void)
{
    const struct display_config config = {
        .driver = "memory", .width = 320, .height = 200};
    struct display *d;
    struct diag diag;
    assert_int_equal(display_create(&config, &d, &diag), 0);
    display_begin(d);
    assert_int_equal(display_present(d), 0);
    return d;
}

static int take(struct display *d, const char *path, struct diag *diag)
{
    struct snapshot *s;
    assert_int_equal(snapshot_start(d, path, &s, diag), 0);
    int result = 1;
    while (!snapshot_poll(s, &result, diag))
        sched_yield();
    snapshot_destroy(s);
    return result;
}

static void test_snapshot_start__writes_the_whole_picture(void **state)
{
    (void)state;
    struct diag diag = {""};
    struct display *d = black_display();
    assert_int_equal(take(d, "shot.png", &diag), 0);
    FILE *f = fopen("shot.png", "rb");
    assert_non_null(f);
    uint8_t head[24];
    assert_int_equal(fread(head, 1, sizeof(head), f), sizeof(head));
    fclose(f);
    assert_memory_equal(head, "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(head[18] << 8 | head[19], 320);
    assert_int_equal(head[22] << 8 | head[23], 200);
    display_destroy(d);
}

static void test_snapshot_poll__says_what_went_wrong(void **state)
{
    (void)state;
    struct diag diag = {""};
    struct display *d = black_display();
    assert_int_equal(take(d, "no/folder/shot.png", &diag), -ENOENT);
    assert_non_null(strstr(diag_text(&diag), "no/folder/shot.png"));
    display_destroy(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snapshot_start__writes_the_whole_picture),
        cmocka_unit_test(test_snapshot_poll__says_what_went_wrong),
    };
    return cmocka_run_group_tests_name("player/snapshot", tests, NULL, NULL);
}
