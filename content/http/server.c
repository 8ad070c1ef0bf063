/* The server: libmicrohttpd's callbacks and the life of one exchange. Everything in this
 * file but create and destroy runs on an event thread and must not wait for anything.
 *
 * A body that goes to a file is written here, on the event thread, into the page cache:
 * handing each 16 kB piece to a worker would cost two thread changes for a copy of some
 * microseconds. Opening the file, syncing and hashing it are the workers' part. */
#include "content/http/server.h"

#include "base/diag.h"
#include "base/text.h"
#include "content/http/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    EVENT_THREADS = 2,
    CONNECTION_MEMORY = 16384,        /* of the library: request line, headers, pieces */
    EXCESS_MOST_BYTES = 1024 * 1024,  /* of a body that is too large, read politely */
    BODY_GRACE_US = 30 * 1000 * 1000, /* before the least rate applies */
    MEMORY_BODY_MOST = 64 * 1024 * 1024,
};

static void exchange_destroy(struct http_exchange *x)
{
    struct http_server *s = x->server;
    if (x->response)
        MHD_destroy_response(x->response);
    if (x->upload_fd >= 0)
        close(x->upload_fd);
    if (x->principal_destroy)
        x->principal_destroy(x->principal);
    buf_release(&x->body);
    free(x->topic);
    free(x->path);
    free(x);
    pthread_mutex_lock(&s->lock);
    if (--s->exchanges == 0)
        pthread_cond_broadcast(&s->drained);
    pthread_mutex_unlock(&s->lock);
}

static struct http_exchange *exchange_create(struct http_server *s,
                                             struct MHD_Connection *connection)
{
    struct http_exchange *x = calloc(1, sizeof(*x));
    if (!x)
        return NULL;
    x->server = s;
    x->connection = connection;
    x->upload_fd = -1;
    pthread_mutex_lock(&s->lock);
    s->exchanges++;
    pthread_mutex_unlock(&s->lock);
    return x;
}

/* Hand the finished answer to the library. MHD_NO closes the connection. */
static enum MHD_Result queue_response(struct http_exchange *x)
{
    if (!x->response)
        return MHD_NO;
    return MHD_queue_response(x->connection, x->status, x->response);
}

/* An answer that needs no handler. */
static enum MHD_Result refuse(struct http_exchange *x, unsigned status,
                              const char *sentence)
{
    http_respond_problem(x, status, "%s", sentence);
    http_count(x->server, x, status, 0);
    x->phase = HTTP_PHASE_READY;
    return queue_response(x);
}

static enum MHD_Result refuse_method(struct http_exchange *x)
{
    char allow[64] = "";
    for (unsigned m = 0; m <= HTTP_DELETE; m++)
        if (x->match.allowed & (1U << m))
            snprintf(allow + strlen(allow), sizeof(allow) - strlen(allow), "%s%s%s",
                     allow[0] ? ", " : "", http_method_name((enum http_method)m),
                     m == HTTP_GET ? ", HEAD" : "");
    http_respond_problem(x, 405, "this address does not know that method");
    http_respond_header(x, MHD_HTTP_HEADER_ALLOW, allow);
    http_count(x->server, x, 405, 0);
    x->phase = HTTP_PHASE_READY;
    return queue_response(x);
}

static enum MHD_Result submit(struct http_exchange *x)
{
    http_connection_owes(x->connection, x->server, 0);
    if (http_workers_submit(x) < 0)
        return refuse(x, 503, "the server is being stopped");
    return MHD_YES;
}

