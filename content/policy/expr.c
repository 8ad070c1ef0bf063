/* Conditions: literals, names and types. Pure. */
#include "content/policy/expr.h"

#include "base/diag.h"
#include "content/policy/date.h"
#include "content/policy/pack_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 24

void expr_init(struct expr *x, struct graph_builder *graph, int64_t day, const char *path,
               struct diag *diag)
{
    *x = (struct expr){.graph = graph, .diag = diag, .day = day};
    int n = snprintf(x->path, sizeof(x->path), "%s", path);
    x->path_length = n < (int)sizeof(x->path) ? (size_t)n : sizeof(x->path) - 1;
}

bool expr_fail(struct expr *x, const char *format, ...)
{
    if (x->error)
        return false;
    char sentence[256];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof(sentence), format, args);
    va_end(args);
    x->error = diag_set(x->diag, -EINVAL, "%s: %s", x->path, sentence);
    return false;
}

/* What the graph refused, in words. */
static bool graph_fine(struct expr *x)
{
    switch (x->graph->error) {
    case 0:
        return true;
    case -EOVERFLOW:
        return expr_fail(x, "the number could become too large; narrow min and max of "
                            "the facts");
    case -EDOM:
        return expr_fail(x, "the divisor could be 0");
    case -EFBIG:
        return expr_fail(x, "more than %d operations", GRAPH_NODES_MAX);
    default:
        x->error = x->graph->error;
        return false;
    }
}

const char *expr_type_name(enum expr_type type)
{
    static const char *const names[] = {
        [EXPR_ANY] = "unknown",      [EXPR_BOOLEAN] = "true or false",
        [EXPR_INTEGER] = "a number", [EXPR_VND] = "an amount in đồng",
        [EXPR_DATE] = "a day",       [EXPR_CHOICE] = "a choice",
        [EXPR_LIST] = "a list",      [EXPR_TEXT] = "a text",
    };
    return names[type];
}

bool expr_is_number(const struct expr_value *v)
{
    return v->type == EXPR_INTEGER || v->type == EXPR_VND || v->type == EXPR_ANY;
}

/* ---- names ---- */

static const enum expr_type types[] = {
    [POLICY_BOOLEAN] = EXPR_BOOLEAN, [POLICY_INTEGER] = EXPR_INTEGER,
    [POLICY_VND] = EXPR_VND,         [POLICY_DATE] = EXPR_DATE,
    [POLICY_CHOICE] = EXPR_CHOICE,   [POLICY_LIST] = EXPR_LIST,
};

static bool from_fact(struct expr *x, const struct policy_fact *f, size_t slot,
                      struct expr_value *ret)
{
    ret->type = types[f->type];
    ret->fact = f;
    ret->node = graph_slot(x->graph, slot, (struct graph_range){f->low, f->high});
    return true;
}

static bool from_data(struct expr *x, const json_t *json, struct expr_value *ret)
{
    if (!json || json_is_null(json)) {
        ret->type = EXPR_ANY;
        ret->node = graph_const(x->graph, GRAPH_UNKNOWN);
        return true;
    }
    if (json_is_array(json)) {
        ret->type = EXPR_LIST;
        ret->literal = json;
        return true;
    }
    if (json_is_object(json))
        return expr_fail(x, "an object has no value");
    return expr_compile_value(x, json, ret);
}

/* The whole name is a key, or each part of it between dots. */
static const json_t *find_data(const json_t *data, const char *name)
{
    const json_t *found = json_object_get(data, name);
    while (!found && data && *name) {
        size_t n = strcspn(name, ".");
        char part[128];
        if (n >= sizeof(part))
            return NULL;
        memcpy(part, name, n);
        part[n] = '\0';
        data = json_object_get(data, part);
        name += n;
        if (!*name)
            return data;
        name++;
    }
    return found;
}

