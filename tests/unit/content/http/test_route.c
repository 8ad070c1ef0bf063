#include "tests/support/test.h"

#include "content/http/route.h"

static int handler(struct http_exchange *x)
{
    (void)x;
    return 0;
}

static const struct http_route first[] = {
    {HTTP_GET, "/units", 0, 0, HTTP_BODY_NONE, 0, handler, NULL, ""},
    {HTTP_GET, "/units/{id}", 0, 0, HTTP_BODY_NONE, 0, handler, NULL, ""},
    {HTTP_PUT, "/units/{id}", 0, 0, HTTP_BODY_MEMORY, 10, handler, NULL, ""},
};
static const struct http_route second[] = {
    {HTTP_GET, "/units/{id}/plays/{day}", 0, 0, HTTP_BODY_NONE, 0, handler, NULL, ""},
};
static const struct http_route_group one = {first, 3}, two = {second, 1};
static const struct http_route_group *const groups[] = {&one, &two};

static int match(enum http_method method, const char *path, char *copy,
                 struct http_match *ret)
{
    strcpy(copy, path);
    return http_route_match(groups, 2, method, copy, ret);
}

static void test_http_route_match__finds_and_cuts_parameters(void **state)
{
    (void)state;
    struct http_match m;
    char path[128];
    assert_int_equal(match(HTTP_GET, "/units/a-1/plays/2026-11-23", path, &m), 0);
    assert_ptr_equal(m.route, &second[0]);
    assert_int_equal(m.number, 3);
    assert_string_equal(m.params[0].value, "a-1");
    assert_string_equal(m.params[1].value, "2026-11-23");
    assert_int_equal(match(HTTP_PUT, "/units/x", path, &m), 0);
    assert_ptr_equal(m.route, &first[2]);
    assert_int_equal(match(HTTP_HEAD, "/units", path, &m), 0);
    assert_ptr_equal(m.route, &first[0]);
}

static void test_http_route_match__tells_path_from_method(void **state)
{
    (void)state;
    struct http_match m;
    char path[128];
    static const char *const nowhere[] = {
        "/", "", "/unit", "/units/", "/units//", "/units/a/", "/units/a/plays/"};
    for (size_t i = 0; i < ARRAY_LENGTH(nowhere); i++)
        assert_int_equal(match(HTTP_GET, nowhere[i], path, &m), -ENOENT);
    assert_int_equal(match(HTTP_DELETE, "/units/a", path, &m), -ENOTSUP);
    assert_int_equal(m.allowed, 1U << HTTP_GET | 1U << HTTP_PUT);
}

static void test_http_method_parse__refuses_others(void **state)
{
    (void)state;
    enum http_method method;
    assert_int_equal(http_method_parse("PATCH", &method), 0);
    assert_int_equal(method, HTTP_PATCH);
    assert_int_equal(http_method_parse("TRACE", &method), -ENOTSUP);
    assert_int_equal(http_method_parse("get", &method), -ENOTSUP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_route_match__finds_and_cuts_parameters),
        cmocka_unit_test(test_http_route_match__tells_path_from_method),
        cmocka_unit_test(test_http_method_parse__refuses_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
