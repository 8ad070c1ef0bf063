#include "tests/support/test.h"

#include "base/diag.h"
#include "base/json.h"
#include "content/policy/date.h"
#include "content/policy/session.h"
#include "tests/support/policy.h"
#include "tests/support/random.h"

#include <pthread.h>
#include <stdio.h>

/* Every operator that reads facts, a best_of group with worths that depend on facts,
 * exclusions, and small ranges, so that every state of knowledge can be tried. In order:
 * facts a, b, n, c, l with a member's m; policies and, or, if, members, sum, parameter.
 */
static struct policy_pack *small_pack(void)
{
    return policy_pack_file("tests/golden/policy/small.json");
}

static struct policy_session *session_on(const struct policy_pack *pack, const char *date,
                                         struct policy_view **view)
{
    struct policy_session *s = NULL;
    struct diag d = {""};
    int64_t day;
    assert_int_equal(day_parse(date, &day), 0);
    assert_int_equal(policy_view_create(pack, day, view, &d), 0);
    assert_int_equal(policy_session_create(*view, &s), 0);
    return s;
}

static bool decided(enum policy_outcome o)
{
    return o == POLICY_ELIGIBLE || o == POLICY_INELIGIBLE;
}

#define SMALL_SLOTS 7
static const int64_t tops[SMALL_SLOTS] = {1, 1, 3, 2, 2, 1, 1};

static void set_state(struct policy_session *s, const int64_t *answers)
{
    policy_session_wipe(s);
    for (size_t i = 0; i < SMALL_SLOTS; i++)
        if (answers[i] >= 0)
            assert_int_equal(policy_session_answer(s, i, answers[i]), 0);
}

/* -1 is unknown; false when all were tried. */
static bool next_state(int64_t *answers)
{
    for (size_t i = 0; i < SMALL_SLOTS; i++) {
        if (answers[i]++ < tops[i])
            return true;
        answers[i] = -1;
    }
    return false;
}

