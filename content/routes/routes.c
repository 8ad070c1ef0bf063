/* The table of tables. */
#include "content/routes/routes.h"

static const struct http_route_group *const groups[] = {
#define GROUP(name) &routes_##name,
#include "content/routes/groups.def"
#undef GROUP
};

const struct http_route_group *const *routes_all(size_t *ret_count)
{
    *ret_count = ARRAY_LENGTH(groups);
    return groups;
}

const char *permission_name(enum permission permission)
{
    static const char *const names[] = {
        [PERMISSION_NONE] = "none",         [PERMISSION_UNIT] = "unit",
        [PERMISSION_VIEWER] = "viewer",     [PERMISSION_AUTHOR] = "author",
        [PERMISSION_APPROVER] = "approver", [PERMISSION_ADMINISTRATOR] = "administrator",
    };
    return names[permission];
}

enum permission permission_of_role(enum role role)
{
    return (enum permission)(PERMISSION_VIEWER + (int)role);
}
