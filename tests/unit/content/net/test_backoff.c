#include "tests/support/test.h"

#include "content/net/backoff.h"

static void test_backoff_next_ms__is_never_zero_and_never_beyond_the_cap(void **state)
{
    (void)state;
    static const uint32_t bounds[] = {0, 1, 2, 3, 1000, 300000, UINT32_MAX};
    uint64_t seed = 1;
    for (size_t i = 0; i < 7; i++)
        for (size_t k = 0; k < 7; k++)
            for (int round = 0; round < 50; round++) {
                struct backoff b;
                backoff_init(&b, bounds[i], bounds[k], seed++ * UINT64_C(0x9e3779b9));
                uint32_t most = b.most_ms > b.least_ms ? b.most_ms : b.least_ms;
                for (int n = 0; n < 100; n++) {
                    uint32_t wait = backoff_next_ms(&b);
                    assert_true(wait > 0);
                    assert_true(wait <= most);
                }
            }
    struct backoff zeroed = {0};
    for (int n = 0; n < 1000; n++)
        assert_true(backoff_next_ms(&zeroed) > 0);
    struct backoff worn = {.least_ms = 1000, .most_ms = 60000, .failures = UINT32_MAX};
    assert_in_range(backoff_next_ms(&worn), 30000, 60000);
}

static void test_backoff_next_ms__doubles_with_jitter(void **state)
{
    (void)state;
    struct backoff a, b;
    backoff_init(&a, 1000, 64000, 1);
    backoff_init(&b, 1000, 64000, 2);
    int differ = 0;
    for (uint32_t whole = 1000; whole <= 64000; whole *= 2) {
        uint32_t x = backoff_next_ms(&a), y = backoff_next_ms(&b);
        assert_in_range(x, whole / 2, whole);
        assert_in_range(y, whole / 2, whole);
        differ += x != y;
    }
    assert_true(differ >= 5);
    backoff_succeeded(&a);
    assert_in_range(backoff_next_ms(&a), 500, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backoff_next_ms__is_never_zero_and_never_beyond_the_cap),
        cmocka_unit_test(test_backoff_next_ms__doubles_with_jitter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
