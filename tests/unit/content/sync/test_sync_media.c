#include "tests/support/test.h"

#include "tests/support/world.h"

/* Media from a server that sends the wrong thing, or half of it. */

static void test_sync__refuses_wrong_objects_and_recovers(void **state)
{
    struct world *w = *state;
    atomic_store(&w->badness, WRONG_OBJECTS);
    world_enrol(w);
    WAIT_FOR(w, world_wrong_bytes_seen);
    assert_false(world_media_present(w));
    assert_non_null(w->programmes);
    atomic_store(&w->badness, GOOD);
    WAIT_FOR(w, world_media_present);
}

static void test_sync__resumes_what_was_cut(void **state)
{
    struct world *w = *state;
    atomic_store(&w->badness, CUT_OBJECTS);
    world_enrol(w);
    WAIT_FOR(w, world_half_received);
    atomic_store(&w->badness, GOOD);
    WAIT_FOR(w, world_media_present);
    assert_true(atomic_load(&w->ranged) > 0);
    assert_false(world_wrong_bytes_seen(w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sync__refuses_wrong_objects_and_recovers),
        WORLD_TEST(test_sync__resumes_what_was_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