/* The headers are here: is there a route, and is the body one it wants? */
static enum MHD_Result check_body(struct http_exchange *x)
{
    const struct http_route *route = x->match.route;
    struct http_server *s = x->server;
    int64_t bytes = http_request_announced_bytes(x);
    bool chunked = http_request_header(x, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
    if (route->body == HTTP_BODY_NONE && (bytes > 0 || chunked))
        return refuse(x, 413, "this address takes no body");
    if (bytes > 0 && (uint64_t)bytes > route->body_limit)
        return refuse(x, 413, "the body is larger than this address takes");
    x->body.max =
        route->body_limit < MEMORY_BODY_MOST ? route->body_limit : MEMORY_BODY_MOST;
    int64_t announced = bytes > 0 ? bytes : chunked ? (int64_t)route->body_limit : 0;
    http_connection_owes(x->connection, s,
                         BODY_GRACE_US +
                             announced / s->options.bytes_per_s * INT64_C(1000000));
    return route->body == HTTP_BODY_FILE ? submit(x) : MHD_YES;
}

static enum MHD_Result begin(struct http_exchange *x, const char *url, const char *method)
{
    const struct http_service *service = x->server->service;
    if (strlen(url) > HTTP_PATH_MAX)
        return refuse(x, 414, "the address is too long");
    if (http_method_parse(method, &x->method) < 0)
        return refuse(x, 501, "this method is not known");
    x->path = strdup(url);
    if (!x->path)
        return MHD_NO;
    int r = http_route_match(service->groups, service->group_count, x->method, x->path,
                             &x->match);
    if (r == -ENOTSUP)
        return refuse_method(x);
    if (r < 0)
        return refuse(x, 404, "there is nothing at this address");
    return check_body(x);
}

static int write_piece(struct http_exchange *x, const char *data, size_t length)
{
    if (x->upload_bytes + length > x->upload_limit)
        return -EFBIG;
    while (length > 0) {
        ssize_t n = pwrite(x->upload_fd, data, length,
                           (off_t)(x->upload_offset + x->upload_bytes));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        data += n;
        length -= (size_t)n;
        x->upload_bytes += (uint64_t)n;
    }
    return 0;
}

static enum MHD_Result receive(struct http_exchange *x, const char *data, size_t *length)
{
    if (x->upload_error == 0)
        x->upload_error = x->upload_fd >= 0 ? write_piece(x, data, *length)
                                            : buf_append(&x->body, data, *length);
    /* The library takes no answer in the middle of a body, so what is too much is read
     * on for a while; then the connection ends. */
    if (x->upload_error < 0)
        x->excess_bytes += *length;
    *length = 0;
    return x->excess_bytes > EXCESS_MOST_BYTES ? MHD_NO : MHD_YES;
}

static enum MHD_Result received(struct http_exchange *x)
{
    if (x->upload_error == -EFBIG)
        return refuse(x, 413, "the body is larger than this address takes");
    if (x->upload_error == -ENOSPC || x->upload_error == -EDQUOT)
        return refuse(x, 507, "there is no room left to store the body");
    if (x->upload_error < 0)
        return refuse(x, 500, "the body could not be stored");
    return submit(x);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *data, size_t *length,
                                  void **exchange)
{
    (void)version;
    struct http_exchange *x = *exchange;
    if (!x) {
        x = *exchange = exchange_create(context, connection);
        return x ? begin(x, url, method) : MHD_NO;
    }
    switch (x->phase) {
    case HTTP_PHASE_ACCEPTED:
        x->phase = HTTP_PHASE_RECEIVING;
        return MHD_YES;
    case HTTP_PHASE_RECEIVING:
        return *length > 0 ? receive(x, data, length) : received(x);
    case HTTP_PHASE_READY:
        return queue_response(x);
    case HTTP_PHASE_WORKING:
        break;
    }
    return MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection,
                         void **exchange, enum MHD_RequestTerminationCode code)
{
    (void)code;
    struct http_server *s = context;
    struct http_exchange *x = *exchange;
    *exchange = NULL;
    /* The next request on this connection, if it comes, must come whole in time. Until it
     * begins the library's own idle limit holds, which is the shorter one. */
    http_connection_owes(connection, s,
                         (int64_t)s->options.idle_s * 1000000 +
                             (int64_t)s->options.request_ms * 1000);
    if (x)
        exchange_destroy(x);
}

/* The library's complaints are about clients; they show as statuses in the counts. */
static void on_log(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments;
}

static void fill_defaults(struct http_server_options *o)
{
    if (!o->workers)
        o->workers = 4;
    if (o->workers > 64)
        o->workers = 64;
    if (!o->connections)
        o->connections = 20000;
    if (!o->idle_s)
        o->idle_s = 30;
    if (!o->request_ms)
        o->request_ms = 20000;
    if (!o->bytes_per_s)
        o->bytes_per_s = 256;
    if (!o->drain_ms)
        o->drain_ms = 1000;
}

static int start_daemon(struct http_server *s, int fd)
{
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
        NULL, NULL, on_request, s,                                     //
        MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,                      //
        MHD_OPTION_LISTEN_SOCKET, fd,                                  //
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)EVENT_THREADS,          //
        MHD_OPTION_CONNECTION_LIMIT, s->options.connections,           //
        MHD_OPTION_CONNECTION_TIMEOUT, s->options.idle_s,              //
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, //
        MHD_OPTION_STRICT_FOR_CLIENT, 1,                               //
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,                  //
        MHD_OPTION_NOTIFY_CONNECTION, http_connection_notify, s,       //
        MHD_OPTION_END);
    return s->daemon ? 0 : -EIO;
}

