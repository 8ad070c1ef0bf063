#include "tests/support/test.h"

#include "base/clock.h"
#include "base/diag.h"
#include "player/clip.h"
#include "player/display.h"
#include "player/mixer.h"
#include "player/zygote.h"
#include "tests/support/media_make.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define PATIENCE_US 30000000

static struct zygote *zygote; /* started in main, before any thread */

static int64_t now_us(void)
{
    return clock_monotonic_us(clock_system());
}

static struct clip *open_spec(struct mixer *mixer, const char *path,
                              struct clip_spec spec)
{
    struct diag diag;
    struct clip *c;
    spec.name = path;
    spec.fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(spec.fd >= 0);
    assert_int_equal(clip_open(zygote, mixer, &spec, &c, &diag), 0);
    return c;
}

static struct clip *open_clip(const char *path, enum clip_kind kind)
{
    return open_spec(
        NULL, path,
        (struct clip_spec){.kind = kind, .duration_us = kind == CLIP_IMAGE ? 400000 : 0});
}

/* Poll, as a main loop does, until the clip is in a state at or behind `state`. */
static enum clip_state wait_for(struct clip *c, enum clip_state state)
{
    int64_t until = now_us() + PATIENCE_US;
    for (;;) {
        enum clip_state s = clip_poll(c);
        if (s >= state || now_us() > until)
            return s;
        struct pollfd p = {.fd = clip_fd(c), .events = POLLIN};
        (void)poll(&p, 1, 10);
    }
}

static void assert_ready(struct clip *c)
{
    enum clip_state s = wait_for(c, CLIP_READY);
    if (s != CLIP_READY)
        print_error("%s\n", clip_error(c));
    assert_int_equal(s, CLIP_READY);
}

/* Play to the end; how many different pictures there were. */
static uint64_t play(struct clip *c)
{
    int64_t until = now_us() + PATIENCE_US;
    uint64_t serial = 0, pictures = 0;
    clip_start(c, now_us());
    while (clip_poll(c) < CLIP_ENDED && now_us() < until) {
        struct frame f;
        if (clip_frame(c, now_us(), &f) && f.serial != serial) {
            serial = f.serial;
            pictures++;
        }
        struct pollfd p = {.fd = clip_fd(c), .events = POLLIN};
        (void)poll(&p, 1, 5);
    }
    assert_int_equal(clip_poll(c), CLIP_ENDED);
    return pictures;
}

struct sample {
    const char *name, *arguments;
    enum clip_kind kind;
};

#define PICTURES                                                                         \
    "-f lavfi -i testsrc2=s=318x238:r=25:d=0.8 -f lavfi -i sine=d=0.8 -shortest "
#define TONE "-f lavfi -i sine=d=0.4 "
#define ORANGE "-f lavfi -i color=0xD06020:s=161x121,format=rgb24 -frames:v 1 "

static const struct sample samples[] = {
    {"h264.mp4", PICTURES "-pix_fmt yuv420p -c:v libx264 -c:a aac", CLIP_VIDEO},
    {"h264.mkv", PICTURES "-pix_fmt yuv420p -c:v libx264 -c:a libmp3lame", CLIP_VIDEO},
    {"hevc.mp4",
     PICTURES "-pix_fmt yuv420p -c:v libx265 -x265-params log-level=0 -c:a aac",
     CLIP_VIDEO},
    {"main10.mp4", PICTURES "-pix_fmt yuv420p10le -c:v libx265 -x265-params log-level=0",
     CLIP_VIDEO},
    {"h264_444.mp4", PICTURES "-pix_fmt yuv444p -c:v libx264", CLIP_VIDEO},
    {"vp8.webm", PICTURES "-pix_fmt yuv420p -c:v libvpx -c:a libvorbis", CLIP_VIDEO},
    {"vp9.webm", PICTURES "-pix_fmt yuv420p -c:v libvpx-vp9 -cpu-used 8 -c:a libopus",
     CLIP_VIDEO},
    {"av1.mkv", PICTURES "-pix_fmt yuv420p -c:v libaom-av1 -cpu-used 8 -c:a libopus",
     CLIP_VIDEO},
    {"av1.mp4", PICTURES "-pix_fmt yuv420p -c:v libaom-av1 -cpu-used 8 -c:a aac",
     CLIP_VIDEO},
    {"a.mp3", TONE "-ac 2", CLIP_AUDIO},
    {"mono.mp3", TONE "-ar 22050", CLIP_AUDIO},
    {"a.m4a", TONE "-c:a aac -ar 44100", CLIP_AUDIO},
    {"a.ogg", TONE "-c:a libvorbis", CLIP_AUDIO},
    {"a.opus", TONE "-c:a libopus", CLIP_AUDIO},
    {"a.flac", TONE "-c:a flac", CLIP_AUDIO},
    {"a.wav", TONE "-c:a pcm_s16le", CLIP_AUDIO},
    {"a420.jpg", ORANGE "-pix_fmt yuvj420p -q:v 1", CLIP_IMAGE},
    {"a422.jpg", ORANGE "-pix_fmt yuvj422p -q:v 1", CLIP_IMAGE},
    {"a444.jpg", ORANGE "-pix_fmt yuvj444p -q:v 1", CLIP_IMAGE},
    {"a.png", ORANGE, CLIP_IMAGE},
    {"a16.png", ORANGE "-pix_fmt rgb48be", CLIP_IMAGE},
    {"alpha.png", ORANGE "-pix_fmt rgba", CLIP_IMAGE},
    {"a.webp", ORANGE "-c:v libwebp -q:v 95", CLIP_IMAGE},
    {"lossless.webp", ORANGE "-c:v libwebp -lossless 1", CLIP_IMAGE},
};

