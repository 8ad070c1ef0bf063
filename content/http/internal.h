#pragma once
#include "base/buf.h"
#include "content/http/exchange.h"
#include "content/http/server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

/* Shared by the files of content/http only. */

/* Where an exchange is. The event thread owns it in every phase but WORKING, in which the
 * connection is suspended and a worker, the queue or the parking lot owns it. */
enum http_phase {
    HTTP_PHASE_RECEIVING,
    HTTP_PHASE_WORKING,
    HTTP_PHASE_ACCEPTED, /* `accept` went well, the body comes next */
    HTTP_PHASE_READY,    /* `response` is to be queued */
};

struct http_exchange {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct http_exchange *previous, *next; /* in the queue, or in a bucket of the lot */
    enum http_method method;
    enum http_phase phase;
    struct http_match match;
    char *path; /* cut by the match */
    struct buf body;
    int upload_fd;
    int upload_error; /* a negative errno of writing */
    uint64_t upload_offset, upload_bytes, upload_limit;
    uint64_t excess_bytes; /* of a body that is too large: read and thrown away */
    struct MHD_Response *response;
    unsigned status;
    bool authorised, expired;
    char *topic;           /* set by http_park */
    int64_t park_until_us; /* 0: never parked yet */
    uint64_t generation;   /* of wakes, when the handler began */
    void *principal;
    void (*principal_destroy)(void *);
};

/* Per connection, for clients that send too slowly. */
struct http_connection {
    struct http_connection *previous, *next;
    int fd;
    int64_t deadline_us; /* 0: nothing is owed */
};

#define HTTP_STATUSES 28 /* kinds of status that are counted */
struct http_route_count {
    atomic_uint_least64_t by_status[HTTP_STATUSES];
    atomic_uint_least64_t microseconds;
};

#define HTTP_LOT_BUCKETS 4096 /* a power of two */
struct http_server {
    struct http_server_options options;
    const struct http_service *service;
    struct MHD_Daemon *daemon;
    char address[80];
    size_t route_count;
    struct http_route_count *counts; /* route_count + 1: the last for no route */

    pthread_mutex_t lock; /* guards down to the next blank line */
    pthread_cond_t work, drained, tick;
    struct http_exchange *queue_first, *queue_last;
    struct http_exchange *lot[HTTP_LOT_BUCKETS];
    unsigned parked, queued, suspended, exchanges;
    uint64_t generation; /* counts wakes */
    int64_t next_tick_us;
    bool stopping;

    pthread_mutex_t connections_lock; /* guards down to the next blank line */
    struct http_connection *connections;
    unsigned connection_count;

    pthread_t threads[65];
    unsigned thread_count;
};

int64_t http_now_us(void);

/* workers.c */
/* From the event thread: suspend and hand over. -EAGAIN when the server is stopping. */
MUST_CHECK int http_workers_submit(struct http_exchange *x);
MUST_CHECK int http_workers_start(struct http_server *s);
void http_workers_drain(struct http_server *s); /* no exchange is suspended afterwards */
void http_workers_join(struct http_server *s);

/* lot.c: all _locked; the caller holds s->lock */
void http_queue_push_locked(struct http_server *s, struct http_exchange *x);
struct http_exchange *http_queue_pop_locked(struct http_server *s);
void http_lot_park_locked(struct http_server *s, struct http_exchange *x);
/* Moves what is due by `now_us` to the queue, expired. Returns the next deadline, or
 * INT64_MAX. */
int64_t http_lot_expire_locked(struct http_server *s, int64_t now_us);

/* counts.c */
void http_count(struct http_server *s, const struct http_exchange *x, unsigned status,
                int64_t microseconds);

/* connections.c */
void http_connection_notify(void *context, struct MHD_Connection *connection,
                            void **socket_context,
                            enum MHD_ConnectionNotificationCode code);
/* `budget_us` from now until the client must have sent what it owes; 0: nothing owed. */
void http_connection_owes(struct MHD_Connection *connection, struct http_server *s,
                          int64_t budget_us);
/* Ends those that are late. Returns the next deadline, or INT64_MAX. */
int64_t http_connections_expire(struct http_server *s, int64_t now_us);

/* listen.c */
MUST_CHECK int http_listen(const char *where, int *ret_fd, char *ret_address, size_t size,
                           struct diag *diag);