bool expr_name(struct expr *x, const char *name, struct expr_value *ret)
{
    if (!x->pack) {
        const json_t *in = x->element ? x->element : x->data;
        return from_data(x, *name ? find_data(in, name) : in, ret);
    }
    const struct policy_fact *facts = x->list ? x->list->fields : x->pack->facts;
    size_t count = x->list ? x->list->field_count : x->pack->fact_count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(facts[i].id, name) == 0)
            return from_fact(x, &facts[i],
                             facts[i].slot + x->member * (x->list ? count : 0), ret);
    if (x->list)
        return expr_fail(x,
                         "a member of '%s' has no '%s'; what is not about the member "
                         "goes outside of some, all, none",
                         x->list->id, name);
    return expr_fail(x, "there is no fact '%s'", name);
}

bool expr_parameter(struct expr *x, const char *name, struct expr_value *ret)
{
    for (size_t i = 0; x->pack && i < x->pack->parameter_count; i++) {
        const struct policy_parameter *p = &x->pack->parameters[i];
        if (strcmp(p->id, name) != 0)
            continue;
        const struct policy_value *v = policy_value_on(p, x->day);
        ret->type = types[p->type];
        ret->node = graph_const(x->graph, v ? v->number : GRAPH_UNKNOWN);
        x->missing |= !v;
        x->unverified |= v && v->source->state == POLICY_UNVERIFIED;
        return true;
    }
    return expr_fail(x, "there is no parameter '%s'", name);
}

/* ---- types ---- */

static bool as_day(struct expr *x, struct expr_value *v)
{
    int64_t day;
    if (day_parse(json_string_value(v->literal), &day) < 0)
        return expr_fail(x, "'%.40s' is no day like 2026-11-24",
                         json_string_value(v->literal));
    v->type = EXPR_DATE;
    v->node = graph_const(x->graph, day);
    return true;
}

static bool as_choice(struct expr *x, struct expr_value *v,
                      const struct policy_fact *fact)
{
    const char *text = json_string_value(v->literal);
    for (size_t i = 0; fact && i < fact->choice_count; i++)
        if (strcmp(fact->choices[i].value, text) == 0) {
            v->type = EXPR_CHOICE;
            v->fact = fact;
            v->node = graph_const(x->graph, (int64_t)i);
            return true;
        }
    return expr_fail(x, "'%.40s' is not a choice of '%s'", text, fact ? fact->id : "");
}

/* Two literals: days if both are, else only equal or not. */
static bool unify_texts(struct expr *x, struct expr_value *a, struct expr_value *b)
{
    const char *left = json_string_value(a->literal),
               *right = json_string_value(b->literal);
    int64_t day;
    if (day_parse(left, &day) == 0 && day_parse(right, &day) == 0)
        return as_day(x, a) && as_day(x, b);
    a->type = b->type = EXPR_CHOICE;
    a->node = graph_const(x->graph, 0);
    b->node = graph_const(x->graph, strcmp(left, right) != 0);
    return true;
}

bool expr_unify(struct expr *x, struct expr_value *a, struct expr_value *b)
{
    if (a->type == EXPR_TEXT && b->type == EXPR_TEXT)
        return unify_texts(x, a, b);
    for (int side = 0; side < 2; side++) {
        struct expr_value *one = side ? b : a, *other = side ? a : b;
        if (one->type == EXPR_ANY) {
            *one = (struct expr_value){
                .node = one->node, .type = other->type, .fact = other->fact};
            if (one->type == EXPR_TEXT) /* an unknown beside a literal */
                one->type = other->type = EXPR_ANY;
            return true;
        }
        if (one->type == EXPR_TEXT && other->type == EXPR_DATE)
            return as_day(x, one);
        if (one->type == EXPR_TEXT && other->type == EXPR_CHOICE)
            return as_choice(x, one, other->fact);
        if (one->flexible && other->type == EXPR_VND) {
            one->type = EXPR_VND;
            return true;
        }
    }
    if (a->type == EXPR_LIST || a->type != b->type)
        return expr_fail(x, "%s beside %s", expr_type_name(a->type),
                         expr_type_name(b->type));
    if (a->type == EXPR_CHOICE && a->fact != b->fact)
        return expr_fail(x, "a choice of '%s' beside one of '%s'", a->fact->id,
                         b->fact->id);
    return true;
}

