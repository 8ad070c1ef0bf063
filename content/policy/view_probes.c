/* Which answers to a question stand for all: for truth and choices each one, for numbers
 * and days one on each side of every threshold that some condition has. Found by asking
 * the compiled conditions themselves (a condition on one answer turns where bisection
 * says), so that no rule has to be written twice. Pure. */
#include "base/arena.h"
#include "content/policy/view_internal.h"

#include <errno.h>
#include <string.h>

enum { DEPENDS_NOTHING = -1, DEPENDS_MANY = -2 };

static void add_probe(struct view_slot *slot, int64_t answer)
{
    size_t at = 0;
    while (at < slot->probe_count && slot->probes[at] < answer)
        at++;
    if (slot->probe_count == PROBES_MAX ||
        (at < slot->probe_count && slot->probes[at] == answer))
        return;
    memmove(slot->probes + at + 1, slot->probes + at,
            (slot->probe_count - at) * sizeof(slot->probes[0]));
    slot->probes[at] = answer;
    slot->probe_count++;
}

static int32_t join(int32_t a, int32_t b)
{
    if (a == DEPENDS_NOTHING || a == b)
        return b;
    return b == DEPENDS_NOTHING ? a : DEPENDS_MANY;
}

static void find_depends(const struct graph *g, int32_t *depends)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct graph_node *n = &g->nodes[i];
        if (n->op == GRAPH_CONST)
            depends[i] = DEPENDS_NOTHING;
        else if (n->op == GRAPH_SLOT)
            depends[i] = (int32_t)n->number;
        else
            depends[i] = join(join(depends[n->a], depends[n->b]), depends[n->c]);
    }
}

static int64_t ask(const struct policy_view *v, size_t node, size_t slot, int64_t answer,
                   int64_t *answers, int64_t *values)
{
    struct graph upto = v->graph;
    upto.count = node + 1;
    answers[slot] = answer;
    graph_run(&upto, answers, values);
    answers[slot] = GRAPH_UNKNOWN;
    return values[node];
}

/* The first answer for which the condition is as at the top of the range. */
static void bisect(const struct policy_view *v, size_t node, size_t at, int64_t *answers,
                   int64_t *values)
{
    struct view_slot *slot = &v->slots[at];
    int64_t low = slot->fact->low, high = slot->fact->high;
    int64_t bottom = ask(v, node, at, low, answers, values);
    int64_t top = ask(v, node, at, high, answers, values);
    if (bottom == top || bottom == GRAPH_UNKNOWN || top == GRAPH_UNKNOWN)
        return;
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        if (ask(v, node, at, middle, answers, values) == bottom)
            low = middle;
        else
            high = middle;
    }
    add_probe(slot, high);
    add_probe(slot, low);
}

static bool is_comparison(const struct graph_node *n)
{
    return n->op == GRAPH_EQUAL || n->op == GRAPH_LESS || n->op == GRAPH_LESS_EQUAL;
}

static void begin_probes(struct policy_view *v)
{
    for (size_t i = 0; i < v->pack->slot_count; i++) {
        struct view_slot *slot = &v->slots[i];
        add_probe(slot, slot->fact->low);
        add_probe(slot, slot->fact->high);
        bool each = slot->fact->type == POLICY_CHOICE || slot->fact->type == POLICY_LIST;
        for (int64_t k = slot->fact->low; each && k < slot->fact->high; k++)
            add_probe(slot, k);
    }
}

int view_find_probes(struct policy_view *v)
{
    size_t slots = v->pack->slot_count;
    int32_t *depends = arena_array(v->arena, v->graph.count, sizeof(depends[0]));
    int64_t *values = arena_array(v->arena, v->graph.count, sizeof(values[0]));
    int64_t *answers = arena_array(v->arena, slots, sizeof(answers[0]));
    if (!depends || !values || !answers)
        return -ENOMEM;
    for (size_t i = 0; i < slots; i++)
        answers[i] = GRAPH_UNKNOWN;
    begin_probes(v);
    find_depends(&v->graph, depends);
    for (size_t i = 0; i < v->graph.count; i++) {
        if (!is_comparison(&v->graph.nodes[i]) || depends[i] < 0)
            continue;
        enum policy_type type = v->slots[depends[i]].fact->type;
        if (type == POLICY_INTEGER || type == POLICY_VND || type == POLICY_DATE)
            bisect(v, i, (size_t)depends[i], answers, values);
    }
    return 0;
}
