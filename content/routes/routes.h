#pragma once
#include "base/sha256.h"
#include "content/http/exchange.h"
#include "content/http/server.h"

#include <pthread.h>
#include <string.h>

/* The whole API: one file per group of routes, one line per group in groups.def. */

struct clock;
struct depot;
struct object_folder;
struct registry;

/* Who may. What a role means grows later; a route names the least it needs. Each staff
 * role holds what is above it. */
enum permission {
    PERMISSION_NONE,          /* open */
    PERMISSION_UNIT,          /* a unit's token */
    PERMISSION_VIEWER,        /* staff */
    PERMISSION_AUTHOR,        /* writes, uploads */
    PERMISSION_APPROVER,      /* brings signed things in */
    PERMISSION_ADMINISTRATOR, /* people, sites, backups */
};

/* Who asks; http_request_principal. */
struct principal {
    char unit[65];   /* PERMISSION_UNIT */
    char person[65]; /* staff */
    enum permission permission;
};

/* What handlers work with; made by the program, outlives the HTTP server. */
struct routes_context {
    struct object_folder *objects;
    struct registry *registry;
    struct depot *depot;
    const struct clock *clock;
    void *program;
    void (*changed)(void *program); /* something was accepted: manifests are due */
    void (*queued)(void *program);  /* an upload is complete: ingest is due */
    int (*backup)(void *program, char ret_name[128], int64_t *ret_bytes);
    char folder[3072]; /* the data folder: uploads */
    uint64_t upload_most_bytes;
    pthread_mutex_t releases_lock; /* a release gathers signatures one at a time */
};

#define GROUP(name) extern const struct http_route_group routes_##name;
#include "content/routes/groups.def"
#undef GROUP

/* Every group, for http_service. Static storage. */
const struct http_route_group *const *routes_all(size_t *ret_count);
const char *permission_name(enum permission permission);

/* For http_service. */
int routes_authorise(struct http_exchange *x);

#define ROUTES_TOKEN_SIZE 65
/* A new token and the hash to keep. */
MUST_CHECK int routes_token_create(char ret[ROUTES_TOKEN_SIZE], struct sha256 *ret_hash);
