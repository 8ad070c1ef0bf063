/* A pack on one day: clauses, rules, best-of groups and exclusions as one graph. Pure. */
#include "content/policy/view.h"

#include "base/arena.h"
#include "base/diag.h"
#include "content/policy/expr.h"
#include "content/policy/view_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ARENA_MAX ((size_t)64 * 1024 * 1024)

struct compile {
    struct policy_view *view;
    struct graph_builder graph;
    struct diag *diag;
};

/* ---- rules: and, or, ! over clauses ---- */

static bool rule_part(struct expr *x, const struct policy_version *version,
                      const uint16_t *clauses, const json_t *json, uint16_t *ret);

static bool rule_list(struct expr *x, const struct policy_version *version,
                      const uint16_t *clauses, const json_t *list, bool all,
                      uint16_t *ret)
{
    if (!json_is_array(list) || json_array_size(list) == 0)
        return expr_fail(x, "expected a list");
    for (size_t i = 0; i < json_array_size(list); i++) {
        uint16_t one = 0;
        if (!rule_part(x, version, clauses, json_array_get(list, i), &one))
            return false;
        if (i == 0)
            *ret = one;
        else
            *ret = all ? graph_and(x->graph, *ret, one) : graph_or(x->graph, *ret, one);
    }
    return true;
}

static bool rule_clause(struct expr *x, const struct policy_version *version,
                        const uint16_t *clauses, const char *id, uint16_t *ret)
{
    for (size_t i = 0; i < version->clause_count; i++)
        if (strcmp(version->clauses[i].id, id) == 0) {
            *ret = clauses[i];
            return true;
        }
    return expr_fail(x, "there is no clause '%.64s'", id);
}

static bool rule_part(struct expr *x, const struct policy_version *version,
                      const uint16_t *clauses, const json_t *json, uint16_t *ret)
{
    const json_t *inner;
    if (json_is_string(json))
        return rule_clause(x, version, clauses, json_string_value(json), ret);
    if (json_object_size(json) == 1) {
        if ((inner = json_object_get(json, "and")) != NULL)
            return rule_list(x, version, clauses, inner, true, ret);
        if ((inner = json_object_get(json, "or")) != NULL)
            return rule_list(x, version, clauses, inner, false, ret);
        if ((inner = json_object_get(json, "!")) != NULL) {
            uint16_t of = 0;
            if (!rule_part(x, version, clauses, inner, &of))
                return false;
            *ret = graph_not(x->graph, of);
            return true;
        }
    }
    return expr_fail(x, "expected the id of a clause, or and, or, ! of such");
}

static int compile_rule(struct compile *c, const char *path, struct view_policy *p)
{
    struct expr x;
    char at[200];
    snprintf(at, sizeof(at), "%s.rule", path);
    expr_init(&x, &c->graph, c->view->day, at, c->diag);
    const struct policy_version *version = p->version;
    if (version->rule) {
        if (!rule_part(&x, version, p->clauses, version->rule, &p->own))
            return x.error;
        return 0;
    }
    p->own = p->clauses[0];
    for (size_t i = 1; i < version->clause_count; i++)
        p->own = graph_and(&c->graph, p->own, p->clauses[i]);
    return 0;
}

/* ---- one policy ---- */

/* The number is only for comparing and showing: `missing` and so on are left in `x`. */
static int compile_number(struct compile *c, struct expr *x, const char *path,
                          const json_t *json, bool vnd, uint16_t *ret)
{
    struct expr_value v;
    expr_init(x, &c->graph, c->view->day, path, c->diag);
    x->pack = c->view->pack;
    int r = expr_compile_number(x, json, &v);
    if (r == 0 && vnd && v.type != EXPR_VND && !v.flexible)
        r = diag_set(c->diag, -EINVAL, "%s: expected an amount in đồng", path);
    if (r == 0)
        *ret = v.node;
    return r;
}

