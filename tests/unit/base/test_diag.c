#include "tests/support/test.h"

#include "base/diag.h"

static void test_diag_context__prepends_and_keeps_the_sentence(void **state)
{
    (void)state;
    struct diag d = {""};
    assert_int_equal(diag_set(&d, -EINVAL, "expected %d", 3), -EINVAL);
    assert_int_equal(diag_context(&d, -EINVAL, "items[%d]", 2), -EINVAL);
    assert_string_equal(diag_text(&d), "items[2]: expected 3");
}

static void test_diag_context__never_overflows(void **state)
{
    (void)state;
    struct diag d = {""};
    char word[600];
    memset(word, 'x', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    diag_set(&d, -EINVAL, "%s", word);
    diag_context(&d, -EINVAL, "where");
    assert_int_equal(strlen(d.text), sizeof(d.text) - 1);
    assert_memory_equal(d.text, "where: xxx", 10);
}

static void test_diag_set__accepts_null(void **state)
{
    (void)state;
    assert_int_equal(diag_set(NULL, -EIO, "lost"), -EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diag_context__prepends_and_keeps_the_sentence),
        cmocka_unit_test(test_diag_context__never_overflows),
        cmocka_unit_test(test_diag_set__accepts_null),
    };
    return cmocka_run_group_tests_name("base/diag", tests, NULL, NULL);
}
