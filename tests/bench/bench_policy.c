/* The policy pack of Huế over the golden households. Prints: evaluations of the whole
 * pack per second on one core, the longest search for a next question in milliseconds,
 * the median share of the questionnaire that is asked, in per cent, and the operations of
 * one pass. */
#include "base/clock.h"
#include "base/diag.h"
#include "content/policy/session.h"
#include "tests/support/policy.h"

#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 3000

static struct policy_household households[POLICY_HOUSEHOLDS_MAX];
static size_t household_count;

struct one {
    struct policy_view *view;
    struct policy_session *full, *asked;
};

static void begin(const struct policy_pack *pack, const struct policy_household *h,
                  struct one *ret)
{
    struct diag d = {""};
    if (policy_view_create(pack, h->day, &ret->view, &d) < 0 ||
        policy_session_create(ret->view, &ret->full) < 0 ||
        policy_session_create(ret->view, &ret->asked) < 0 ||
        policy_session_read(ret->full, h->facts, &d) < 0) {
        (void)fprintf(stderr, "bench_policy: %s: %s\n", h->name, diag_text(&d));
        exit(1);
    }
}

static void end(struct one *o)
{
    policy_session_destroy(o->full);
    policy_session_destroy(o->asked);
    policy_view_destroy(o->view);
}

static double evaluations_per_s(struct one *all)
{
    size_t eligible = 0;
    int64_t from = clock_monotonic_us(clock_system());
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < household_count; i++)
            eligible += policy_session_evaluate(all[i].full)[round % 40].outcome ==
                        POLICY_ELIGIBLE;
    int64_t took = clock_monotonic_us(clock_system()) - from;
    if (eligible == 0)
        exit(1);
    return (double)(ROUNDS * household_count) * 1e6 / (double)took;
}

/* The first question of all has the most to try. */
static int64_t longest_question_us(struct one *all)
{
    int64_t longest = 0;
    for (size_t i = 0; i < household_count; i++) {
        policy_session_wipe(all[i].asked);
        for (size_t slot = 0; slot != POLICY_NO_SLOT;) {
            int64_t answer, from = clock_monotonic_us(clock_system());
            slot = policy_session_next(all[i].asked);
            int64_t took = clock_monotonic_us(clock_system()) - from;
            longest = took > longest ? took : longest;
            if (slot == POLICY_NO_SLOT)
                break;
            if (policy_session_get(all[i].full, slot, &answer) != POLICY_KNOWN ||
                policy_session_answer(all[i].asked, slot, answer) < 0)
                policy_session_answer_unknown(all[i].asked, slot);
        }
    }
    return longest;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static double median_share(struct one *all)
{
    double shares[POLICY_HOUSEHOLDS_MAX];
    for (size_t i = 0; i < household_count; i++) {
        size_t of, asked = policy_interview(all[i].asked, all[i].full, &of);
        shares[i] = 100.0 * (double)asked / (double)of;
    }
    qsort(shares, household_count, sizeof(shares[0]), compare);
    return shares[household_count / 2];
}

int main(void)
{
    static struct one all[POLICY_HOUSEHOLDS_MAX];
    struct policy_pack *pack = policy_pack_real();
    household_count = policy_households_read(households);
    for (size_t i = 0; i < household_count; i++)
        begin(pack, &households[i], &all[i]);
    double rate = evaluations_per_s(all);
    double question = (double)longest_question_us(all) / 1000;
    printf("%.0f %.3f %.1f %zu\n", rate, question, median_share(all),
           policy_view_operations(all[0].view));
    for (size_t i = 0; i < household_count; i++)
        end(&all[i]);
    policy_households_release(households, household_count);
    policy_pack_destroy(pack);
    return 0;
}
