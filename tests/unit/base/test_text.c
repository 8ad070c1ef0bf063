#include "tests/support/test.h"

#include "base/text.h"

static void test_text_is_utf8__follows_rfc_3629(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"Thừa Thiên Huế ế ộ", true}, {"ລາວ", true},           {"\xf0\x9f\x98\x80", true},
        {"\xc0\xaf", false},          {"\xe0\x80\xaf", false}, {"\xed\xa0\x80", false},
        {"\xf4\x90\x80\x80", false},  {"\xff", false},         {"\xe1\xba", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_int_equal(text_is_utf8(cases[i].text, strlen(cases[i].text)),
                         cases[i].valid);
    assert_false(text_is_utf8("a\0b", 3));
}

static void test_text_is_identifier__refuses_paths_and_capitals(void **state)
{
    (void)state;
    assert_true(text_is_identifier("a-luoi_2.v1"));
    assert_false(text_is_identifier(""));
    assert_false(text_is_identifier("../x"));
    assert_false(text_is_identifier(".hidden"));
    assert_false(text_is_identifier("Huế"));
    assert_false(text_is_identifier(
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")); /* 65 */
}

static void test_text_to_int64__takes_the_whole_text_or_nothing(void **state)
{
    (void)state;
    int64_t value = 5;
    assert_int_equal(text_to_int64("42", 0, 100, &value), 0);
    assert_int_equal(value, 42);
    assert_int_equal(text_to_int64("42x", 0, 100, &value), -EINVAL);
    assert_int_equal(text_to_int64(" 42", 0, 100, &value), -EINVAL);
    assert_int_equal(text_to_int64("", 0, 100, &value), -EINVAL);
    assert_int_equal(text_to_int64("-", -9, 100, &value), -EINVAL);
    assert_int_equal(text_to_int64("101", 0, 100, &value), -ERANGE);
    assert_int_equal(text_to_int64("99999999999999999999", 0, INT64_MAX, &value),
                     -ERANGE);
    assert_int_equal(value, 42);
}

static void test_text_base64__round_trips_and_refuses_rubbish(void **state)
{
    (void)state;
    CLEANUP(text_free) char *text = NULL;
    uint8_t *bytes = NULL;
    size_t length = 0;
    assert_int_equal(text_to_base64("light work", 10, &text), 0);
    assert_string_equal(text, "bGlnaHQgd29yaw=="); /* RFC 4648 */
    assert_int_equal(text_from_base64(text, strlen(text), &bytes, &length), 0);
    assert_int_equal(length, 10);
    assert_memory_equal(bytes, "light work", 10);
    free(bytes);
    assert_int_equal(text_from_base64("bGln!", 5, &bytes, &length), -EINVAL);
    assert_int_equal(text_from_base64("bGlnaHQ", 7, &bytes, &length), -EINVAL);
}

static void test_text_hex__wants_exactly_lower_case(void **state)
{
    (void)state;
    uint8_t bytes[2];
    char hex[5];
    assert_int_equal(text_to_hex_bytes("0aff", bytes, 2), 0);
    text_from_hex_bytes(bytes, 2, hex);
    assert_string_equal(hex, "0aff");
    assert_int_equal(text_to_hex_bytes("0AFF", bytes, 2), -EINVAL);
    assert_int_equal(text_to_hex_bytes("0af", bytes, 2), -EINVAL);
    assert_int_equal(text_to_hex_bytes("0aff0", bytes, 2), -EINVAL);
}

static void test_text_copy__cuts_between_characters(void **state)
{
    (void)state;
    char small[6];
    assert_false(text_copy(small, sizeof(small), "Huế ơi"));
    assert_string_equal(small, "Huế");
    assert_true(text_copy(small, sizeof(small), "abc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_utf8__follows_rfc_3629),
        cmocka_unit_test(test_text_is_identifier__refuses_paths_and_capitals),
        cmocka_unit_test(test_text_to_int64__takes_the_whole_text_or_nothing),
        cmocka_unit_test(test_text_base64__round_trips_and_refuses_rubbish),
        cmocka_unit_test(test_text_hex__wants_exactly_lower_case),
        cmocka_unit_test(test_text_copy__cuts_between_characters),
    };
    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
