#pragma once
#include "base/attr.h"
#include "content/policy/graph.h"

#include <jansson.h>

/* The compiler of conditions: JSON with the operators of JsonLogic, statically typed,
 * into nodes of a graph. For content/policy's own files; the language:
 * docs/policy-pack.md. */

struct diag;
struct policy_fact;
struct policy_pack;

enum expr_type {
    EXPR_ANY, /* an unknown of which nothing is known, only in logic_evaluate */
    EXPR_BOOLEAN,
    EXPR_INTEGER,
    EXPR_VND,
    EXPR_DATE,
    EXPR_CHOICE,
    EXPR_LIST,
    EXPR_TEXT, /* a literal that becomes a day or a choice beside something typed */
};

struct expr_value {
    uint16_t node;
    enum expr_type type;
    bool flexible; /* a literal number: takes the unit of the other side */
    const struct policy_fact *fact; /* EXPR_CHOICE: whose; EXPR_LIST of a pack */
    const json_t *literal;          /* EXPR_TEXT; EXPR_LIST of data */
};

struct expr {
    struct graph_builder *graph;
    struct diag *diag;
    int64_t day;

    /* Names stand for facts of a pack, or for values of `data`. */
    const struct policy_pack *pack;
    const json_t *data;

    bool missing;    /* a parameter without a value on `day` was read */
    bool unverified; /* a parameter whose source is not verified was read */

    /* Inside some, all and none. */
    const struct policy_fact *list;
    size_t member;
    const json_t *element;

    int error;
    unsigned depth;
    char path[224];
    size_t path_length;
};

/* `path` begins every sentence of `diag`. */
void expr_init(struct expr *x, struct graph_builder *graph, int64_t day, const char *path,
               struct diag *diag);
/* 0, or -EINVAL and the like with path and sentence. */
MUST_CHECK int expr_compile(struct expr *x, const json_t *json, struct expr_value *ret);
/* The same, and it must be true or false. */
MUST_CHECK int expr_compile_condition(struct expr *x, const json_t *json, uint16_t *ret);
/* The same, and it must be a number. */
MUST_CHECK int expr_compile_number(struct expr *x, const json_t *json,
                                   struct expr_value *ret);

/* ---- between expr.c and expr_operators.c ---- */
bool expr_fail(struct expr *x, const char *format, ...) PRINTF_LIKE(2, 3);
bool expr_compile_value(struct expr *x, const json_t *json, struct expr_value *ret);
/* Entry `index` of an operator's arguments, with its path. */
bool expr_argument(struct expr *x, const json_t *arguments, size_t index,
                   struct expr_value *ret);
/* Makes both sides one type, or says why that cannot be. */
bool expr_unify(struct expr *x, struct expr_value *a, struct expr_value *b);
bool expr_is_number(const struct expr_value *v);
const char *expr_type_name(enum expr_type type);
/* {"var": name} */
bool expr_name(struct expr *x, const char *name, struct expr_value *ret);
bool expr_parameter(struct expr *x, const char *name, struct expr_value *ret);
bool expr_operator(struct expr *x, const char *name, const json_t *arguments,
                   struct expr_value *ret);