/* One more answer, whichever, turns nothing that is decided; all answers decide all. */
static void test_evaluate__is_monotone_in_every_state_of_knowledge(void **state)
{
    (void)state;
    struct policy_pack *pack = small_pack();
    struct policy_view *view = NULL;
    struct policy_session *s = session_on(pack, "2026-03-01", &view);
    int64_t at[SMALL_SLOTS] = {-1, -1, -1, -1, -1, -1, -1};
    size_t count, states = 0, full = 0;
    policy_pack_policies(pack, &count);
    assert_int_equal(policy_session_slots(s), SMALL_SLOTS);
    do {
        enum policy_outcome before[8];
        bool known = true;
        set_state(s, at);
        const struct policy_result *r = policy_session_evaluate(s);
        for (size_t k = 0; k < count; k++)
            before[k] = r[k].outcome;
        for (size_t i = 0; i < SMALL_SLOTS; i++) {
            known &= at[i] >= 0;
            for (int64_t v = 0; at[i] < 0 && v <= tops[i]; v++) {
                assert_int_equal(policy_session_answer(s, i, v), 0);
                r = policy_session_evaluate(s);
                for (size_t k = 0; k < count; k++)
                    if (decided(before[k]) && r[k].outcome != before[k])
                        fail_msg("policy %zu turned", k);
                policy_session_forget(s, i);
            }
        }
        for (size_t k = 0; known && k < count; k++)
            assert_true(decided(before[k]));
        full += known;
        states++;
    } while (next_state(at));
    assert_int_equal(states, 3 * 3 * 5 * 4 * 4 * 3 * 3);
    assert_int_equal(full, 2 * 2 * 4 * 3 * 3 * 2 * 2);
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

/* A random answer to a random open question, again and again, on days of change. */
static void test_evaluate__is_monotone_on_the_real_pack(void **state)
{
    (void)state;
    struct policy_pack *pack = policy_pack_real();
    struct random random = {20261124};
    int64_t days[64];
    size_t policies, changes = policy_pack_changes(pack, days, 64);
    policy_pack_policies(pack, &policies);
    enum policy_outcome *before = calloc(policies, sizeof(before[0]));
    for (size_t d = changes - 8; d < changes; d++) {
        struct policy_view *view = NULL;
        struct policy_session *s = NULL;
        assert_int_equal(policy_view_create(pack, days[d], &view, NULL), 0);
        assert_int_equal(policy_session_create(view, &s), 0);
        for (int household = 0; household < 60; household++) {
            policy_session_wipe(s);
            for (size_t i = 0; i < policies; i++)
                before[i] = POLICY_UNDECIDED;
            for (int step = 0; step < 60; step++) {
                size_t slot =
                    (size_t)random_in(&random, 0, (int64_t)policy_session_slots(s) - 1);
                const struct policy_fact *f = policy_session_fact(s, slot, NULL, NULL);
                if (policy_session_get(s, slot, NULL) == POLICY_KNOWN)
                    continue;
                assert_int_equal(
                    policy_session_answer(s, slot, random_in(&random, f->low, f->high)),
                    0);
                const struct policy_result *r = policy_session_evaluate(s);
                for (size_t i = 0; i < policies; i++) {
                    if (decided(before[i]) && r[i].outcome != before[i])
                        fail_msg("day %zu household %d: policy %zu turned", d, household,
                                 i);
                    before[i] = r[i].outcome;
                }
            }
        }
        policy_session_destroy(s);
        policy_view_destroy(view);
    }
    free(before);
    policy_pack_destroy(pack);
}

/* The pack's order of policies: and 0, or 1, if 2, members 3, sum 4. */
static void test_evaluate__the_worthier_and_the_excluding_come_first(void **state)
{
    (void)state;
    struct policy_pack *pack = small_pack();
    struct policy_view *view = NULL;
    struct policy_session *s = session_on(pack, "2026-03-01", &view);
    assert_int_equal(policy_session_answer(s, 0, 1), 0); /* a */
    assert_int_equal(policy_session_answer(s, 1, 1), 0); /* b */
    assert_int_equal(policy_session_evaluate(s)[1].outcome, POLICY_UNDECIDED);
    assert_int_equal(policy_session_answer(s, 2, 3), 0); /* worth 4 beats worth 3 */
    const struct policy_result *r = policy_session_evaluate(s);
    assert_int_equal(r[0].outcome, POLICY_ELIGIBLE);
    assert_int_equal(r[1].outcome, POLICY_INELIGIBLE);
    assert_string_equal(r[1].instead->id, "and");
    assert_int_equal(policy_session_answer(s, 1, 0), 0); /* "or" does not hold itself */
    assert_int_equal(policy_session_answer(s, 3, 0), 0);
    r = policy_session_evaluate(s);
    assert_int_equal(r[1].outcome, POLICY_INELIGIBLE);
    assert_null(r[1].instead);
    assert_int_equal(policy_session_answer(s, 1, 1), 0);
    assert_int_equal(policy_session_answer(s, 2, 2), 0); /* as much: the earlier stands */
    r = policy_session_evaluate(s);
    assert_int_equal(r[0].outcome, POLICY_ELIGIBLE);
    assert_int_equal(r[1].outcome, POLICY_INELIGIBLE);
    assert_int_equal(policy_session_answer(s, 2, 1), 0); /* "and" is not due: */
    r = policy_session_evaluate(s);
    assert_int_equal(r[1].outcome, POLICY_ELIGIBLE);
    assert_null(r[1].instead);
    assert_int_equal(r[2].outcome, POLICY_ELIGIBLE); /* not excluded by "and" any more */
    assert_int_equal(r[3].outcome, POLICY_INELIGIBLE); /* excluded by "or" and "if" */
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

static void test_evaluate__nothing_in_force_is_said(void **state)
{
    (void)state;
    struct policy_pack *pack = small_pack();
    struct policy_view *view = NULL;
    struct policy_session *s = session_on(pack, "2025-12-31", &view);
    struct policy_reason reasons[POLICY_REASONS_MAX];
    int64_t amount;
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(policy_session_evaluate(s)[i].outcome, POLICY_NOT_IN_FORCE);
        assert_int_equal(policy_session_reasons(s, i, reasons), 0);
    }
    assert_false(policy_session_amount(s, 0, 0, &amount));
    assert_true(policy_session_next(s) == POLICY_NO_SLOT);
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

/* A rule whose number has no value is not in force; the others are. */
static void test_evaluate__never_falls_back_to_an_old_number(void **state)
{
    (void)state;
    struct policy_pack *pack = small_pack();
    struct policy_view *view = NULL;
    struct policy_session *s = session_on(pack, "2026-12-31", &view);
    assert_int_equal(policy_session_answer(s, 2, 1), 0);
    assert_int_equal(policy_session_evaluate(s)[5].outcome, POLICY_ELIGIBLE);
    policy_session_destroy(s);
    policy_view_destroy(view);
    s = session_on(pack, "2027-01-01", &view);
    assert_int_equal(policy_session_answer(s, 2, 0), 0);
    assert_int_equal(policy_session_evaluate(s)[5].outcome, POLICY_NOT_IN_FORCE);
    assert_int_equal(policy_session_evaluate(s)[4].outcome, POLICY_INELIGIBLE);
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

/* Who is not there does not count, whatever is known of them. */
static void test_evaluate__counts_only_members_who_are_there(void **state)
{
    (void)state;
    struct policy_pack *pack = small_pack();
    struct policy_view *view = NULL;
    struct policy_session *s = session_on(pack, "2026-03-01", &view);
    assert_int_equal(policy_session_answer(s, 0, 0), 0); /* neither "if" nor "or": */
    assert_int_equal(policy_session_answer(s, 1, 0), 0);
    assert_int_equal(policy_session_answer(s, 3, 0), 0);
    assert_int_equal(policy_session_answer(s, 4, 1), 0); /* one member, not m */
    assert_int_equal(policy_session_answer(s, 5, 0), 0);
    assert_int_equal(policy_session_evaluate(s)[3].outcome, POLICY_ELIGIBLE);
    assert_int_equal(policy_session_answer(s, 6, 1), 0);
    assert_int_equal(policy_session_evaluate(s)[3].outcome, POLICY_ELIGIBLE);
    assert_int_equal(policy_session_answer(s, 4, 0),
                     0); /* nobody: all of nobody is false */
    assert_int_equal(policy_session_evaluate(s)[3].outcome, POLICY_INELIGIBLE);
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

/* Shown while its number is verified; hidden when it is not, or has no value. */
static void test_amount__is_shown_only_when_verified(void **state)
{
    (void)state;
    static const struct {
        const char *day;
        bool shown;
        int64_t amount;
        const char *text;
    } cases[] = {{"2026-06-30", true, 2000, "2.000 đồng"},
                 {"2026-07-01", false, 0, "?"},
                 {"2027-01-01", false, 0, "?"}};
    struct policy_pack *pack = small_pack();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct policy_view *view = NULL;
        struct policy_session *s = session_on(pack, cases[i].day, &view);
        int64_t amount = 0;
        char text[80];
        assert_int_equal(policy_session_answer(s, 0, 1), 0);
        assert_int_equal(policy_session_answer(s, 2, 3), 0);
        assert_int_equal(policy_session_evaluate(s)[0].outcome, POLICY_ELIGIBLE);
        assert_int_equal(policy_session_amount(s, 0, 0, &amount), cases[i].shown);
        assert_int_equal(amount, cases[i].amount);
        assert_true(policy_session_benefit(s, 0, 0, "vi", "?", text, sizeof(text)));
        assert_string_equal(text, cases[i].text);
        assert_int_equal(policy_session_benefit(s, 0, 0, "vi", "?", text, 3),
                         !cases[i].shown);
        policy_session_destroy(s);
        policy_view_destroy(view);
    }
    policy_pack_destroy(pack);
}

static void test_reasons__name_what_decided(void **state)
{
    (void)state;
    struct policy_pack *pack = small_pack();
    struct policy_view *view = NULL;
    struct policy_session *s = session_on(pack, "2026-03-01", &view);
    struct policy_reason r[POLICY_REASONS_MAX];
    assert_int_equal(policy_session_answer(s, 0, 0), 0); /* a is false */
    policy_session_evaluate(s);
    assert_int_equal(policy_session_reasons(s, 0, r), 3);
    assert_int_equal(r[0].kind, POLICY_ALL_OF);
    assert_int_equal(r[0].truth, POLICY_FALSE);
    assert_int_equal(r[1].truth, POLICY_FALSE);
    assert_true(r[1].decisive);
    assert_string_equal(r[1].text->in[0], "no a");
    assert_int_equal(r[2].truth, POLICY_NOT_KNOWN);
    assert_false(r[2].decisive);
    assert_string_equal(r[2].text->in[0], "? n");
    assert_int_equal(policy_session_answer(s, 3, 1), 0); /* c is y: not x, z */
    policy_session_evaluate(s);
    assert_int_equal(policy_session_reasons(s, 1, r), 4);
    assert_int_equal(r[0].kind, POLICY_ANY_OF);
    assert_int_equal(r[0].truth, POLICY_TRUE);
    assert_false(r[1].decisive); /* b is not known, and need not be */
    assert_int_equal(r[2].kind, POLICY_NOT);
    assert_true(r[2].decisive);
    assert_int_equal(r[3].truth, POLICY_FALSE);
    assert_true(r[3].decisive);
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

static void test_wipe__forgets_every_answer(void **state)
{
    (void)state;
    struct policy_pack *pack = small_pack();
    struct policy_view *view = NULL;
    struct policy_session *s = session_on(pack, "2026-03-01", &view);
    for (size_t i = 0; i < SMALL_SLOTS; i++)
        assert_int_equal(policy_session_answer(s, i, 1), 0);
    assert_int_equal(policy_session_answer(s, 2, 4), -ERANGE);
    assert_int_equal(policy_session_answer(s, SMALL_SLOTS, 0), -EINVAL);
    policy_session_evaluate(s);
    policy_session_wipe(s);
    for (size_t i = 0; i < SMALL_SLOTS; i++)
        assert_int_equal(policy_session_get(s, i, NULL), POLICY_OPEN);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(policy_session_evaluate(s)[i].outcome, POLICY_UNDECIDED);
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

struct shared {
    const struct policy_view *view;
    const struct policy_household *household;
    enum policy_outcome outcomes[300];
};

static void *judge(void *argument)
{
    struct shared *shared = argument;
    struct policy_session *s = NULL;
    struct diag d = {""};
    size_t count;
    policy_pack_policies(policy_view_pack(shared->view), &count);
    if (policy_session_create(shared->view, &s) < 0)
        return NULL;
    for (int round = 0; round < 20; round++) {
        if (policy_session_read(s, shared->household->facts, &d) < 0)
            break;
        (void)policy_session_next(s);
        const struct policy_result *r = policy_session_evaluate(s);
        for (size_t i = 0; i < count; i++)
            shared->outcomes[i] = r[i].outcome;
    }
    policy_session_destroy(s);
    return NULL;
}

/* Threads share the view and the pack, each with a session of its own. */
static void test_session__threads_share_a_view(void **state)
{
    (void)state;
    static struct policy_household households[POLICY_HOUSEHOLDS_MAX];
    static struct shared shared[3];
    size_t read = policy_households_read(households);
    struct policy_pack *pack = policy_pack_real();
    struct policy_view *view = NULL;
    pthread_t threads[3];
    assert_int_equal(policy_view_create(pack, households[0].day, &view, NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        shared[i] = (struct shared){.view = view, .household = &households[0]};
        assert_int_equal(pthread_create(&threads[i], NULL, judge, &shared[i]), 0);
    }
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_memory_equal(shared[0].outcomes, shared[1].outcomes,
                        sizeof(shared[0].outcomes));
    assert_memory_equal(shared[0].outcomes, shared[2].outcomes,
                        sizeof(shared[0].outcomes));
    assert_int_equal(shared[0].outcomes[1], POLICY_INELIGIBLE);
    policy_households_release(households, read);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

static void test_read__says_where_an_answer_is_wrong(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"{'z': 1}", "facts.z: the pack has no such fact"},
        {"{'a': 1}", "facts.a: expected true or false"},
        {"{'n': 4}", "facts.n: outside of what the pack allows"},
        {"{'n': '4'}", "facts.n: expected a whole number"},
        {"{'c': 'q'}", "facts.c: expected one of the choices"},
        {"{'l': [{}, {}, {}]}", "facts.l: more than 2 members"},
        {"{'l': [{'q': 1}]}", "facts.l[0].q: the pack has no such fact"},
        {"{'l': [1]}", "facts.l[0]: expected an object"},
        {"{'l': 3}", "facts.l: expected a list"},
    };
    struct policy_pack *pack = small_pack();
    struct policy_view *view = NULL;
    struct policy_session *s = session_on(pack, "2026-03-01", &view);
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        char *text = policy_quote(bad[i][0]);
        json_t *json = NULL;
        struct diag d = {""};
        assert_int_equal(json_parse(text, strlen(text), &json_limits_document, &json, &d),
                         0);
        assert_int_equal(policy_session_read(s, json, &d), -EINVAL);
        if (!strstr(diag_text(&d), bad[i][1]))
            fail_msg("%s: '%s'", bad[i][0], diag_text(&d));
        json_decref(json);
        free(text);
    }
    policy_session_destroy(s);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evaluate__is_monotone_in_every_state_of_knowledge),
        cmocka_unit_test(test_evaluate__is_monotone_on_the_real_pack),
        cmocka_unit_test(test_evaluate__the_worthier_and_the_excluding_come_first),
        cmocka_unit_test(test_evaluate__nothing_in_force_is_said),
        cmocka_unit_test(test_evaluate__never_falls_back_to_an_old_number),
        cmocka_unit_test(test_evaluate__counts_only_members_who_are_there),
        cmocka_unit_test(test_amount__is_shown_only_when_verified),
        cmocka_unit_test(test_reasons__name_what_decided),
        cmocka_unit_test(test_wipe__forgets_every_answer),
        cmocka_unit_test(test_session__threads_share_a_view),
        cmocka_unit_test(test_read__says_where_an_answer_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
