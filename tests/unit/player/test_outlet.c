/* A device that comes, goes and comes back. */
#include "tests/support/test.h"

#include "base/clock.h"
#include "base/diag.h"
#include "player/outlet.h"
#include "player/sink.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

/* The device, as the test has it. */
static struct {
    atomic_int refusals; /* how often it cannot be opened yet */
    atomic_bool alive;
    atomic_int opened, open;
} device;

static int fake_open(const char *path, sink_pull pull, void *context, struct sink **ret,
                     struct diag *diag)
{
    if (atomic_fetch_sub(&device.refusals, 1) > 0)
        return diag_set(diag, -ENODEV, "not plugged in");
    int r = sink_null.open(path, pull, context, ret, diag);
    if (r == 0) {
        atomic_store(&device.alive, true);
        atomic_fetch_add(&device.opened, 1);
        atomic_fetch_add(&device.open, 1);
    }
    return r;
}

static void fake_close(struct sink *s)
{
    sink_null.close(s);
    atomic_fetch_sub(&device.open, 1);
}

static bool fake_alive(struct sink *s)
{
    (void)s;
    return atomic_load(&device.alive);
}

static const struct sink_driver fake = {"fake", fake_open, fake_close, fake_alive};

static void count(void *context, float *samples, int frames, int64_t latency_us)
{
    (void)samples;
    (void)latency_us;
    atomic_fetch_add((atomic_int *)context, frames);
}

/* Until `value` is at least `least`, or 20 s. */
static void await_count(atomic_int *value, int least)
{
    for (int i = 0; i < 4000 && atomic_load(value) < least; i++)
        (void)poll(NULL, 0, 5);
    assert_true(atomic_load(value) >= least);
}

static void await_sentence(const struct outlet *o, bool works)
{
    for (int i = 0; i < 4000 && (*outlet_sentence(o) == 0) != works; i++)
        (void)poll(NULL, 0, 5);
    assert_int_equal(*outlet_sentence(o) == 0, works);
}

static struct outlet *start(int refusals, atomic_int *pulled)
{
    struct outlet *o = NULL;
    struct diag diag = {""};
    atomic_store(&device.refusals, refusals);
    atomic_store(&device.opened, 0);
    const struct outlet_config config = {
        .driver = &fake, .pull = count, .context = pulled, .retry_us = 1000};
    assert_int_equal(outlet_create(&config, &o, &diag), 0);
    return o;
}

static void
test_outlet__keeps_time_without_a_device_and_takes_it_when_it_comes(void **state)
{
    (void)state;
    atomic_int pulled = 0;
    struct outlet *o = start(4, &pulled);
    assert_string_not_equal(outlet_sentence(o), "");
    await_count(&pulled, 480);
    await_sentence(o, true);
    assert_int_equal(atomic_load(&device.opened), 1);
    int before = atomic_load(&pulled);
    await_count(&pulled, before + 960);
    outlet_destroy(o);
    assert_int_equal(atomic_load(&device.open), 0);
}

static void test_outlet__opens_a_lost_device_again_by_itself(void **state)
{
    (void)state;
    atomic_int pulled = 0;
    struct outlet *o = start(0, &pulled);
    assert_string_equal(outlet_sentence(o), "");
    for (int round = 1; round <= 3; round++) {
        atomic_store(&device.refusals, 3);
        atomic_store(&device.alive, false);
        await_sentence(o, false);
        int before = atomic_load(&pulled); /* the clock goes on meanwhile */
        await_count(&pulled, before + 480);
        await_sentence(o, true);
        assert_int_equal(atomic_load(&device.opened), round + 1);
        assert_int_equal(atomic_load(&device.open), 1);
        before = atomic_load(&pulled);
        await_count(&pulled, before + 480);
    }
    outlet_destroy(o);
    assert_int_equal(atomic_load(&device.open), 0);
}

static int silent_open(const char *path, sink_pull pull, void *context, struct sink **ret,
                       struct diag *diag)
{
    (void)path;
    (void)pull;
    (void)context;
    (void)diag;
    atomic_fetch_add(&device.opened, 1);
    *ret = malloc(1);
    return 0;
}

static void silent_close(struct sink *s)
{
    free(s);
}

static void test_outlet__notices_a_device_that_no_longer_pulls(void **state)
{
    (void)state;
    static const struct sink_driver silent = {"silent", silent_open, silent_close, NULL};
    atomic_int pulled = 0;
    struct outlet *o = NULL;
    struct diag diag = {""};
    atomic_store(&device.opened, 0);
    const struct outlet_config config = {
        .driver = &silent, .pull = count, .context = &pulled, .retry_us = 60000000};
    assert_int_equal(outlet_create(&config, &o, &diag), 0);
    await_sentence(o, false);
    await_count(&pulled, 480);
    outlet_destroy(o);
    assert_int_equal(atomic_load(&device.opened), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_outlet__keeps_time_without_a_device_and_takes_it_when_it_comes),
        cmocka_unit_test(test_outlet__opens_a_lost_device_again_by_itself),
        cmocka_unit_test(test_outlet__notices_a_device_that_no_longer_pulls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
