#include "tests/support/test.h"

#include "tests/support/world.h"

#include "base/queue.h"
#include "content/model/programme.h"
#include "content/sync/internal.h"

#include <time.h>

/* A server that closes at each byte of each answer. Time runs fast, so that a thousand
 * failures do not take a thousand back-offs. */

#define PACE 20000

static void arm(struct world *w, unsigned first, unsigned last)
{
    for (unsigned i = first; i <= last; i++) {
        atomic_store(&w->cuts[i], 0);
        atomic_store(&w->cut_at[i], 0);
    }
}

static bool all_whole(struct world *w)
{
    for (unsigned i = 0; i < ANSWER_KINDS; i++)
        if (atomic_load(&w->cut_at[i]) >= 0)
            return false;
    return true;
}

/* The sync's deadlines come fast, its waits do not: wake it until all came through.
 * `check` looks at every moment. */
static void turn_until_whole(struct world *w, void (*check)(struct world *w))
{
    for (int i = 0; i < 60000 && !(all_whole(w) && world_up_to_date(w)); i++) {
        const struct timespec tick = {.tv_nsec = 1000000};
        net_wake(w->sync->net);
        nanosleep(&tick, NULL);
        if (check)
            check(w);
    }
    for (unsigned i = 0; i < ANSWER_KINDS; i++)
        if (atomic_load(&w->cut_at[i]) >= 0)
            fail_msg("answers of kind %u still end at byte %ld", i,
                     atomic_load(&w->cut_at[i]));
    WAIT_FOR(w, world_up_to_date);
}

/* What the unit has got, the server's thread has sent; it may be about to say so. */
static void assert_came_whole(struct world *w, enum world_answer_kind kind)
{
    for (int i = 0; i < 5000 && atomic_load(&w->cut_at[kind]) >= 0; i++) {
        const struct timespec tick = {.tv_nsec = 1000000};
        nanosleep(&tick, NULL);
    }
    if (atomic_load(&w->cut_at[kind]) >= 0)
        fail_msg("kind %u came through at byte %ld", (unsigned)kind,
                 atomic_load(&w->cut_at[kind]));
}

/* Nothing of what is half-way shows. */
static void first_is_whole(struct world *w)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    if (s.unit[0])
        assert_came_whole(w, ANSWER_ENROL);
    if (s.manifest)
        assert_came_whole(w, ANSWER_MANIFEST);
    if (s.manifest == 1001)
        assert_came_whole(w, ANSWER_DOCUMENT);
}

static void old_or_new(struct world *w)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    assert_true(world_media_present(w));
    if (s.manifest == 2000) {
        assert_came_whole(w, ANSWER_MANIFEST);
        assert_came_whole(w, ANSWER_DOCUMENT);
    } else {
        assert_int_equal(s.manifest, 1001);
    }
}

static void no_fault(struct world *w)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    for (unsigned i = 0; i < s.fault_count; i++)
        fail_msg("%s", s.faults[i].what);
}

static void expect_programme(struct world *w, int64_t number)
{
    struct programme *last = NULL, *p;
    while ((p = queue_receive(w->programmes))) {
        programme_destroy(last);
        last = p;
    }
    assert_non_null(last);
    assert_int_equal(programme_manifest_number(last), number);
    programme_destroy(last);
}

static bool seven_plays(struct world *w)
{
    pthread_mutex_lock(&w->lock);
    bool all = w->plays >= 7;
    pthread_mutex_unlock(&w->lock);
    return all;
}

static void test_sync__comes_through_a_server_that_closes_at_each_byte(void **state)
{
    struct world *w = *state;
    atomic_store(&w->pace, PACE);
    arm(w, 0, ANSWER_KINDS - 1);
    world_enrol(w);
    world_add_release(w, "lich-hai", &w->field.author);
    w->field.documents[w->field.count - 1].fetched = true;
    world_publish(w, 1001);
    world_log_plays(w, 5);
    turn_until_whole(w, first_is_whole);
    no_fault(w);
    assert_true(world_media_present(w));
    assert_true(atomic_load(&w->ranged) > 100);
    expect_programme(w, 1001);
    for (unsigned i = 0; i < ANSWER_KINDS; i++) {
        print_message("answers of kind %u: cut %u times\n", i, atomic_load(&w->cuts[i]));
        assert_true(atomic_load(&w->cuts[i]) > 60); /* every byte of the head, at least */
    }
    /* Again, with a programme on the air that must stand until the new one is whole. */
    arm(w, ANSWER_MANIFEST, ANSWER_DOCUMENT);
    world_add_release(w, "lich-ba", &w->field.author);
    w->field.documents[w->field.count - 1].fetched = true;
    world_publish(w, 2000);
    turn_until_whole(w, old_or_new);
    no_fault(w);
    expect_programme(w, 2000);
    /* What the disk holds is the same. */
    world_log_plays(w, 2);
    world_restart(w);
    expect_programme(w, 2000);
    assert_true(world_media_present(w));
    WAIT_FOR(w, seven_plays);
    pthread_mutex_lock(&w->lock);
    assert_int_equal(w->plays, 7); /* each once, though most answers were lost */
    assert_true(w->repeats > 60);
    pthread_mutex_unlock(&w->lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sync__comes_through_a_server_that_closes_at_each_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
