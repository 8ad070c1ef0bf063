/* Garbage collection: mark by name, sweep by age. */
#include "content/server/sweep.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/log.h"
#include "base/text.h"
#include "content/model/trust.h"
#include "content/routes/registry.h"
#include "content/routes/routes.h"
#include "content/store/objects.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum { HEX = SHA256_HEX_SIZE - 1, EVERY_S = 3600 };

/* Names that stay; sorted before they are asked for. */
struct marks {
    struct routes_context *routes;
    struct sha256 *names;
    size_t count, capacity;
};

static int mark(struct marks *m, const struct sha256 *name)
{
    if (m->count == m->capacity) {
        size_t capacity = m->capacity ? m->capacity * 2 : 1024;
        struct sha256 *grown = realloc(m->names, capacity * sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        m->names = grown;
        m->capacity = capacity;
    }
    m->names[m->count++] = *name;
    return 0;
}

static int order(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct sha256));
}

static bool is_marked(const struct marks *m, const struct sha256 *name)
{
    return m->count && bsearch(name, m->names, m->count, sizeof(*name), order);
}

/* Every run of 64 hex digits. */
static int mark_text(struct marks *m, const char *text, size_t length)
{
    char hex[SHA256_HEX_SIZE];
    struct sha256 name;
    int r = 0;
    for (size_t i = 0, run = 0; r == 0 && i <= length; i++) {
        if (i < length && isxdigit((unsigned char)text[i])) {
            run++;
            continue;
        }
        if (run == HEX) {
            memcpy(hex, text + i - HEX, HEX);
            hex[HEX] = '\0';
            if (sha256_from_hex(hex, &name) == 0)
                r = mark(m, &name);
        }
        run = 0;
    }
    return r;
}

/* What an envelope names. -EBADMSG or -ENOENT when its file is damaged or gone. */
static int mark_envelope(struct marks *m, const struct sha256 *name)
{
    CLEANUP(text_free) char *text = NULL;
    struct envelope *e = NULL;
    struct diag diag = {""};
    size_t length;
    int r =
        object_folder_read(m->routes->objects, name, ENVELOPE_BYTES_MAX, &text, &length);
    if (r == 0)
        r = envelope_parse(text, length, &e, &diag);
    if (r == 0)
        r = mark_text(m, (const char *)e->payload, e->length);
    envelope_destroy(e);
    return r == -EINVAL ? 0 : r;
}

/* ---- what is needed ---- */

static int on_name(void *context, const struct sha256 *name)
{
    return mark(context, name);
}

static int on_release(void *context, const struct depot_release *release)
{
    int r = release->published ? 0 : mark_envelope(context, &release->envelope);
    return r == -ENOENT || r == -EBADMSG ? 0 : r; /* nobody can sign that any more */
}

static int on_asset(void *context, const struct depot_asset *asset)
{
    return mark_text(context, asset->result, strlen(asset->result));
}

static void say_damaged(const struct marks *m, const struct sha256 *name)
{
    char path[PATH_MAX];
    object_folder_path(m->routes->objects, name, path, sizeof(path));
    log_write(LOG_ERROR, "sweep",
              "a document is damaged or missing on the disk; put it back from a backup",
              "file=%s", path);
}

/* The documents that trust holds, by name: they are read without its lock. */
static int mark_trusted(struct marks *m, int64_t now_ms, int64_t grace_ms,
                        uint64_t *ret_forgotten)
{
    struct trust *t = registry_lock(m->routes->registry);
    int r = 0;
    size_t begin = m->count;
    *ret_forgotten = t ? trust_forget(t, now_ms, grace_ms) : 0;
    for (size_t i = 0; t && r == 0 && i < trust_count(t); i++)
        r = mark(m, &trust_document(t, i)->name);
    registry_unlock(m->routes->registry);
    size_t end = m->count;
    unsigned damaged = 0;
    for (size_t i = begin; r == 0 && i < end; i++) {
        struct sha256 name = m->names[i]; /* the list may move */
        r = mark_envelope(m, &name);
        if (r == -EBADMSG || r == -ENOENT) {
            say_damaged(m, &name);
            damaged++;
            r = 0;
        }
    }
    if (r < 0)
        return r;
    atomic_store(&m->routes->damaged, damaged);
    /* What they name is not known any more: nothing is taken away. */
    return damaged ? -EUCLEAN : 0;
}

