/* One household: its answers and what follows from them. */
#include "content/policy/session.h"

#include "content/policy/session_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t slot_count(const struct policy_session *s)
{
    return s->view->pack->slot_count;
}

int policy_session_create(const struct policy_view *view, struct policy_session **ret)
{
    size_t slots = view->pack->slot_count, nodes = view->graph.count;
    struct policy_session *s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    s->view = view;
    s->results = calloc(view->pack->policy_count + 1, sizeof(s->results[0]));
    s->block_bytes = (slots + 2 * nodes) * sizeof(int64_t) + slots * sizeof(uint32_t) +
                     2 * nodes * sizeof(uint16_t) + slots + nodes;
    s->block = calloc(1, s->block_bytes);
    if (!s->results || !s->block) {
        policy_session_destroy(s);
        return -ENOMEM;
    }
    s->answers = s->block;
    s->values = s->answers + slots;
    s->trial = s->values + nodes;
    s->weight = (uint32_t *)(s->trial + nodes);
    s->seen = (uint16_t *)(s->weight + slots);
    s->stack = s->seen + nodes;
    s->state = (uint8_t *)(s->stack + nodes);
    s->can = s->state + slots;
    policy_session_wipe(s);
    *ret = s;
    return 0;
}

void policy_session_wipe(struct policy_session *s)
{
    explicit_bzero(s->block, s->block_bytes);
    explicit_bzero(s->results, s->view->pack->policy_count * sizeof(s->results[0]));
    for (size_t i = 0; i < slot_count(s); i++)
        s->answers[i] = GRAPH_UNKNOWN;
}

void policy_session_destroy(struct policy_session *s)
{
    if (!s)
        return;
    if (s->block && s->results)
        policy_session_wipe(s);
    free(s->block);
    free(s->results);
    free(s);
}

const struct policy_view *policy_session_view(const struct policy_session *s)
{
    return s->view;
}

/* ---- answers ---- */

size_t policy_session_slots(const struct policy_session *s)
{
    return slot_count(s);
}

const struct policy_fact *policy_session_fact(const struct policy_session *s, size_t slot,
                                              const struct policy_fact **ret_list,
                                              size_t *ret_member)
{
    const struct view_slot *at = &s->view->slots[slot];
    if (ret_list)
        *ret_list = at->list;
    if (ret_member)
        *ret_member = at->member;
    return at->fact;
}

int policy_session_answer(struct policy_session *s, size_t slot, int64_t answer)
{
    if (slot >= slot_count(s))
        return -EINVAL;
    const struct policy_fact *f = s->view->slots[slot].fact;
    if (answer < f->low || answer > f->high)
        return -ERANGE;
    s->answers[slot] = answer;
    s->state[slot] = POLICY_KNOWN;
    return 0;
}

void policy_session_answer_unknown(struct policy_session *s, size_t slot)
{
    s->answers[slot] = GRAPH_UNKNOWN;
    s->state[slot] = POLICY_UNKNOWN;
}

void policy_session_forget(struct policy_session *s, size_t slot)
{
    s->answers[slot] = GRAPH_UNKNOWN;
    s->state[slot] = POLICY_OPEN;
}

enum policy_answer policy_session_get(const struct policy_session *s, size_t slot,
                                      int64_t *ret)
{
    if (ret && s->state[slot] == POLICY_KNOWN)
        *ret = s->answers[slot];
    return (enum policy_answer)s->state[slot];
}

/* ---- results ---- */

void session_run(struct policy_session *s)
{
    graph_run(&s->view->graph, s->answers, s->values);
}

/* Which of the others stands in its place; it does not matter which when several do. */
static const struct policy *find_instead(const struct policy_session *s, size_t index)
{
    const struct policy_pack *pack = s->view->pack;
    const struct policy *policy = &pack->policies[index];
    const struct view_policy *p = s->view->policies;
    if (s->values[p[index].own] == 0)
        return NULL;
    for (size_t i = 0; i < pack->policy_count; i++) {
        bool rival = i != index && *policy->best_of &&
                     strcmp(pack->policies[i].best_of, policy->best_of) == 0;
        for (size_t k = 0; k < policy->excluded_by_count; k++)
            rival |= policy->excluded_by[k] == i;
        if (rival && s->values[p[i].final] == 1)
            return &pack->policies[i];
    }
    return NULL;
}

const struct policy_result *policy_session_evaluate(struct policy_session *s)
{
    session_run(s);
    for (size_t i = 0; i < s->view->pack->policy_count; i++) {
        const struct view_policy *p = &s->view->policies[i];
        struct policy_result *r = &s->results[i];
        int64_t value = s->values[p->final];
        r->version = p->version;
        r->instead = NULL;
        if (!p->version) {
            r->outcome = POLICY_NOT_IN_FORCE;
        } else if (value == 0) {
            r->outcome = POLICY_INELIGIBLE;
            r->instead = find_instead(s, i);
        } else {
            r->outcome = value == 1 ? POLICY_ELIGIBLE : POLICY_UNDECIDED;
        }
    }
    return s->results;
}

