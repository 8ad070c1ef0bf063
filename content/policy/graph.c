/* Flat operations: evaluated by graph_run, folded and shared while they are built. Pure.
 */
#include "content/policy/graph.h"

#include "base/arena.h"
#include "content/policy/date.h"

#include <errno.h>
#include <string.h>

#define TABLE_SIZE 131072 /* a power of two, above twice GRAPH_NODES_MAX */

__extension__ typedef __int128 wide; /* the product inside muldiv */

static wide divide(wide a, wide b, enum graph_rounding rounding)
{
    if (b < 0) {
        a = -a;
        b = -b;
    }
    if (rounding == GRAPH_HALF_UP) { /* away from zero at the middle */
        wide half = (2 * (a < 0 ? -a : a) + b) / (2 * b);
        return a < 0 ? -half : half;
    }
    wide q = a / b, rest = a % b;
    if (rounding == GRAPH_FLOOR)
        return q - (rest < 0);
    return q + (rest > 0);
}

static inline int64_t kleene_and(int64_t a, int64_t b)
{
    if (a == 0 || b == 0)
        return 0;
    return a == GRAPH_UNKNOWN || b == GRAPH_UNKNOWN ? GRAPH_UNKNOWN : 1;
}

static inline int64_t kleene_or(int64_t a, int64_t b)
{
    if (a == 1 || b == 1)
        return 1;
    return a == GRAPH_UNKNOWN || b == GRAPH_UNKNOWN ? GRAPH_UNKNOWN : 0;
}

static int64_t choose(int64_t condition, int64_t yes, int64_t no)
{
    if (condition == GRAPH_UNKNOWN)
        return yes == no ? yes : GRAPH_UNKNOWN;
    return condition ? yes : no;
}

/* Operations that know nothing unless they know all their operands, and know them. The
 * ranges were checked when the node was built: nothing here overflows. */
static int64_t strict(const struct graph_node *n, int64_t a, int64_t b, int64_t c)
{
    switch ((enum graph_op)n->op) {
    case GRAPH_EQUAL:
        return a == b;
    case GRAPH_LESS:
        return a < b;
    case GRAPH_LESS_EQUAL:
        return a <= b;
    case GRAPH_ADD:
        return a + b;
    case GRAPH_SUBTRACT:
        return a - b;
    case GRAPH_MULTIPLY:
        return a * b;
    case GRAPH_MIN:
        return a < b ? a : b;
    case GRAPH_MAX:
        return a > b ? a : b;
    case GRAPH_MULDIV:
        return c == GRAPH_UNKNOWN
                   ? c
                   : (int64_t)divide((wide)a * b, c, (enum graph_rounding)n->mode);
    case GRAPH_ADD_MONTHS:
        return day_add_months(a, b, (enum day_rounding)n->mode);
    case GRAPH_MONTHS_BETWEEN:
        return day_months_between(a, b, (enum day_rounding)n->mode);
    default:
        return GRAPH_UNKNOWN;
    }
}

static inline int64_t evaluate(const struct graph_node *n, const int64_t *answers,
                               const int64_t *v)
{
    switch ((enum graph_op)n->op) {
    case GRAPH_CONST:
        return n->number;
    case GRAPH_SLOT:
        return answers[n->number];
    case GRAPH_NOT:
        return v[n->a] == GRAPH_UNKNOWN ? GRAPH_UNKNOWN : !v[n->a];
    case GRAPH_AND:
        return kleene_and(v[n->a], v[n->b]);
    case GRAPH_OR:
        return kleene_or(v[n->a], v[n->b]);
    case GRAPH_IF:
        return choose(v[n->a], v[n->b], v[n->c]);
    case GRAPH_IN:
        return v[n->a] == GRAPH_UNKNOWN ? GRAPH_UNKNOWN
                                        : (int64_t)((uint64_t)n->number >> v[n->a] & 1);
    default:
        if (v[n->a] == GRAPH_UNKNOWN || v[n->b] == GRAPH_UNKNOWN)
            return GRAPH_UNKNOWN;
        return strict(n, v[n->a], v[n->b], v[n->c]);
    }
}

void graph_run(const struct graph *g, const int64_t *answers, int64_t *values)
{
    for (size_t i = 0; i < g->count; i++)
        values[i] = evaluate(&g->nodes[i], answers, values);
}

/* ---- building ---- */

int graph_builder_init(struct graph_builder *b, struct arena *arena)
{
    *b = (struct graph_builder){.arena = arena};
    b->table = arena_array(arena, TABLE_SIZE, sizeof(b->table[0]));
    graph_const(b, GRAPH_UNKNOWN); /* node 0 */
    return b->error;
}