static int compile_benefits(struct compile *c, const char *path, struct view_policy *p)
{
    size_t count = p->version->benefit_count;
    p->amounts = arena_array(c->view->arena, count, sizeof(p->amounts[0]));
    p->amount_is_open = arena_array(c->view->arena, count, sizeof(p->amount_is_open[0]));
    if (!p->amounts || !p->amount_is_open)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct policy_benefit *b = &p->version->benefits[i];
        struct expr x = {.unverified = false};
        char at[200];
        snprintf(at, sizeof(at), "%s.benefits[%zu].amount", path, i);
        int r =
            b->amount ? compile_number(c, &x, at, b->amount, true, &p->amounts[i]) : 0;
        if (r < 0)
            return r;
        p->amount_is_open[i] = x.unverified || b->source->state == POLICY_UNVERIFIED;
    }
    return 0;
}

static int compile_clauses(struct compile *c, const char *path, struct view_policy *p,
                           bool *missing)
{
    size_t count = p->version->clause_count;
    p->clauses = arena_array(c->view->arena, count, sizeof(p->clauses[0]));
    if (!p->clauses)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        struct expr x;
        char at[200];
        snprintf(at, sizeof(at), "%s.clauses[%zu].if", path, i);
        expr_init(&x, &c->graph, c->view->day, at, c->diag);
        x.pack = c->view->pack;
        int r =
            expr_compile_condition(&x, p->version->clauses[i].expression, &p->clauses[i]);
        if (r < 0)
            return r;
        *missing |= x.missing;
    }
    return 0;
}

/* Where nothing is in force, nothing is said: not even what an older version said. */
static int compile_policy(struct compile *c, size_t index)
{
    const struct policy *policy = &c->view->pack->policies[index];
    struct view_policy *p = &c->view->policies[index];
    char path[120], at[200];
    bool missing = false;
    p->own = p->final = graph_const(&c->graph, 0);
    p->worth = graph_const(&c->graph, 0);
    p->version = policy_version_on(policy, c->view->day);
    if (!p->version)
        return 0;
    snprintf(path, sizeof(path), "pack.policies[%zu].versions[%zu]", index,
             (size_t)(p->version - policy->versions));
    struct expr x = {.missing = false};
    snprintf(at, sizeof(at), "%s.worth", path);
    int r = compile_clauses(c, path, p, &missing);
    if (r == 0)
        r = compile_rule(c, path, p);
    if (r == 0 && p->version->worth)
        r = compile_number(c, &x, at, p->version->worth, false, &p->worth);
    if (r == 0)
        r = compile_benefits(c, path, p);
    if (missing || x.missing) {
        p->version = NULL;
        p->own = graph_const(&c->graph, 0);
    }
    return r;
}

/* ---- among policies ---- */

/* Another of the group is due and worth more (or as much, and stands before). */
static uint16_t beaten(struct compile *c, size_t index)
{
    const struct policy *policies = c->view->pack->policies;
    const struct view_policy *here = c->view->policies;
    uint16_t any = graph_const(&c->graph, 0);
    for (size_t i = 0; *policies[index].best_of && i < c->view->pack->policy_count; i++) {
        if (i == index || strcmp(policies[i].best_of, policies[index].best_of) != 0)
            continue;
        enum graph_op op = i < index ? GRAPH_LESS_EQUAL : GRAPH_LESS;
        uint16_t more = graph_node(&c->graph, (struct graph_node){.op = (uint8_t)op,
                                                                  .a = here[index].worth,
                                                                  .b = here[i].worth});
        any = graph_or(&c->graph, any, graph_and(&c->graph, here[i].own, more));
    }
    return any;
}

