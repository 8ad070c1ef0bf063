/* Wiring: what is made first ends last. */
#include "content/server/server.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/routes/registry.h"
#include "content/routes/routes.h"
#include "content/server/backup.h"
#include "content/server/identity.h"
#include "content/server/jobs.h"
#include "content/server/manifests.h"
#include "content/server/settings.h"
#include "content/server/storage.h"
#include "content/server/sweep.h"
#include "content/store/depot.h"
#include "content/store/objects.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct server {
    const struct server_settings *settings;
    struct routes_context routes;
    struct manifests *manifests;
    struct jobs *jobs;
    struct sweep *sweep;
    struct http_service service;
    struct http_server *http;
};

static void on_failed(void *context, const char *method, const char *path, int error)
{
    (void)context;
    log_write(LOG_ERROR, "server", "a request failed", "method=%s route=%s error=\"%s\"",
              method, path, strerror(-error));
}

static void on_changed(void *context)
{
    struct server *s = context;
    manifests_changed(s->manifests);
}

static void on_queued(void *context)
{
    struct server *s = context;
    jobs_queued(s->jobs);
}

static void on_manifests_failed(void *context, const char *sentence)
{
    (void)context;
    log_write(LOG_ERROR, "manifests", "could not be made", "error=\"%s\"", sentence);
}

static int keep_manifest(void *context, int64_t number, int64_t issued_ms,
                         const struct sha256 *content, const char *text, size_t length,
                         const char *const *units, size_t count)
{
    struct server *s = context;
    struct sha256 name;
    int r = object_folder_add(s->routes.objects, text, length, &name);
    if (r == 0)
        r = depot_manifest_add(s->routes.depot, number, issued_ms, content, &name, units,
                               count);
    if (r == 0)
        log_write(LOG_INFO, "manifests", "manifest made",
                  "number=%lld units=%zu bytes=%zu", (long long)number, count, length);
    return r;
}

static void wake_unit(void *context, const char *unit)
{
    struct server *s = context;
    http_server_wake(s->http, unit);
}

static int on_backup(void *context, char ret_name[128], int64_t *ret_bytes)
{
    struct server *s = context;
    char path[PATH_MAX], when[TIMESTAMP_TEXT_SIZE];
    struct diag diag = {""};
    timestamp_format(clock_wall_ms(s->routes.clock), when);
    snprintf(ret_name, 128, "backup-%s.db", when);
    snprintf(path, sizeof(path), "%s/backups", s->settings->data);
    int r = file_make_folders(path, 0700);
    if (r < 0)
        return r;
    snprintf(path, sizeof(path), "%s/backups/%s", s->settings->data, ret_name);
    r = backup_write(s->routes.depot, s->routes.objects, s->settings->data, path,
                     ret_bytes, &diag);
    if (r < 0)
        log_write(LOG_ERROR, "backup", diag_text(&diag), NULL);
    return r;
}

/* ---- loading what was kept ---- */

struct loading {
    struct server *server;
    struct issued *last; /* the manifest of the unit before: units come grouped */
    unsigned refused;
};

static int load_document(void *context, const struct depot_document *document)
{
    struct loading *l = context;
    struct routes_context *c = &l->server->routes;
    CLEANUP(text_free) char *text = NULL;
    struct diag diag = {""};
    struct sha256 name;
    enum document_type type;
    size_t length;
    int r = object_folder_read(c->objects, &document->name, ENVELOPE_BYTES_MAX, &text,
                               &length);
    if (r == 0)
        r = registry_accept(c->registry, text, length, document->accepted_ms, &name,
                            &type, &diag);
    if (r == -ENOMEM)
        return r;
    /* Superseded or revoked since: that is how it should be. A damaged file is not, but
     * one document must not keep the server from serving the others. */
    if (r == -EBADMSG || r == -ENOENT) {
        char path[PATH_MAX];
        object_folder_path(c->objects, &document->name, path, sizeof(path));
        atomic_fetch_add(&c->damaged, 1);
        log_write(
            LOG_ERROR, "server",
            "a document is damaged or missing on the disk; put it back from a backup",
            "type=%s file=%s", document->type, path);
    } else if (r < 0) {
        log_write(LOG_DEBUG, "server", "a document was not loaded",
                  "type=%s reason=\"%s\"", document->type,
                  diag.text[0] ? diag_text(&diag) : strerror(-r));
    }
    l->refused += r < 0;
    return 0;
}

static int load_manifest(void *context, const char *unit,
                         const struct depot_manifest *manifest)
{
    struct loading *l = context;
    struct routes_context *c = &l->server->routes;
    if (!l->last || l->last->number != manifest->number) {
        CLEANUP(text_free) char *text = NULL;
        size_t length;
        int r = object_folder_read(c->objects, &manifest->name, ENVELOPE_BYTES_MAX, &text,
                                   &length);
        registry_manifest_release(c->registry, l->last);
        l->last = NULL;
        if (r < 0)
            return 0; /* it is made anew */
        l->last = registry_issued_create(manifest->number, manifest->issued_ms,
                                         &manifest->content, text, length);
        if (!l->last)
            return -ENOMEM;
    }
    return registry_manifest_set(c->registry, unit, l->last);
}

