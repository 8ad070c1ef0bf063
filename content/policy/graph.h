#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every condition of a pack as one flat list of operations. A node reads only nodes
 * before it, so that one pass from front to back evaluates everything; equal operations
 * are one node, so that a question that forty policies ask is answered once. Values are
 * int64: truth 0 or 1, numbers, days since 1970, the ordinal of a choice, or
 * GRAPH_UNKNOWN.
 *
 * Logic is Kleene's and every operation is monotone: a value that is known with some
 * facts missing stays what it is whatever these facts turn out to be. */

struct arena;

#define GRAPH_UNKNOWN INT64_MIN
#define GRAPH_NODES_MAX 60000
#define GRAPH_NUMBER_MAX (INT64_C(1) << 60) /* and its negative: what a number may be */

enum graph_op {
    GRAPH_CONST, /* number */
    GRAPH_SLOT,  /* the answer number `number` */
    GRAPH_NOT,
    GRAPH_AND,
    GRAPH_OR,
    GRAPH_EQUAL,
    GRAPH_LESS,
    GRAPH_LESS_EQUAL,
    GRAPH_IN, /* ordinal a is a bit of `number` */
    GRAPH_ADD,
    GRAPH_SUBTRACT,
    GRAPH_MULTIPLY,
    GRAPH_MIN,
    GRAPH_MAX,
    GRAPH_IF,             /* a ? b : c; unknown a gives what b and c agree on */
    GRAPH_MULDIV,         /* a * b / c, rounded by mode */
    GRAPH_ADD_MONTHS,     /* day a, months b, enum day_rounding */
    GRAPH_MONTHS_BETWEEN, /* from day a to day b, enum day_rounding */
};

enum graph_rounding { GRAPH_FLOOR, GRAPH_CEILING, GRAPH_HALF_UP };

struct graph_node {
    uint8_t op, mode;
    uint16_t a, b, c;
    int64_t number;
};

/* What any value of a node lies between. */
struct graph_range {
    int64_t low, high;
};

struct graph {
    struct graph_node *nodes;
    struct graph_range *ranges;
    size_t count;
};

/* Builds in an arena. The first error sticks (-EOVERFLOW: a number could leave
 * GRAPH_NUMBER_MAX; -EDOM: a divisor could be zero; -EFBIG; -ENOMEM); node 0 is returned
 * then. Constants are folded with the same code that evaluates. */
struct graph_builder {
    struct arena *arena;
    struct graph graph;
    uint16_t *table; /* hash to node + 1 */
    size_t capacity;
    int error;
};

MUST_CHECK int graph_builder_init(struct graph_builder *b, struct arena *arena);
uint16_t graph_const(struct graph_builder *b, int64_t number); /* or GRAPH_UNKNOWN */
uint16_t graph_slot(struct graph_builder *b, size_t slot, struct graph_range range);
uint16_t graph_node(struct graph_builder *b, struct graph_node node);
uint16_t graph_and(struct graph_builder *b, uint16_t left, uint16_t right);
uint16_t graph_or(struct graph_builder *b, uint16_t left, uint16_t right);
uint16_t graph_not(struct graph_builder *b, uint16_t of);

/* values[i] of every node, from the answers (GRAPH_UNKNOWN where there is none). */
void graph_run(const struct graph *g, const int64_t *answers, int64_t *values);
