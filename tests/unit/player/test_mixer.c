#include "tests/support/test.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "player/mixer.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>

struct fixture {
    struct mixer *mixer;
    struct shared_header *shared;
    float *heard; /* after stop() */
    size_t count; /* samples: two for each frame */
    char *file;
};

static int64_t now_us(void)
{
    return clock_monotonic_us(clock_system());
}

static int start(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct diag diag;
    struct mixer_config config = {.sink = "file", .path = "out.wav"};
    f->shared = calloc(1, sizeof(*f->shared));
    assert_int_equal(mixer_create(&config, &f->mixer, &diag), 0);
    *state = f;
    return 0;
}

/* A source whose ring holds `value` everywhere, and so much of it. */
static struct mixer_source *source(struct fixture *f, float value, uint64_t frames,
                                   double gain_db)
{
    struct mixer_source *s;
    for (size_t i = 0; i < ARRAY_LENGTH(f->shared->sound); i++)
        f->shared->sound[i] = value;
    atomic_store(&f->shared->sound_written, frames);
    atomic_store(&f->shared->sound_ended, 1);
    atomic_store(&f->shared->has_sound, 1);
    assert_int_equal(mixer_source_add(f->mixer, f->shared, gain_db, &s), 0);
    return s;
}

static int64_t file_bytes(void)
{
    struct stat st;
    return stat("out.wav", &st) == 0 ? st.st_size : 0;
}

/* Play until everything has been taken and written, at most 20 s; then read the file.
 * What is taken lies within the mixer's ring of 8192 sample frames of 8 bytes, behind
 * what the file holds. */
static void finish(struct fixture *f, struct mixer_source *s)
{
    uint64_t all = atomic_load(&f->shared->sound_written);
    int64_t until = now_us() + 20000000;
    mixer_source_start(s, now_us());
    while (atomic_load(&f->shared->sound_taken) < all && now_us() < until)
        (void)poll(NULL, 0, 5);
    int64_t enough = file_bytes() + 8192 * 8;
    while (file_bytes() < enough && now_us() < until)
        (void)poll(NULL, 0, 5);
    mixer_source_remove(s);
    mixer_destroy(f->mixer);
    f->mixer = NULL;
    size_t bytes;
    assert_int_equal(file_read("out.wav", 64 << 20, &f->file, &bytes), 0);
    assert_memory_equal(f->file, "RIFF", 4);
    f->count = (bytes - 44) / sizeof(float);
    f->heard = malloc(f->count * sizeof(float));
    memcpy(f->heard, f->file + 44, f->count * sizeof(float));
}

static int stop(void **state)
{
    struct fixture *f = *state;
    mixer_destroy(f->mixer);
    free(f->shared);
    free(f->heard);
    free(f->file);
    free(f);
    return 0;
}

/* How many samples are not silent; all of those must be `value`. */
static size_t count_of(const struct fixture *f, float value)
{
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++) {
        if (f->heard[i] == 0)
            continue;
        if (fabsf(f->heard[i] - value) > 0.001F)
            print_error("sample %d: %f\n", (int)i, (double)f->heard[i]);
        assert_true(fabsf(f->heard[i] - value) <= 0.001F);
        n++;
    }
    return n;
}

static void test_mixer__passes_every_sample_on_once(void **state)
{
    struct fixture *f = *state;
    struct mixer_source *s = source(f, 0.25F, 24000, 0);
    finish(f, s);
    assert_int_equal(count_of(f, 0.25F), 48000);
}

static void test_mixer__applies_gain_and_ceiling(void **state)
{
    struct fixture *f = *state;
    mixer_set_ceiling(f->mixer, 5000);
    struct mixer_source *s = source(f, 0.25F, 12000, 6.0206);
    finish(f, s);
    assert_int_equal(count_of(f, 0.25F), 24000);
}

static void test_mixer__ducks_the_programme_but_not_a_voice(void **state)
{
    struct fixture *f = *state;
    mixer_set_ducked(f->mixer, true);
    struct mixer_source *s = source(f, 0.25F, 12000, 0);
    mixer_source_set_voice(s);
    finish(f, s);
    assert_int_equal(count_of(f, 0.25F), 24000);
}