static const char *make(const struct sample *s)
{
    media_make(s->name, s->arguments);
    return s->name;
}

static void test_clip__plays_every_format_to_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(samples); i++) {
        const struct sample *s = &samples[i];
        struct clip *c = open_clip(make(s), s->kind);
        enum clip_state ready = wait_for(c, CLIP_READY);
        if (ready != CLIP_READY)
            print_error("%s: %s\n", s->name, clip_error(c));
        assert_int_equal(ready, CLIP_READY);
        uint64_t pictures = play(c);
        struct clip_counts counts;
        clip_count(c, &counts);
        if (s->kind == CLIP_VIDEO && pictures + counts.dropped != 20)
            print_error("%s: %d pictures\n", s->name, (int)pictures);
        if (s->kind == CLIP_VIDEO)
            assert_int_equal(pictures + counts.dropped, 20);
        assert_true(pictures > 0 || s->kind == CLIP_AUDIO);
        assert_int_equal(counts.has_sound, s->kind != CLIP_IMAGE);
        clip_destroy(c);
    }
}

/* What a viewer sees in the middle of a clip's first picture. */
static void see(struct clip *c, uint8_t ret[4])
{
    struct display_config config = {.driver = "memory", .width = 64, .height = 64};
    struct display *d;
    struct diag diag;
    struct frame f;
    uint8_t *pixels;
    int width, height;
    assert_int_equal(display_create(&config, &d, &diag), 0);
    assert_true(clip_frame(c, now_us(), &f));
    display_begin(d);
    display_draw(d, &f, (struct rect){0, 0, 64, 64}, 255);
    assert_int_equal(display_present(d), 0);
    assert_int_equal(display_read(d, &pixels, &width, &height), 0);
    memcpy(ret, pixels + 4 * (32 * 64 + 32), 4);
    free(pixels);
    display_destroy(d);
}

static void assert_colour(const char *name, const uint8_t seen[4], int r, int g, int b,
                          int tolerance)
{
    bool right = abs(seen[2] - r) <= tolerance && abs(seen[1] - g) <= tolerance &&
                 abs(seen[0] - b) <= tolerance;
    if (!right)
        print_error("%s: %d %d %d\n", name, seen[2], seen[1], seen[0]);
    assert_true(right);
}

static void test_clip__shows_images_in_their_colours(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(samples); i++) {
        if (samples[i].kind != CLIP_IMAGE)
            continue;
        struct clip *c = open_clip(make(&samples[i]), CLIP_IMAGE);
        uint8_t seen[4];
        assert_ready(c);
        see(c, seen);
        assert_colour(samples[i].name, seen, 0xD0, 0x60, 0x20, 6);
        clip_destroy(c);
    }
}

static void test_clip__shows_video_in_its_colours_whatever_its_depth(void **state)
{
    (void)state;
    static const char *const formats[] = {"yuv420p", "yuv420p10le", "yuv422p", "yuv444p"};
    for (size_t i = 0; i < ARRAY_LENGTH(formats); i++) {
        char name[64], arguments[512];
        (void)snprintf(name, sizeof(name), "colour_%s.mp4", formats[i]);
        (void)snprintf(arguments, sizeof(arguments),
                       "-f lavfi -i color=0xD06020:s=320x240:r=25:d=0.2,format=gbrp,"
                       "scale=out_color_matrix=bt709:out_range=tv,format=%s "
                       "-colorspace bt709 -color_range tv -c:v libx264 -qp 1",
                       formats[i]);
        media_make(name, arguments);
        struct clip *c = open_clip(name, CLIP_VIDEO);
        uint8_t seen[4];
        assert_ready(c);
        see(c, seen);
        assert_colour(name, seen, 0xD0, 0x60, 0x20, 6);
        clip_destroy(c);
    }
}

