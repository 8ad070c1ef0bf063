#pragma once
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* HTTP and HTTPS as a client, by libcurl. Redirects are refused, certificates are
 * checked, answers are bounded. A `net` belongs to one thread, which calls net_run; all
 * callbacks run inside it. Connections are reused. */

struct net;
struct net_transfer;

struct net_answer {
    int error;          /* 0 for status 2xx, else a negative errno: see net_run */
    long status;        /* 0 when no status arrived */
    struct buf body;    /* with a file: only of answers other than 2xx */
    uint64_t bytes;     /* written to the file, without what was there before */
    char etag[128];     /* "" when there is none */
    char location[256]; /* of a 201 or a refused redirect; "" when there is none */
    struct diag diag;   /* one sentence when error is not 0 */
};

/* A zeroed request is a GET without limits of time. Texts and bytes are copied by
 * net_start, descriptors are borrowed until `done`. */
struct net_request {
    const char *method; /* NULL: GET, or POST with a body */
    const char *url;
    const char *bearer;         /* NULL: none */
    const char *const *headers; /* "Name: value", NULL-terminated; NULL: none */

    const void *body; /* NULL: none */
    size_t body_length;
    const char *body_type; /* NULL: application/json */
    const int *body_file;  /* instead of `body`: this many bytes from this offset */
    uint64_t body_file_offset, body_file_bytes;

    size_t max_bytes;    /* of the answer's body in memory; 0: 1 MiB */
    const int *file;     /* a 2xx body goes to this descriptor instead */
    uint64_t file_max;   /* bytes the whole file may have; more: -EFBIG */
    uint64_t offset;     /* resume from here: Range */
    const char *if_etag; /* with offset: If-Range; NULL: none */

    uint32_t connect_ms;        /* 0: 10,000 */
    uint32_t total_ms;          /* 0: none */
    uint32_t stall_bytes_per_s; /* slower than this ... */
    uint32_t stall_s;           /* ... for so long ends it; 0: none */
    bool bulk;                  /* shares the limit of net_set_limit */

    void *context;
    /* The answer begins at its first byte although `offset` was asked for (the server
     * has another file): forget what was there. May be NULL. */
    void (*restarted)(void *context);
    /* Bytes of a 2xx answer after they were written to the file. May be NULL. */
    void (*received)(void *context, const void *data, size_t length);
    /* Bytes so far and expected (0: unknown) in either direction. May be NULL. */
    void (*progress)(void *context, uint64_t sent, uint64_t to_send, uint64_t received,
                     uint64_t to_receive);
    /* Exactly once, also on cancel (-ECANCELED); the answer is taken down afterwards. */
    void (*done)(void *context, struct net_answer *answer);
};

/* `agent` is the User-Agent, copied. On success *ret is the caller's. */
MUST_CHECK int net_create(const char *agent, struct net **ret);
void net_destroy(struct net *n); /* cancels what runs; accepts NULL */

/* Bytes per second that all `bulk` transfers share; 0: no limit. */
void net_set_limit(struct net *n, uint64_t bytes_per_s);

/* Queue a request. *ret, when asked for, is valid until `done`. -EINVAL, -ENOMEM. */
MUST_CHECK int net_start(struct net *n, const struct net_request *request,
                         struct net_transfer **ret, struct diag *diag);
void net_cancel(struct net_transfer *t); /* calls `done` before it returns */
void net_cancel_all(struct net *n);
unsigned net_running(const struct net *n);

/* Move bytes, call back, and return when `timeout_ms` is over, something was done or
 * net_wake was called. Errors of answers: -ETIMEDOUT, -ECONNREFUSED, -EHOSTUNREACH,
 * -ECONNRESET (closed early), -EPROTO (no HTTP, TLS, redirect, wrong range), -EFBIG,
 * -ENOSPC and others of write, -EACCES (401, 403), -ENOENT (404, 410), -ERANGE (416),
 * -EAGAIN (408, 429, 502, 503, 504), -EREMOTEIO (any other status). */
MUST_CHECK int net_run(struct net *n, int timeout_ms);
void net_wake(struct net *n); /* any thread */

/* One request from start to end, for programs that may wait. `done` and `context` of the
 * request are the helper's. Returns the answer's error; `ret->body` is the caller's
 * (buf_release) in either case. */
MUST_CHECK int net_fetch(const struct net_request *request, const char *agent,
                         struct net_answer *ret);
