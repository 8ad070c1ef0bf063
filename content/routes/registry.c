/* The verified truth behind one lock. Handlers hold it for microseconds: they look
 * something up and let go; a rundown is worked out on a copy. */
#include "content/routes/registry.h"

#include "base/diag.h"
#include "content/model/trust.h"
#include "content/store/objects.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Which manifest a unit has. Sorted by unit, found by bisection. */
struct holding {
    char *unit;
    struct issued *manifest;
};

struct registry {
    struct object_folder *objects;

    pthread_mutex_t lock; /* guards all below */
    struct trust *trust;  /* NULL before the first root */
    struct holding *holdings;
    size_t count, capacity;
    int64_t last_number;
};

int registry_create(struct object_folder *objects, struct registry **ret)
{
    struct registry *r = calloc(1, sizeof(*r));
    if (!r)
        return -ENOMEM;
    r->objects = objects;
    pthread_mutex_init(&r->lock, NULL);
    *ret = r;
    return 0;
}

static void release_locked(struct issued *m)
{
    if (m && --m->references == 0)
        free(m);
}

void registry_destroy(struct registry *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++) {
        release_locked(r->holdings[i].manifest);
        free(r->holdings[i].unit);
    }
    free(r->holdings);
    trust_destroy(r->trust);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

struct trust *registry_lock(struct registry *r)
{
    pthread_mutex_lock(&r->lock);
    return r->trust;
}

void registry_unlock(struct registry *r)
{
    pthread_mutex_unlock(&r->lock);
}

/* A chain of trust that begins with this root. */
static int begin_locked(struct registry *r, const char *text, size_t length,
                        struct diag *diag)
{
    struct envelope *e = NULL;
    struct sha256 fingerprint;
    int error = envelope_parse(text, length, &e, diag);
    if (error < 0)
        return error;
    if (e->type != DOCUMENT_ROOT)
        error = diag_set(diag, -ENOENT, "the server has no root yet; bring that first");
    sha256_of(e->payload, e->length, &fingerprint);
    envelope_destroy(e);
    return error < 0 ? error : trust_create(&fingerprint, &r->trust);
}

static int accept_locked(struct registry *r, const char *text, size_t length,
                         int64_t accepted_ms, struct sha256 *ret_name,
                         enum document_type *ret_type, struct diag *diag)
{
    bool first = !r->trust;
    int error = first ? begin_locked(r, text, length, diag) : 0;
    if (error == 0)
        error =
            trust_accept(r->trust, text, length, accepted_ms, ret_name, ret_type, diag);
    if (error < 0 && first) {
        trust_destroy(r->trust);
        r->trust = NULL;
    }
    return error;
}

int registry_accept(struct registry *r, const char *text, size_t length,
                    int64_t accepted_ms, struct sha256 *ret_name,
                    enum document_type *ret_type, struct diag *diag)
{
    struct sha256 name;
    enum document_type type = DOCUMENT_TYPE_COUNT;
    pthread_mutex_lock(&r->lock);
    int error = accept_locked(r, text, length, accepted_ms, &name, &type, diag);
    pthread_mutex_unlock(&r->lock);
    if (error < 0)
        return error;
    error = object_folder_add(r->objects, text, length, ret_name);
    if (error < 0)
        return diag_set(diag, error, "cannot store the document: %s", strerror(-error));
    *ret_type = type;
    return 0;
}

int registry_object_text(struct registry *r, const struct sha256 *name, char **ret)
{
    size_t length;
    return object_folder_read(r->objects, name, ENVELOPE_BYTES_MAX, ret, &length);
}

/* Where the unit is, or where it belongs. */
static size_t position_locked(const struct registry *r, const char *unit, bool *ret_found)
{
    size_t low = 0, high = r->count;
    *ret_found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(r->holdings[middle].unit, unit);
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct issued *registry_manifest(struct registry *r, const char *unit)
{
    bool found;
    struct issued *m = NULL;
    pthread_mutex_lock(&r->lock);
    size_t at = position_locked(r, unit, &found);
    if (found) {
        m = r->holdings[at].manifest;
        m->references++;
    }
    pthread_mutex_unlock(&r->lock);
    return m;
}

void registry_manifest_release(struct registry *r, struct issued *m)
{
    pthread_mutex_lock(&r->lock);
    release_locked(m);
    pthread_mutex_unlock(&r->lock);
}

static int insert_locked(struct registry *r, size_t at, const char *unit)
{
    if (r->count == r->capacity) {
        size_t capacity = r->capacity ? r->capacity * 2 : 64;
        struct holding *grown = realloc(r->holdings, capacity * sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        r->holdings = grown;
        r->capacity = capacity;
    }
    char *copy = strdup(unit);
    if (!copy)
        return -ENOMEM;
    memmove(r->holdings + at + 1, r->holdings + at,
            (r->count - at) * sizeof(*r->holdings));
    r->holdings[at] = (struct holding){.unit = copy};
    r->count++;
    return 0;
}

int registry_manifest_set(struct registry *r, const char *unit, struct issued *m)
{
    bool found;
    pthread_mutex_lock(&r->lock);
    size_t at = position_locked(r, unit, &found);
    int error = found ? 0 : insert_locked(r, at, unit);
    if (error == 0) {
        m->references++;
        release_locked(r->holdings[at].manifest);
        r->holdings[at].manifest = m;
        if (m->number > r->last_number)
            r->last_number = m->number;
    }
    pthread_mutex_unlock(&r->lock);
    return error;
}

struct issued *registry_issued_create(int64_t number, int64_t issued_ms,
                                      const struct sha256 *content, const char *text,
                                      size_t length)
{
    struct issued *m = malloc(sizeof(*m) + length + 1);
    if (!m)
        return NULL;
    *m = (struct issued){.references = 1,
                         .number = number,
                         .issued_ms = issued_ms,
                         .content = *content,
                         .length = length};
    memcpy(m->text, text, length);
    m->text[length] = '\0';
    sha256_of(text, length, &m->name);
    return m;
}

int64_t registry_manifest_last(struct registry *r)
{
    pthread_mutex_lock(&r->lock);
    int64_t last = r->last_number;
    pthread_mutex_unlock(&r->lock);
    return last;
}
