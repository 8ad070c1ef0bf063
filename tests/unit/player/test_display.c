#include "tests/support/test.h"

#include "base/diag.h"
#include "player/display.h"

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

/* A small deterministic generator: the same pictures in every run. */
struct dice {
    uint64_t state;
};

static uint32_t dice_next(struct dice *d)
{
    d->state = d->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(d->state >> 33);
}

static int dice_between(struct dice *d, int low, int high)
{
    return low + (int)(dice_next(d) % (uint32_t)(high - low + 1));
}

/* A random frame with random strides, each plane in a block of exactly its size, so that
 * a sanitizer sees every step outside. */
static struct frame frame_random(struct dice *d, enum pixel_layout layout, int width,
                                 int height)
{
    static uint64_t serial;
    struct frame f = {.layout = layout,
                      .matrix = (enum colour_matrix)dice_between(d, 0, 2),
                      .full_range = dice_next(d) & 1,
                      .width = width,
                      .height = height,
                      .display_width = width,
                      .display_height = height,
                      .serial = ++serial};
    for (int i = 0; i < (layout == PIXEL_I420 ? 3 : 1); i++) {
        int w = i ? (width + 1) / 2 : width, h = i ? (height + 1) / 2 : height;
        w = layout == PIXEL_BGRA ? w * 4 : w;
        f.stride[i] = w + dice_between(d, 0, 9);
        size_t size = (size_t)f.stride[i] * (size_t)(h - 1) + (size_t)w;
        uint8_t *p = malloc(size);
        for (size_t j = 0; j < size; j++)
            p[j] = (uint8_t)dice_next(d);
        if (layout == PIXEL_BGRA) /* premultiplied: no colour above its alpha */
            for (int y = 0; y < h; y++)
                for (int x = 0; x + 3 < w; x++)
                    if (x % 4 == 0)
                        for (int c = 0; c < 3; c++) {
                            uint8_t *q = p + (ptrdiff_t)y * f.stride[i] + x;
                            q[3] = q[3] < 85 ? 0 : q[3] < 170 ? q[3] : 255;
                            q[c] = (uint8_t)(q[c] * q[3] / 255);
                        }
        f.plane[i] = p;
    }
    return f;
}

static void frame_free(struct frame *f)
{
    for (int i = 0; i < 3; i++)
        free((void *)(uintptr_t)f->plane[i]);
}

static const double luma_red[] = {0.299, 0.2126, 0.2627};
static const double luma_blue[] = {0.114, 0.0722, 0.0593};

/* Colours by the definition in the recommendations, in double precision. */
static void reference_rgb(const struct frame *f, double y, double cb, double cr,
                          double ret[4])
{
    double kr = luma_red[f->matrix], kb = luma_blue[f->matrix], kg = 1 - kr - kb;
    double luma = f->full_range ? y / 255 : (y - 16) / 219;
    double b = (cb - 128) / (f->full_range ? 255 : 224);
    double r = (cr - 128) / (f->full_range ? 255 : 224);
    double red = luma + 2 * (1 - kr) * r, blue = luma + 2 * (1 - kb) * b;
    double green = (luma - kr * red - kb * blue) / kg;
    const double bgr[3] = {blue, green, red};
    for (int c = 0; c < 3; c++)
        ret[c] = fmin(fmax(bgr[c], 0), 1) * 255;
    ret[3] = 255;
}

/* A plane between its samples, in pixels from the centre of the first. */
static double sample_plane(const struct frame *f, int plane, int bytes, int c, double x,
                           double y)
{
    int w = plane ? (f->width + 1) / 2 : f->width;
    int h = plane ? (f->height + 1) / 2 : f->height;
    x = fmin(fmax(x, 0), w - 1);
    y = fmin(fmax(y, 0), h - 1);
    int x0 = (int)x, y0 = (int)y;
    int x1 = x0 + 1 < w ? x0 + 1 : x0, y1 = y0 + 1 < h ? y0 + 1 : y0;
    const uint8_t *p = f->plane[plane];
    double px = x - x0, py = y - y0;
    const uint8_t *a = p + (ptrdiff_t)y0 * f->stride[plane];
    const uint8_t *b = p + (ptrdiff_t)y1 * f->stride[plane];
    return (a[x0 * bytes + c] * (1 - px) + a[x1 * bytes + c] * px) * (1 - py) +
           (b[x0 * bytes + c] * (1 - px) + b[x1 * bytes + c] * px) * py;
}

