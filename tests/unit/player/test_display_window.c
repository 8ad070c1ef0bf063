#include "tests/support/test.h"

#include "base/diag.h"
#include "player/display.h"
#include "tests/support/xvfb.h"

#include <SDL.h>
#include <stdio.h>

/* The OpenGL driver leaks, and is gone when the sanitizer looks for names to forgive.
 * test_display.c looks for leaks of ours. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

enum { WIDTH = 640, HEIGHT = 480 };

/* Smooth pictures: renderers interpolate chroma, ours repeats it. */
static struct frame smooth_video(enum colour_matrix matrix, bool full_range)
{
    static uint8_t planes[6][3][WIDTH * HEIGHT];
    uint8_t(*p)[WIDTH * HEIGHT] = planes[(int)matrix * 2 + full_range];
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            p[0][y * WIDTH + x] = (uint8_t)(40 + x * 150 / WIDTH);
    for (int y = 0; y < HEIGHT / 2; y++)
        for (int x = 0; x < WIDTH / 2; x++) {
            p[1][y * WIDTH / 2 + x] = (uint8_t)(90 + y * 140 / HEIGHT);
            p[2][y * WIDTH / 2 + x] = (uint8_t)(150 - x * 120 / WIDTH);
        }
    return (struct frame){
        .layout = PIXEL_I420,
        .matrix = matrix,
        .full_range = full_range,
        .width = WIDTH,
        .height = HEIGHT,
        .display_width = WIDTH,
        .display_height = HEIGHT,
        .plane = {p[0], p[1], p[2]},
        .stride = {WIDTH, WIDTH / 2, WIDTH / 2},
        .serial = 1 + (uint64_t)matrix * 2 + full_range,
    };
}

/* A band that is half transparent, with an opaque square in its corner. */
static struct frame banner(void)
{
    static uint8_t pixels[64 * 200 * 4];
    for (int i = 0; i < 64 * 200; i++) {
        bool corner = i / 200 < 32 && i % 200 < 32;
        const uint8_t half[4] = {20, 60, 100, 128}, solid[4] = {200, 30, 250, 255};
        memcpy(pixels + (size_t)i * 4, corner ? solid : half, 4);
    }
    return (struct frame){.layout = PIXEL_BGRA,
                          .width = 200,
                          .height = 64,
                          .plane = {pixels},
                          .stride = {800},
                          .serial = 99};
}

static struct display *open_display(const char *driver, int rotation)
{
    const struct display_config config = {.driver = driver,
                                          .width = WIDTH,
                                          .height = HEIGHT,
                                          .rotation = rotation,
                                          .hide_cursor = true};
    struct display *d;
    struct diag diag = {""};
    if (display_create(&config, &d, &diag) < 0)
        fail_msg("%s: %s", driver, diag_text(&diag));
    return d;
}

static uint8_t *draw(struct display *d, const struct frame *video, int opacity)
{
    const struct frame band = banner();
    int width, height;
    display_canvas_size(d, &width, &height);
    display_begin(d);
    display_draw(d, video, (struct rect){0, 0, width, height}, 255);
    display_draw(d, &band, (struct rect){31, 50, 200, 64}, opacity);
    assert_int_equal(display_present(d), 0);
    uint8_t *pixels;
    assert_int_equal(display_read(d, &pixels, &width, &height), 0);
    return pixels;
}

/* Every matrix and range at one rotation, both drivers' pictures side by side. */
static void compare_with_memory(const char *driver, int rotation, int tolerance)
{
    struct display *window = open_display(driver, rotation);
    struct display *memory = open_display("memory", rotation);
    for (int i = 0; i < 6; i++) {
        struct frame video = smooth_video((enum colour_matrix)(i / 2), i & 1);
        uint8_t *a = draw(window, &video, i & 1 ? 255 : 100);
        uint8_t *b = draw(memory, &video, i & 1 ? 255 : 100);
        for (int j = 0; j < WIDTH * HEIGHT * 4; j++)
            if (abs(a[j] - b[j]) > tolerance)
                fail_msg("%s, rotation %d, colours %d, byte %d: %d, in memory %d", driver,
                         rotation, i, j, a[j], b[j]);
        free(a);
        free(b);
    }
    display_destroy(window);
    display_destroy(memory);
}

static void test_display_surface__shows_what_memory_shows(void **state)
{
    (void)state;
    for (int rotation = 0; rotation < 360; rotation += 90)
        compare_with_memory("surface", rotation, 0);
}

static void test_display_renderer__shows_what_memory_shows_by_opengl(void **state)
{
    (void)state;
    setenv("LIBGL_ALWAYS_SOFTWARE", "1", 1);
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengl");
    for (int rotation = 0; rotation < 360; rotation += 90)
        compare_with_memory("renderer", rotation, 5);
}

static void test_display_renderer__shows_what_memory_shows_by_software(void **state)
{
    (void)state;
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "software");
    for (int rotation = 0; rotation < 360; rotation += 90)
        compare_with_memory("renderer", rotation, 6);
}

static void test_display_create__fills_the_screen_without_a_window_manager(void **state)
{
    (void)state;
    const struct display_config config = {.fullscreen = true, .hide_cursor = true};
    struct display *d;
    struct diag diag = {""};
    assert_int_equal(display_create(&config, &d, &diag), 0);
    assert_string_equal(display_driver(d), "surface");
    int width, height;
    display_canvas_size(d, &width, &height);
    assert_int_equal(width, 800);
    assert_int_equal(height, 600);
    assert_int_equal(SDL_ShowCursor(SDL_QUERY), SDL_DISABLE);
    assert_int_equal(SDL_IsScreenSaverEnabled(), SDL_FALSE);
    display_destroy(d);
}

static void test_display_create__says_why_there_is_no_display(void **state)
{
    (void)state;
    const char *display = getenv("DISPLAY");
    assert_non_null(display);
    char *before = strdup(display ? display : "");
    assert_non_null(before);
    setenv("DISPLAY", ":59999", 1);
    setenv("SDL_VIDEODRIVER", "x11", 1);
    const struct display_config config = {.width = 8, .height = 8};
    struct display *d;
    struct diag diag = {""};
    assert_int_equal(display_create(&config, &d, &diag), -ENODEV);
    assert_non_null(strstr(diag_text(&diag), "no display"));
    setenv("DISPLAY", before, 1);
    unsetenv("SDL_VIDEODRIVER");
    free(before);
}

int main(void)
{
    struct xvfb x;
    if (!xvfb_start(&x, "800x600x24")) {
        fputs("no Xvfb\n", stderr);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_display_surface__shows_what_memory_shows),
        cmocka_unit_test(test_display_renderer__shows_what_memory_shows_by_opengl),
        cmocka_unit_test(test_display_renderer__shows_what_memory_shows_by_software),
        cmocka_unit_test(test_display_create__fills_the_screen_without_a_window_manager),
        cmocka_unit_test(test_display_create__says_why_there_is_no_display),
    };
    int failed = cmocka_run_group_tests_name("player/display_window", tests, NULL, NULL);
    xvfb_stop(&x);
    return failed;
}
