/* Tables for bilinear resampling. Owns the tables of an axis; any thread, each its own.
 */
#include "player/axis.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The place of an output in 1/64 of a source pixel, from the centre of the first. */
static int64_t axis_place(int64_t i, int source, int shown, int phase)
{
    return ((2 * i + 1) * source * 64 + shown) / (2 * (int64_t)shown) + phase * 32 - 32;
}

static void axis_fill(struct axis *a)
{
    for (int i = 0; i < a->count; i++) {
        int64_t place = axis_place(a->start + i, a->source, a->shown, a->phase);
        if (place < 0)
            place = 0;
        if (place > (int64_t)(a->length - 1) * 64)
            place = (int64_t)(a->length - 1) * 64;
        a->index[i] = (int32_t)(place >> 6);
        a->weight[i] = (uint8_t)(place & 63);
    }
}

/* Eight outputs reach at most 16 pixels when the line shrinks to no less than a half. */
static bool axis_fill_shuffles(struct axis *a)
{
    for (int i = 0; i < a->count / 8; i++) {
        const int32_t *index = a->index + (size_t)i * 8;
        int32_t base = index[0] < a->length - 16 ? index[0] : a->length - 16;
        for (int j = 0; j < 8; j++) {
            int32_t first = index[j] - base;
            int32_t second = index[j] + 1 < a->length ? first + 1 : first;
            if (second > 15)
                return false;
            a->shuffles[i * 16 + j * 2] = (uint8_t)first;
            a->shuffles[i * 16 + j * 2 + 1] = (uint8_t)second;
            a->factors[i * 16 + j * 2] = (int8_t)(64 - a->weight[i * 8 + j]);
            a->factors[i * 16 + j * 2 + 1] = (int8_t)a->weight[i * 8 + j];
        }
        a->base[i] = base;
    }
    return true;
}

int axis_update(struct axis *a, int length, int source, int shown, int phase, int start,
                int count)
{
    if (a->index && a->length == length && a->source == source && a->shown == shown &&
        a->phase == phase && a->start == start && a->count == count)
        return 0;
    axis_release(a);
    size_t n = (size_t)count + 8;
    a->index = calloc(n, sizeof(*a->index));
    a->weight = calloc(n, 1);
    a->base = malloc(n / 8 * sizeof(*a->base));
    a->shuffles = malloc(n * 2);
    a->factors = malloc(n * 2);
    if (!a->index || !a->weight || !a->base || !a->shuffles || !a->factors) {
        axis_release(a);
        return -ENOMEM;
    }
    a->length = length;
    a->source = source;
    a->shown = shown;
    a->phase = phase;
    a->start = start;
    a->count = count;
    axis_fill(a);
    if (length < 16 || !axis_fill_shuffles(a)) {
        free(a->shuffles);
        a->shuffles = NULL;
    }
    return 0;
}

void axis_release(struct axis *a)
{
    free(a->index);
    free(a->weight);
    free(a->base);
    free(a->shuffles);
    free(a->factors);
    memset(a, 0, sizeof(*a));
}
