#include "tests/support/test.h"

#include "base/diag.h"
#include "base/json.h"
#include "content/policy/date.h"
#include "content/policy/logic.h"

#include <stdio.h>

static const struct json_limits limits = {.bytes = 65536, .depth = 32, .nodes = 20000};

static json_t *parse(const char *text)
{
    char wrapped[8192];
    json_t *list = NULL;
    struct diag d = {""};
    snprintf(wrapped, sizeof(wrapped), "[%s]", text);
    if (json_parse(wrapped, strlen(wrapped), &limits, &list, &d) < 0)
        fail_msg("%s: %s", text, diag_text(&d));
    json_t *value = json_incref(json_array_get(list, 0));
    json_decref(list);
    return value;
}

/* The value as text, or the sentence of the refusal. */
static void evaluate(const char *expression, const char *data, char *ret, size_t size)
{
    json_t *e = parse(expression), *d = parse(data), *value = NULL;
    struct diag diag = {""};
    char *text = NULL;
    int64_t day;
    assert_int_equal(day_parse("2026-11-24", &day), 0);
    if (logic_evaluate(e, d, day, &value, &diag) < 0) {
        snprintf(ret, size, "! %s", diag_text(&diag));
    } else {
        assert_int_equal(json_write(value, &text), 0);
        snprintf(ret, size, "%s", text);
    }
    free(text);
    json_decref(value);
    json_decref(e);
    json_decref(d);
}

struct example {
    const char *expression, *data, *expected;
};

static void expect_all(const struct example *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char found[600];
        evaluate(list[i].expression, list[i].data, found, sizeof(found));
        bool same = list[i].expected[0] == '!'
                        ? strstr(found, list[i].expected + 2) && found[0] == '!'
                        : strcmp(found, list[i].expected) == 0;
        if (!same)
            fail_msg("%s on %s: expected %s, found %s", list[i].expression, list[i].data,
                     list[i].expected, found);
    }
}

/* x unknown, t true, f false: all nine and all nine. */
static void test_logic__is_kleene(void **state)
{
    (void)state;
    static const char names[] = "ftx";
    static const char *const and[] = {"false", "false", "false", "false", "true",
                                      "null",  "false", "null",  "null"};
    static const char *const or
        [] = {"false", "true", "null", "true", "true", "true", "null", "true", "null"};
    for (size_t i = 0; i < 9; i++) {
        char expression[80];
        struct example e = {expression, "{\"f\": false, \"t\": true}", and[i]};
        snprintf(expression, sizeof(expression),
                 "{\"and\": [{\"var\": \"%c\"}, {\"var\": \"%c\"}]}", names[i / 3],
                 names[i % 3]);
        expect_all(&e, 1);
        snprintf(expression, sizeof(expression),
                 "{\"or\": [{\"var\": \"%c\"}, {\"var\": \"%c\"}]}", names[i / 3],
                 names[i % 3]);
        e.expected = or [i];
        expect_all(&e, 1);
    }
}

