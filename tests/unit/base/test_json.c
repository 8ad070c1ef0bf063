#include "tests/support/test.h"

#include "base/diag.h"
#include "base/json.h"

static int parse(const char *text, struct diag *diag)
{
    CLEANUP(json_decrefp) json_t *value = NULL;
    return json_parse(text, strlen(text), &json_limits_document, &value, diag);
}

static void test_json_parse__names_the_path_of_a_duplicate_key(void **state)
{
    (void)state;
    struct diag d = {""};
    assert_int_equal(parse("{\"a\": [1, {\"b\": 1,\n \"b\": 2}]}", &d), -EINVAL);
    assert_string_equal(diag_text(&d), "line 2: a[1].b: key appears twice");
}

static void test_json_parse__refuses_bombs_before_allocating(void **state)
{
    (void)state;
    static char text[1024 * 1024];
    struct diag d = {""};
    memset(text, '[', sizeof(text) - 1);
    assert_int_equal(parse(text, &d), -EFBIG);
    assert_non_null(strstr(diag_text(&d), "nested deeper than 16"));
    text[0] = '[';
    for (size_t i = 1; i + 3 < sizeof(text); i += 3)
        memcpy(text + i, "{},", 3);
    assert_int_equal(parse(text, &d), -EFBIG);
    assert_non_null(strstr(diag_text(&d), "more than 20000 values"));
}

static void test_json_parse__refuses_what_is_not_utf8(void **state)
{
    (void)state;
    struct diag d = {""};
    assert_int_equal(parse("{\"a\": \"\xc3\"}", &d), -EINVAL);
    assert_string_equal(diag_text(&d), "not valid UTF-8");
    assert_int_equal(parse("\"\xed\xa0\x80\"", &d), -EINVAL); /* a surrogate */
}

static void test_json_parse__refuses_trailing_text_and_open_ends(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",       "{",   "{} {}",       "{\"a\"}", "[1,]",      "{\"a\":01}",
        "\"open", "nul", "\"\\u0000\"", "1e999",   "{\"a\":1,}"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct diag d = {""};
        assert_int_equal(parse(bad[i], &d), -EINVAL);
        assert_true(d.text[0]);
    }
}

static void test_json_reader_finish__refuses_unknown_keys_with_their_path(void **state)
{
    (void)state;
    static const char text[] = "{\"items\": [{\"id\": \"a\", \"colour\": 1}]}";
    struct diag d = {""};
    CLEANUP(json_decrefp) json_t *value = NULL;
    assert_int_equal(json_parse(text, strlen(text), &json_limits_document, &value, &d),
                     0);
    struct json_reader r, item;
    json_reader_init(&r, value, "release", &d);
    const json_t *items = json_read_array(&r, "items", 10);
    json_reader_element(&item, &r, "items", 0, json_array_get(items, 0));
    assert_string_equal(json_read_identifier(&item, "id"), "a");
    assert_int_equal(json_reader_finish(&item), -EINVAL);
    assert_string_equal(diag_text(&d), "release.items[0].colour: unknown key");
    assert_int_equal(json_reader_finish(&r), 0);
}

static void test_json_reader__keeps_the_first_error(void **state)
{
    (void)state;
    static const char text[] = "{\"n\": 7, \"t\": \"x\"}";
    struct diag d = {""};
    CLEANUP(json_decrefp) json_t *value = NULL;
    assert_int_equal(json_parse(text, strlen(text), &json_limits_document, &value, &d),
                     0);
    struct json_reader r;
    json_reader_init(&r, value, "root", &d);
    assert_int_equal(json_read_int(&r, "n", 1, 5), 1);
    assert_string_equal(json_read_text(&r, "absent", 10), "");
    assert_int_equal(json_reader_finish(&r), -EINVAL);
    assert_string_equal(diag_text(&d), "root.n: expected an integer from 1 to 5");
}

static void test_json_read_choice__lists_what_is_allowed(void **state)
{
    (void)state;
    static const char *const names[] = {"kiosk", "board", NULL};
    struct diag d = {""};
    CLEANUP(json_decrefp) json_t *value = json_pack("{s:s}", "kind", "phone");
    struct json_reader r;
    json_reader_init(&r, value, "unit", &d);
    json_read_choice(&r, "kind", names);
    assert_int_equal(json_reader_finish(&r), -EINVAL);
    assert_string_equal(diag_text(&d), "unit.kind: expected one of kiosk, board");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_parse__names_the_path_of_a_duplicate_key),
        cmocka_unit_test(test_json_parse__refuses_bombs_before_allocating),
        cmocka_unit_test(test_json_parse__refuses_what_is_not_utf8),
        cmocka_unit_test(test_json_parse__refuses_trailing_text_and_open_ends),
        cmocka_unit_test(test_json_reader_finish__refuses_unknown_keys_with_their_path),
        cmocka_unit_test(test_json_reader__keeps_the_first_error),
        cmocka_unit_test(test_json_read_choice__lists_what_is_allowed),
    };
    return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