static void test_mixer__keeps_the_programme_far_beneath_a_voice(void **state)
{
    struct fixture *f = *state;
    struct shared_header *silent = calloc(1, sizeof(*silent));
    struct mixer_source *voice;
    atomic_store(&silent->sound_written, 24000);
    atomic_store(&silent->sound_ended, 1);
    assert_int_equal(mixer_source_add(f->mixer, silent, 0, &voice), 0);
    mixer_source_set_voice(voice);
    mixer_source_start(voice, now_us());
    while (atomic_load(&silent->sound_taken) == 0)
        (void)poll(NULL, 0, 2);
    struct mixer_source *s = source(f, 0.32F, 12000, 0);
    mixer_source_start(s, now_us());
    while (atomic_load(&f->shared->sound_taken) < 12000)
        (void)poll(NULL, 0, 2);
    mixer_source_remove(voice); /* it speaks as long as it is there */
    finish(f, s);
    assert_int_equal(count_of(f, 0.02F), 24000);
    free(silent);
}

static void test_mixer__never_exceeds_full_scale(void **state)
{
    struct fixture *f = *state;
    struct mixer_source *s = source(f, 1e30F, 12000, 20);
    finish(f, s);
    assert_int_equal(count_of(f, 1.0F), 24000);
}

static void test_mixer__keeps_what_is_no_number_from_the_speaker(void **state)
{
    struct fixture *f = *state;
    struct mixer_source *s = source(f, NAN, 12000, 0);
    finish(f, s);
    assert_int_equal(count_of(f, 0), 0);
}

static void test_mixer__is_silent_when_muted_but_time_goes_on(void **state)
{
    struct fixture *f = *state;
    mixer_set_muted(f->mixer, true);
    struct mixer_source *s = source(f, 0.5F, 12000, 0);
    finish(f, s);
    assert_int_equal(count_of(f, 0), 0);
    assert_int_equal(atomic_load(&f->shared->sound_taken), 12000);
}

static void test_mixer__takes_nothing_from_a_worker_that_lies(void **state)
{
    struct fixture *f = *state;
    struct mixer_source *s = source(f, 0.5F, UINT64_MAX / 2, 0);
    mixer_source_start(s, now_us());
    for (int64_t until = now_us() + 200000; now_us() < until;)
        (void)poll(NULL, 0, 10);
    assert_int_equal(atomic_load(&f->shared->sound_taken), 0);
    mixer_source_remove(s);
}

static void test_mixer_level__measures_what_goes_out(void **state)
{
    struct fixture *f = *state;
    struct mixer_source *s = source(f, 0.5F, 48000, 0);
    struct mixer_level level = {-120, -120};
    mixer_source_start(s, now_us());
    for (int64_t until = now_us() + 5000000; level.rms_dbfs < -6.1 && now_us() < until;) {
        (void)poll(NULL, 0, 10);
        mixer_level(f->mixer, &level);
    }
    assert_true(fabs(level.rms_dbfs + 6.02) < 0.2);
    assert_true(fabs(level.peak_dbfs + 6.02) < 0.2);
    mixer_source_remove(s);
}

static void test_mixer_source_start__is_heard_at_its_moment(void **state)
{
    struct fixture *f = *state;
    struct mixer_source *s = source(f, 0.5F, 24000, 0);
    int64_t at = now_us() + 300000;
    mixer_source_start(s, at);
    assert_true(mixer_source_heard_us(s, now_us()) < 0);
    while (now_us() < at + 100000)
        (void)poll(NULL, 0, 5);
    int64_t now = now_us(), heard = mixer_source_heard_us(s, now);
    assert_in_range(llabs(heard - (now - at)), 0, 25000);
    mixer_source_remove(s);
}

static void test_mixer_create__refuses_an_unknown_sink(void **state)
{
    (void)state;
    struct mixer *m;
    struct diag diag = {""};
    struct mixer_config config = {.sink = "megaphone"};
    assert_int_equal(mixer_create(&config, &m, &diag), -EINVAL);
    assert_non_null(strstr(diag_text(&diag), "megaphone"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_mixer__passes_every_sample_on_once),
        TEST(test_mixer__applies_gain_and_ceiling),
        TEST(test_mixer__ducks_the_programme_but_not_a_voice),
        TEST(test_mixer__keeps_the_programme_far_beneath_a_voice),
        TEST(test_mixer__never_exceeds_full_scale),
        TEST(test_mixer__keeps_what_is_no_number_from_the_speaker),
        TEST(test_mixer__is_silent_when_muted_but_time_goes_on),
        TEST(test_mixer__takes_nothing_from_a_worker_that_lies),
        TEST(test_mixer_level__measures_what_goes_out),
        TEST(test_mixer_source_start__is_heard_at_its_moment),
        cmocka_unit_test(test_mixer_create__refuses_an_unknown_sink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