static bool grow(struct graph_builder *b)
{
    if (b->graph.count < b->capacity)
        return true;
    size_t capacity = b->capacity ? b->capacity * 2 : 256;
    struct graph_node *nodes = arena_array(b->arena, capacity, sizeof(nodes[0]));
    struct graph_range *ranges = arena_array(b->arena, capacity, sizeof(ranges[0]));
    if (!nodes || !ranges || !b->table) {
        b->error = -ENOMEM;
        return false;
    }
    if (b->graph.count) {
        memcpy(nodes, b->graph.nodes, b->graph.count * sizeof(nodes[0]));
        memcpy(ranges, b->graph.ranges, b->graph.count * sizeof(ranges[0]));
    }
    b->graph.nodes = nodes;
    b->graph.ranges = ranges;
    b->capacity = capacity;
    return true;
}

static uint32_t hash(const struct graph_node *n)
{
    uint64_t h = (uint64_t)n->number * UINT64_C(0x9e3779b97f4a7c15);
    h ^= ((uint64_t)n->op << 56 ^ (uint64_t)n->mode << 48 ^ (uint64_t)n->a << 32 ^
          (uint64_t)n->b << 16 ^ n->c) *
         UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(h >> 40);
}

static bool same(const struct graph_node *a, const struct graph_node *b)
{
    return a->op == b->op && a->mode == b->mode && a->a == b->a && a->b == b->b &&
           a->c == b->c && a->number == b->number;
}

/* The node that does this already, or a new one. */
static uint16_t intern(struct graph_builder *b, struct graph_node node,
                       struct graph_range range)
{
    if (b->error || !grow(b))
        return 0;
    uint32_t at = hash(&node) & (TABLE_SIZE - 1);
    for (; b->table[at]; at = (at + 1) & (TABLE_SIZE - 1))
        if (same(&b->graph.nodes[b->table[at] - 1], &node))
            return (uint16_t)(b->table[at] - 1);
    if (b->graph.count == GRAPH_NODES_MAX) {
        b->error = -EFBIG;
        return 0;
    }
    b->graph.nodes[b->graph.count] = node;
    b->graph.ranges[b->graph.count] = range;
    b->table[at] = (uint16_t)(b->graph.count + 1);
    return (uint16_t)b->graph.count++;
}

uint16_t graph_const(struct graph_builder *b, int64_t number)
{
    struct graph_node node = {.op = GRAPH_CONST, .number = number};
    struct graph_range all = {number, number};
    if (number == GRAPH_UNKNOWN)
        all = (struct graph_range){0, 0};
    return intern(b, node, all);
}

uint16_t graph_slot(struct graph_builder *b, size_t slot, struct graph_range range)
{
    struct graph_node node = {.op = GRAPH_SLOT, .number = (int64_t)slot};
    return intern(b, node, range);
}

static struct graph_range hull(const wide *corners, size_t count)
{
    wide low = corners[0], high = corners[0];
    for (size_t i = 1; i < count; i++) {
        low = corners[i] < low ? corners[i] : low;
        high = corners[i] > high ? corners[i] : high;
    }
    if (low < -GRAPH_NUMBER_MAX || high > GRAPH_NUMBER_MAX)
        return (struct graph_range){1, 0}; /* empty: does not fit */
    return (struct graph_range){(int64_t)low, (int64_t)high};
}

/* a * b / c is extreme at the corners as long as c keeps its sign. */
static struct graph_range range_muldiv(struct graph_range a, struct graph_range b,
                                       struct graph_range c, enum graph_rounding rounding)
{
    wide corners[8];
    for (unsigned i = 0; i < 8; i++)
        corners[i] = divide((wide)(i & 1 ? a.high : a.low) * (i & 2 ? b.high : b.low),
                            i & 4 ? c.high : c.low, rounding);
    return hull(corners, 8);
}

static struct graph_range range_months(const struct graph_node *n, struct graph_range a,
                                       struct graph_range b)
{
    static const struct graph_range none = {1, 0};
    const int64_t months = 12 * INT64_C(400);
    enum day_rounding rounding = (enum day_rounding)n->mode;
    if (a.low < DAY_MIN || a.high > DAY_MAX)
        return none;
    if (n->op == GRAPH_MONTHS_BETWEEN)
        return b.low < DAY_MIN || b.high > DAY_MAX
                   ? none
                   : (struct graph_range){day_months_between(a.high, b.low, rounding),
                                          day_months_between(a.low, b.high, rounding)};
    if (b.low < -months || b.high > months)
        return none;
    return (struct graph_range){day_add_months(a.low, b.low, rounding),
                                day_add_months(a.high, b.high, rounding)};
}