static int load(struct server *s, struct diag *diag)
{
    struct loading l = {.server = s};
    int r = depot_documents_visit(s->routes.depot, load_document, &l);
    if (r == 0)
        r = depot_manifests_visit(s->routes.depot, load_manifest, &l);
    registry_manifest_release(s->routes.registry, l.last);
    return r < 0 ? diag_set(diag, r, "cannot load what was kept: %s", strerror(-r)) : 0;
}

/* ---- starting ---- */

static int open_storage(struct server *s, struct diag *diag)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/objects", s->settings->data);
    int r = object_folder_open(path, &s->routes.objects, diag);
    if (r < 0)
        return r;
    return storage_open_depot(s->settings, &s->routes.depot, diag);
}

static int start_manifests(struct server *s, struct diag *diag)
{
    struct manifests_config config = {
        .registry = s->routes.registry,
        .clock = s->routes.clock,
        .lifetime_ms = s->settings->manifest_days * MS_PER_DAY,
        .context = s,
        .keep = keep_manifest,
        .wake = wake_unit,
        .failed = on_manifests_failed,
    };
    int r = identity_open(s->settings->data, &config.key, diag);
    if (r < 0)
        return r;
    r = manifests_create(&config, &s->manifests);
    key_secret_wipe(&config.key);
    return r < 0 ? diag_set(diag, r, "cannot make manifests: %s", strerror(-r)) : 0;
}

static int start_http(struct server *s, struct diag *diag)
{
    struct http_server_options o = {
        .listen = s->settings->listen,
        .workers = (unsigned)s->settings->workers,
        .connections = (unsigned)s->settings->connections,
    };
    s->service.groups = routes_all(&s->service.group_count);
    s->service.context = &s->routes;
    s->service.authorise = routes_authorise;
    s->service.failed = on_failed;
    return http_server_create(&o, &s->service, &s->http, diag);
}

static int start(struct server *s, struct diag *diag)
{
    int r = open_storage(s, diag);
    if (r == 0 && registry_create(s->routes.objects, &s->routes.registry) < 0)
        r = diag_set(diag, -ENOMEM, "out of memory");
    if (r == 0)
        r = load(s, diag);
    if (r == 0)
        r = start_manifests(s, diag);
    if (r == 0)
        r = jobs_create(s->routes.depot, s->routes.objects, s->settings->data, &s->jobs) <
                    0
                ? diag_set(diag, -EAGAIN, "cannot start the media jobs")
                : 0;
    if (r == 0 &&
        sweep_create(&s->routes, s->settings->keep_days * MS_PER_DAY, &s->sweep) < 0)
        r = diag_set(diag, -EAGAIN, "cannot start the sweep");
    if (r == 0)
        r = start_http(s, diag);
    if (r == 0) /* not before: it wakes what waits on the HTTP server */
        r = manifests_start(s->manifests) < 0 ? diag_set(diag, -EAGAIN, "cannot start")
                                              : 0;
    return r;
}

int server_create(const struct server_settings *settings, struct server **ret,
                  struct diag *diag)
{
    struct server *s = calloc(1, sizeof(*s));
    if (!s)
        return diag_set(diag, -ENOMEM, "out of memory");
    s->settings = settings;
    s->routes.clock = clock_system();
    s->routes.program = s;
    s->routes.changed = on_changed;
    s->routes.queued = on_queued;
    s->routes.backup = on_backup;
    s->routes.upload_most_bytes = (uint64_t)settings->upload_most_mb * 1000000;
    (void)text_copy(s->routes.folder, sizeof(s->routes.folder), settings->data);
    pthread_mutex_init(&s->routes.releases_lock, NULL);
    pthread_mutex_init(&s->routes.enrol_limit.lock, NULL);
    int r = start(s, diag);
    if (r < 0) {
        server_destroy(s);
        return r;
    }
    *ret = s;
    return 0;
}

void server_destroy(struct server *s)
{
    if (!s)
        return;
    /* Handlers call upon manifests, and manifests wake handlers: first nobody is woken
     * any more, then nobody asks any more. */
    manifests_stop(s->manifests);
    http_server_destroy(s->http);
    jobs_destroy(s->jobs);
    sweep_destroy(s->sweep);
    manifests_destroy(s->manifests);
    registry_destroy(s->routes.registry);
    depot_close(s->routes.depot);
    object_folder_close(s->routes.objects);
    pthread_mutex_destroy(&s->routes.releases_lock);
    pthread_mutex_destroy(&s->routes.enrol_limit.lock);
    free(s);
}

const char *server_address(const struct server *s)
{
    return http_server_address(s->http);
}
