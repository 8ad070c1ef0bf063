#include "tests/support/test.h"

#include "tests/support/world.h"

#include "base/diag.h"
#include "base/queue.h"
#include "content/model/programme.h"

#include <unistd.h>

/* The line as a whole: enrolment, restart, end. */

static void test_sync__goes_from_enrolment_to_reports(void **state)
{
    struct world *w = *state;
    world_enrol(w);
    w->field.documents[w->field.count - 1].fetched = true;
    world_publish(w, 1001);
    WAIT_FOR(w, world_up_to_date);
    assert_true(world_media_present(w));
    struct programme *p = queue_receive(w->programmes);
    assert_non_null(p);
    assert_string_equal(programme_unit(p)->id, "may-thu");
    assert_int_equal(programme_manifest_number(p), 1001);
    programme_destroy(p);
    int fd = sync_object_open(w->sync, &w->names[1]);
    char byte;
    assert_int_equal(read(fd, &byte, 1), 1);
    close(fd);
    world_log_plays(w, 3);
    WAIT_FOR(w, world_plays_reported);
    assert_int_equal(w->plays, 3);
    struct sync_status s;
    sync_status(w->sync, &s);
    assert_string_equal(s.unit, "may-thu");
    assert_string_equal(s.code, "");
    assert_int_equal(s.clock, CLOCK_TRUST_NTP);
    for (unsigned i = 0; i < s.fault_count; i++)
        fail_msg("%s", s.faults[i].what);
}

static void test_sync__plays_on_after_a_restart_without_a_server(void **state)
{
    struct world *w = *state;
    world_enrol(w);
    WAIT_FOR(w, world_up_to_date);
    sync_destroy(w->sync);
    w->sync = NULL;
    programme_destroy(queue_receive(w->programmes));
    atomic_store(&w->badness, GARBAGE);
    world_begin(w);
    struct programme *p = queue_receive(w->programmes);
    assert_non_null(p); /* at once, before the server was asked */
    assert_int_equal(programme_manifest_number(p), 1000);
    programme_destroy(p);
    assert_true(world_media_present(w));
    WAIT_FOR(w, world_in_trouble);
    struct sync_status s;
    sync_status(w->sync, &s);
    assert_int_equal(s.manifest, 1000);
    assert_string_equal(s.unit, "may-thu");
    /* Redirected: not followed. */
    atomic_store(&w->badness, REDIRECT);
    world_restart(w);
    WAIT_FOR(w, world_in_trouble);
    sync_status(w->sync, &s);
    assert_non_null(strstr(s.trouble, "302"));
}

static void test_sync_stop__ends_within_a_second_amid_transfers(void **state)
{
    struct world *w = *state;
    atomic_store(&w->badness, STALL_OBJECTS);
    world_enrol(w);
    WAIT_FOR(w, world_half_received);
    int64_t before_us = clock_monotonic_us(&w->clock);
    sync_stop(w->sync);
    assert_true(clock_monotonic_us(&w->clock) - before_us < 1000000);
    atomic_store(&w->badness, GOOD);
    world_restart(w);
    WAIT_FOR(w, world_media_present);
    assert_true(atomic_load(&w->ranged) > 0); /* what had come was kept */
}

static void test_sync_create__refuses_without_a_root_and_twice(void **state)
{
    struct world *w = *state;
    struct diag diag = {{0}};
    struct sync *other = NULL;
    struct sync_config c = {.state = w->folder, .server = hostile_url(w->server)};
    assert_int_equal(sync_create(&c, w->programmes, &other, &diag), -EINVAL);
    assert_string_equal(
        diag_text(&diag),
        "--root is needed the first time: what 'tramtinctl root fingerprint' prints");
    world_begin(w);
    assert_int_equal(sync_create(&c, w->programmes, &other, &diag), -EBUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sync__goes_from_enrolment_to_reports),
        WORLD_TEST(test_sync__plays_on_after_a_restart_without_a_server),
        WORLD_TEST(test_sync_stop__ends_within_a_second_amid_transfers),
        WORLD_TEST(test_sync_create__refuses_without_a_root_and_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