/* The place of output `i` of `shown` over `source` pixels, to 1/64. */
static double place_of(int i, int source, int shown)
{
    return floor((i + 0.5) * source / shown * 64 + 0.5) / 64 - 0.5;
}

/* Pixel (x, y) of the frame shown at `to` on the canvas, as BGRA. Chroma is repeated in
 * pairs of the result, as it is in the frame. */
static void reference_pixel(const struct frame *f, struct rect to, int x, int y,
                            double ret[4])
{
    double sx = place_of(x - to.x, f->width, to.w);
    double sy = place_of(y - to.y, f->height, to.h);
    if (f->layout == PIXEL_BGRA) {
        for (int c = 0; c < 4; c++)
            ret[c] = sample_plane(f, 0, 4, c, sx, sy);
        return;
    }
    double luma = sample_plane(f, 0, 1, 0, sx, sy);
    double cx = place_of((x - to.x) / 2, f->width, to.w);
    double cy = place_of((y - to.y) / 2, f->height, to.h);
    reference_rgb(f, luma, sample_plane(f, 1, 1, 0, cx, cy),
                  sample_plane(f, 2, 1, 0, cx, cy), ret);
}

struct shot {
    uint8_t *pixels;
    int width, height;
};

struct layer_case {
    struct frame frame;
    struct rect to;
    int opacity;
};

static struct display *memory_display(int width, int height, int rotation)
{
    const struct display_config config = {
        .driver = "memory", .width = width, .height = height, .rotation = rotation};
    struct display *d;
    struct diag diag;
    assert_int_equal(display_create(&config, &d, &diag), 0);
    return d;
}

static struct shot shot_take(struct display *d)
{
    struct shot s;
    assert_int_equal(display_read(d, &s.pixels, &s.width, &s.height), 0);
    return s;
}

/* Blend a reference pixel over `to` (BGR). */
static void reference_blend(const double from[4], int opacity, double to[3])
{
    double part = from[3] / 255 * opacity / 255;
    bool opaque = from[3] == 255;
    for (int c = 0; c < 3; c++) {
        double colour = opaque ? from[c] * part : from[c] * opacity / 255;
        to[c] = colour + to[c] * (1 - part);
    }
}

/* What a viewer must see of one layer after another at (x, y). */
static void reference_layers(const struct layer_case *layers, int count, int x, int y,
                             double ret[3])
{
    ret[0] = ret[1] = ret[2] = 0;
    for (int i = 0; i < count; i++) {
        const struct layer_case *l = &layers[i];
        double pixel[4];
        if (x < l->to.x || y < l->to.y || x >= l->to.x + l->to.w ||
            y >= l->to.y + l->to.h)
            continue;
        reference_pixel(&l->frame, l->to, x, y, pixel);
        reference_blend(pixel, l->opacity, ret);
    }
}

static void draw_layers(struct display *d, const struct layer_case *layers, int count)
{
    display_begin(d);
    for (int i = 0; i < count; i++)
        display_draw(d, &layers[i].frame, layers[i].to, layers[i].opacity);
    assert_int_equal(display_present(d), 0);
}

static void compare_with_reference(struct display *d, const struct layer_case *layers,
                                   int count, double tolerance)
{
    struct shot shot = shot_take(d);
    int width, height;
    display_canvas_size(d, &width, &height);
    assert_int_equal(shot.width, width);
    assert_int_equal(shot.height, height);
    for (int i = 0; i < width * height; i++) {
        double want[3];
        reference_layers(layers, count, i % width, i / width, want);
        const uint8_t *got = shot.pixels + (ptrdiff_t)i * 4;
        for (int c = 0; c < 3; c++)
            if (fabs(got[c] - want[c]) > tolerance)
                fail_msg("%dx%d at %d,%d colour %d: %d, expected %.2f", width, height,
                         i % width, i / width, c, got[c], want[c]);
        assert_int_equal(got[3], 255);
    }
    free(shot.pixels);
}

