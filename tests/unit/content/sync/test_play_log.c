#include "tests/support/test.h"

#include "base/diag.h"
#include "content/sync/play_log.h"

#include <stdio.h>
#include <unistd.h>

static struct play_log *log_open(void)
{
    struct play_log *l = NULL;
    struct diag diag = {{0}};
    if (play_log_open("plays.db", &l, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    return l;
}

static int set_up(void **state)
{
    unlink("plays.db");
    unlink("plays.db-wal");
    unlink("plays.db-shm");
    *state = log_open();
    return 0;
}

static int tear_down(void **state)
{
    play_log_close(*state);
    return 0;
}

static void add(struct play_log *l, int64_t first, size_t count)
{
    struct play plays[64];
    assert_true(count <= 64);
    for (size_t i = 0; i < count; i++)
        plays[i] = (struct play){.start_ms = first + (int64_t)i,
                                 .end_ms = first + (int64_t)i + 1,
                                 .line = "bhyt-2026",
                                 .revision = 3,
                                 .item = "clip-1",
                                 .sha256 = "",
                                 .why = "slot",
                                 .completed = true,
                                 .clock = "ntp",
                                 .note = "tệp bị thiếu"};
    assert_int_equal(play_log_add(l, plays, count), 0);
}

static uint64_t count_of(struct play_log *l)
{
    uint64_t count = 999;
    assert_int_equal(play_log_count(l, &count), 0);
    return count;
}

/* Makes and keeps a report of at most `max` plays; its number, and its first play. */
static int64_t keep(struct play_log *l, size_t max, size_t expect, int64_t first)
{
    struct play_batch b;
    assert_int_equal(play_log_batch(l, max, &b), 0);
    int64_t number = b.report.number;
    assert_int_equal(b.report.play_count, expect);
    if (expect) {
        assert_int_equal(b.report.plays[0].start_ms, first);
        assert_string_equal(b.report.plays[0].note, "tệp bị thiếu");
        assert_true(b.report.plays[0].completed);
    }
    assert_int_equal(play_log_keep(l, &b, "envelope"), 0);
    play_log_batch_release(&b);
    return number;
}

static void test_play_log_acknowledged__forgets_exactly_what_was_sent(void **state)
{
    struct play_log *l = *state;
    add(l, 100, 50);
    assert_int_equal(keep(l, 30, 30, 100), 1);
    add(l, 150, 10); /* played while the report is on its way */
    assert_int_equal(count_of(l), 60);
    assert_int_equal(play_log_acknowledged(l, 7), 0); /* not the one that waits */
    assert_int_equal(count_of(l), 60);
    assert_int_equal(play_log_acknowledged(l, 1), 0);
    assert_int_equal(count_of(l), 30);
    assert_int_equal(play_log_acknowledged(l, 1), 0); /* a repeated answer */
    assert_int_equal(count_of(l), 30);
    assert_int_equal(keep(l, 30, 30, 130), 2);
    assert_int_equal(play_log_acknowledged(l, 2), 0);
    assert_int_equal(keep(l, 30, 0, 0), 3);
}

static void test_play_log_pending__sends_the_same_bytes_after_a_restart(void **state)
{
    struct play_log *l = *state;
    int64_t number;
    char *envelope = NULL;
    assert_int_equal(play_log_pending(l, &number, &envelope), -ENOENT);
    add(l, 100, 5);
    assert_int_equal(keep(l, 30, 5, 100), 1);
    play_log_close(l);
    *state = l = log_open();
    assert_int_equal(play_log_pending(l, &number, &envelope), 0);
    assert_int_equal(number, 1);
    assert_string_equal(envelope, "envelope");
    assert_int_equal(count_of(l), 5);
    free(envelope);
}

static void test_play_log_renumber__keeps_the_plays(void **state)
{
    struct play_log *l = *state;
    add(l, 100, 5);
    assert_int_equal(keep(l, 30, 5, 100), 1);
    assert_int_equal(play_log_renumber(l, 41), 0);
    assert_int_equal(keep(l, 30, 5, 100), 41);
    assert_int_equal(play_log_acknowledged(l, 41), 0);
    assert_int_equal(count_of(l), 0);
    assert_int_equal(keep(l, 30, 0, 0), 42);
}

static void test_play_log_add__keeps_thirty_days_offline(void **state)
{
    struct play_log *l = *state;
    int64_t number = 0;
    /* An item every 20 s for 30 days: 129,600 plays. */
    static struct play plays[12960];
    for (size_t i = 0; i < 12960; i++)
        plays[i] = (struct play){.start_ms = (int64_t)i,
                                 .line = "x",
                                 .item = "y",
                                 .sha256 = "",
                                 .why = "slot",
                                 .clock = "rtc",
                                 .note = ""};
    for (int i = 0; i < 10; i++)
        assert_int_equal(play_log_add(l, plays, 12960), 0);
    assert_int_equal(count_of(l), 129600);
    size_t sent = 0;
    for (;;) {
        struct play_batch b;
        assert_int_equal(play_log_batch(l, REPORT_PLAYS_MAX, &b), 0);
        size_t count = b.report.play_count;
        if (count) {
            assert_int_equal(b.report.number, ++number);
            assert_int_equal(play_log_keep(l, &b, "e"), 0);
        }
        play_log_batch_release(&b);
        if (!count)
            break;
        assert_int_equal(play_log_acknowledged(l, number), 0);
        sent += count;
    }
    assert_int_equal(sent, 129600);
}

static void test_play_log_batch__carries_acknowledgements(void **state)
{
    struct play_log *l = *state;
    struct sha256 name;
    struct play_batch b;
    sha256_of("x", 1, &name);
    assert_int_equal(play_log_add_ack(l, &name, 5), 0);
    assert_int_equal(play_log_batch(l, 10, &b), 0);
    assert_int_equal(b.report.ack_count, 1);
    assert_true(sha256_equal(&b.report.acks[0].document, &name));
    assert_int_equal(b.report.acks[0].at_ms, 5);
    assert_int_equal(play_log_keep(l, &b, "e"), 0);
    play_log_batch_release(&b);
    assert_int_equal(play_log_acknowledged(l, 1), 0);
    assert_int_equal(play_log_batch(l, 10, &b), 0);
    assert_int_equal(b.report.ack_count, 0);
    play_log_batch_release(&b);
}

static void test_play_log_open__refuses_what_is_no_log(void **state)
{
    struct play_log *l = NULL;
    struct diag diag = {{0}};
    (void)state;
    FILE *f = fopen("garbage.db", "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is no database\n", f);
    fclose(f);
    assert_int_equal(play_log_open("garbage.db", &l, &diag), -EBADMSG);
    assert_non_null(strstr(diag_text(&diag), "garbage.db"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_play_log_acknowledged__forgets_exactly_what_was_sent),
        TEST(test_play_log_pending__sends_the_same_bytes_after_a_restart),
        TEST(test_play_log_renumber__keeps_the_plays),
        TEST(test_play_log_add__keeps_thirty_days_offline),
        TEST(test_play_log_batch__carries_acknowledgements),
        TEST(test_play_log_open__refuses_what_is_no_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