/* Rings were refused by the parser, so that each round settles some. */
static int compile_final(struct compile *c)
{
    const struct policy_pack *pack = c->view->pack;
    struct view_policy *p = c->view->policies;
    bool settled[PACK_POLICIES_MAX] = {false};
    for (size_t left = pack->policy_count; left > 0;) {
        size_t before = left;
        for (size_t i = 0; i < pack->policy_count; i++) {
            const struct policy *policy = &pack->policies[i];
            bool ready = !settled[i];
            for (size_t k = 0; k < policy->excluded_by_count; k++)
                ready &= settled[policy->excluded_by[k]];
            if (!ready)
                continue;
            uint16_t not_here = beaten(c, i);
            for (size_t k = 0; k < policy->excluded_by_count; k++)
                not_here = graph_or(&c->graph, not_here, p[policy->excluded_by[k]].final);
            p[i].final = graph_and(&c->graph, p[i].own, graph_not(&c->graph, not_here));
            settled[i] = true;
            left--;
        }
        if (left == before)
            return diag_set(c->diag, -EINVAL, "policies exclude each other in a ring");
    }
    return c->graph.error;
}

static int number_slots(struct policy_view *v)
{
    v->slots = arena_array(v->arena, v->pack->slot_count, sizeof(v->slots[0]));
    if (!v->slots)
        return -ENOMEM;
    for (size_t i = 0; i < v->pack->fact_count; i++) {
        const struct policy_fact *f = &v->pack->facts[i];
        v->slots[f->slot].fact = f;
        for (size_t m = 0; f->type == POLICY_LIST && m < (size_t)f->high; m++)
            for (size_t k = 0; k < f->field_count; k++)
                v->slots[f->fields[k].slot + m * f->field_count] =
                    (struct view_slot){.fact = &f->fields[k], .list = f, .member = m};
    }
    return 0;
}

static int compile(struct compile *c)
{
    struct policy_view *v = c->view;
    v->policies = arena_array(v->arena, v->pack->policy_count, sizeof(v->policies[0]));
    if (!v->policies)
        return -ENOMEM;
    int r = graph_builder_init(&c->graph, v->arena);
    for (size_t i = 0; r == 0 && i < v->pack->policy_count; i++)
        r = compile_policy(c, i);
    if (r == 0)
        r = compile_final(c);
    if (r == -EFBIG)
        return diag_set(c->diag, r, "pack: more than %d operations", GRAPH_NODES_MAX);
    v->graph = c->graph.graph;
    if (r == 0)
        r = number_slots(v);
    return r < 0 ? r : view_find_probes(v);
}

int policy_view_create(const struct policy_pack *pack, int64_t day,
                       struct policy_view **ret, struct diag *diag)
{
    struct arena *arena = NULL;
    int r = arena_create(ARENA_MAX, &arena);
    if (r < 0)
        return r;
    struct policy_view *view = arena_alloc(arena, sizeof(*view));
    if (!view) {
        arena_destroy(arena);
        return -ENOMEM;
    }
    *view = (struct policy_view){.arena = arena, .pack = pack, .day = day};
    struct compile c = {.view = view, .diag = diag};
    r = compile(&c);
    if (r == 0)
        r = arena_failed(arena);
    if (r < 0) {
        policy_view_destroy(view);
        return r;
    }
    *ret = view;
    return 0;
}

void policy_view_destroy(struct policy_view *v)
{
    if (v)
        arena_destroy(v->arena);
}

const struct policy_pack *policy_view_pack(const struct policy_view *v)
{
    return v->pack;
}

int64_t policy_view_day(const struct policy_view *v)
{
    return v->day;
}

bool policy_view_reads(const struct policy_view *v, const struct policy_fact *fact)
{
    for (size_t i = 0; i < v->graph.count; i++) {
        const struct graph_node *n = &v->graph.nodes[i];
        if (n->op != GRAPH_SLOT)
            continue;
        const struct view_slot *slot = &v->slots[n->number];
        if (slot->fact == fact || slot->list == fact)
            return true;
    }
    return false;
}

size_t policy_view_operations(const struct policy_view *v)
{
    return v->graph.count;
}
