#include "tests/support/test.h"

#include "tests/support/world.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Media that the disk has damaged. */

static void object_file(struct world *w, int which, char *ret, size_t size)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(&w->names[which], hex);
    snprintf(ret, size, "%s/objects/%.2s/%s", w->folder, hex, hex + 2);
}

static void flip(struct world *w, int which)
{
    char path[256];
    object_file(w, which, path, sizeof(path));
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, "\x55\xaa", 2, 200000), 2);
    close(fd);
}

static bool right_bytes(struct world *w, int which)
{
    struct sha256 hash;
    uint64_t bytes;
    int fd = sync_object_open(w->sync, &w->names[which]);
    bool right = fd >= 0 && sha256_of_fd(fd, UINT64_MAX, &hash, &bytes) == 0 &&
                 sha256_equal(&hash, &w->names[which]);
    if (fd >= 0)
        close(fd);
    return right;
}

static bool both_right(struct world *w)
{
    return right_bytes(w, 0) && right_bytes(w, 1);
}

static bool damage_seen(struct world *w)
{
    return world_fault_seen(w, "was damaged on the disk");
}

static void test_sync_object_suspect__is_fetched_again_when_damaged(void **state)
{
    struct world *w = *state;
    world_enrol(w);
    WAIT_FOR(w, world_up_to_date);
    unsigned requests = atomic_load(&w->object_requests);
    sync_object_pin(w->sync, &w->names[0]); /* on the air: it goes all the same */
    flip(w, 0);
    assert_false(right_bytes(w, 0));
    sync_object_suspect(w->sync, &w->names[0]);
    sync_object_suspect(w->sync, &w->names[1]); /* nothing is wrong with it */
    WAIT_FOR(w, damage_seen);
    WAIT_FOR(w, both_right);
    assert_int_equal(atomic_load(&w->object_requests), requests + 1);
}

static void test_sync_object_open__a_file_that_was_truncated_is_missing(void **state)
{
    struct world *w = *state;
    char path[256];
    world_enrol(w);
    WAIT_FOR(w, world_up_to_date);
    object_file(w, 1, path, sizeof(path));
    assert_int_equal(truncate(path, 1000), 0);
    assert_int_equal(sync_object_open(w->sync, &w->names[1]), -ENOENT);
    WAIT_FOR(w, damage_seen);
    WAIT_FOR(w, both_right);
    object_file(w, 0, path, sizeof(path));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(sync_object_open(w->sync, &w->names[0]), -ENOENT);
    WAIT_FOR(w, both_right);
}

static void test_sync__reads_its_store_again_from_the_start_and_each_day(void **state)
{
    struct world *w = *state;
    world_enrol(w);
    WAIT_FOR(w, world_up_to_date);
    sync_destroy(w->sync);
    w->sync = NULL;
    flip(w, 1);
    atomic_store(&w->pace, 4);
    world_begin(w);
    WAIT_FOR(w, damage_seen);
    WAIT_FOR(w, both_right);
    flip(w, 0);
    atomic_store(&w->pace, 20000); /* a day is four seconds */
    WAIT_FOR(w, both_right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sync_object_suspect__is_fetched_again_when_damaged),
        WORLD_TEST(test_sync_object_open__a_file_that_was_truncated_is_missing),
        WORLD_TEST(test_sync__reads_its_store_again_from_the_start_and_each_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
