/* What to ask next: the open answer that settles most. Each answer that can be given is
 * tried on the compiled rules; what cannot change any undecided policy any more is not
 * asked, also when that is so because something else was answered with "không biết". */
#include "content/policy/session.h"
#include "content/policy/session_internal.h"

#include <string.h>

/* What a node can still turn out to be. Numbers that can be known have both bits. */
enum { CAN_BE_TRUE = 1, CAN_BE_FALSE = 2, CAN_BE_BOTH = 3 };

#define EVERY_POLICY SIZE_MAX

/* A member's answers are asked once it is known that there is such a member; until then
 * they can still turn out to be anything. */
static bool can_be_known(const struct policy_session *s, size_t slot)
{
    const struct view_slot *at = &s->view->slots[slot];
    if (s->state[slot] != POLICY_OPEN)
        return s->state[slot] == POLICY_KNOWN;
    if (!at->list)
        return true;
    size_t count = at->list->slot;
    return s->state[count] == POLICY_OPEN ||
           (s->state[count] == POLICY_KNOWN && (int64_t)at->member < s->answers[count]);
}

static bool can_be_asked(const struct policy_session *s, size_t slot)
{
    const struct view_slot *at = &s->view->slots[slot];
    if (s->state[slot] != POLICY_OPEN)
        return false;
    return !at->list || (s->state[at->list->slot] == POLICY_KNOWN &&
                         (int64_t)at->member < s->answers[at->list->slot]);
}

static uint8_t can_of(const struct policy_session *s, const struct graph_node *n)
{
    uint8_t a = s->can[n->a], b = s->can[n->b], c = s->can[n->c];
    switch ((enum graph_op)n->op) {
    case GRAPH_CONST:
        return 0; /* only the unknown one comes here */
    case GRAPH_SLOT:
        return can_be_known(s, (size_t)n->number) ? CAN_BE_BOTH : 0;
    case GRAPH_NOT:
        return (uint8_t)((a & CAN_BE_TRUE) << 1 | (a & CAN_BE_FALSE) >> 1);
    case GRAPH_AND:
        return (uint8_t)((a & b & CAN_BE_TRUE) | ((a | b) & CAN_BE_FALSE));
    case GRAPH_OR:
        return (uint8_t)(((a | b) & CAN_BE_TRUE) | (a & b & CAN_BE_FALSE));
    case GRAPH_IF:
        return (uint8_t)((a & CAN_BE_TRUE ? b : 0) | (a & CAN_BE_FALSE ? c : 0) |
                         (b & c));
    case GRAPH_IN:
        return a ? CAN_BE_BOTH : 0;
    case GRAPH_MULDIV:
        return a && b && c ? CAN_BE_BOTH : 0;
    default:
        return a && b ? CAN_BE_BOTH : 0;
    }
}

static void find_can(struct policy_session *s)
{
    for (size_t i = 0; i < s->view->graph.count; i++) {
        int64_t value = s->values[i];
        if (value == GRAPH_UNKNOWN)
            s->can[i] = can_of(s, &s->view->graph.nodes[i]);
        else
            s->can[i] = value == 0   ? CAN_BE_FALSE
                        : value == 1 ? CAN_BE_TRUE
                                     : CAN_BE_BOTH;
    }
}

/* Only through what is unknown and can change: the rest is settled, or hopeless. */
static size_t push(struct policy_session *s, uint16_t node, uint16_t walk, size_t depth)
{
    if (s->seen[node] == walk || s->values[node] != GRAPH_UNKNOWN || !s->can[node])
        return depth;
    s->seen[node] = walk;
    s->stack[depth] = node;
    return depth + 1;
}

static void weigh_policy(struct policy_session *s, size_t policy, uint16_t walk)
{
    size_t depth = push(s, s->view->policies[policy].final, walk, 0);
    while (depth > 0) {
        const struct graph_node *n = &s->view->graph.nodes[s->stack[--depth]];
        if (n->op == GRAPH_SLOT) {
            s->weight[n->number]++;
            continue;
        }
        depth = push(s, n->a, walk, depth);
        depth = push(s, n->b, walk, depth);
        depth = push(s, n->c, walk, depth);
    }
}

static void weigh(struct policy_session *s, size_t only)
{
    size_t policies = s->view->pack->policy_count;
    memset(s->weight, 0, s->view->pack->slot_count * sizeof(s->weight[0]));
    memset(s->seen, 0, s->view->graph.count * sizeof(s->seen[0]));
    for (size_t i = 0; i < policies; i++)
        if (only == EVERY_POLICY || only == i)
            weigh_policy(s, i, (uint16_t)(i + 1));
}

static size_t count_settled(const struct policy_session *s, size_t only)
{
    size_t settled = 0;
    for (size_t i = 0; i < s->view->pack->policy_count; i++) {
        uint16_t final = s->view->policies[i].final;
        if ((only == EVERY_POLICY || only == i) && s->values[final] == GRAPH_UNKNOWN)
            settled += s->trial[final] != GRAPH_UNKNOWN;
    }
    return settled;
}

/* How many policies each possible answer settles, all together. */
static size_t try_answers(struct policy_session *s, size_t slot, size_t only)
{
    const struct view_slot *at = &s->view->slots[slot];
    size_t settled = 0;
    for (size_t i = 0; i < at->probe_count; i++) {
        s->answers[slot] = at->probes[i];
        graph_run(&s->view->graph, s->answers, s->trial);
        settled += count_settled(s, only);
    }
    s->answers[slot] = GRAPH_UNKNOWN;
    return settled;
}

/* Most settled by the average answer; then what matters to most; then the pack's order.
 */
static size_t choose(struct policy_session *s, size_t only)
{
    size_t best = POLICY_NO_SLOT, best_settled = 0, best_of = 1;
    session_run(s);
    find_can(s);
    weigh(s, only);
    for (size_t i = 0; i < s->view->pack->slot_count; i++) {
        if (!s->weight[i] || !can_be_asked(s, i))
            continue;
        size_t settled = try_answers(s, i, only), of = s->view->slots[i].probe_count;
        size_t left = settled * best_of, right = best_settled * of;
        if (best == POLICY_NO_SLOT || left > right ||
            (left == right && s->weight[i] > s->weight[best])) {
            best = i;
            best_settled = settled;
            best_of = of;
        }
    }
    return best;
}

size_t policy_session_next(struct policy_session *s)
{
    return choose(s, EVERY_POLICY);
}

size_t policy_session_deciding(struct policy_session *s, size_t policy)
{
    return choose(s, policy);
}