static void test_logic__knows_its_operators(void **state)
{
    (void)state;
    static const struct example list[] = {
        {"{\"!\": {\"var\": \"x\"}}", "{}", "null"},
        {"{\"!\": [true]}", "{}", "false"},
        {"{\"<=\": [{\"var\": \"income\"}, 1500000]}", "{}", "null"},
        {"{\"<\": [1, {\"var\": \"n\"}, 3]}", "{\"n\": 2}", "true"},
        {"{\"<\": [1, {\"var\": \"n\"}, 3]}", "{\"n\": 3}", "false"},
        {"{\"<=\": [5, {\"var\": \"n\"}, 3]}", "{}", "null"},
        {"{\"==\": [{\"var\": \"c\"}, \"a\"]}", "{\"c\": \"a\"}", "true"},
        {"{\"!=\": [{\"var\": \"c\"}, \"a\"]}", "{\"c\": \"b\"}", "true"},
        {"{\"==\": [{\"var\": \"x\"}, {\"var\": \"x\"}]}", "{}", "null"},
        {"{\"in\": [{\"var\": \"c\"}, [\"a\", \"b\"]]}", "{\"c\": \"b\"}", "true"},
        {"{\"in\": [{\"var\": \"n\"}, [1, 2]]}", "{\"n\": 3}", "false"},
        {"{\"if\": [{\"var\": \"x\"}, 5, 5]}", "{}", "5"},
        {"{\"if\": [{\"var\": \"x\"}, 5, 6]}", "{}", "null"},
        {"{\"if\": [false, 1, true, 2, 3]}", "{}", "2"},
        {"{\"some\": [{\"var\": \"l\"}, {\">\": [{\"var\": \"a\"}, 1]}]}",
         "{\"l\": [{\"a\": 1}, {\"a\": 2}]}", "true"},
        {"{\"some\": [{\"var\": \"l\"}, {\">\": [{\"var\": \"a\"}, 1]}]}",
         "{\"l\": [{\"a\": 1}, {}]}", "null"},
        {"{\"some\": [{\"var\": \"l\"}, {\">\": [{\"var\": \"a\"}, 1]}]}", "{\"l\": []}",
         "false"},
        {"{\"all\": [{\"var\": \"l\"}, {\"var\": \"a\"}]}", "{\"l\": []}", "false"},
        {"{\"all\": [{\"var\": \"l\"}, {\"var\": \"a\"}]}",
         "{\"l\": [{\"a\": true}, {\"a\": true}]}", "true"},
        {"{\"none\": [{\"var\": \"l\"}, {\"var\": \"a\"}]}", "{\"l\": []}", "true"},
        {"{\"none\": [{\"var\": \"l\"}, {\"var\": \"a\"}]}", "{}", "null"},
        {"{\"+\": [1, 2, 3]}", "{}", "6"},
        {"{\"-\": [3]}", "{}", "-3"},
        {"{\"-\": [3, 5]}", "{}", "-2"},
        {"{\"*\": [3, 5, 2]}", "{}", "30"},
        {"{\"min\": [3, -5, 2]}", "{}", "-5"},
        {"{\"max\": [3, {\"var\": \"x\"}]}", "{}", "null"},
        {"{\"muldiv\": [7, 1, 2, \"floor\"]}", "{}", "3"},
        {"{\"muldiv\": [7, 1, 2, \"ceiling\"]}", "{}", "4"},
        {"{\"muldiv\": [-7, 1, 2, \"floor\"]}", "{}", "-4"},
        {"{\"muldiv\": [-7, 1, 2, \"ceiling\"]}", "{}", "-3"},
        {"{\"muldiv\": [5, 1, 2, \"half_up\"]}", "{}", "3"},
        {"{\"muldiv\": [-5, 1, 2, \"half_up\"]}", "{}", "-3"},
        {"{\"muldiv\": [1000000000000000000, 3, 4, \"floor\"]}", "{}",
         "750000000000000000"},
        {"{\"as_of\": []}", "{}", "\"2026-11-24\""},
        {"{\"age\": [\"1956-11-24\", \"down\"]}", "{}", "70"},
        {"{\"age\": [\"1956-11-25\", \"down\"]}", "{}", "69"},
        {"{\"years_between\": [\"1956-02-29\", \"2026-02-28\", \"down\"]}", "{}", "70"},
        {"{\"years_between\": [\"1956-02-29\", \"2026-02-28\", \"up\"]}", "{}", "69"},
        {"{\"months_between\": [\"2026-01-31\", \"2026-02-28\", \"down\"]}", "{}", "1"},
        {"{\"add_days\": [\"2026-12-31\", 1]}", "{}", "\"2027-01-01\""},
        {"{\"<\": [\"2026-12-31\", {\"var\": \"d\"}]}", "{\"d\": \"2027-01-01\"}",
         "true"},
    };
    expect_all(list, ARRAY_LENGTH(list));
}

static void test_logic__refuses_what_has_no_one_meaning(void **state)
{
    (void)state;
    static const struct example list[] = {
        {"{\"+\": [1, true]}", "{}", "! expression.+: [1]: expected a number"},
        {"{\"and\": [1]}", "{}", "! expected a condition, found a number"},
        {"{\"<\": [true, false]}", "{}", "! true or false has no order"},
        {"{\"==\": [1, true]}", "{}", "! a number beside true or false"},
        {"{\"==\": [1, \"1\"]}", "{}", "! a number beside a text"},
        {"{\"var\": [\"a\", 5]}", "{}", "! takes 1 to 1 entries, found 2"},
        {"{\"missing\": [\"a\"]}", "{}", "! there is no operator 'missing'"},
        {"{\"/\": [1, 2]}", "{}", "! there is no operator '/'"},
        {"{\"if\": [true, 1]}", "{}", "! takes 3 to"},
        {"{\"if\": [true, 1, false, 2]}", "{}", "! the last entry is missing"},
        {"{\"if\": [true, 1, false]}", "{}", "! a number beside true or false"},
        {"{\"+\": [1, 2.5]}", "{}", "! only whole numbers"},
        {"{\"and\": [null]}", "{}", "! null is no value"},
        {"{\"muldiv\": [1, 1, 0, \"floor\"]}", "{}", "! the divisor could be 0"},
        {"{\"muldiv\": [1, 1, 2, \"round\"]}", "{}", "! expected \"floor\""},
        {"{\"*\": [1000000000000, 1000000000000]}", "{}", "! could become too large"},
        {"{\"+\": [1152921504606846976, 1]}", "{}", "! could become too large"},
        {"{\"add_months\": [\"2026-01-31\", 1]}", "{}", "! takes 3 to 3"},
        {"{\"add_months\": [\"2026-02-30\", 1, \"up\"]}", "{}", "! is no day"},
        {"{\"and\": [true], \"or\": [true]}", "{}", "! expected one operator"},
        {"{\"parameter\": \"a\"}", "{\"a\": 1}", "! there is no parameter"},
        {"{\"some\": [{\"var\": \"l\"}, {\"var\": \"\"}]}", "{\"l\": [1]}",
         "! expected a condition"},
    };
    expect_all(list, ARRAY_LENGTH(list));
}

static void test_logic__refuses_to_nest_for_ever(void **state)
{
    (void)state;
    char deep[600] = "";
    for (int i = 0; i < 26; i++)
        strcat(deep, "{\"!\":");
    strcat(deep, "true");
    for (int i = 0; i < 26; i++)
        strcat(deep, "}");
    struct example e = {deep, "{}", "! nested deeper than"};
    expect_all(&e, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logic__is_kleene),
        cmocka_unit_test(test_logic__knows_its_operators),
        cmocka_unit_test(test_logic__refuses_what_has_no_one_meaning),
        cmocka_unit_test(test_logic__refuses_to_nest_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
