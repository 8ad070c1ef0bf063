#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A route is one line of a const table: what is asked, who may ask, how much may be sent,
 * who answers. The tables live with their handlers; this module only matches. */

struct http_exchange;

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };

enum http_body {
    HTTP_BODY_NONE,   /* a body is refused with 413 */
    HTTP_BODY_MEMORY, /* collected, then the handler runs */
    HTTP_BODY_FILE,   /* `accept` opens a file, the body is written to it */
};

/* Runs on a worker, never on an event thread, so it may block on the database or a disk.
 * 0 when it answered or parked; a negative errno becomes a plain 500 (503 for -ENOMEM,
 * -EAGAIN, -EBUSY, -ENOTCONN) whose cause goes to the service's `failed`, never to the
 * client. */
typedef int http_handler(struct http_exchange *x);

struct http_route {
    enum http_method method;
    const char *path;     /* "/objects/{sha256}": {name} is one segment */
    unsigned permission;  /* these two mean something to the service's `authorise` only */
    unsigned scope;       /* */
    enum http_body body;  /* */
    uint64_t body_limit;  /* bytes */
    http_handler *handle; /* after the whole body has arrived */
    http_handler *accept; /* HTTP_BODY_FILE: before the body, calls http_accept_file */
    const char *doc;      /* one line for the documentation */
};

/* A table in a file of its own. */
struct http_route_group {
    const struct http_route *routes;
    size_t count;
};

#define HTTP_PATH_MAX 512
#define HTTP_PARAMS_MAX 4
struct http_match {
    const struct http_route *route;
    size_t number; /* of the route, counted through all groups */
    struct {
        const char *name; /* in the pattern, not terminated: name_length */
        size_t name_length;
        const char *value; /* in `path` */
    } params[HTTP_PARAMS_MAX];
    unsigned param_count;
    unsigned allowed; /* with -ENOTSUP: bit (1 << method) of each method that exists */
};

/* Finds the route for `path`. It cuts `path` at the ends of parameters, so it is used up.
 * HEAD finds the GET route. -ENOENT: no such path; -ENOTSUP: not with that method. */
MUST_CHECK int http_route_match(const struct http_route_group *const *groups,
                                size_t group_count, enum http_method method, char *path,
                                struct http_match *ret);

/* "GET"; and back, -ENOTSUP for others. */
const char *http_method_name(enum http_method method);
MUST_CHECK int http_method_parse(const char *name, enum http_method *ret);
