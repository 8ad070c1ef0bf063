/* People and their tokens. A token is shown once, when it is made. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/model/key.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"

#include <errno.h>

enum {
    AUDIT_MOST = 1000,
    TOKEN_DAYS = 365,
    TOKEN_DAYS_MOST = 3650,
    PERSON_BODY_BYTES = 16384,
    ROLES_MOST = PERSON_ROLES_MAX
};

static const char *const permissions[] = {"viewer", "author", "approver", "administrator",
                                          NULL};

static json_t *roles_json(const struct person *person)
{
    json_t *array = json_array();
    for (size_t i = 0; i < person->grant_count; i++) {
        const struct grant *g = &person->grants[i];
        json_array_append_new(array,
                              json_pack("{s:s,s:s*}", "permission",
                                        permission_name(permission_of_role(g->role)),
                                        "area", g->area[0] ? g->area : NULL));
    }
    return array;
}

/* The asker answers for every area in which these roles hold. */
static bool allows_roles(struct http_exchange *x, const json_t *roles)
{
    for (size_t i = 0; i < json_array_size(roles); i++) {
        const char *area =
            json_string_value(json_object_get(json_array_get(roles, i), "area"));
        if (!access_allows(x, area ? area : ""))
            return false;
    }
    return true;
}

static int get_me(struct http_exchange *x)
{
    const struct principal *p = http_request_principal(x);
    return http_respond_json(
        x, 200,
        json_pack("{s:s,s:s,s:o}", "name", p->person.name, "permission",
                  permission_name(permission_of_role(p->person.role)), "roles",
                  roles_json(&p->person)));
}

static int get_users(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = NULL;
    int r = depot_persons(c->depot, &array);
    for (size_t i = json_array_size(array); r == 0 && i-- > 0;)
        if (!allows_roles(x, json_object_get(json_array_get(array, i), "roles")))
            json_array_remove(array, i);
    return r < 0 ? r : http_respond_json(x, 200, json_pack("{s:o}", "users", array));
}

static int check_roles(struct json_reader *r, const json_t *roles)
{
    for (size_t i = 0; i < json_array_size(roles); i++) {
        struct json_reader role;
        json_reader_element(&role, r, "roles", i, json_array_get(roles, i));
        (void)json_read_choice(&role, "permission", permissions);
        if (json_reader_has(&role, "area"))
            (void)json_read_identifier(&role, "area");
        int error = json_reader_finish(&role);
        if (error < 0)
            return error;
    }
    return 0;
}

static int add_user(struct http_exchange *x, const json_t *body)
{
    struct routes_context *c = http_request_context(x);
    struct json_reader r;
    struct diag diag = {""};
    json_reader_init(&r, body, "user", &diag);
    const char *name = json_read_identifier(&r, "name");
    const json_t *roles = json_read_array(&r, "roles", ROLES_MOST);
    int error = json_reader_finish(&r);
    if (error == 0)
        error = check_roles(&r, roles);
    if (error < 0)
        return http_respond_diag(x, error, &diag);
    if (!allows_roles(x, roles))
        return access_refuse(x);
    error = depot_person_add(c->depot, name, roles, clock_wall_ms(c->clock));
    if (error == -EEXIST)
        return http_respond_problem(x, 409, "there is somebody with this name");
    return error < 0 ? error
                     : http_respond_json(x, 201, json_pack("{s:s}", "name", name));
}

static int post_user(struct http_exchange *x)
{
    json_t *body = NULL;
    if (http_request_json(x, &body) < 0)
        return 0;
    int r = add_user(x, body);
    json_decref(body);
    return r;
}

static int post_token(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    char token[ROUTES_TOKEN_SIZE];
    struct sha256 hash;
    int64_t days, now_ms = clock_wall_ms(c->clock);
    if (http_request_query_int(x, "days", 1, TOKEN_DAYS_MOST, TOKEN_DAYS, &days) < 0)
        return 0;
    int r = routes_token_create(token, &hash);
    if (r == 0)
        r = depot_person_token_add(c->depot, http_request_param(x, "name"), &hash, now_ms,
                                   now_ms + days * MS_PER_DAY);
    if (r == -ENOENT)
        r = http_respond_problem(x, 404, "there is nobody with this name");
    else if (r == 0)
        r = http_respond_json(x, 201, json_pack("{s:s}", "token", token));
    key_wipe(token, sizeof(token));
    return r;
}

static int get_tokens(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = NULL;
    int r = depot_person_tokens(c->depot, http_request_param(x, "name"), &array);
    return r < 0 ? r : http_respond_json(x, 200, json_pack("{s:o}", "tokens", array));
}

static int delete_token(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    int r = depot_person_token_revoke(c->depot, http_request_param(x, "name"),
                                      http_request_param(x, "token"));
    if (r == -ENOENT)
        return http_respond_problem(x, 404, "there is no such token");
    return r < 0 ? r : http_respond_empty(x, 204);
}

static int delete_user(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    int r = depot_person_disable(c->depot, http_request_param(x, "name"));
    if (r == -ENOENT)
        return http_respond_problem(x, 404, "there is nobody with this name");
    return r < 0 ? r : http_respond_empty(x, 204);
}

static int get_audit(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = NULL;
    int64_t after, limit;
    if (http_request_query_int(x, "after", 0, INT64_MAX, 0, &after) < 0 ||
        http_request_query_int(x, "limit", 1, AUDIT_MOST, AUDIT_MOST, &limit) < 0)
        return 0;
    int r = depot_audit(c->depot, after, (unsigned)limit, &array);
    return r < 0 ? r : http_respond_json(x, 200, json_pack("{s:o}", "lines", array));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/api/v1/audit", PERMISSION_ADMINISTRATOR, SCOPE_WHOLE, HTTP_BODY_NONE, 0,
     get_audit, NULL, "who wrote what; ?after= ?limit="},
    {HTTP_GET, "/api/v1/me", PERMISSION_VIEWER, SCOPE_ANY, HTTP_BODY_NONE, 0, get_me,
     NULL, "whose token this is"},
    {HTTP_GET, "/api/v1/users", PERMISSION_ADMINISTRATOR, SCOPE_HANDLER, HTTP_BODY_NONE,
     0, get_users, NULL, "everybody and their roles"},
    {HTTP_POST, "/api/v1/users", PERMISSION_ADMINISTRATOR, SCOPE_HANDLER,
     HTTP_BODY_MEMORY, PERSON_BODY_BYTES, post_user, NULL, "add somebody"},
    {HTTP_POST, "/api/v1/users/{name}/tokens", PERMISSION_ADMINISTRATOR, SCOPE_PERSON,
     HTTP_BODY_MEMORY, PERSON_BODY_BYTES, post_token, NULL,
     "a new token, shown once; ?days="},
    {HTTP_GET, "/api/v1/users/{name}/tokens", PERMISSION_ADMINISTRATOR, SCOPE_PERSON,
     HTTP_BODY_NONE, 0, get_tokens, NULL, "their tokens, by the beginning of the hash"},
    {HTTP_DELETE, "/api/v1/users/{name}/tokens/{token}", PERMISSION_ADMINISTRATOR,
     SCOPE_PERSON, HTTP_BODY_NONE, 0, delete_token, NULL, "end one token"},
    {HTTP_DELETE, "/api/v1/users/{name}", PERMISSION_ADMINISTRATOR, SCOPE_PERSON,
     HTTP_BODY_NONE, 0, delete_user, NULL, "disable somebody and every token"},
};
const struct http_route_group routes_people = {routes, ARRAY_LENGTH(routes)};
