#include "tests/support/test.h"

#include "tests/support/world.h"

#include <unistd.h>

/* What is not to be believed: documents of strangers, the clock. */

static void test_sync__refuses_a_forged_release_and_goes_on(void **state)
{
    struct world *w = *state;
    struct secret_key stranger;
    key_generate(&stranger);
    world_enrol(w);
    WAIT_FOR(w, world_up_to_date);
    world_add_release(w, "gia-mao", &stranger);
    world_publish(w, 2000);
    WAIT_FOR(w, world_refusal_seen);
    WAIT_FOR(w, world_newest_manifest);
    assert_true(world_media_present(w));
    /* A manifest by a stranger changes nothing at all. */
    struct secret_key server = w->field.server;
    w->field.server = stranger;
    world_publish(w, 3000);
    w->field.server = server;
    for (int i = 0; i < 3000 && !world_fault_seen(w, "no server key"); i++)
        usleep(10000);
    struct sync_status s;
    sync_status(w->sync, &s);
    assert_true(world_fault_seen(w, "no server key"));
    assert_int_equal(s.manifest, 2000);
    /* And the next right one is followed. */
    world_publish(w, 4000);
    WAIT_FOR(w, world_newest_manifest);
}

static void test_sync__survives_a_clock_that_is_wrong_both_ways(void **state)
{
    struct world *w = *state;
    world_enrol(w);
    WAIT_FOR(w, world_up_to_date);
    /* 1990: before the floor. What is new is accepted by the floor. */
    atomic_store(&w->skew_ms, -INT64_C(36) * 365 * 86400000);
    atomic_store(&w->trust, CLOCK_TRUST_NONE);
    world_restart(w);
    world_publish(w, 5000);
    WAIT_FOR(w, world_newest_manifest);
    struct sync_status s;
    sync_status(w->sync, &s);
    assert_int_equal(s.clock, CLOCK_TRUST_NONE);
    assert_true(s.clock_floor_ms >= INT64_C(1767225600000));
    /* 2066: everything looks expired. What was accepted stays. */
    atomic_store(&w->skew_ms, INT64_C(40) * 365 * 86400000);
    world_restart(w);
    world_publish(w, 6000);
    WAIT_FOR(w, world_refusal_seen);
    sync_status(w->sync, &s);
    assert_int_equal(s.manifest, 5000);
    atomic_store(&w->skew_ms, 0);
    world_restart(w);
    WAIT_FOR(w, world_newest_manifest);
    assert_true(world_media_present(w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sync__refuses_a_forged_release_and_goes_on),
        WORLD_TEST(test_sync__survives_a_clock_that_is_wrong_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