static struct layer_case layer_random(struct dice *dice, enum pixel_layout layout)
{
    struct layer_case l;
    l.frame =
        frame_random(dice, layout, dice_between(dice, 1, 100), dice_between(dice, 1, 80));
    l.to = (struct rect){dice_between(dice, -40, 60), dice_between(dice, -40, 60),
                         l.frame.width, l.frame.height};
    l.opacity = dice_next(dice) & 1 ? 255 : dice_between(dice, 0, 255);
    return l;
}

static void test_display_present__is_exact_within_two_for_any_size_and_rotation(void **s)
{
    (void)s;
    struct dice dice = {1};
    for (int i = 0; i < 400; i++) {
        struct display *d = memory_display(dice_between(&dice, 1, 90),
                                           dice_between(&dice, 1, 70), i % 4 * 90);
        struct layer_case layers[3];
        for (int j = 0; j < 3; j++)
            layers[j] = layer_random(&dice, j == 0 || dice_next(&dice) & 1 ? PIXEL_I420
                                                                           : PIXEL_BGRA);
        draw_layers(d, layers, 3);
        compare_with_reference(d, layers, 3, 2);
        for (int j = 0; j < 3; j++)
            frame_free(&layers[j].frame);
        display_destroy(d);
    }
}

/* Chroma of a turned picture may be paired from the other side: upright only. */
static void test_display_present__scales_within_three_of_the_definition(void **state)
{
    (void)state;
    struct dice dice = {2};
    for (int i = 0; i < 300; i++) {
        struct display *d =
            memory_display(dice_between(&dice, 1, 120), dice_between(&dice, 1, 90), 0);
        struct layer_case l = layer_random(&dice, i & 1 ? PIXEL_I420 : PIXEL_BGRA);
        l.to.w = dice_between(&dice, l.frame.width / 2 + 2, 200);
        l.to.h = dice_between(&dice, l.frame.height / 2 + 2, 160);
        l.opacity = 255;
        draw_layers(d, &l, 1);
        compare_with_reference(d, &l, 1, 3);
        frame_free(&l.frame);
        display_destroy(d);
    }
}

static void test_display_present__shrinks_by_averaging(void **state)
{
    (void)state;
    uint8_t pixels[64 * 64 * 4];
    for (int i = 0; i < 64 * 64; i++) /* single lines, a quarter white */
        memset(pixels + (size_t)i * 4, i % 64 % 4 ? 0 : 255, 4);
    struct display *d = memory_display(8, 8, 90);
    struct layer_case l = {{.layout = PIXEL_BGRA,
                            .width = 64,
                            .height = 64,
                            .plane = {pixels},
                            .stride = {256},
                            .serial = 1},
                           {0, 0, 8, 8},
                           255};
    draw_layers(d, &l, 1);
    struct shot shot = shot_take(d);
    for (int i = 0; i < 64; i++)
        assert_in_range(shot.pixels[i * 4], 62, 66);
    free(shot.pixels);
    display_destroy(d);
}

/* Whatever changes from one picture to the next, the screen is as if drawn anew. */
static void test_display_present__draws_no_less_than_what_changed(void **state)
{
    (void)state;
    struct dice dice = {3};
    for (int i = 0; i < 40; i++) {
        struct display *d = memory_display(90, 70, i % 4 * 90);
        struct layer_case layers[4];
        for (int j = 0; j < 4; j++)
            layers[j] = layer_random(&dice, j < 2 ? PIXEL_I420 : PIXEL_BGRA);
        for (int step = 0; step < 12; step++) {
            struct layer_case *l = &layers[dice_between(&dice, 0, 3)];
            if (dice_next(&dice) & 1)
                l->to.x += dice_between(&dice, -20, 20);
            else if (dice_next(&dice) & 1)
                l->opacity = dice_between(&dice, 0, 255);
            else {
                enum pixel_layout layout = l->frame.layout;
                frame_free(&l->frame);
                *l = layer_random(&dice, layout);
            }
            int count = dice_between(&dice, 0, 4);
            draw_layers(d, layers, count);
            compare_with_reference(d, layers, count, 2.5);
        }
        for (int j = 0; j < 4; j++)
            frame_free(&layers[j].frame);
        display_destroy(d);
    }
}

