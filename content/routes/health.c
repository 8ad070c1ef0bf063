/* For the machines that watch: is it well, and how much does it do. */
#include "base/buf.h"
#include "base/clock.h"
#include "content/routes/registry.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"

#include <stdatomic.h>

enum { METRICS_MOST = 1024 * 1024, SEEN_MS = 300000 };

static int get_healthz(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    int64_t took_us;
    if (depot_ping(c->depot, &took_us) < 0)
        return http_respond_problem(x, 503, "the database does not answer");
    unsigned damaged = atomic_load(&c->damaged);
    if (damaged == 0)
        return http_respond_json(x, 200, json_pack("{s:s}", "state", "ok"));
    return http_respond_json(
        x, 200,
        json_pack(
            "{s:s,s:s,s:i}", "state", "degraded", "sentence",
            "documents are damaged or missing on the disk: the log names their files, "
            "put them back from a backup and start the server again",
            "damaged", (int)damaged));
}

/* A page of metrics; the first error sticks. */
struct page {
    struct buf text;
    int error;
};

static void add_head(struct page *p, const char *name, const char *type, const char *help)
{
    if (p->error == 0)
        p->error =
            buf_printf(&p->text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_value(struct page *p, const char *name, const char *help, double value)
{
    add_head(p, name, "gauge", help);
    if (p->error == 0)
        p->error = buf_printf(&p->text, "%s %.17g\n", name, value);
}

static void add_requests(void *context, const struct http_route *route, unsigned status,
                         uint64_t count, double seconds)
{
    struct page *p = context;
    (void)seconds;
    if (p->error < 0 || status == 0)
        return;
    p->error = buf_printf(
        &p->text,
        "tramtin_requests_total{method=\"%s\",route=\"%s\",status=\"%u\"} %llu\n",
        route ? http_method_name(route->method) : "", route ? route->path : "", status,
        (unsigned long long)count);
}

static void add_seconds(void *context, const struct http_route *route, unsigned status,
                        uint64_t count, double seconds)
{
    struct page *p = context;
    (void)count;
    if (p->error < 0 || status != 0 || !route)
        return;
    p->error = buf_printf(
        &p->text, "tramtin_handler_seconds_total{method=\"%s\",route=\"%s\"} %.6f\n",
        http_method_name(route->method), route->path, seconds);
}

/* What the database and the registry know. */
static int add_figures(struct page *p, struct routes_context *c)
{
    struct depot_figures figures = {0};
    int64_t took_us = 0;
    int r = depot_ping(c->depot, &took_us);
    if (r == 0)
        r = depot_figures(c->depot, clock_wall_ms(c->clock) - SEEN_MS, &figures);
    if (r < 0)
        return r;
    add_value(p, "tramtin_units", "Units that were enrolled.", (double)figures.units);
    add_value(p, "tramtin_units_seen", "Units heard of within five minutes.",
              (double)figures.units_seen);
    add_value(p, "tramtin_jobs", "Uploads that wait for or are in conversion.",
              (double)figures.jobs);
    add_value(p, "tramtin_manifest_number", "The newest manifest.",
              (double)registry_manifest_last(c->registry));
    add_head(p, "tramtin_swept_objects_total", "counter", "Objects that nothing needed.");
    if (p->error == 0)
        p->error = buf_printf(&p->text, "tramtin_swept_objects_total %llu\n",
                              (unsigned long long)atomic_load(&c->swept_objects));
    add_head(p, "tramtin_swept_bytes_total", "counter", "Their bytes.");
    if (p->error == 0)
        p->error = buf_printf(&p->text, "tramtin_swept_bytes_total %llu\n",
                              (unsigned long long)atomic_load(&c->swept_bytes));
    add_value(p, "tramtin_database_seconds", "How long the database took to answer now.",
              (double)took_us / 1e6);
    return 0;
}

static int get_metrics(struct http_exchange *x)
{
    struct http_server *server = http_request_server(x);
    struct page p = {.text = BUF_INIT(METRICS_MOST)};
    struct http_counts counts;
    http_server_counts(server, &counts);
    add_value(&p, "tramtin_connections", "Open connections.", counts.connections);
    add_value(&p, "tramtin_parked", "Long polls that wait.", counts.parked);
    add_value(&p, "tramtin_queued", "Requests that wait for a worker.", counts.queued);
    add_head(&p, "tramtin_requests_total", "counter", "Answers by route and status.");
    http_server_visit_routes(server, add_requests, &p);
    add_head(&p, "tramtin_handler_seconds_total", "counter", "Time in handlers.");
    http_server_visit_routes(server, add_seconds, &p);
    int r = add_figures(&p, http_request_context(x));
    if (r == 0)
        r = p.error;
    if (r == 0)
        r = http_respond_bytes(x, 200, "text/plain; version=0.0.4", p.text.data,
                               p.text.length);
    buf_release(&p.text);
    return r;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/healthz", PERMISSION_NONE, SCOPE_ANY, HTTP_BODY_NONE, 0, get_healthz,
     NULL, "200 when it can answer"},
    {HTTP_GET, "/metrics", PERMISSION_NONE, SCOPE_ANY, HTTP_BODY_NONE, 0, get_metrics,
     NULL, "Prometheus text"},
};
const struct http_route_group routes_health = {routes, ARRAY_LENGTH(routes)};