bool policy_session_amount(const struct policy_session *s, size_t policy, size_t index,
                           int64_t *ret_vnd)
{
    const struct view_policy *p = &s->view->policies[policy];
    if (!p->version || index >= p->version->benefit_count ||
        !p->version->benefits[index].amount || p->amount_is_open[index])
        return false;
    int64_t value = s->values[p->amounts[index]];
    if (value == GRAPH_UNKNOWN)
        return false;
    *ret_vnd = value;
    return true;
}

/* ---- reasons ---- */

struct walk {
    const struct policy_session *session;
    const struct view_policy *policy;
    struct policy_reason *ret;
    size_t count;
};

static enum policy_truth truth_of(int64_t value)
{
    return value == GRAPH_UNKNOWN ? POLICY_NOT_KNOWN : value ? POLICY_TRUE : POLICY_FALSE;
}

static enum policy_truth opposite(enum policy_truth t)
{
    return t == POLICY_NOT_KNOWN ? t : t == POLICY_TRUE ? POLICY_FALSE : POLICY_TRUE;
}

static enum policy_truth add_part(struct walk *w, const json_t *json, unsigned depth);

static enum policy_truth add_clause(struct walk *w, size_t index, unsigned depth)
{
    const struct policy_clause *c = &w->policy->version->clauses[index];
    enum policy_truth t = truth_of(w->session->values[w->policy->clauses[index]]);
    const struct policy_text *texts[] = {&c->when_true, &c->when_false, &c->when_unknown};
    if (w->count < POLICY_REASONS_MAX)
        w->ret[w->count++] = (struct policy_reason){.kind = POLICY_CLAUSE,
                                                    .truth = t,
                                                    .depth = depth,
                                                    .clause = c,
                                                    .text = texts[t]};
    return t;
}

/* Kleene's and, or over what stands below; POLICY_TRUE and _FALSE swap roles. */
static enum policy_truth join(enum policy_truth so_far, enum policy_truth one,
                              enum policy_truth absorbing)
{
    if (so_far == absorbing || one == absorbing)
        return absorbing;
    return so_far == POLICY_NOT_KNOWN || one == POLICY_NOT_KNOWN ? POLICY_NOT_KNOWN
                                                                 : opposite(absorbing);
}

static enum policy_truth add_list(struct walk *w, const json_t *list, bool all,
                                  unsigned depth)
{
    size_t at = w->count;
    enum policy_truth absorbing = all ? POLICY_FALSE : POLICY_TRUE,
                      t = opposite(absorbing);
    if (w->count == POLICY_REASONS_MAX)
        return POLICY_NOT_KNOWN;
    w->ret[w->count++] = (struct policy_reason){
        .kind = all ? POLICY_ALL_OF : POLICY_ANY_OF, .depth = depth};
    size_t count = list ? json_array_size(list) : w->policy->version->clause_count;
    for (size_t i = 0; i < count; i++)
        t = join(t,
                 list ? add_part(w, json_array_get(list, i), depth + 1)
                      : add_clause(w, i, depth + 1),
                 absorbing);
    w->ret[at].truth = t;
    return t;
}

static enum policy_truth add_part(struct walk *w, const json_t *json, unsigned depth)
{
    const json_t *inner;
    const char *id = json_string_value(json);
    for (size_t i = 0; id && i < w->policy->version->clause_count; i++)
        if (strcmp(w->policy->version->clauses[i].id, id) == 0)
            return add_clause(w, i, depth);
    if ((inner = json_object_get(json, "and")) != NULL)
        return add_list(w, inner, true, depth);
    if ((inner = json_object_get(json, "or")) != NULL)
        return add_list(w, inner, false, depth);
    size_t at = w->count;
    if (w->count == POLICY_REASONS_MAX)
        return POLICY_NOT_KNOWN;
    w->ret[w->count++] = (struct policy_reason){.kind = POLICY_NOT, .depth = depth};
    return w->ret[at].truth =
               opposite(add_part(w, json_object_get(json, "!"), depth + 1));
}

/* A part is decisive when what is above it is, and agrees with it. */
static void mark_decisive(struct policy_reason *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t above = i;
        while (above > 0 && list[above].depth >= list[i].depth)
            above--;
        if (list[i].depth == 0) {
            list[i].decisive = true;
            continue;
        }
        enum policy_truth agrees = list[above].kind == POLICY_NOT
                                       ? opposite(list[above].truth)
                                       : list[above].truth;
        list[i].decisive = list[above].decisive && list[i].truth == agrees;
    }
}

size_t policy_session_reasons(const struct policy_session *s, size_t policy,
                              struct policy_reason ret[POLICY_REASONS_MAX])
{
    struct walk w = {s, &s->view->policies[policy], ret, 0};
    if (!w.policy->version)
        return 0;
    if (w.policy->version->rule)
        add_part(&w, w.policy->version->rule, 0);
    else
        add_list(&w, NULL, true, 0);
    mark_decisive(ret, w.count);
    return w.count;
}
