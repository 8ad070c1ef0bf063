/* Manifests. The registry is locked only while it is looked at: what each unit is to have
 * is written down, then grouped, signed and kept without the lock. */
#include "content/server/manifests.h"

#include "base/clock.h"
#include "base/timestamp.h"
#include "content/model/programme.h"
#include "content/routes/registry.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    INLINE_MOST_BYTES = 400 * 1024, /* in one manifest: it must fit its own limit */
    REBUILD_S = 300,                /* periods begin and end without anybody's doing */
};

struct manifests {
    struct manifests_config config;
    pthread_t thread;
    bool started;             /* start and stop are called by one thread */
    pthread_mutex_t building; /* one build at a time */

    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t wanted;
    bool dirty, stopping;
};

/* One document as a manifest lists it. */
struct listed {
    struct manifest_document document;
    char *text; /* inlined */
};

/* What one unit is to have. */
struct wish {
    char *unit;
    uint32_t *documents; /* indices of `listed` */
    size_t count;
    struct sha256 content;
};

/* A picture of the registry at an instant. */
struct picture {
    struct listed *listed;
    size_t listed_count;
    struct wish *wishes;
    size_t wish_count, wish_capacity;
};

static void picture_release(struct picture *p)
{
    for (size_t i = 0; i < p->listed_count; i++)
        free(p->listed[i].text);
    for (size_t i = 0; i < p->wish_count; i++) {
        free(p->wishes[i].unit);
        free(p->wishes[i].documents);
    }
    free(p->listed);
    free(p->wishes);
}

static int hash_wish(const struct picture *p, struct wish *w)
{
    struct sha256_state *state = NULL;
    int r = sha256_begin(&state);
    if (r < 0)
        return r;
    for (size_t i = 0; i < w->count; i++)
        sha256_update(state, &p->listed[w->documents[i]].document.sha256,
                      sizeof(struct sha256));
    sha256_finish(state, &w->content);
    sha256_destroy(state);
    return 0;
}

static int add_wish(struct picture *p, const struct trust *t,
                    const struct placed_unit *unit, int64_t now_ms)
{
    if (p->wish_count == p->wish_capacity) {
        size_t capacity = p->wish_capacity ? p->wish_capacity * 2 : 64;
        struct wish *grown = realloc(p->wishes, capacity * sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        p->wishes = grown;
        p->wish_capacity = capacity;
    }
    struct wish *w = &p->wishes[p->wish_count++];
    *w = (struct wish){.unit = strdup(unit->unit),
                       .documents = calloc(p->listed_count + 1, sizeof(uint32_t))};
    if (!w->unit || !w->documents)
        return -ENOMEM;
    for (size_t i = 0; i < p->listed_count; i++)
        if (programme_concerns(t, trust_document(t, i), unit, now_ms))
            w->documents[w->count++] = (uint32_t)i;
    return hash_wish(p, w);
}

static int add_wishes(struct picture *p, const struct trust *t, int64_t now_ms)
{
    const struct placed_unit **units;
    size_t count;
    int r = trust_standing_units(t, now_ms, &units, &count);
    if (r < 0)
        return r;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = add_wish(p, t, units[i], now_ms);
    free((void *)units);
    return r;
}

static int take_picture(struct manifests *m, struct picture *p)
{
    const struct trust *t = registry_lock(m->config.registry);
    int r = 0;
    size_t count = t ? trust_count(t) : 0;
    p->listed = calloc(count + 1, sizeof(*p->listed));
    p->listed_count = p->listed ? count : 0;
    for (size_t i = 0; i < p->listed_count; i++) {
        const struct trust_document *d = trust_document(t, i);
        p->listed[i].document = (struct manifest_document){
            .sha256 = d->name, .bytes = (int64_t)d->bytes, .type = d->type};
    }
    if (t)
        r = p->listed ? add_wishes(p, t, clock_wall_ms(m->config.clock)) : -ENOMEM;
    registry_unlock(m->config.registry);
    return r;
}

/* Small documents travel inside, smallest concern first: the trust chain comes first in
 * the list, and a manifest has a limit. */
static int inline_texts(struct manifests *m, struct picture *p, const struct wish *w,
                        struct manifest_document *documents)
{
    int64_t total = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct listed *l = &p->listed[w->documents[i]];
        int64_t bytes = l->document.bytes;
        documents[i] = l->document;
        if (bytes > MANIFEST_INLINE_MAX || total + bytes > INLINE_MOST_BYTES)
            continue;
        if (!l->text) {
            int r =
                registry_object_text(m->config.registry, &l->document.sha256, &l->text);
            if (r < 0)
                return r;
        }
        documents[i].inline_text = l->text;
        total += bytes;
    }
    return 0;
}

static int sign(struct manifests *m, const struct manifest *manifest, char **ret)
{
    char *payload = NULL;
    struct envelope *e = NULL;
    int r = manifest_write(manifest, &payload);
    if (r == 0)
        r = envelope_create(DOCUMENT_MANIFEST, payload, strlen(payload), &e);
    if (r == 0)
        r = envelope_sign(e, &m->config.key);
    if (r == 0)
        r = envelope_write(e, ret);
    envelope_destroy(e);
    free(payload);
    return r;
}