/* Each picture's brightness is eight times its number. */
static const char *numbered(void)
{
    media_make("numbered.mp4",
               "-f lavfi -i \"color=black:s=64x64:r=25:d=1,format=yuv420p,"
               "geq=lum='N*8':cb=128:cr=128\" -c:v libx264 -qp 1 -g 25");
    return "numbered.mp4";
}

static void test_clip_open__starts_at_the_very_picture_of_the_offset(void **state)
{
    (void)state;
    struct clip *c = open_spec(
        NULL, numbered(), (struct clip_spec){.kind = CLIP_VIDEO, .offset_us = 480000});
    struct frame f;
    assert_ready(c);
    assert_true(clip_frame(c, 0, &f));
    assert_int_equal(f.pts_us, 0);
    assert_in_range(f.plane[0][32 * f.stride[0] + 32], 12 * 8 - 3, 12 * 8 + 3);
    assert_int_equal(play(c), 13);
    clip_destroy(c);
}

static void test_clip_open__ends_after_its_duration(void **state)
{
    (void)state;
    struct clip *c = open_spec(
        NULL, numbered(), (struct clip_spec){.kind = CLIP_VIDEO, .duration_us = 200000});
    assert_ready(c);
    int64_t from = now_us();
    assert_int_equal(play(c), 5);
    assert_in_range(now_us() - from, 190000, 900000);
    clip_destroy(c);
}

static void test_clip_open__refuses_what_cannot_be_played_with_one_sentence(void **state)
{
    (void)state;
    media_make("whole.mp4",
               PICTURES "-pix_fmt yuv420p -c:v libx264 -movflags +faststart");
    media_cut("whole.mp4", 700, "truncated.mp4");
    media_cut("whole.mp4", 0, "empty.mp4");
    media_make("whole.png", ORANGE);
    media_cut("whole.png", 40, "truncated.png");
    (void)!system(
        "head -c 100000 /dev/urandom > garbage.mp4;"
        "printf '#EXTM3U\\n#EXTINF:1,\\n/etc/passwd\\n' > list.m3u8;"
        "printf \"ffconcat version 1.0\\nfile '/etc/passwd'\\n\" > list.ffconcat;"
        /* an IHDR of 0x0, and one of 30000x30000 */
        "printf '\\211PNG\\r\\n\\032\\n\\0\\0\\0\\rIHDR\\0\\0\\0\\0\\0\\0\\0\\0"
        "\\b\\2\\0\\0\\0\\0\\0\\0\\0' > zero.png;"
        "ffmpeg -nostdin -v error -y -f lavfi -i color=black:s=12000x12000,"
        "format=gray -frames:v 1 bomb.png");
    static const struct sample bad[] = {
        {"truncated.mp4", "", CLIP_VIDEO}, {"empty.mp4", "", CLIP_VIDEO},
        {"garbage.mp4", "", CLIP_VIDEO},   {"list.m3u8", "", CLIP_VIDEO},
        {"list.ffconcat", "", CLIP_VIDEO}, {"zero.png", "", CLIP_IMAGE},
        {"truncated.png", "", CLIP_IMAGE}, {"bomb.png", "", CLIP_IMAGE},
        {"whole.png", "", CLIP_AUDIO},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct clip *c = open_clip(bad[i].name, bad[i].kind);
        enum clip_state s = wait_for(c, CLIP_READY);
        if (s != CLIP_FAILED)
            print_error("%s was not refused\n", bad[i].name);
        assert_int_equal(s, CLIP_FAILED);
        assert_non_null(strstr(clip_error(c), bad[i].name));
        assert_null(strchr(clip_error(c), '\n'));
        assert_null(strstr(clip_error(c), "crash"));
        assert_null(strstr(clip_error(c), "hang"));
        print_message("%s\n", clip_error(c));
        clip_destroy(c);
    }
}

static void test_clip__large_photographs_are_shown(void **state)
{
    (void)state;
    media_make("noise.png",
               "-f lavfi -i color=gray:s=3000x2000,format=rgb24,noise=alls=90 "
               "-frames:v 1");
    media_make("noise.jpg", "-f lavfi -i color=gray:s=4000x3000,noise=alls=90 "
                            "-pix_fmt yuvj420p -q:v 1 -frames:v 1");
    static const char *const names[] = {"noise.png", "noise.jpg"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        struct clip *c = open_clip(names[i], CLIP_IMAGE);
        assert_ready(c);
        clip_destroy(c);
    }
}

static struct mixer *silent_mixer(void)
{
    struct mixer *m;
    struct diag diag;
    struct mixer_config config = {.sink = "null"};
    assert_int_equal(mixer_create(&config, &m, &diag), 0);
    return m;
}

