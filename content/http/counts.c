/* How often each route answered with which status, for /metrics. */
#include "content/http/internal.h"

static const unsigned short statuses[HTTP_STATUSES] = {
    200, 201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 405, 408,
    409, 411, 413, 414, 415, 416, 422, 429, 431, 500, 501, 503, 507, 0, /* 0: others */
};

void http_count(struct http_server *s, const struct http_exchange *x, unsigned status,
                int64_t microseconds)
{
    size_t number = x->match.route ? x->match.number : s->route_count;
    struct http_route_count *count = &s->counts[number];
    atomic_fetch_add_explicit(&count->microseconds, (uint64_t)microseconds,
                              memory_order_relaxed);
    if (status == 0) /* parked: it will answer later */
        return;
    size_t i = 0;
    while (i < HTTP_STATUSES - 1 && statuses[i] != status)
        i++;
    atomic_fetch_add_explicit(&count->by_status[i], 1, memory_order_relaxed);
}

static void visit_one(struct http_route_count *count, const struct http_route *route,
                      void (*visit)(void *context, const struct http_route *route,
                                    unsigned status, uint64_t count, double seconds),
                      void *context)
{
    double seconds = (double)atomic_load(&count->microseconds) / 1e6;
    visit(context, route, 0, 0, seconds);
    for (size_t i = 0; i < HTTP_STATUSES; i++) {
        uint64_t n = atomic_load(&count->by_status[i]);
        if (n)
            visit(context, route, statuses[i], n, seconds);
    }
}

void http_server_visit_routes(struct http_server *s,
                              void (*visit)(void *context, const struct http_route *route,
                                            unsigned status, uint64_t count,
                                            double seconds),
                              void *context)
{
    size_t number = 0;
    for (size_t g = 0; g < s->service->group_count; g++)
        for (size_t i = 0; i < s->service->groups[g]->count; i++)
            visit_one(&s->counts[number++], &s->service->groups[g]->routes[i], visit,
                      context);
    visit_one(&s->counts[s->route_count], NULL, visit, context);
}