static struct graph_range range_of(const struct graph_builder *b,
                                   const struct graph_node *n)
{
    const struct graph_range *r = b->graph.ranges;
    struct graph_range x = r[n->a], y = r[n->b], z = r[n->c];
    switch ((enum graph_op)n->op) {
    case GRAPH_ADD:
        return hull((wide[]){(wide)x.low + y.low, (wide)x.high + y.high}, 2);
    case GRAPH_SUBTRACT:
        return hull((wide[]){(wide)x.low - y.high, (wide)x.high - y.low}, 2);
    case GRAPH_MULTIPLY:
        return hull((wide[]){(wide)x.low * y.low, (wide)x.low * y.high,
                             (wide)x.high * y.low, (wide)x.high * y.high},
                    4);
    case GRAPH_MIN:
        return hull(
            (wide[]){x.low < y.low ? x.low : y.low, x.high < y.high ? x.high : y.high},
            2);
    case GRAPH_MAX:
        return hull(
            (wide[]){x.low > y.low ? x.low : y.low, x.high > y.high ? x.high : y.high},
            2);
    case GRAPH_IF:
        return hull((wide[]){y.low, y.high, z.low, z.high}, 4);
    case GRAPH_MULDIV:
        return range_muldiv(x, y, z, (enum graph_rounding)n->mode);
    case GRAPH_ADD_MONTHS:
    case GRAPH_MONTHS_BETWEEN:
        return range_months(n, x, y);
    default:
        return (struct graph_range){0, 1};
    }
}

static bool is_const(const struct graph_builder *b, uint16_t node)
{
    return b->graph.nodes[node].op == GRAPH_CONST;
}

/* A node whose operands are all constant is one itself. Operands that an operation does
 * not have are node 0, which is constant. */
static bool fold(struct graph_builder *b, const struct graph_node *n, int64_t *ret)
{
    if (!is_const(b, n->a) || !is_const(b, n->b) || !is_const(b, n->c))
        return false;
    int64_t v[3] = {b->graph.nodes[n->a].number, b->graph.nodes[n->b].number,
                    b->graph.nodes[n->c].number};
    struct graph_node small = *n;
    small.a = 0;
    small.b = 1;
    small.c = 2;
    *ret = evaluate(&small, NULL, v);
    return true;
}

uint16_t graph_node(struct graph_builder *b, struct graph_node node)
{
    if (b->error)
        return 0;
    if (node.op == GRAPH_MULDIV) {
        struct graph_range c = b->graph.ranges[node.c];
        bool unknown =
            is_const(b, node.c) && b->graph.nodes[node.c].number == GRAPH_UNKNOWN;
        if (!unknown && c.low <= 0 && c.high >= 0) {
            b->error = -EDOM;
            return 0;
        }
        if (unknown)
            return graph_const(b, GRAPH_UNKNOWN);
    }
    struct graph_range range = range_of(b, &node);
    if (range.low > range.high) {
        b->error = -EOVERFLOW;
        return 0;
    }
    int64_t number;
    if (fold(b, &node, &number))
        return graph_const(b, number);
    if (node.op == GRAPH_IF && is_const(b, node.a) &&
        b->graph.nodes[node.a].number != GRAPH_UNKNOWN)
        return b->graph.nodes[node.a].number ? node.b : node.c;
    return intern(b, node, range);
}

/* `absorbing` decides alone, its opposite changes nothing. */
static uint16_t join(struct graph_builder *b, enum graph_op op, uint16_t left,
                     uint16_t right, int64_t absorbing)
{
    if (left == right)
        return left;
    if (left > right) { /* the order does not matter; equal ones should be one node */
        uint16_t other = left;
        left = right;
        right = other;
    }
    const uint16_t sides[2] = {left, right};
    for (int i = 0; i < 2 && !b->error; i++) {
        if (!is_const(b, sides[i]))
            continue;
        int64_t number = b->graph.nodes[sides[i]].number;
        if (number == absorbing)
            return sides[i];
        if (number != GRAPH_UNKNOWN)
            return sides[1 - i];
    }
    return graph_node(b, (struct graph_node){.op = (uint8_t)op, .a = left, .b = right});
}

uint16_t graph_and(struct graph_builder *b, uint16_t left, uint16_t right)
{
    return join(b, GRAPH_AND, left, right, 0);
}

uint16_t graph_or(struct graph_builder *b, uint16_t left, uint16_t right)
{
    return join(b, GRAPH_OR, left, right, 1);
}

uint16_t graph_not(struct graph_builder *b, uint16_t of)
{
    if (!b->error && b->graph.nodes[of].op == GRAPH_NOT)
        return b->graph.nodes[of].a;
    return graph_node(b, (struct graph_node){.op = GRAPH_NOT, .a = of});
}