static int mark_all(struct marks *m, int64_t now_ms, int64_t grace_ms, struct swept *ret)
{
    struct depot *depot = m->routes->depot;
    int r = mark_trusted(m, now_ms, grace_ms, &ret->releases);
    if (r == 0)
        r = depot_manifests_forget(depot, now_ms - grace_ms, &ret->manifests);
    if (r == 0)
        r = depot_names_visit(depot, on_name, m);
    if (r == 0)
        r = depot_releases_visit(depot, NULL, INT32_MAX, on_release, m);
    if (r == 0)
        r = depot_assets_visit(depot, INT32_MAX, on_asset, m);
    if (r == 0 && m->count)
        qsort(m->names, m->count, sizeof(*m->names), order);
    return r;
}

/* ---- what is not ---- */

struct taking {
    const struct marks *marks;
    int64_t before_ms;
    struct swept *swept;
};

static int on_object(void *context, const struct sha256 *name, uint64_t bytes)
{
    struct taking *t = context;
    struct object_folder *objects = t->marks->routes->objects;
    char path[PATH_MAX];
    struct stat st;
    if (is_marked(t->marks, name))
        return 0;
    object_folder_path(objects, name, path, sizeof(path));
    /* Asked last: storing the same bytes again makes them young. */
    if (stat(path, &st) < 0 || (int64_t)st.st_mtim.tv_sec * 1000 >= t->before_ms)
        return 0;
    int r = object_folder_remove(objects, name);
    if (r == 0) {
        t->swept->objects++;
        t->swept->bytes += bytes;
    }
    return r;
}

int sweep_run(struct routes_context *routes, int64_t grace_ms, struct swept *ret)
{
    struct marks m = {.routes = routes};
    int64_t now_ms = clock_wall_ms(routes->clock);
    struct taking t = {&m, now_ms - grace_ms, ret};
    *ret = (struct swept){0};
    int r = mark_all(&m, now_ms, grace_ms, ret);
    if (r == 0)
        r = object_folder_visit(routes->objects, on_object, &t);
    free(m.names);
    atomic_fetch_add(&routes->swept_objects, ret->objects);
    atomic_fetch_add(&routes->swept_bytes, ret->bytes);
    return r;
}

/* ---- the thread ---- */

struct sweep {
    struct routes_context *routes;
    int64_t grace_ms;
    pthread_t thread;

    pthread_mutex_t lock; /* guards `stopping` */
    pthread_cond_t wanted;
    bool stopping;
};

static void sweep_once(struct sweep *s)
{
    struct swept done;
    int r = sweep_run(s->routes, s->grace_ms, &done);
    log_write(r < 0 ? LOG_ERROR : LOG_INFO, "sweep",
              r < 0 ? "ended early" : "took away what nothing needs",
              "objects=%llu bytes=%llu manifests=%lld releases=%llu error=\"%s\"",
              (unsigned long long)done.objects, (unsigned long long)done.bytes,
              (long long)done.manifests, (unsigned long long)done.releases,
              r < 0 ? strerror(-r) : "");
}

static void *run(void *context)
{
    struct sweep *s = context;
    pthread_setname_np(pthread_self(), "sweep");
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += EVERY_S;
        int r = 0;
        while (!s->stopping && r != ETIMEDOUT)
            r = pthread_cond_timedwait(&s->wanted, &s->lock, &until);
        if (s->stopping)
            break;
        pthread_mutex_unlock(&s->lock);
        sweep_once(s);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

int sweep_create(struct routes_context *routes, int64_t grace_ms, struct sweep **ret)
{
    struct sweep *s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    s->routes = routes;
    s->grace_ms = grace_ms;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wanted, NULL);
    int r = pthread_create(&s->thread, NULL, run, s);
    if (r != 0) {
        free(s);
        return -r;
    }
    *ret = s;
    return 0;
}

void sweep_destroy(struct sweep *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->wanted);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->wanted);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
