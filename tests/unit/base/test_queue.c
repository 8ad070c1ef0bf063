#include "tests/support/test.h"

#include "base/buf.h"
#include "base/queue.h"

#include <poll.h>
#include <pthread.h>

static void test_queue_send__moves_and_refuses_when_full(void **state)
{
    (void)state;
    struct queue *q = NULL;
    assert_int_equal(queue_create(2, free, &q), 0);
    void *a = strdup("a"), *b = strdup("b"), *c = strdup("c");
    assert_int_equal(queue_send(q, &a), 0);
    assert_null(a);
    assert_int_equal(queue_send(q, &b), 0);
    assert_int_equal(queue_send(q, &c), -EAGAIN);
    assert_non_null(c);
    free(c);
    char *first = queue_receive(q);
    assert_string_equal(first, "a");
    free(first);
    queue_destroy(q); /* frees "b": the leak checker watches */
}

#define MESSAGES 20000

static void *sender(void *context)
{
    struct queue *q = context;
    for (uintptr_t i = 1; i <= MESSAGES;) {
        void *message = (void *)i; /* NOLINT(performance-no-int-to-ptr) */
        if (queue_send(q, &message) == 0)
            i++;
    }
    return NULL;
}

static void test_queue_fd__wakes_the_receiver_for_every_message(void **state)
{
    (void)state;
    struct queue *q = NULL;
    assert_int_equal(queue_create(64, NULL, &q), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, sender, q), 0);
    uintptr_t expected = 1;
    while (expected <= MESSAGES) {
        struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};
        assert_int_equal(poll(&p, 1, 10000), 1);
        void *message = queue_receive(q);
        assert_int_equal((uintptr_t)message, expected);
        expected++;
    }
    pthread_join(thread, NULL);
    struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};
    assert_int_equal(poll(&p, 1, 0), 0);
    assert_null(queue_receive(q));
    queue_destroy(q);
}

static void test_buf_append__stops_at_the_ceiling_and_changes_nothing(void **state)
{
    (void)state;
    struct buf b = BUF_INIT(10);
    assert_int_equal(buf_append_text(&b, "12345"), 0);
    assert_int_equal(buf_printf(&b, "%s", "678901"), -EFBIG);
    assert_string_equal(b.data, "12345");
    assert_int_equal(buf_printf(&b, "%d", 67890), 0);
    assert_string_equal(b.data, "1234567890");
    assert_int_equal(buf_append(&b, "x", SIZE_MAX), -EFBIG);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_send__moves_and_refuses_when_full),
        cmocka_unit_test(test_queue_fd__wakes_the_receiver_for_every_message),
        cmocka_unit_test(test_buf_append__stops_at_the_ceiling_and_changes_nothing),
    };
    return cmocka_run_group_tests_name("base/queue", tests, NULL, NULL);
}
