#include "tests/support/test.h"

#include "base/attr.h"
#include "content/http/range.h"

static void test_http_range_parse__gives_the_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        uint64_t first, length;
    } cases[] = {
        {"bytes=0-0", 0, 1},    {"bytes=0-99", 0, 100},
        {"bytes=5-", 5, 95},    {"bytes=-1", 99, 1},
        {"bytes=-500", 0, 100}, {"bytes=90-1000", 90, 10},
        {"Bytes=99-99", 99, 1}, {"bytes=10-99999999999999999999999", 10, 90},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint64_t first, length;
        assert_int_equal(http_range_parse(cases[i].header, 100, &first, &length), 0);
        assert_int_equal(first, cases[i].first);
        assert_int_equal(length, cases[i].length);
    }
}

static void test_http_range_parse__is_beyond_the_end(void **state)
{
    (void)state;
    uint64_t first, length;
    assert_int_equal(http_range_parse("bytes=100-", 100, &first, &length), -ERANGE);
    assert_int_equal(http_range_parse("bytes=-0", 100, &first, &length), -ERANGE);
    assert_int_equal(http_range_parse("bytes=0-", 0, &first, &length), -ERANGE);
    assert_int_equal(http_range_parse("bytes=-5", 0, &first, &length), -ERANGE);
}

static void test_http_range_parse__ignores_what_it_may(void **state)
{
    (void)state;
    static const char *const cases[] = {
        NULL,        "",           "bytes=",        "bytes=-",
        "bytes=1",   "bytes=5-4",  "bytes=0-1,3-4", "lines=0-1",
        "bytes=a-b", "bytes=0-1 ", "bytes=--1"};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        uint64_t first, length;
        assert_int_equal(http_range_parse(cases[i], 100, &first, &length), -ENOENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_range_parse__gives_the_bytes),
        cmocka_unit_test(test_http_range_parse__is_beyond_the_end),
        cmocka_unit_test(test_http_range_parse__ignores_what_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
