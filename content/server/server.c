/* Wiring: what is made first ends last. */
#include "content/server/server.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/log.h"
#include "content/routes/routes.h"
#include "content/server/settings.h"
#include "content/store/objects.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct server {
    const struct settings *settings;
    struct routes_context routes;
    struct http_service service;
    struct http_server *http;
};

static void on_failed(void *context, const char *method, const char *path, int error)
{
    (void)context;
    log_write(LOG_ERROR, "server", "a request failed", "method=%s route=%s error=\"%s\"",
              method, path, strerror(-error));
}

static int open_objects(struct server *s, struct diag *diag)
{
    char path[PATH_MAX];
    int r = file_make_folders(s->settings->data, 0750);
    if (r < 0)
        return diag_set(diag, r, "cannot make '%s': %s", s->settings->data, strerror(-r));
    snprintf(path, sizeof(path), "%s/objects", s->settings->data);
    return object_folder_open(path, &s->routes.objects, diag);
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
    s->service.failed = on_failed;
    return http_server_create(&o, &s->service, &s->http, diag);
}

int server_create(const struct settings *settings, struct server **ret, struct diag *diag)
{
    struct server *s = calloc(1, sizeof(*s));
    if (!s)
        return diag_set(diag, -ENOMEM, "out of memory");
    s->settings = settings;
    s->routes.clock = clock_system();
    int r = open_objects(s, diag);
    if (r == 0)
        r = start_http(s, diag);
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
    http_server_destroy(s->http);
    object_folder_close(s->routes.objects);
    free(s);
}

const char *server_address(const struct server *s)
{
    return http_server_address(s->http);
}
