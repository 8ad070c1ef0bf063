/* Conditions: one function and one table line per operator. Pure. */
#include "base/attr.h"
#include "content/policy/date.h"
#include "content/policy/expr.h"
#include "content/policy/pack_internal.h"

#include <string.h>

#define ARGUMENTS_MAX 100 /* arguments at most */

struct operation {
    const char *name;
    size_t least, most;
    bool (*compile)(struct expr *x, const struct operation *o, const json_t *arguments,
                    size_t count, struct expr_value *ret);
    uint8_t op, mode;
};

static bool condition(struct expr *x, const json_t *arguments, size_t index,
                      uint16_t *ret)
{
    struct expr_value v;
    if (!expr_argument(x, arguments, index, &v))
        return false;
    *ret = v.node;
    return v.type == EXPR_BOOLEAN || v.type == EXPR_ANY ||
           expr_fail(x, "[%zu]: expected a condition, found %s", index,
                     expr_type_name(v.type));
}

static bool number(struct expr *x, const json_t *arguments, size_t index,
                   struct expr_value *ret)
{
    return expr_argument(x, arguments, index, ret) &&
           (expr_is_number(ret) || expr_fail(x, "[%zu]: expected a number, found %s",
                                             index, expr_type_name(ret->type)));
}

static bool day(struct expr *x, const json_t *arguments, size_t index, uint16_t *ret)
{
    struct expr_value v, model = {.type = EXPR_DATE};
    if (!expr_argument(x, arguments, index, &v))
        return false;
    if (v.type == EXPR_TEXT && !expr_unify(x, &v, &model))
        return false;
    *ret = v.node;
    return v.type == EXPR_DATE || v.type == EXPR_ANY ||
           expr_fail(x, "[%zu]: expected a day, found %s", index, expr_type_name(v.type));
}

static bool word(struct expr *x, const json_t *arguments, size_t index,
                 const char *const *names, uint8_t *ret)
{
    const char *text = json_string_value(json_array_get(arguments, index));
    for (uint8_t i = 0; names[i]; i++)
        if (text && strcmp(text, names[i]) == 0) {
            *ret = i;
            return true;
        }
    return names[2] ? expr_fail(x, "[%zu]: expected \"%s\", \"%s\" or \"%s\"", index,
                                names[0], names[1], names[2])
                    : expr_fail(x, "[%zu]: expected \"%s\" or \"%s\"", index, names[0],
                                names[1]);
}

static uint16_t node(struct expr *x, enum graph_op op, uint8_t mode, uint16_t a,
                     uint16_t b, uint16_t c)
{
    return graph_node(
        x->graph,
        (struct graph_node){.op = (uint8_t)op, .mode = mode, .a = a, .b = b, .c = c});
}

/* ---- names ---- */

static bool compile_name(struct expr *x, const struct operation *o,
                         const json_t *arguments, size_t count, struct expr_value *ret)
{
    (void)count;
    const json_t *name =
        json_is_array(arguments) ? json_array_get(arguments, 0) : arguments;
    if (!json_is_string(name))
        return expr_fail(x, "expected a name");
    return o->mode ? expr_parameter(x, json_string_value(name), ret)
                   : expr_name(x, json_string_value(name), ret);
}

static bool compile_as_of(struct expr *x, const struct operation *o,
                          const json_t *arguments, size_t count, struct expr_value *ret)
{
    (void)o;
    (void)arguments;
    (void)count;
    ret->type = EXPR_DATE;
    ret->node = graph_const(x->graph, x->day);
    return true;
}

/* ---- truth ---- */

static bool compile_logic(struct expr *x, const struct operation *o,
                          const json_t *arguments, size_t count, struct expr_value *ret)
{
    ret->type = EXPR_BOOLEAN;
    for (size_t i = 0; i < count; i++) {
        uint16_t one;
        if (!condition(x, arguments, i, &one))
            return false;
        if (i == 0)
            ret->node = one;
        else if (o->op == GRAPH_AND)
            ret->node = graph_and(x->graph, ret->node, one);
        else
            ret->node = graph_or(x->graph, ret->node, one);
    }
    return true;
}

static bool compile_not(struct expr *x, const struct operation *o,
                        const json_t *arguments, size_t count, struct expr_value *ret)
{
    (void)o;
    (void)count;
    uint16_t of;
    if (!condition(x, arguments, 0, &of))
        return false;
    ret->type = EXPR_BOOLEAN;
    ret->node = graph_not(x->graph, of);
    return true;
}

