#include "tests/support/test.h"

#include "base/diag.h"
#include "content/policy/date.h"
#include "content/policy/pack.h"
#include "tests/support/policy.h"

#include <stdio.h>

static const char good[] =
    "{'pack': 'p', 'edition': '2026-11-24', 'languages': ['vi', 'en'],"
    " 'title': {'vi': 'B'},"
    " 'sources': [{'id': 's', 'document': 'D', 'state': 'press'},"
    "             {'id': 'u', 'document': 'U', 'state': 'unverified'}],"
    " 'topics': [{'id': 't', 'title': {'vi': 'T', 'en': 'T'}}],"
    " 'offices': [{'id': 'o', 'name': {'vi': 'O'}}],"
    " 'facts': [{'id': 'a', 'type': 'boolean', 'question': {'vi': 'A?'}},"
    "   {'id': 'm', 'type': 'vnd', 'min': 0, 'max': 1000, 'question': {'vi': 'M?'}},"
    "   {'id': 'c', 'type': 'choice', 'question': {'vi': 'C?'}, 'choices': ["
    "     {'value': 'x', 'text': {'vi': 'X'}}, {'value': 'y', 'text': {'vi': 'Y'}}]},"
    "   {'id': 'e', 'type': 'choice', 'question': {'vi': 'E?'}, 'choices': ["
    "     {'value': 'x', 'text': {'vi': 'X'}}, {'value': 'z', 'text': {'vi': 'Z'}}]},"
    "   {'id': 'l', 'type': 'list', 'max': 2, 'question': {'vi': 'L?'}, 'fields': ["
    "     {'id': 'd', 'type': 'date', 'question': {'vi': 'D?'}}]}],"
    " 'parameters': [{'id': 'w', 'type': 'vnd', 'values': ["
    "   {'from': '2024-01-01', 'to': '2024-12-31', 'value': 5, 'source': 's'},"
    "   {'from': '2025-01-01', 'value': 6, 'source': 'u'}]}],"
    " 'policies': [{'id': 'q', 'title': {'vi': 'Q'}, 'topic': 't', 'office': 'o',"
    "   'class': 'entitled', 'excluded_by': ['r'], 'versions': [{'from': '2024-01-01',"
    "     'clauses': [{'id': 'k', 'if': {'<': [{'var': 'm'}, {'parameter': 'w'}]},"
    "       'true': {'vi': 't'}, 'false': {'vi': 'f'}, 'unknown': {'vi': 'u'},"
    "       'source': 's'}],"
    "     'benefits': [{'text': {'vi': '{amount} d'}, 'amount': {'parameter': 'w'},"
    "       'source': 's'}]}]},"
    "  {'id': 'r', 'title': {'vi': 'R'}, 'topic': 't', 'office': 'o',"
    "   'class': 'register', 'versions': [{'from': '2024-01-01', 'to': '2024-06-30',"
    "     'rule': {'or': ['k', {'!': 'j'}]},"
    "     'clauses': [{'id': 'k', 'if': {'var': 'a'}, 'true': {'vi': 't'},"
    "       'false': {'vi': 'f'}, 'unknown': {'vi': 'u'}, 'source': 's'},"
    "      {'id': 'j', 'if': {'==': [{'var': 'c'}, 'x']}, 'true': {'vi': 't'},"
    "       'false': {'vi': 'f'}, 'unknown': {'vi': 'u'}, 'source': 's'}]}]}]}";

/* The good pack with its first `from` replaced. */
static void refused(const char *from, const char *to, const char *sentence)
{
    char text[8192];
    const char *at = strstr(good, from);
    if (!at)
        fail_msg("'%s' is not in the pack", from);
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, to,
             at + strlen(from));
    char *quoted = policy_quote(text);
    struct policy_pack *pack = NULL;
    struct diag d = {""};
    if (policy_pack_parse(quoted, strlen(quoted), &pack, &d) == 0)
        fail_msg("%s -> %s was accepted", from, to);
    if (!strstr(diag_text(&d), sentence))
        fail_msg("%s -> %s: expected '%s', found '%s'", from, to, sentence,
                 diag_text(&d));
    assert_null(pack);
    free(quoted);
}

static void test_policy_pack_parse__reads_what_is_right(void **state)
{
    (void)state;
    struct policy_pack *pack = policy_pack_of(good);
    size_t count;
    int64_t days[10], day;
    bool fallback = false;
    assert_string_equal(policy_pack_id(pack), "p");
    const struct policy *policies = policy_pack_policies(pack, &count);
    assert_int_equal(count, 2);
    assert_int_equal(policies[0].excluded_by[0], 1);
    assert_string_equal(policy_pack_text(pack, policy_pack_title(pack), "en", &fallback),
                        "B");
    assert_true(fallback);
    assert_string_equal(
        policy_pack_text(pack, &policies[0].topic->title, "en", &fallback), "T");
    assert_false(fallback);
    assert_int_equal(policy_pack_changes(pack, days, 10), 3);
    assert_int_equal(day_parse("2024-07-01", &day), 0);
    assert_int_equal(days[1], day);
    assert_null(policy_version_on(&policies[1], day));
    assert_non_null(policy_version_on(&policies[1], day - 1));
    assert_null(policy_version_on(&policies[1], days[0] - 1));
    policy_pack_destroy(pack);
}

