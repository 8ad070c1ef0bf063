#include "tests/support/test.h"

#include "base/clock.h"
#include "base/diag.h"
#include "content/policy/date.h"
#include "content/policy/session.h"
#include "tests/support/policy.h"

#include <stdio.h>

static int compare(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The interview ends with the results that all answers together give, after far fewer. */
static void test_next__asks_few_and_ends_with_the_full_results(void **state)
{
    (void)state;
    struct policy_household households[POLICY_HOUSEHOLDS_MAX];
    size_t count = policy_households_read(households), policies;
    size_t shares[POLICY_HOUSEHOLDS_MAX];
    struct policy_pack *pack = policy_pack_real();
    policy_pack_policies(pack, &policies);
    assert_true(count >= 60);
    for (size_t i = 0; i < count; i++) {
        struct policy_view *view = NULL;
        struct policy_session *full = NULL, *s = NULL;
        struct diag d = {""};
        size_t all;
        assert_int_equal(policy_view_create(pack, households[i].day, &view, &d), 0);
        assert_int_equal(policy_session_create(view, &full), 0);
        assert_int_equal(policy_session_create(view, &s), 0);
        assert_int_equal(policy_session_read(full, households[i].facts, &d), 0);
        size_t asked = policy_interview(s, full, &all);
        shares[i] = asked * 1000 / all;
        const struct policy_result *expected = policy_session_evaluate(full),
                                   *found = policy_session_evaluate(s);
        for (size_t k = 0; k < policies; k++)
            if (expected[k].outcome != found[k].outcome)
                fail_msg("%s: policy %zu", households[i].name, k);
        policy_session_destroy(s);
        policy_session_destroy(full);
        policy_view_destroy(view);
    }
    qsort(shares, count, sizeof(shares[0]), compare);
    print_message("questions asked, per mille: median %zu, least %zu, most %zu\n",
                  shares[count / 2], shares[0], shares[count - 1]);
    assert_true(shares[count / 2] <= 400);
    policy_households_release(households, count);
    policy_pack_destroy(pack);
}

#define FRAME(facts, policies)                                                           \
    "{'pack': 'p', 'edition': '2026-11-24', 'languages': ['vi'], 'title': {'vi': 'B'},"  \
    " 'sources': [{'id': 's', 'document': 'D', 'state': 'press'}],"                      \
    " 'topics': [{'id': 't', 'title': {'vi': 'T'}}],"                                    \
    " 'offices': [{'id': 'o', 'name': {'vi': 'O'}}], 'facts': [" facts                   \
    "], 'policies': [" policies "]}"
#define POLICY(id, expression)                                                           \
    "{'id': '" id "', 'title': {'vi': 'Q'}, 'topic': 't', 'office': 'o', 'class': "      \
    "'entitled', 'versions': [{'from': '2026-01-01', 'clauses': [{'id': 'k', "           \
    "'if': " expression                                                                  \
    ", 'true': {'vi': 't'}, 'false': {'vi': 'f'}, 'unknown': {'vi': 'u'},"               \
    "'source': 's'}]}]}"
#define YES_NO(id) "{'id': '" id "', 'type': 'boolean', 'question': {'vi': '?'}}"
#define NUMBER(id)                                                                       \
    "{'id': '" id "', 'type': 'integer', 'min': 0, 'max': 100, 'question': {'vi': '?'}}"

static struct policy_session *begin(const char *text, struct policy_pack **pack,
                                    struct policy_view **view)
{
    struct policy_session *s = NULL;
    int64_t day;
    *pack = policy_pack_of(text);
    assert_int_equal(day_parse("2026-11-24", &day), 0);
    assert_int_equal(policy_view_create(*pack, day, view, NULL), 0);
    assert_int_equal(policy_session_create(*view, &s), 0);
    return s;
}

static void end(struct policy_session *s, struct policy_view *view,
                struct policy_pack *pack)
{
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

/* b settles two policies either way, a one. */
static void test_next__settles_the_most(void **state)
{
    (void)state;
    struct policy_pack *pack = NULL;
    struct policy_view *view = NULL;
    struct policy_session *s =
        begin(FRAME(YES_NO("a") "," YES_NO("b"),
                    POLICY("p", "{'var': 'a'}") "," POLICY(
                        "q", "{'var': 'b'}") "," POLICY("r", "{'!': {'var': 'b'}}")),
              &pack, &view);
    assert_int_equal(policy_session_next(s), 1);
    assert_int_equal(policy_session_deciding(s, 0), 0);
    assert_int_equal(policy_session_answer(s, 1, 0), 0);
    assert_int_equal(policy_session_next(s), 0);
    assert_int_equal(policy_session_answer(s, 0, 0), 0);
    assert_true(policy_session_next(s) == POLICY_NO_SLOT);
    end(s, view, pack);
}

/* n matters to two policies but settles none; a matters to one and settles it. */
static void test_next__prefers_what_settles_to_what_matters(void **state)
{
    (void)state;
    struct policy_pack *pack = NULL;
    struct policy_view *view = NULL;
    struct policy_session *s = begin(
        FRAME(
            NUMBER("n") "," NUMBER("m") "," YES_NO("a"),
            POLICY("p", "{'<': [{'+': [{'var': 'n'}, {'var': 'm'}]}, 50]}") "," POLICY(
                "r",
                "{'<': [{'+': [{'var': 'n'}, {'var': 'm'}]}, 60]}") "," POLICY("q",
                                                                               "{'var': "
                                                                               "'a'}")),
        &pack, &view);
    assert_int_equal(policy_session_next(s), 2);
    assert_int_equal(policy_session_deciding(s, 0), 0);
    end(s, view, pack);
}

/* Between 10 and 20 n leaves p open: what lies between the ends of a range counts too. */
static void test_next__tries_both_sides_of_every_threshold(void **state)
{
    (void)state;
    struct policy_pack *pack = NULL;
    struct policy_view *view = NULL;
    struct policy_session *s = begin(
        FRAME(
            NUMBER("n") "," YES_NO("a") "," YES_NO("b"),
            POLICY(
                "p",
                "{'and': [{'<=': [10, {'var': 'n'}]}, "
                "{'<=': [{'var': 'n'}, 20]}, {'var': 'a'}]}") "," POLICY("q",
                                                                         "{'var': 'b'}")),
        &pack, &view);
    assert_int_equal(policy_session_next(s), 2);
    end(s, view, pack);
}

/* n + m is lost once n is: m is not asked any more. */
static void test_next__skips_what_cannot_settle_anything_after_unknown(void **state)
{
    (void)state;
    struct policy_pack *pack = NULL;
    struct policy_view *view = NULL;
    struct policy_session *s = begin(
        FRAME(NUMBER("n") "," NUMBER("m") "," YES_NO("a"),
              POLICY("p", "{'<': [{'+': [{'var': 'n'}, {'var': 'm'}]}, 50]}") "," POLICY(
                  "q", "{'var': 'a'}")),
        &pack, &view);
    policy_session_answer_unknown(s, 0);
    assert_int_equal(policy_session_next(s), 2);
    policy_session_answer_unknown(s, 2);
    assert_true(policy_session_next(s) == POLICY_NO_SLOT);
    policy_session_forget(s, 0); /* back: m matters again */
    assert_int_equal(policy_session_next(s), 0);
    end(s, view, pack);
}

/* Members are asked about once their number is known, and only those who are there. */
static void test_next__asks_the_number_before_the_members(void **state)
{
    (void)state;
    struct policy_pack *pack = NULL;
    struct policy_view *view = NULL;
    struct policy_session *s =
        begin(FRAME("{'id': 'l', 'type': 'list', 'max': 3, 'question': {'vi': '?'}, "
                    "'fields': [" YES_NO("m") "]}",
                    POLICY("p", "{'some': [{'var': 'l'}, {'var': 'm'}]}")),
              &pack, &view);
    assert_int_equal(policy_session_next(s), 0);
    assert_int_equal(policy_session_answer(s, 0, 2), 0);
    assert_int_equal(policy_session_next(s), 1);
    assert_int_equal(policy_session_answer(s, 1, 0), 0);
    assert_int_equal(policy_session_next(s), 2);
    policy_session_answer_unknown(s, 2);
    assert_true(policy_session_next(s) == POLICY_NO_SLOT);
    policy_session_wipe(s);
    policy_session_answer_unknown(s, 0);
    assert_true(policy_session_next(s) == POLICY_NO_SLOT);
    end(s, view, pack);
}

/* "Không biết" to everything ends, without a question twice. */
static void test_next__ends_when_nothing_is_known(void **state)
{
    (void)state;
    struct policy_pack *pack = policy_pack_real();
    struct policy_view *view = NULL;
    struct policy_session *s = NULL;
    int64_t day;
    size_t asked = 0, slot, facts;
    policy_pack_facts(pack, &facts);
    assert_int_equal(day_parse("2026-11-24", &day), 0);
    assert_int_equal(policy_view_create(pack, day, &view, NULL), 0);
    assert_int_equal(policy_session_create(view, &s), 0);
    while ((slot = policy_session_next(s)) != POLICY_NO_SLOT) {
        assert_int_equal(policy_session_get(s, slot, NULL), POLICY_OPEN);
        policy_session_answer_unknown(s, slot);
        asked++;
    }
    assert_true(asked > 0 && asked <= facts);
    end(s, view, pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next__asks_few_and_ends_with_the_full_results),
        cmocka_unit_test(test_next__settles_the_most),
        cmocka_unit_test(test_next__prefers_what_settles_to_what_matters),
        cmocka_unit_test(test_next__tries_both_sides_of_every_threshold),
        cmocka_unit_test(test_next__skips_what_cannot_settle_anything_after_unknown),
        cmocka_unit_test(test_next__asks_the_number_before_the_members),
        cmocka_unit_test(test_next__ends_when_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
