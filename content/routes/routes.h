#pragma once
#include "content/http/exchange.h"
#include "content/http/server.h"

#include <string.h>

/* The whole API: one file per group of routes, one line per group in groups.def. */

struct object_folder;
struct clock;

/* Who may. What a role means grows later; a route names the least it needs. Each holds
 * what is above it. */
enum permission {
    PERMISSION_NONE,          /* open */
    PERMISSION_UNIT,          /* a unit's token */
    PERMISSION_VIEWER,        /* staff */
    PERMISSION_AUTHOR,        /* writes, uploads */
    PERMISSION_APPROVER,      /* brings signed things in */
    PERMISSION_ADMINISTRATOR, /* people, sites, backups */
};

/* What handlers work with; made by the program, outlives the server. */
struct routes_context {
    struct object_folder *objects;
    const struct clock *clock;
};

#define GROUP(name) extern const struct http_route_group routes_##name;
#include "content/routes/groups.def"
#undef GROUP

/* Every group, for http_service. Static storage. */
const struct http_route_group *const *routes_all(size_t *ret_count);
const char *permission_name(enum permission permission);
