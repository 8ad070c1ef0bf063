/* Memory freed all at once, in blocks that double. */
#include "base/arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *blocks;
    size_t max, total;
    int error;
};

int arena_create(size_t max, struct arena **ret)
{
    struct arena *a = calloc(1, sizeof(*a));
    if (!a)
        return -ENOMEM;
    a->max = max;
    *ret = a;
    return 0;
}

void arena_destroy(struct arena *a)
{
    if (!a)
        return;
    for (struct block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

static struct block *add_block(struct arena *a, size_t need)
{
    size_t size = a->blocks ? a->blocks->size * 2 : 4096;
    if (size > 1024 * 1024)
        size = 1024 * 1024;
    if (size < need)
        size = need;
    if (size > a->max - a->total)
        size = need;
    if (size > a->max - a->total)
        return NULL;
    struct block *b = calloc(1, sizeof(*b) + size);
    if (!b)
        return NULL;
    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
    a->total += size;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t need = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct block *b = a->blocks;
    if (need < size || need > a->max || !b || b->size - b->used < need)
        b = need < size || need > a->max ? NULL : add_block(a, need);
    if (!b) {
        a->error = -ENOMEM;
        return NULL;
    }
    void *data = b->data + b->used;
    b->used += need;
    return data;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        a->error = -ENOMEM;
        return NULL;
    }
    return arena_alloc(a, count * size);
}

void *arena_copy(struct arena *a, const void *data, size_t size)
{
    void *copy = arena_alloc(a, size);
    if (copy && size)
        memcpy(copy, data, size);
    return copy;
}

char *arena_text(struct arena *a, const char *text)
{
    return text ? arena_copy(a, text, strlen(text) + 1) : NULL;
}

int arena_failed(const struct arena *a)
{
    return a->error;
}

void arena_adopt(struct arena *a, struct arena **take)
{
    struct arena *from = *take;
    struct block **last = &a->blocks;
    while (*last)
        last = &(*last)->next;
    *last = from->blocks; /* behind ours, so that ours goes on being filled */
    a->total += from->total;
    a->max += from->max;
    free(from);
    *take = NULL;
}