static int write_manifest(struct manifests *m, struct picture *p, const struct wish *w,
                          const char *const *units, size_t unit_count, int64_t number,
                          int64_t now_ms, char **ret)
{
    struct manifest_document *documents = calloc(w->count + 1, sizeof(*documents));
    if (!documents)
        return -ENOMEM;
    struct manifest manifest = {
        .number = number,
        .issued_ms = now_ms,
        .expires_ms = now_ms + m->config.lifetime_ms,
        .audience = {.units = {.texts = units, .count = unit_count}},
        .documents = documents,
        .count = w->count,
    };
    int r = inline_texts(m, p, w, documents);
    if (r == 0)
        r = sign(m, &manifest, ret);
    free(documents);
    return r;
}

/* Number, sign, keep, hand on; in this order, so that a number is never used twice and
 * nobody gets what a crash would forget. */
static int issue(struct manifests *m, struct picture *p, const struct wish *w,
                 const char *const *units, size_t count)
{
    struct registry *registry = m->config.registry;
    int64_t now_ms = clock_wall_ms(m->config.clock);
    int64_t number = registry_manifest_last(registry) + 1;
    char *text = NULL;
    if (number < now_ms)
        number = now_ms;
    int r = write_manifest(m, p, w, units, count, number, now_ms, &text);
    if (r < 0 || !text)
        return r;
    size_t length = strlen(text);
    struct issued *issued =
        registry_issued_create(number, now_ms, &w->content, text, length);
    r = issued ? m->config.keep(m->config.context, number, now_ms, &w->content, text,
                                length, units, count)
               : -ENOMEM;
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = registry_manifest_set(registry, units[i], issued);
        m->config.wake(m->config.context, units[i]);
    }
    registry_manifest_release(registry, issued);
    free(text);
    return r;
}

static bool has_already(struct manifests *m, const struct wish *w, int64_t now_ms)
{
    struct issued *has = registry_manifest(m->config.registry, w->unit);
    bool same = has && sha256_equal(&has->content, &w->content) &&
                now_ms - has->issued_ms < m->config.lifetime_ms / 2;
    registry_manifest_release(m->config.registry, has);
    return same;
}

static int order_wishes(const void *a, const void *b)
{
    const struct wish *x = a, *y = b;
    int order = memcmp(&x->content, &y->content, sizeof(x->content));
    return order ? order : strcmp(x->unit, y->unit);
}

/* Wishes in order of content: each run of equal ones is one manifest. The same content
 * means the same placement, whose own limits keep the list of units short. */
static int issue_all(struct manifests *m, struct picture *p)
{
    int64_t now_ms = clock_wall_ms(m->config.clock);
    if (!p->wishes)
        return 0;
    const char **units = calloc(p->wish_count + 1, sizeof(*units));
    if (!units)
        return -ENOMEM;
    qsort(p->wishes, p->wish_count, sizeof(*p->wishes), order_wishes);
    int r = 0;
    for (size_t i = 0, end; r == 0 && i < p->wish_count; i = end) {
        size_t count = 0;
        for (end = i; end < p->wish_count &&
                      sha256_equal(&p->wishes[i].content, &p->wishes[end].content);
             end++)
            if (!has_already(m, &p->wishes[end], now_ms))
                units[count++] = p->wishes[end].unit;
        if (count > 0)
            r = issue(m, p, &p->wishes[i], units, count);
    }
    free(units);
    return r;
}

int manifests_build(struct manifests *m)
{
    struct picture p = {0};
    pthread_mutex_lock(&m->building);
    int r = take_picture(m, &p);
    if (r == 0)
        r = issue_all(m, &p);
    picture_release(&p);
    pthread_mutex_unlock(&m->building);
    return r;
}

static void *run(void *context)
{
    struct manifests *m = context;
    pthread_setname_np(pthread_self(), "manifests");
    pthread_mutex_lock(&m->lock);
    while (!m->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += REBUILD_S;
        while (!m->dirty && !m->stopping &&
               pthread_cond_timedwait(&m->wanted, &m->lock, &until) != ETIMEDOUT)
            ;
        if (m->stopping)
            break;
        m->dirty = false;
        pthread_mutex_unlock(&m->lock);
        int r = manifests_build(m);
        if (r < 0)
            m->config.failed(m->config.context, strerror(-r));
        pthread_mutex_lock(&m->lock);
    }
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

int manifests_create(const struct manifests_config *config, struct manifests **ret)
{
    struct manifests *m = calloc(1, sizeof(*m));
    pthread_condattr_t monotonic;
    if (!m)
        return -ENOMEM;
    m->config = *config;
    m->dirty = true;
    pthread_mutex_init(&m->lock, NULL);
    pthread_mutex_init(&m->building, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&m->wanted, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *ret = m;
    return 0;
}

int manifests_start(struct manifests *m)
{
    int r = pthread_create(&m->thread, NULL, run, m);
    m->started = r == 0;
    return -r;
}

void manifests_stop(struct manifests *m)
{
    if (!m || !m->started)
        return;
    pthread_mutex_lock(&m->lock);
    m->stopping = true;
    pthread_cond_signal(&m->wanted);
    pthread_mutex_unlock(&m->lock);
    pthread_join(m->thread, NULL);
    m->started = false;
}

void manifests_destroy(struct manifests *m)
{
    if (!m)
        return;
    manifests_stop(m);
    pthread_cond_destroy(&m->wanted);
    pthread_mutex_destroy(&m->lock);
    pthread_mutex_destroy(&m->building);
    key_secret_wipe(&m->config.key);
    free(m);
}

void manifests_changed(struct manifests *m)
{
    pthread_mutex_lock(&m->lock);
    m->dirty = true;
    pthread_cond_signal(&m->wanted);
    pthread_mutex_unlock(&m->lock);
}
