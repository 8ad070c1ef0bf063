#pragma once
#include "base/attr.h"

#include <stddef.h>

/* Memory that is freed all at once: one arena per parse, plan or request. Zeroed, aligned
 * for any type, at most `max` bytes. One thread at a time. */

struct arena;

MUST_CHECK int arena_create(size_t max, struct arena **ret);
void arena_destroy(struct arena *a); /* accepts NULL */

/* NULL when the ceiling is reached or memory is out; the arena stays usable and
 * remembers: arena_failed lets a builder check once at its end. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);
void *arena_copy(struct arena *a, const void *data, size_t size);
char *arena_text(struct arena *a, const char *text); /* a copy; NULL stays NULL */
/* Moves everything of *take into `a`; *take becomes NULL. Pointers stay valid. */
void arena_adopt(struct arena *a, struct arena **take);
int arena_failed(const struct arena *a); /* 0 or -ENOMEM */