/* A minute of sound before the first picture is read over; very much more is said. */
static void test_clip__reads_over_what_is_badly_interleaved(void **state)
{
    (void)state;
    media_make("apart.mkv",
               "-f lavfi -i sine=d=62 -itsoffset 60 -f lavfi -i "
               "testsrc2=s=64x64:r=25:d=2 -map 1:v -map 0:a -pix_fmt yuv420p "
               "-c:v libx264 -c:a aac");
    media_make("far_apart.mkv",
               "-f lavfi -i sine=d=262 -itsoffset 260 -f lavfi -i "
               "testsrc2=s=64x64:r=25:d=2 -map 1:v -map 0:a -pix_fmt yuv420p "
               "-c:v libx264 -c:a aac");
    struct mixer *m = silent_mixer();
    struct clip *c = open_spec(m, "apart.mkv", (struct clip_spec){.kind = CLIP_VIDEO});
    assert_ready(c);
    clip_destroy(c);
    c = open_spec(m, "far_apart.mkv", (struct clip_spec){.kind = CLIP_VIDEO});
    assert_int_equal(wait_for(c, CLIP_READY), CLIP_FAILED);
    assert_non_null(strstr(clip_error(c), "too far apart"));
    clip_destroy(c);
    mixer_destroy(m);
}

static void test_clip__goes_on_when_its_sound_is_shorter_than_its_picture(void **state)
{
    (void)state;
    media_make("short_sound.mp4", "-f lavfi -i testsrc2=s=64x64:r=25:d=1.6 -f lavfi -i "
                                  "sine=d=0.4 -pix_fmt yuv420p -c:v libx264 -c:a aac");
    struct mixer *m = silent_mixer();
    struct clip *c =
        open_spec(m, "short_sound.mp4", (struct clip_spec){.kind = CLIP_VIDEO});
    assert_ready(c);
    int64_t from = now_us();
    struct clip_counts counts;
    uint64_t pictures = play(c);
    clip_count(c, &counts);
    assert_int_equal(pictures + counts.dropped, 40);
    assert_in_range(now_us() - from, 1500000, 3000000);
    clip_destroy(c);
    mixer_destroy(m);
}

static void test_clip__waits_prepared_longer_than_a_hanging_one_is_given(void **state)
{
    (void)state;
    media_make("long.mp3", "-f lavfi -i sine=d=5 -ac 2");
    struct mixer *m = silent_mixer();
    struct clip *c = open_spec(m, "long.mp3", (struct clip_spec){.kind = CLIP_AUDIO});
    struct clip *video =
        open_spec(m, make(&samples[0]), (struct clip_spec){.kind = CLIP_VIDEO});
    assert_ready(c);
    assert_ready(video);
    for (int64_t until = now_us() + 5600000; now_us() < until; (void)poll(NULL, 0, 50)) {
        assert_int_equal(clip_poll(c), CLIP_READY);
        assert_int_equal(clip_poll(video), CLIP_READY);
    }
    clip_destroy(video);
    clip_destroy(c);
    mixer_destroy(m);
}

static int open_descriptors(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static long resident_kb(void)
{
    long kb = 0;
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof(line), f))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    (void)fclose(f);
    return kb;
}

static void test_clip_destroy__leaves_nothing_behind(void **state)
{
    (void)state;
    struct mixer *m = silent_mixer();
    int descriptors = 0;
    long kb = 0;
    for (int i = 0; i < 55; i++) {
        struct clip *c = open_spec(m, numbered(), (struct clip_spec){.kind = CLIP_VIDEO});
        struct frame f;
        if (i % 2 == 0)
            assert_ready(c);
        (void)clip_frame(c, 0, &f);
        clip_destroy(c);
        if (i == 4) {
            descriptors = open_descriptors();
            kb = resident_kb();
        }
    }
    assert_int_equal(open_descriptors(), descriptors);
#if !defined(__SANITIZE_ADDRESS__)
    assert_in_range(resident_kb(), 0, kb + 2048);
#else
    (void)kb; /* freed memory is kept back to catch its use */
#endif
    mixer_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clip__plays_every_format_to_its_end),
        cmocka_unit_test(test_clip__shows_images_in_their_colours),
        cmocka_unit_test(test_clip__shows_video_in_its_colours_whatever_its_depth),
        cmocka_unit_test(test_clip_open__starts_at_the_very_picture_of_the_offset),
        cmocka_unit_test(test_clip_open__ends_after_its_duration),
        cmocka_unit_test(test_clip_open__refuses_what_cannot_be_played_with_one_sentence),
        cmocka_unit_test(test_clip__large_photographs_are_shown),
        cmocka_unit_test(test_clip__reads_over_what_is_badly_interleaved),
        cmocka_unit_test(test_clip__goes_on_when_its_sound_is_shorter_than_its_picture),
        cmocka_unit_test(test_clip__waits_prepared_longer_than_a_hanging_one_is_given),
        cmocka_unit_test(test_clip_destroy__leaves_nothing_behind),
    };
    if (zygote_start(&zygote) < 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    zygote_stop(zygote);
    return failed;
}