static void test_display_fit__keeps_the_aspect_in_the_middle(void **state)
{
    (void)state;
    struct display *d = memory_display(1920, 1080, 90);
    struct frame f = {
        .width = 720, .height = 576, .display_width = 1024, .display_height = 576};
    struct rect r = display_fit(d, &f);
    assert_int_equal(r.w, 1080);
    assert_int_equal(r.h, 608);
    assert_int_equal(r.x, 0);
    assert_int_equal(r.y, (1920 - 608) / 2);
    f = (struct frame){.width = 1, .height = 60000};
    r = display_fit(d, &f);
    assert_int_equal(r.w, 1);
    assert_int_equal(r.h, 1920);
    display_destroy(d);
    d = memory_display(1366, 768, 0);
    f = (struct frame){.width = 1920, .height = 1080};
    r = display_fit(d, &f);
    assert_int_equal(r.w, 1366);
    assert_int_equal(r.h, 768);
    display_destroy(d);
}

static void test_display_set_rotation__turns_what_comes_next(void **state)
{
    (void)state;
    struct dice dice = {4};
    struct display *d = memory_display(64, 40, 0);
    struct layer_case l = layer_random(&dice, PIXEL_I420);
    l.opacity = 255;
    for (int rotation = 270; rotation >= 0; rotation -= 90) {
        assert_int_equal(display_set_rotation(d, rotation), 0);
        draw_layers(d, &l, 1);
        compare_with_reference(d, &l, 1, 2);
    }
    assert_int_equal(display_set_rotation(d, 1), -EINVAL);
    frame_free(&l.frame);
    display_destroy(d);
}

static void test_display_screenshot__writes_a_png(void **state)
{
    (void)state;
    struct display *d = memory_display(64, 48, 90);
    struct diag diag = {""};
    display_begin(d);
    assert_int_equal(display_present(d), 0);
    assert_int_equal(display_screenshot(d, "shot.png", &diag), 0);
    struct stat st;
    assert_int_equal(stat("shot.png", &st), 0);
    assert_true(st.st_size > 60);
    assert_int_equal(display_screenshot(d, "no/such/folder/shot.png", &diag), -ENOENT);
    assert_non_null(strstr(diag_text(&diag), "no/such/folder"));
    display_destroy(d);
}

static void test_display_create__says_what_is_wrong(void **state)
{
    (void)state;
    struct display *d;
    struct diag diag = {""};
    struct display_config config = {.driver = "hologram", .width = 8, .height = 8};
    assert_int_equal(display_create(&config, &d, &diag), -EINVAL);
    assert_non_null(strstr(diag_text(&diag), "hologram"));
    config = (struct display_config){
        .driver = "memory", .width = 8, .height = 8, .rotation = 45};
    assert_int_equal(display_create(&config, &d, &diag), -EINVAL);
    config = (struct display_config){.driver = "memory", .width = 0, .height = 8};
    assert_int_equal(display_create(&config, &d, &diag), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_display_present__is_exact_within_two_for_any_size_and_rotation),
        cmocka_unit_test(test_display_present__scales_within_three_of_the_definition),
        cmocka_unit_test(test_display_present__shrinks_by_averaging),
        cmocka_unit_test(test_display_present__draws_no_less_than_what_changed),
        cmocka_unit_test(test_display_fit__keeps_the_aspect_in_the_middle),
        cmocka_unit_test(test_display_set_rotation__turns_what_comes_next),
        cmocka_unit_test(test_display_screenshot__writes_a_png),
        cmocka_unit_test(test_display_create__says_what_is_wrong),
    };
    return cmocka_run_group_tests_name("player/display", tests, NULL, NULL);
}
