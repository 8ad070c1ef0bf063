#include "tests/support/test.h"

#include "base/charset.h"
#include "base/csv.h"
#include "base/diag.h"

#include <errno.h>

static struct csv *parsed(const char *text)
{
    struct csv *c = NULL;
    struct diag d = {""};
    if (csv_parse(text, strlen(text), &c, &d) < 0)
        fail_msg("%s", diag_text(&d));
    return c;
}

static void test_csv_parse__reads_quotes_and_counts_lines(void **state)
{
    (void)state;
    struct csv *c = parsed("a, b ,\"c \"\"d\"\"\"\r\n\r\n1,\"two\nlines\",3,\n4,5,6");
    assert_int_equal(csv_row_count(c), 3);
    const struct csv_row *r = csv_row(c, 0);
    assert_int_equal(r->count, 3);
    assert_string_equal(r->cells[1], "b");
    assert_string_equal(r->cells[2], "c \"d\"");
    r = csv_row(c, 1);
    assert_int_equal(r->line, 3);
    assert_int_equal(r->count, 4);
    assert_string_equal(r->cells[1], "two\nlines");
    assert_string_equal(r->cells[3], "");
    r = csv_row(c, 2);
    assert_int_equal(r->line, 5);
    assert_string_equal(r->cells[2], "6");
    csv_destroy(c);
}

static void test_csv_parse__finds_the_separator(void **state)
{
    (void)state;
    static const char *const texts[] = {"a;b,x;c\n1;2;3", "a\tb,x\tc\n1\t2\t3",
                                        "a,\"b,x\",c\n1,2,3"};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        struct csv *c = parsed(texts[i]);
        assert_int_equal(csv_row(c, 0)->count, 3);
        assert_string_equal(csv_row(c, 0)->cells[1], "b,x");
        assert_string_equal(csv_row(c, 1)->cells[2], "3");
        csv_destroy(c);
    }
}

static void test_csv_parse__says_where_a_quote_is_wrong(void **state)
{
    (void)state;
    struct csv *c = NULL;
    struct diag d = {""};
    assert_int_equal(csv_parse("a,b\n1,\"open\n", 12, &c, &d), -EINVAL);
    assert_string_equal(diag_text(&d), "line 2: a quote is opened and not closed");
    assert_int_equal(csv_parse("a,\"b\"x", 7 - 1, &c, &d), -EINVAL);
    assert_string_equal(diag_text(&d), "line 1: something follows a closing quote");
}

static void test_charset_to_utf8__reads_what_office_programs_write(void **state)
{
    (void)state;
    static const char expected[] = "Việc làm ở Huế";
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {expected, sizeof(expected) - 1},
        {"\xEF\xBB\xBFViệc làm ở Huế", sizeof("\xEF\xBB\xBFViệc làm ở Huế") - 1},
        /* decomposed: e, circumflex, dot below */
        {"Vie\xCC\xA3\xCC\x82"
         "c la\xCC\x80m o\xCC\x9B\xCC\x89 Hue\xCC\x82\xCC\x81",
         sizeof("Vie\xCC\xA3\xCC\x82"
                "c la\xCC\x80m o\xCC\x9B\xCC\x89 Hue\xCC\x82\xCC\x81") -
             1},
        {"Vi\xEA\xF2"
         "c l\xE0m \xF5\xD2 Hu\xEA\xEC",
         sizeof("Vi\xEA\xF2"
                "c l\xE0m \xF5\xD2 Hu\xEA\xEC") -
             1}, /* Windows-1258 */
        {"\xFF\xFEV\0i\0\xC7\x1E"
         "c\0 \0l\0\xE0\0m\0 \0\xDF\x1E \0H\0u\0\xBF\x1E",
         30}, /* UTF-16 */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char *text = NULL;
        size_t length;
        struct diag d = {""};
        if (charset_to_utf8(cases[i].bytes, cases[i].length, &text, &length, &d) < 0)
            fail_msg("case %zu: %s", i, diag_text(&d));
        assert_string_equal(text, expected);
        assert_int_equal(length, strlen(expected));
        free(text);
    }
}

static void test_charset_to_utf8__refuses_what_is_no_text(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length;
    struct diag d = {""};
    assert_int_equal(charset_to_utf8("PK\0\x03", 4, &text, &length, &d), -EINVAL);
    assert_non_null(strstr(diag_text(&d), "zero byte"));
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_parse__reads_quotes_and_counts_lines),
        cmocka_unit_test(test_csv_parse__finds_the_separator),
        cmocka_unit_test(test_csv_parse__says_where_a_quote_is_wrong),
        cmocka_unit_test(test_charset_to_utf8__reads_what_office_programs_write),
        cmocka_unit_test(test_charset_to_utf8__refuses_what_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