static void test_policy_pack_parse__says_where_the_form_is_wrong(void **state)
{
    (void)state;
    refused("'edition'", "'colour': 1, 'edition'", "pack.colour: unknown key");
    refused("'edition'", "'pack': 'p', 'edition'", "pack: key appears twice");
    refused("'edition': '2026-11-24'", "'edition': '2026-11-31'", "expected a day");
    refused("['vi', 'en']", "['vi', 'vi']", "'vi' appears twice");
    refused("{'vi': 'B'}", "{'en': 'B'}", "pack.title.vi: missing");
    refused("{'vi': 'B'}", "{'vi': 'B', 'lo': 'B'}", "pack.title.lo: unknown key");
    refused("'id': 'u'", "'id': 's'", "pack.sources[1].id: 's' appears twice");
    refused("'press'", "'checked'", "checked needs checked_by and checked_on");
    refused("'press'", "'sure'", "expected one of checked, press, unverified");
    refused("'max': 1000", "'max': -1", "pack.facts[1].max: expected an integer");
    refused("'value': 'y'", "'value': 'x'", "'x' appears twice");
    refused("'max': 2", "'max': 13", "pack.facts[4].max: expected an integer");
    refused("'type': 'date'", "'type': 'list'", "a member has no list of its own");
    refused("'from': '2025-01-01'", "'from': '2024-12-31'",
            "not after the value before it");
    refused("'value': 5", "'value': true",
            "pack.parameters[0].values[0].value: expected");
    refused("'topic': 't'", "'topic': 'z'", "there is no topic 'z'");
    refused("'office': 'o'", "'office': 'z'", "there is no office 'z'");
    refused("['r']", "['q']", "not another policy's id");
    refused("'class': 'register'", "'class': 'register', 'excluded_by': ['q']",
            "excludes itself in a ring");
    refused("'id': 'r'", "'id': 'q'", "'q' appears twice");
    refused("'to': '2024-06-30'", "'to': '2023-06-30'", "to: before from");
    refused("'id': 'j'", "'id': 'k'", "'k' appears twice");
}

static void test_policy_pack_parse__says_where_a_rule_is_wrong(void **state)
{
    (void)state;
    refused(
        "'<': [{'var': 'm'}", "'<': [{'var': 'a'}",
        "pack.policies[0].versions[0].clauses[0].if.<: true or false beside an amount");
    refused("{'var': 'm'}", "{'var': 'z'}", "if.<[0].var: there is no fact 'z'");
    refused("{'parameter': 'w'}", "{'parameter': 'z'}", "there is no parameter 'z'");
    refused("'==': [{'var': 'c'}, 'x']", "'==': [{'var': 'c'}, 'z']",
            "'z' is not a choice of 'c'");
    refused("'==': [{'var': 'c'}, 'x']", "'==': [{'var': 'c'}, {'var': 'e'}]",
            "a choice of 'c' beside one of 'e'");
    refused("'if': {'var': 'a'}", "'if': {'var': 'm'}",
            "expected a condition, found an amount");
    refused("'if': {'var': 'a'}", "'if': {'some': [{'var': 'l'}, {'var': 'a'}]}",
            "a member of 'l' has no 'a'");
    refused("'if': {'var': 'a'}",
            "'if': {'<': [{'*': [{'var': 'm'}, 9000000000000000]}, 1]}",
            "the number could become too large");
    refused(
        "'if': {'var': 'a'}",
        "'if': {'<': [{'muldiv': [{'parameter': 'w'}, 1, {'var': 'm'}, 'floor']}, 1]}",
        "the divisor could be 0");
    refused("{'or': ['k', {'!': 'j'}]}", "{'or': ['k', {'!': 'z'}]}",
            "rule: there is no clause 'z'");
    refused("{'or': ['k', {'!': 'j'}]}", "{'xor': ['k']}", "expected the id of a clause");
    refused("'amount': {'parameter': 'w'}", "'amount': {'var': 'a'}",
            "expected a number");
}

static void test_policy_pack_parse__keeps_unverified_figures_out(void **state)
{
    (void)state;
    refused("'benefits': [{'text': {'vi': '{amount} d'}, 'amount': {'parameter': 'w'},"
            "       'source': 's'}]",
            "'benefits': [{'text': {'vi': '500.000 d'}, 'source': 'u'}]",
            "a figure whose source is not verified");
    refused("'vi': '{amount} d'", "'vi': 'd'", "belong together");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_policy_pack_parse__reads_what_is_right),
        cmocka_unit_test(test_policy_pack_parse__says_where_the_form_is_wrong),
        cmocka_unit_test(test_policy_pack_parse__says_where_a_rule_is_wrong),
        cmocka_unit_test(test_policy_pack_parse__keeps_unverified_figures_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