static bool compile_equal(struct expr *x, const struct operation *o,
                          const json_t *arguments, size_t count, struct expr_value *ret)
{
    (void)count;
    struct expr_value a, b;
    if (!expr_argument(x, arguments, 0, &a) || !expr_argument(x, arguments, 1, &b) ||
        !expr_unify(x, &a, &b))
        return false;
    ret->type = EXPR_BOOLEAN;
    ret->node = node(x, GRAPH_EQUAL, 0, a.node, b.node, 0);
    if (o->mode)
        ret->node = graph_not(x->graph, ret->node);
    return true;
}

static bool ordered(struct expr *x, const struct expr_value *v)
{
    return expr_is_number(v) || v->type == EXPR_DATE ||
           expr_fail(x, "%s has no order", expr_type_name(v->type));
}

/* {"<": [a, b, c]} is a < b and b < c. */
static bool compile_order(struct expr *x, const struct operation *o,
                          const json_t *arguments, size_t count, struct expr_value *ret)
{
    bool swapped = o->mode;
    if (swapped && count > 2)
        return expr_fail(x, "takes two; only < and <= take three");
    struct expr_value side[3];
    for (size_t i = 0; i < count; i++)
        if (!expr_argument(x, arguments, i, &side[i]))
            return false;
    ret->type = EXPR_BOOLEAN;
    ret->node = graph_const(x->graph, 1);
    for (size_t i = 0; i + 1 < count; i++) {
        struct expr_value a = side[i], b = side[i + 1];
        if (!expr_unify(x, &a, &b) || !ordered(x, &a))
            return false;
        uint16_t one = swapped ? node(x, (enum graph_op)o->op, 0, b.node, a.node, 0)
                               : node(x, (enum graph_op)o->op, 0, a.node, b.node, 0);
        ret->node = graph_and(x->graph, ret->node, one);
    }
    return true;
}

static bool compile_in(struct expr *x, const struct operation *o, const json_t *arguments,
                       size_t count, struct expr_value *ret)
{
    (void)o;
    (void)count;
    struct expr_value a;
    const json_t *list = json_array_get(arguments, 1);
    if (!expr_argument(x, arguments, 0, &a))
        return false;
    if (!json_is_array(list) || json_array_size(list) == 0 ||
        json_array_size(list) > ARGUMENTS_MAX)
        return expr_fail(x, "[1]: expected a list of 1 to %d values", ARGUMENTS_MAX);
    uint64_t bits = 0;
    ret->type = EXPR_BOOLEAN;
    ret->node = graph_const(x->graph, 0);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct expr_value side = a, one;
        if (json_is_object(json_array_get(list, i)))
            return expr_fail(x, "[1][%zu]: expected a value, not an operator", i);
        if (!expr_compile_value(x, json_array_get(list, i), &one) ||
            !expr_unify(x, &side, &one))
            return false;
        if (side.type == EXPR_CHOICE && side.fact)
            bits |= UINT64_C(1) << x->graph->graph.nodes[one.node].number;
        else
            ret->node = graph_or(x->graph, ret->node,
                                 node(x, GRAPH_EQUAL, 0, side.node, one.node, 0));
    }
    if (a.type == EXPR_CHOICE && a.fact)
        ret->node = graph_node(
            x->graph,
            (struct graph_node){.op = GRAPH_IN, .a = a.node, .number = (int64_t)bits});
    return true;
}

/* if c1 v1, c2 v2, ..., else: from the end to the front. */
static bool compile_if(struct expr *x, const struct operation *o, const json_t *arguments,
                       size_t count, struct expr_value *ret)
{
    (void)o;
    if (count % 2 == 0)
        return expr_fail(x, "the last entry is missing: what holds otherwise");
    if (!expr_argument(x, arguments, count - 1, ret))
        return false;
    for (size_t i = count - 1; i >= 2; i -= 2) {
        uint16_t when;
        struct expr_value yes;
        if (!condition(x, arguments, i - 2, &when) ||
            !expr_argument(x, arguments, i - 1, &yes) || !expr_unify(x, &yes, ret))
            return false;
        bool flexible = yes.flexible && ret->flexible;
        ret->node = node(x, GRAPH_IF, 0, when, yes.node, ret->node);
        ret->flexible = flexible;
    }
    return (ret->type != EXPR_TEXT && (ret->type != EXPR_CHOICE || ret->fact)) ||
           expr_fail(x, "texts can only be compared");
}

/* ---- members ---- */

static bool member_condition(struct expr *x, const json_t *arguments, size_t member,
                             const struct expr_value *list, uint16_t *ret)
{
    struct expr inner = *x;
    inner.list = list->fact;
    inner.member = member;
    inner.element = list->fact ? NULL : json_array_get(list->literal, member);
    bool fine = condition(&inner, arguments, 1, ret);
    x->error = inner.error;
    x->missing = inner.missing;
    x->unverified = inner.unverified;
    return fine;
}

