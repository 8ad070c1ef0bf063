#pragma once
#include "base/sha256.h"
#include "content/http/exchange.h"
#include "content/http/server.h"
#include "content/routes/enrol_limit.h"
#include "content/store/depot.h"

#include <pthread.h>
#include <string.h>

/* The whole API: one file per group of routes, one line per group in groups.def. */

struct areas;
struct clock;
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

/* Which areas a request touches. A person's role is bound to an area: it holds there and
 * below, nowhere else. A row without a scope is refused to everybody. */
enum scope {
    SCOPE_NONE,
    SCOPE_ANY,     /* no area's: any of the asker's roles will do */
    SCOPE_WHOLE,   /* everybody's: the role must hold for the whole tree */
    SCOPE_UNIT,    /* {id} is a unit: where it stands */
    SCOPE_RELEASE, /* {id}: the area that issues it */
    SCOPE_ASSET,   /* {id}: the area it was uploaded for */
    SCOPE_SITE,    /* {id}: its area, if it exists */
    SCOPE_PERSON,  /* {name}: every area of that person's roles */
    SCOPE_HANDLER, /* a list, or the body says: the handler asks access_allows */
    SCOPE_COUNT,
};

/* Who asks; http_request_principal. */
struct principal {
    char unit[65];        /* PERMISSION_UNIT */
    struct person person; /* staff; its role is the highest of all areas */
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
    _Atomic uint64_t swept_objects, swept_bytes; /* since the start, for metrics */
    _Atomic unsigned
        damaged; /* documents whose file is not what it was, at the last look */
    struct enrol_limit enrol_limit;
    pthread_mutex_t releases_lock; /* a release gathers signatures one at a time */
};

#define GROUP(name) extern const struct http_route_group routes_##name;
#include "content/routes/groups.def"
#undef GROUP

/* Every group, for http_service. Static storage. */
const struct http_route_group *const *routes_all(size_t *ret_count);
const char *permission_name(enum permission permission);
enum permission permission_of_role(enum role role);

/* May the asker do what this route does in `area` ("": in the whole tree)? The one
 * place that knows. access_allows asks the registry; whoever holds its lock has the tree
 * (NULL before there is one). */
bool access_allows(struct http_exchange *x, const char *area);
bool access_allows_in(const struct http_exchange *x, const struct areas *areas,
                      const char *area);
/* 403 with its sentence; 0. */
int access_refuse(struct http_exchange *x);
/* For authorise: the scope of the route against the path. -EACCES with the answer given.
 */
MUST_CHECK int access_judge(struct http_exchange *x);

/* For http_service. */
int routes_authorise(struct http_exchange *x);

#define ROUTES_TOKEN_SIZE 65
/* A new token and the hash to keep. */
MUST_CHECK int routes_token_create(char ret[ROUTES_TOKEN_SIZE], struct sha256 *ret_hash);
