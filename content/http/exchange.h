#pragma once
#include "base/attr.h"
#include "base/sha256.h"
#include "content/http/route.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One request and its answer, as a handler sees it. Texts of the request live as long as
 * the exchange. A handler calls exactly one of http_respond_* or http_park. */

struct diag;

/* ---- the request ---- */

enum http_method http_request_method(const struct http_exchange *x);
const struct http_route *http_request_route(const struct http_exchange *x);
/* Of the path pattern. Never NULL for a name that the pattern has. */
const char *http_request_param(const struct http_exchange *x, const char *name);
const char *http_request_query(const struct http_exchange *x, const char *name);
/* `fallback` when absent; -EINVAL, with the answer already given (400), when it is no
 * integer in [min, max]. */
MUST_CHECK int http_request_query_int(struct http_exchange *x, const char *name,
                                      int64_t min, int64_t max, int64_t fallback,
                                      int64_t *ret);
const char *http_request_header(const struct http_exchange *x, const char *name);
const char *http_request_bearer(const struct http_exchange *x); /* NULL: no token */
/* The peer's address; the last X-Forwarded-For when the peer is this machine. */
void http_request_remote(const struct http_exchange *x, char ret[64]);
/* HTTP_BODY_MEMORY: NUL-terminated beyond its length, never NULL. */
const char *http_request_body(const struct http_exchange *x, size_t *ret_length);
/* The body as JSON; on error the answer (400, 413) is already given. */
MUST_CHECK int http_request_json(struct http_exchange *x, json_t **ret);
/* HTTP_BODY_FILE: bytes of the body that were written. */
uint64_t http_request_upload_bytes(const struct http_exchange *x);
/* Bytes announced by Content-Length; -1 when not announced. */
int64_t http_request_announced_bytes(const struct http_exchange *x);
/* The wait of http_park is over, or the server stops: answer now, without the database.
 */
bool http_request_expired(const struct http_exchange *x);
/* The service's context. */
void *http_request_context(const struct http_exchange *x);
struct http_server *http_request_server(const struct http_exchange *x);
/* Who asks: set once by `authorise`, freed with the exchange. */
void http_request_set_principal(struct http_exchange *x, void *take,
                                void (*destroy)(void *));
void *http_request_principal(const struct http_exchange *x);

/* ---- the answer ---- */

int http_respond_empty(struct http_exchange *x, unsigned status);
/* Takes `value` (json_decref), also on error. */
int http_respond_json(struct http_exchange *x, unsigned status, json_t *value);
/* Copies. */
int http_respond_bytes(struct http_exchange *x, unsigned status, const char *media,
                       const void *data, size_t length);
/* RFC 9457: one sentence about what is wrong, for a person. Returns 0. */
int http_respond_problem(struct http_exchange *x, unsigned status, const char *format,
                         ...) PRINTF_LIKE(3, 4);
/* 400, or 413 for -EFBIG, with the sentence of `diag`. */
int http_respond_diag(struct http_exchange *x, int error, const struct diag *diag);
/* The whole file, or the range that was asked for (206, 416), or 304. Its name is its
 * content, so caches may keep it for ever. Takes *fd (sets it to -1). */
int http_respond_object(struct http_exchange *x, int *fd, const struct sha256 *name,
                        const char *media);
/* A file that may change: 200, no caching. Takes *fd. */
int http_respond_file(struct http_exchange *x, int *fd, const char *media);
/* Add to the answer; after one of the above. */
int http_respond_header(struct http_exchange *x, const char *name, const char *value);

/* Wait, without a worker, until http_server_wake(topic) or about `wait_ms` have passed
 * (a little less, so that units do not come back all at once; at most a minute), then the
 * handler runs again. A wake that happened since the handler began is not lost. */
int http_park(struct http_exchange *x, const char *topic, int64_t wait_ms);

/* For `accept` of a file body: the body is written to *fd from `offset` on, at most
 * `limit` bytes (more: 413). Takes *fd (sets it to -1); closed with the exchange. */
int http_accept_file(struct http_exchange *x, int *fd, uint64_t offset, uint64_t limit);