/* Unrolled: "some" is the or over the members of (there is one) and (it holds). As in
 * JsonLogic, all of an empty list is false. */
static bool compile_members(struct expr *x, const struct operation *o,
                            const json_t *arguments, size_t count, struct expr_value *ret)
{
    (void)count;
    struct expr_value list;
    if (!expr_argument(x, arguments, 0, &list))
        return false;
    if (list.type == EXPR_ANY) {
        *ret = (struct expr_value){.node = list.node, .type = EXPR_BOOLEAN};
        return true;
    }
    if (list.type != EXPR_LIST || x->list || x->element)
        return expr_fail(x, "[0]: expected a list");
    size_t most = list.fact ? (size_t)list.fact->high : json_array_size(list.literal);
    if (most > 1000)
        return expr_fail(x, "[0]: more than 1000 members");
    uint16_t size = list.fact ? list.node : graph_const(x->graph, (int64_t)most);
    bool all = o->op == GRAPH_AND;
    ret->type = EXPR_BOOLEAN;
    ret->node = graph_const(x->graph, 0);
    if (all)
        ret->node = node(x, GRAPH_LESS, 0, graph_const(x->graph, 0), size, 0);
    for (size_t i = 0; i < most; i++) {
        uint16_t holds, there;
        if (!member_condition(x, arguments, i, &list, &holds))
            return false;
        there = node(x, GRAPH_LESS, 0, graph_const(x->graph, (int64_t)i), size, 0);
        if (all)
            ret->node = graph_and(x->graph, ret->node,
                                  graph_or(x->graph, graph_not(x->graph, there), holds));
        else
            ret->node = graph_or(x->graph, ret->node, graph_and(x->graph, there, holds));
    }
    if (o->mode)
        ret->node = graph_not(x->graph, ret->node);
    return true;
}

/* ---- numbers ---- */

static bool compile_sum(struct expr *x, const struct operation *o,
                        const json_t *arguments, size_t count, struct expr_value *ret)
{
    bool extreme = o->op == GRAPH_MIN || o->op == GRAPH_MAX;
    for (size_t i = 0; i < count; i++) {
        struct expr_value v;
        if (!expr_argument(x, arguments, i, &v) ||
            !(expr_is_number(&v) || (extreme && v.type == EXPR_DATE) ||
              expr_fail(x, "[%zu]: expected a number, found %s", i,
                        expr_type_name(v.type))))
            return false;
        if (i == 0) {
            *ret = v;
            continue;
        }
        bool flexible = ret->flexible && v.flexible;
        if (!expr_unify(x, ret, &v))
            return false;
        ret->node = node(x, (enum graph_op)o->op, 0, ret->node, v.node, 0);
        ret->flexible = flexible;
    }
    if (count == 1 && o->op == GRAPH_SUBTRACT)
        ret->node = node(x, GRAPH_SUBTRACT, 0, graph_const(x->graph, 0), ret->node, 0);
    return true;
}

static bool compile_product(struct expr *x, const struct operation *o,
                            const json_t *arguments, size_t count, struct expr_value *ret)
{
    (void)o;
    for (size_t i = 0; i < count; i++) {
        struct expr_value v;
        if (!number(x, arguments, i, &v))
            return false;
        if (i == 0) {
            *ret = v;
            continue;
        }
        if (ret->type == EXPR_VND && v.type == EXPR_VND)
            return expr_fail(x, "[%zu]: đồng times đồng", i);
        ret->node = node(x, GRAPH_MULTIPLY, 0, ret->node, v.node, 0);
        ret->flexible = ret->flexible && v.flexible;
        if (v.type == EXPR_VND)
            ret->type = EXPR_VND;
    }
    return true;
}

static bool compile_muldiv(struct expr *x, const struct operation *o,
                           const json_t *arguments, size_t count, struct expr_value *ret)
{
    static const char *const modes[] = {"floor", "ceiling", "half_up", NULL};
    (void)o;
    (void)count;
    struct expr_value a, b, c;
    uint8_t mode = 0;
    if (!number(x, arguments, 0, &a) || !number(x, arguments, 1, &b) ||
        !number(x, arguments, 2, &c) || !word(x, arguments, 3, modes, &mode))
        return false;
    int unit = (a.type == EXPR_VND) + (b.type == EXPR_VND) - (c.type == EXPR_VND);
    if (unit < 0 || unit > 1)
        return expr_fail(x, "the result is neither đồng nor a number");
    ret->type = unit ? EXPR_VND : EXPR_INTEGER;
    ret->node = node(x, GRAPH_MULDIV, mode, a.node, b.node, c.node);
    return true;
}

/* ---- days ---- */

static const char *const roundings[] = {"down", "up", NULL};

