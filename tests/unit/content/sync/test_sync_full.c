#include "tests/support/test.h"

#include "tests/support/world.h"

#include "base/queue.h"
#include "content/model/programme.h"

#include <stdio.h>
#include <unistd.h>

/* A full disk: in $SMALL_DISK, a tmpfs of 2 MB, see tests/fault/test_sync_full.sh. */

static bool full_disk_seen(struct world *w)
{
    return world_fault_seen(w, "no room on the disk") ||
           world_fault_seen(w, "No space left");
}

static void test_sync__goes_on_when_the_disk_is_full(void **state)
{
    if (!getenv("SMALL_DISK"))
        skip();
    struct world *w = *state;
    char path[128];
    static const char block[4096];
    snprintf(w->folder, sizeof(w->folder), "%s/unit", getenv("SMALL_DISK"));
    snprintf(path, sizeof(path), "%s/ballast", getenv("SMALL_DISK"));
    w->quota_bytes = UINT64_C(1) << 30; /* more than there is */
    FILE *ballast = fopen(path, "w");
    assert_non_null(ballast);
    for (int i = 0; i < 370; i++) /* leaves room for documents, not for media */
        assert_int_equal(fwrite(block, sizeof(block), 1, ballast), 1);
    assert_int_equal(fflush(ballast), 0);
    world_enrol(w);
    WAIT_FOR(w, full_disk_seen);
    struct programme *p = queue_receive(w->programmes);
    assert_non_null(p); /* the programme is there all the same */
    programme_destroy(p);
    while (fwrite(block, sizeof(block), 1, ballast) == 1 && fflush(ballast) == 0)
        ; /* to the last byte */
    world_log_plays(w, 3);
    fclose(ballast);
    unlink(path);
    WAIT_FOR(w, world_media_present);
    WAIT_FOR(w, world_plays_reported);
    assert_int_equal(w->plays, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sync__goes_on_when_the_disk_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
