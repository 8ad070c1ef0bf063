/* Matching a path against the tables: forty lines of text, compared one after another,
 * cost less than reading the request did. */
#include "content/http/route.h"

#include <errno.h>
#include <string.h>

static const char *const method_names[] = {
    [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",   [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
};

const char *http_method_name(enum http_method method)
{
    return method_names[method];
}

int http_method_parse(const char *name, enum http_method *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(method_names); i++)
        if (strcmp(name, method_names[i]) == 0) {
            *ret = (enum http_method)i;
            return 0;
        }
    return -ENOTSUP;
}

/* Does `path` fit `pattern`? Notes where parameters lie, does not cut yet. */
static bool path_fits(const char *pattern, const char *path, struct http_match *m)
{
    m->param_count = 0;
    while (*pattern && *path) {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        const char *end = strchr(pattern, '}');
        size_t length = strcspn(path, "/");
        if (!end || length == 0 || m->param_count == HTTP_PARAMS_MAX)
            return false;
        m->params[m->param_count].name = pattern + 1;
        m->params[m->param_count].name_length = (size_t)(end - pattern - 1);
        m->params[m->param_count++].value = path;
        pattern = end + 1;
        path += length;
    }
    return !*pattern && !*path;
}

static void cut_params(char *path, struct http_match *m)
{
    for (unsigned i = 0; i < m->param_count; i++) {
        char *value = path + (m->params[i].value - path);
        value[strcspn(value, "/")] = '\0';
    }
}

int http_route_match(const struct http_route_group *const *groups, size_t group_count,
                     enum http_method method, char *path, struct http_match *ret)
{
    enum http_method wanted = method == HTTP_HEAD ? HTTP_GET : method;
    struct http_match m = {0};
    unsigned allowed = 0;
    size_t number = 0;
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g]->count; i++, number++) {
            const struct http_route *route = &groups[g]->routes[i];
            if (!path_fits(route->path, path, &m))
                continue;
            allowed |= 1U << route->method;
            if (route->method != wanted)
                continue;
            m.route = route;
            m.number = number;
            cut_params(path, &m);
            *ret = m;
            return 0;
        }
    ret->allowed = allowed;
    return allowed ? -ENOTSUP : -ENOENT;
}
