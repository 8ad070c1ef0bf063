/* One expression on its own: the compiler folds it to a constant. Pure. */
#include "content/policy/logic.h"

#include "base/arena.h"
#include "base/diag.h"
#include "content/policy/date.h"
#include "content/policy/expr.h"

#include <errno.h>

#define ARENA_MAX ((size_t)16 * 1024 * 1024)

DEFINE_CLEANUP(struct arena *, arena_destroy);

static json_t *as_json(const struct expr_value *v, int64_t number)
{
    char day[DAY_TEXT_SIZE];
    if (v->type == EXPR_TEXT)
        return json_string(json_string_value(v->literal));
    if (number == GRAPH_UNKNOWN)
        return json_null();
    if (v->type == EXPR_BOOLEAN)
        return json_boolean(number);
    if (v->type != EXPR_DATE)
        return json_integer(number);
    day_format(number, day);
    return json_string(day);
}

int logic_evaluate(const json_t *expression, const json_t *data, int64_t day,
                   json_t **ret, struct diag *diag)
{
    CLEANUP(arena_destroyp) struct arena *arena = NULL;
    struct graph_builder graph;
    struct expr x;
    struct expr_value v;
    int r = arena_create(ARENA_MAX, &arena);
    if (r == 0)
        r = graph_builder_init(&graph, arena);
    if (r < 0)
        return r;
    expr_init(&x, &graph, day, "expression", diag);
    x.data = data;
    r = expr_compile(&x, expression, &v);
    if (r < 0)
        return r;
    if (v.type == EXPR_LIST)
        return diag_set(diag, -EINVAL, "expression: a list is no result");
    json_t *value = as_json(&v, graph.graph.nodes[v.node].number);
    if (!value)
        return -ENOMEM;
    *ret = value;
    return 0;
}
