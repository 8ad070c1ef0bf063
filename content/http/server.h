#pragma once
#include "base/attr.h"
#include "content/http/route.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An HTTP/1.1 server over libmicrohttpd. Threads: two event threads (libmicrohttpd,
 * epoll) that read, write and never wait for anything else; a few workers that run
 * handlers; one that watches deadlines. A request is suspended while a worker has it; a
 * parked long poll is suspended and has no worker. */

struct diag;
struct http_exchange;
struct http_server;

struct http_service {
    const struct http_route_group *const *groups;
    size_t group_count;
    void *context;
    /* Before `accept` or the handler, on a worker. 0: go on. -EACCES: it answered. Other
     * errors as a handler's. NULL: all may. */
    int (*authorise)(struct http_exchange *x);
    /* A handler's error, for the program's log. May be NULL. Any thread. */
    void (*failed)(void *context, const char *method, const char *path, int error);
};

struct http_server_options {
    const char *listen;   /* "127.0.0.1:0", "[::]:8080", "*:8080" */
    unsigned workers;     /* 1-64; 0: 4 */
    unsigned connections; /* at most so many at once; 0: 20,000 */
    unsigned idle_s;      /* without a byte; 0: 30 */
    unsigned request_ms;  /* for the headers to arrive; 0: 20,000 */
    unsigned bytes_per_s; /* a body that is slower than this for long ends; 0: 256 */
    uint64_t drain_ms;    /* at the end, for answers to leave; 0: 1,000 */
};

/* Answers from here on. The service's tables and context outlive the server. On success
 * *ret is the caller's. -EINVAL, -EADDRINUSE and others with a sentence. */
MUST_CHECK int http_server_create(const struct http_server_options *options,
                                  const struct http_service *service,
                                  struct http_server **ret, struct diag *diag);
/* Ends long polls (their handlers run once more, expired), lets running handlers finish,
 * then stops. Takes at most drain_ms more than the longest handler. Accepts NULL. */
void http_server_destroy(struct http_server *s);

/* The address in use, with the real port: "127.0.0.1:41234". */
const char *http_server_address(const struct http_server *s);

/* Handlers parked on `topic` run again. Any thread; cheap when nobody waits. */
void http_server_wake(struct http_server *s, const char *topic);

struct http_counts {
    unsigned connections, parked, queued;
};
void http_server_counts(struct http_server *s, struct http_counts *ret);
/* For each route one call with status 0 and the handlers' time so far, then one per
 * status that occurred. `route` is NULL for requests that found none. */
void http_server_visit_routes(struct http_server *s,
                              void (*visit)(void *context, const struct http_route *route,
                                            unsigned status, uint64_t count,
                                            double seconds),
                              void *context);
