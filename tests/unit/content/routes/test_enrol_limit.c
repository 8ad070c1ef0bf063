#include "tests/support/test.h"

#include "content/routes/enrol_limit.h"

static void test_enrol_limit_allows__so_many_a_minute(void **state)
{
    static struct enrol_limit limit;
    unsigned retry_s;
    (void)state;
    for (int i = 0; i < ENROL_MOST_PER_MINUTE; i++)
        assert_true(enrol_limit_allows(&limit, "192.0.2.1", 1000 + i, &retry_s));
    assert_false(enrol_limit_allows(&limit, "192.0.2.1", 31000, &retry_s));
    assert_int_equal(retry_s, 31);
    assert_true(enrol_limit_allows(&limit, "192.0.2.2", 31000, &retry_s));
    assert_false(enrol_limit_allows(&limit, "192.0.2.1", 60999, &retry_s));
    assert_true(enrol_limit_allows(&limit, "192.0.2.1", 61000, &retry_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enrol_limit_allows__so_many_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
