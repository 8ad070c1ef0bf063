#include "tests/support/test.h"

#include "tests/support/world.h"

/* Each play counts once, whatever becomes of the answer. */

static bool seven_plays(struct world *w)
{
    pthread_mutex_lock(&w->lock);
    bool all = w->plays >= 7;
    pthread_mutex_unlock(&w->lock);
    return all;
}

static void test_sync__counts_plays_once_when_the_answer_is_lost(void **state)
{
    struct world *w = *state;
    world_enrol(w);
    WAIT_FOR(w, world_up_to_date);
    world_log_plays(w, 5);
    world_restart(w); /* the log survives, and reports begin at once */
    atomic_store(&w->badness, LOSE_REPLIES);
    WAIT_FOR(w, world_plays_reported);
    world_log_plays(w, 2);
    world_restart(w);
    WAIT_FOR(w, seven_plays);
    pthread_mutex_lock(&w->lock);
    assert_int_equal(w->plays, 7);
    pthread_mutex_unlock(&w->lock);
}

static void test_sync__renumbers_when_the_server_counts_otherwise(void **state)
{
    struct world *w = *state;
    w->reported = 40; /* the unit's state was lost, the server's was not */
    world_enrol(w);
    WAIT_FOR(w, world_up_to_date);
    world_log_plays(w, 4);
    WAIT_FOR(w, world_plays_reported);
    assert_int_equal(w->plays, 4);
    pthread_mutex_lock(&w->lock);
    w->reported = 20; /* the server was restored from a backup */
    w->plays = 0;
    pthread_mutex_unlock(&w->lock);
    world_log_plays(w, 3);
    world_restart(w);
    WAIT_FOR(w, world_plays_reported);
    assert_int_equal(w->plays, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sync__counts_plays_once_when_the_answer_is_lost),
        WORLD_TEST(test_sync__renumbers_when_the_server_counts_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