static bool compile_between(struct expr *x, const struct operation *o,
                            const json_t *arguments, size_t count, struct expr_value *ret)
{
    uint16_t from, to = graph_const(x->graph, x->day);
    uint8_t mode = 0;
    if (!day(x, arguments, 0, &from) || (count == 3 && !day(x, arguments, 1, &to)) ||
        !word(x, arguments, count - 1, roundings, &mode))
        return false;
    ret->type = EXPR_INTEGER;
    ret->node = node(x, GRAPH_MONTHS_BETWEEN, mode, from, to, 0);
    if (o->mode) /* whole years */
        ret->node = node(x, GRAPH_MULDIV, GRAPH_FLOOR, ret->node,
                         graph_const(x->graph, 1), graph_const(x->graph, 12));
    return true;
}

static bool compile_add_months(struct expr *x, const struct operation *o,
                               const json_t *arguments, size_t count,
                               struct expr_value *ret)
{
    (void)o;
    (void)count;
    uint16_t from;
    struct expr_value months;
    uint8_t mode = 0;
    if (!day(x, arguments, 0, &from) || !number(x, arguments, 1, &months) ||
        !word(x, arguments, 2, roundings, &mode))
        return false;
    if (months.type == EXPR_VND)
        return expr_fail(x, "[1]: expected a number, found %s", expr_type_name(EXPR_VND));
    ret->type = EXPR_DATE;
    ret->node = node(x, GRAPH_ADD_MONTHS, mode, from, months.node, 0);
    return true;
}

static bool compile_add_days(struct expr *x, const struct operation *o,
                             const json_t *arguments, size_t count,
                             struct expr_value *ret)
{
    (void)o;
    (void)count;
    uint16_t from;
    struct expr_value days;
    if (!day(x, arguments, 0, &from) || !number(x, arguments, 1, &days))
        return false;
    if (days.type == EXPR_VND)
        return expr_fail(x, "[1]: expected a number, found %s", expr_type_name(EXPR_VND));
    ret->type = EXPR_DATE;
    ret->node = node(x, GRAPH_ADD, 0, from, days.node, 0);
    return true;
}

#define MANY ARGUMENTS_MAX
static const struct operation operations[] = {
    {"var", 1, 1, compile_name, 0, 0},
    {"parameter", 1, 1, compile_name, 0, 1},
    {"and", 1, MANY, compile_logic, GRAPH_AND, 0},
    {"or", 1, MANY, compile_logic, GRAPH_OR, 0},
    {"!", 1, 1, compile_not, 0, 0},
    {"==", 2, 2, compile_equal, 0, 0},
    {"!=", 2, 2, compile_equal, 0, 1},
    {"<", 2, 3, compile_order, GRAPH_LESS, 0},
    {"<=", 2, 3, compile_order, GRAPH_LESS_EQUAL, 0},
    {">", 2, 2, compile_order, GRAPH_LESS, 1},
    {">=", 2, 2, compile_order, GRAPH_LESS_EQUAL, 1},
    {"in", 2, 2, compile_in, 0, 0},
    {"if", 3, MANY, compile_if, 0, 0},
    {"some", 2, 2, compile_members, GRAPH_OR, 0},
    {"all", 2, 2, compile_members, GRAPH_AND, 0},
    {"none", 2, 2, compile_members, GRAPH_OR, 1},
    {"+", 1, MANY, compile_sum, GRAPH_ADD, 0},
    {"-", 1, 2, compile_sum, GRAPH_SUBTRACT, 0},
    {"*", 1, MANY, compile_product, 0, 0},
    {"min", 1, MANY, compile_sum, GRAPH_MIN, 0},
    {"max", 1, MANY, compile_sum, GRAPH_MAX, 0},
    {"muldiv", 4, 4, compile_muldiv, 0, 0},
    {"as_of", 0, 0, compile_as_of, 0, 0},
    {"age", 2, 2, compile_between, 0, 1},
    {"years_between", 3, 3, compile_between, 0, 1},
    {"months_between", 3, 3, compile_between, 0, 0},
    {"add_months", 3, 3, compile_add_months, 0, 0},
    {"add_days", 2, 2, compile_add_days, 0, 0},
};

bool expr_operator(struct expr *x, const char *name, const json_t *arguments,
                   struct expr_value *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(operations); i++) {
        const struct operation *o = &operations[i];
        if (strcmp(o->name, name) != 0)
            continue;
        size_t count = json_is_array(arguments) ? json_array_size(arguments) : 1;
        if (count < o->least || count > o->most)
            return expr_fail(x, "takes %zu to %zu entries, found %zu", o->least, o->most,
                             count);
        return o->compile(x, o, arguments, count, ret);
    }
    return expr_fail(x, "there is no operator '%.24s'", name);
}