static int init_locks(struct http_server *s)
{
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0)
        return -ENOMEM;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->work, &monotonic);
    pthread_cond_init(&s->drained, &monotonic);
    pthread_cond_init(&s->tick, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->connections_lock, NULL);
    return 0;
}

static int start(struct http_server *s, struct diag *diag)
{
    int fd = -1;
    int r = http_listen(s->options.listen, &fd, s->address, sizeof(s->address), diag);
    if (r < 0)
        return r;
    r = http_workers_start(s);
    if (r == 0)
        r = start_daemon(s, fd);
    if (!s->daemon)
        close(fd);
    return r < 0 ? diag_set(diag, r, "cannot start the server: %s", strerror(-r)) : 0;
}

int http_server_create(const struct http_server_options *options,
                       const struct http_service *service, struct http_server **ret,
                       struct diag *diag)
{
    struct http_server *s = calloc(1, sizeof(*s));
    if (!s || init_locks(s) < 0) {
        free(s);
        return diag_set(diag, -ENOMEM, "out of memory");
    }
    s->options = *options;
    s->service = service;
    fill_defaults(&s->options);
    for (size_t g = 0; g < service->group_count; g++)
        s->route_count += service->groups[g]->count;
    s->counts = calloc(s->route_count + 1, sizeof(*s->counts));
    int r = s->counts ? start(s, diag) : diag_set(diag, -ENOMEM, "out of memory");
    if (r < 0) {
        http_server_destroy(s);
        return r;
    }
    *ret = s;
    return 0;
}

void http_server_destroy(struct http_server *s)
{
    if (!s)
        return;
    if (s->daemon) {
        MHD_socket fd = MHD_quiesce_daemon(s->daemon);
        if (fd >= 0)
            close(fd);
    }
    http_workers_drain(s);
    http_workers_join(s);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    pthread_cond_destroy(&s->work);
    pthread_cond_destroy(&s->drained);
    pthread_cond_destroy(&s->tick);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->connections_lock);
    free(s->counts);
    free(s);
}

const char *http_server_address(const struct http_server *s)
{
    return s->address;
}

void http_server_counts(struct http_server *s, struct http_counts *ret)
{
    struct http_counts counts = {0};
    pthread_mutex_lock(&s->lock);
    counts.parked = s->parked;
    counts.queued = s->queued;
    pthread_mutex_unlock(&s->lock);
    pthread_mutex_lock(&s->connections_lock);
    counts.connections = s->connection_count;
    pthread_mutex_unlock(&s->connections_lock);
    *ret = counts;
}