/* ---- values ---- */

static bool compile_literal(struct expr *x, const json_t *json, struct expr_value *ret)
{
    if (json_is_boolean(json)) {
        ret->type = EXPR_BOOLEAN;
        ret->node = graph_const(x->graph, json_is_true(json));
    } else if (json_is_integer(json)) {
        json_int_t number = json_integer_value(json);
        if (number < -GRAPH_NUMBER_MAX || number > GRAPH_NUMBER_MAX)
            return expr_fail(x, "the number is too large");
        ret->type = EXPR_INTEGER;
        ret->flexible = true;
        ret->node = graph_const(x->graph, number);
    } else if (json_is_string(json)) {
        ret->type = EXPR_TEXT;
        ret->literal = json;
    } else if (json_is_real(json)) {
        return expr_fail(x, "only whole numbers; for shares use muldiv");
    } else if (json_is_array(json)) {
        return expr_fail(x, "a list stands only behind in");
    } else {
        return expr_fail(x, "null is no value; a fact that is not answered is unknown");
    }
    return true;
}

bool expr_compile_value(struct expr *x, const json_t *json, struct expr_value *ret)
{
    *ret = (struct expr_value){0};
    if (x->error)
        return false;
    if (!json_is_object(json))
        return compile_literal(x, json, ret) && graph_fine(x);
    if (json_object_size(json) != 1)
        return expr_fail(x, "expected one operator, like {\"and\": [...]}");
    const char *name = json_object_iter_key(json_object_iter((json_t *)json));
    size_t length = x->path_length;
    int n = snprintf(x->path + length, sizeof(x->path) - length, ".%.24s", name);
    x->path_length += n < (int)(sizeof(x->path) - length) ? (size_t)n : 0;
    bool fine = ++x->depth <= DEPTH_MAX
                    ? expr_operator(x, name, json_object_get(json, name), ret)
                    : expr_fail(x, "nested deeper than %d", DEPTH_MAX);
    fine = fine && graph_fine(x);
    x->depth--;
    x->path_length = length;
    x->path[length] = '\0';
    return fine;
}

bool expr_argument(struct expr *x, const json_t *arguments, size_t index,
                   struct expr_value *ret)
{
    if (!json_is_array(arguments)) /* {"!": x} is {"!": [x]} */
        return expr_compile_value(x, arguments, ret);
    size_t length = x->path_length;
    int n = snprintf(x->path + length, sizeof(x->path) - length, "[%zu]", index);
    x->path_length += n < (int)(sizeof(x->path) - length) ? (size_t)n : 0;
    bool fine = expr_compile_value(x, json_array_get(arguments, index), ret);
    x->path_length = length;
    x->path[length] = '\0';
    return fine;
}

int expr_compile(struct expr *x, const json_t *json, struct expr_value *ret)
{
    return expr_compile_value(x, json, ret) ? 0 : x->error;
}

int expr_compile_condition(struct expr *x, const json_t *json, uint16_t *ret)
{
    struct expr_value v;
    if (!expr_compile_value(x, json, &v))
        return x->error;
    if (v.type != EXPR_BOOLEAN && v.type != EXPR_ANY)
        expr_fail(x, "expected a condition, found %s", expr_type_name(v.type));
    *ret = v.node;
    return x->error;
}

int expr_compile_number(struct expr *x, const json_t *json, struct expr_value *ret)
{
    if (!expr_compile_value(x, json, ret))
        return x->error;
    if (!expr_is_number(ret))
        expr_fail(x, "expected a number, found %s", expr_type_name(ret->type));
    return x->error;
}
