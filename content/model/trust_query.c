/* Asking a trust what it holds. */
#include "content/model/trust_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct placement *trust_newest_placement(const struct trust *t, const char *area)
{
    const struct placement *newest = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const struct placement *p = t->entries[i]->document.placement;
        if (p && t->entries[i]->document.standing && strcmp(p->area, area) == 0 &&
            (!newest || p->version > newest->version))
            newest = p;
    }
    return newest;
}

const struct root *trust_root(const struct trust *t)
{
    return t->root;
}

const struct root *trust_root_at(const struct trust *t, int64_t accepted_ms)
{
    const struct root *best = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const struct trust_document *d = &t->entries[i]->document;
        if (d->root && d->accepted_ms <= accepted_ms &&
            (!best || d->root->version > best->version))
            best = d->root;
    }
    return best ? best : t->root;
}

bool trust_is_over(const struct trust *t, const struct trust_document *d, int64_t by_ms)
{
    const struct release *release = d->release;
    if (!release)
        return false;
    if (release->rule.valid_until_ms <= by_ms)
        return true;
    for (size_t i = 0; i < t->count; i++) {
        const struct trust_document *other = &t->entries[i]->document;
        if (other->release && other->standing && other->accepted_ms <= by_ms &&
            strcmp(other->release->rule.line, release->rule.line) == 0 &&
            other->release->rule.revision > release->rule.revision &&
            other->release->rule.effective_ms <= by_ms)
            return true;
    }
    return false;
}

const struct keyring *trust_keyring(const struct trust *t)
{
    return t->keyring;
}

const struct areas *trust_areas(const struct trust *t)
{
    return t->areas;
}

const struct sha256 *trust_fingerprint(const struct trust *t)
{
    return &t->fingerprint;
}

static const struct trust_entry *find(const struct trust *t, const struct sha256 *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (sha256_equal(&t->entries[i]->document.name, name))
            return t->entries[i];
    return NULL;
}

bool trust_has(const struct trust *t, const struct sha256 *name)
{
    return find(t, name) != NULL;
}

int trust_accepted_ms(const struct trust *t, const struct sha256 *name, int64_t *ret)
{
    const struct trust_entry *entry = find(t, name);
    if (!entry)
        return -ENOENT;
    *ret = entry->document.accepted_ms;
    return 0;
}

const struct placed_unit *trust_find_unit(const struct trust *t,
                                          const struct public_key *key, const char *id,
                                          int64_t at_ms)
{
    const struct placed_unit *best = NULL;
    int64_t best_issued = -1;
    for (size_t i = 0; i < t->count; i++) {
        const struct placement *p = t->entries[i]->document.placement;
        if (!p || trust_newest_placement(t, p->area) != p)
            continue;
        for (size_t u = 0; u < p->count; u++) {
            const struct placed_unit *unit = &p->units[u];
            if ((key && !key_equal(&unit->key, key)) ||
                (id && strcmp(unit->unit, id) != 0) || at_ms < unit->from_ms ||
                at_ms >= unit->until_ms)
                continue;
            if (p->issued_ms > best_issued) {
                best = unit;
                best_issued = p->issued_ms;
            }
        }
    }
    return best;
}

/* An entry of a placement that counts at an instant. */
struct stand {
    const struct placed_unit *unit;
    int64_t issued_ms;
    size_t place; /* among all */
};

/* By id; the newest first; of two as new the one that stands first. */
static int order_stands(const void *a, const void *b)
{
    const struct stand *x = a, *y = b;
    int order = strcmp(x->unit->unit, y->unit->unit);
    if (order)
        return order;
    if (x->issued_ms != y->issued_ms)
        return x->issued_ms > y->issued_ms ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

/* The entries of the newest placements that count at `at_ms`; `ret` has room for all. */
static size_t collect_stands(const struct trust *t, int64_t at_ms, struct stand *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct placement *p = t->entries[i]->document.placement;
        if (!p || trust_newest_placement(t, p->area) != p)
            continue;
        for (size_t u = 0; u < p->count; u++)
            if (at_ms >= p->units[u].from_ms && at_ms < p->units[u].until_ms) {
                ret[count] = (struct stand){&p->units[u], p->issued_ms, count};
                count++;
            }
    }
    return count;
}

int trust_standing_units(const struct trust *t, int64_t at_ms,
                         const struct placed_unit ***ret, size_t *ret_count)
{
    size_t most = 0, count = 0;
    for (size_t i = 0; i < t->count; i++)
        if (t->entries[i]->document.placement)
            most += t->entries[i]->document.placement->count;
    struct stand *stands = calloc(most + 1, sizeof(*stands));
    const struct placed_unit **units = calloc(most + 1, sizeof(void *));
    if (!stands || !units) {
        free(stands);
        free((void *)units);
        return -ENOMEM;
    }
    size_t found = collect_stands(t, at_ms, stands);
    qsort(stands, found, sizeof(*stands), order_stands);
    for (size_t i = 0; i < found; i++)
        if (count == 0 || strcmp(units[count - 1]->unit, stands[i].unit->unit) != 0)
            units[count++] = stands[i].unit;
    free(stands);
    *ret = units;
    *ret_count = count;
    return 0;
}

size_t trust_count(const struct trust *t)
{
    return t->count;
}

const struct trust_document *trust_document(const struct trust *t, size_t index)
{
    return &t->entries[index]->document;
}

int64_t trust_clock_floor(const struct trust *t)
{
    return t->clock_floor_ms;
}

int64_t trust_manifest_number(const struct trust *t)
{
    return t->manifest_number;
}
