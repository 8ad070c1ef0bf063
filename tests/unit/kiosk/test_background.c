#include "tests/support/test.h"

#include "kiosk/background.h"

#include <poll.h>
#include <stdbool.h>

struct sum {
    struct job job;
    int from, result;
    int *destroyed;
};

static void sum_run(struct job *j)
{
    struct sum *s = (struct sum *)j;
    for (int i = 1; i <= s->from; i++)
        s->result += i;
}

static void sum_destroy(struct job *j)
{
    struct sum *s = (struct sum *)j;
    (*s->destroyed)++;
    free(s);
}

static struct job *sum_create(int from, int *destroyed)
{
    struct sum *s = calloc(1, sizeof(*s));
    assert_non_null(s);
    *s =
        (struct sum){.job = {sum_run, sum_destroy}, .from = from, .destroyed = destroyed};
    return &s->job;
}

static void test_background_receive__gives_jobs_back_in_order(void **state)
{
    (void)state;
    struct background *b;
    int destroyed = 0;
    assert_int_equal(background_create(&b), 0);
    for (int i = 0; i < 10; i++) {
        struct job *j = sum_create(i, &destroyed);
        assert_int_equal(background_send(b, &j), 0);
        assert_null(j);
    }
    for (int i = 0; i < 10;) {
        struct pollfd fd = {.fd = background_fd(b), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, 10000), 1);
        struct job *j = background_receive(b);
        if (!j)
            continue;
        assert_int_equal(((struct sum *)j)->result, i * (i + 1) / 2);
        j->destroy(j);
        i++;
    }
    background_destroy(b);
    assert_int_equal(destroyed, 10);
}

static void test_background_destroy__frees_what_was_not_fetched(void **state)
{
    (void)state;
    struct background *b;
    int destroyed = 0;
    assert_int_equal(background_create(&b), 0);
    for (int i = 0; i < 5; i++) {
        struct job *j = sum_create(1000, &destroyed);
        assert_int_equal(background_send(b, &j), 0);
    }
    background_destroy(b);
    assert_int_equal(destroyed, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_background_receive__gives_jobs_back_in_order),
        cmocka_unit_test(test_background_destroy__frees_what_was_not_fetched),
    };
    return cmocka_run_group_tests_name("kiosk/background", tests, NULL, NULL);
}
