#include "tests/support/test.h"

#include "tests/support/office.h"

#include <stdio.h>

static void test_server__guards_by_role(void **state)
{
    struct office *f = *state;
    office_expect(
        f,
        office_post(
            f, "/api/v1/users", f->admin,
            "{\"name\": \"lan\", \"roles\": [{\"permission\": \"viewer\", \"area\": "
            "\"hue\"}]}"),
        201);
    office_expect(
        f,
        office_post(f, "/api/v1/users", f->admin, "{\"name\": \"lan\", \"roles\": []}"),
        409);
    office_expect(f, office_post(f, "/api/v1/users/lan/tokens", f->admin, ""), 201);
    json_t *value = office_parsed(f);
    const char *token = json_string_value(json_object_get(value, "token"));
    office_expect(f, office_get(f, "/api/v1/me", token), 200);
    office_expect_holds(f, "viewer");
    office_expect(f, office_post(f, "/api/v1/documents", token, "{}"), 403);
    office_expect(f, office_get(f, "/api/v1/users", token), 403);
    office_expect(
        f, office_perform(f, &f->answer, "DELETE", "/api/v1/users/lan", f->admin, NULL),
        204);
    office_expect(f, office_get(f, "/api/v1/me", token), 401);
    json_decref(value);
}

/* ---- every row of the table, asked from inside and from outside A Luoi ---- */

/* What the walk asks about; all of it is A Luoi's. */
struct things {
    char release[65], asset[65], number[32];
    char *campaign, *placement;
};

static void copy_member(struct office *f, const char *name, char ret[65])
{
    json_t *value = office_parsed(f);
    snprintf(ret, 65, "%s", json_string_value(json_object_get(value, name)));
    json_decref(value);
}

static void furnish(struct office *f, struct things *t)
{
    office_bring_all(f);
    office_bring_placement(f, 1, true);
    char *token = office_enrol(f, UNIT_1, 200);
    snprintf(t->number, sizeof(t->number), "%lld",
             (long long)office_await_manifest(f, token, 0));
    free(token);
    t->campaign = office_campaign_of(f, "a-luoi", "first", 1, NULL, 0);
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, t->campaign), 201);
    copy_member(f, "id", t->release);
    office_expect(f,
                  office_post(f, "/api/v1/assets", f->admin,
                              "{\"name\": \"a\", \"bytes\": 9, \"area\": \"a-luoi\"}"),
                  201);
    copy_member(f, "id", t->asset);
    office_expect(f,
                  office_perform(f, &f->answer, "PUT", "/api/v1/sites/ubnd", f->admin,
                                 "{\"name\": \"UBND\", \"area\": \"a-luoi\"}"),
                  200);
    t->placement = office_sealed(f, DOCUMENT_PLACEMENT,
                                 "{\"type\": \"placement\", \"area\": \"a-luoi\", "
                                 "\"version\": 1, " PERIOD ", \"units\": []}",
                                 SIGNED_BY(AN));
}

static const char *identifier(const struct http_route *route, const struct things *t)
{
    switch (route->scope) {
    case SCOPE_UNIT:
        return "kiosk-1";
    case SCOPE_RELEASE:
        return t->release;
    case SCOPE_ASSET:
        return t->asset;
    case SCOPE_SITE:
        return "ubnd";
    case SCOPE_PERSON:
        return "lan";
    default:
        return t->number;
    }
}

/* A body that is right in form, so that only the area can be wrong with it. */
static const char *body_of(const struct http_route *route, const struct things *t)
{
    const struct {
        const char *path, *body;
    } bodies[] = {
        {"/api/v1/documents", t->placement},
        {"/api/v1/releases", t->campaign},
        {"/api/v1/assets", "{\"name\": \"b\", \"bytes\": 9, \"area\": \"a-luoi\"}"},
        {"/api/v1/sites/{id}", "{\"name\": \"UBND\", \"area\": \"a-luoi\"}"},
        {"/api/v1/users", "{\"name\": \"minh\", \"roles\": [{\"permission\": "
                          "\"viewer\", \"area\": \"a-luoi\"}]}"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++)
        if (route->body != HTTP_BODY_NONE && strcmp(bodies[i].path, route->path) == 0)
            return bodies[i].body;
    if (route->scope == SCOPE_HANDLER && route->method != HTTP_GET)
        fail_msg("%s: the walk knows no body for this row", route->path);
    return route->body == HTTP_BODY_NONE ? NULL : "";
}

static long ask(struct office *f, const struct http_route *route, const struct things *t,
                const char *token)
{
    char path[256];
    const char *open = strchr(route->path, '{');
    if (open)
        snprintf(path, sizeof(path), "%.*s%s%s", (int)(open - route->path), route->path,
                 identifier(route, t), strchr(open, '}') + 1);
    else
        snprintf(path, sizeof(path), "%s", route->path);
    return office_perform(f, &f->answer, http_method_name(route->method), path, token,
                          body_of(route, t));
}

/* Rows that are no area's: named here on purpose. */
static void check_any(const struct http_route *route)
{
    static const char *const open[] = {"/api/v1/me", "/api/v1/areas", "/api/v1/documents",
                                       "/api/v1/documents/roots", "/api/v1/enrolments"};
    for (size_t i = 0; i < ARRAY_LENGTH(open); i++)
        if (strcmp(route->path, open[i]) == 0)
            return;
    fail_msg("%s: any role may; is that meant?", route->path);
}

static void check_list(struct office *f, const struct http_route *route,
                       const struct things *t, const char *inside, const char *outside)
{
    office_expect(f, ask(f, route, t, outside), 200);
    if (strstr(f->answer.text, "a-luoi"))
        fail_msg("%s shows another area's: %s", route->path, f->answer.text);
    office_expect(f, ask(f, route, t, inside), 200);
    office_expect_holds(f, "a-luoi");
}

static void check_row(struct office *f, const struct http_route *route,
                      const struct things *t, const char *inside, const char *outside)
{
    if (route->scope == SCOPE_NONE || route->scope >= SCOPE_COUNT)
        fail_msg("%s %s: which areas does it touch?", http_method_name(route->method),
                 route->path);
    if (route->permission < PERMISSION_VIEWER)
        return;
    if (route->scope == SCOPE_ANY) {
        check_any(route);
    } else if (route->scope == SCOPE_HANDLER && route->method == HTTP_GET) {
        check_list(f, route, t, inside, outside);
    } else {
        office_expect(f, ask(f, route, t, outside), 403);
        long status = ask(f, route, t, inside);
        if ((status == 403) != (route->scope == SCOPE_WHOLE))
            fail_msg("%s from inside: %ld %s", route->path, status, f->answer.text);
    }
}

static void test_access_allows__holds_in_every_row(void **state)
{
    struct office *f = *state;
    struct things t;
    char inside[ROUTES_TOKEN_SIZE], outside[ROUTES_TOKEN_SIZE], other[ROUTES_TOKEN_SIZE];
    size_t count;
    furnish(f, &t);
    office_user(f, "trong", "administrator", "a-luoi", inside);
    office_user(f, "ngoai", "administrator", "phong-dien", outside);
    office_user(f, "lan", "viewer", "a-luoi", other);
    const struct http_route_group *const *groups = routes_all(&count);
    for (size_t g = 0; g < count; g++)
        for (size_t i = 0; i < groups[g]->count; i++)
            check_row(f, &groups[g]->routes[i], &t, inside, outside);
    free(t.campaign);
    free(t.placement);
}

/* The level that a row needs is needed in the very area: an author elsewhere who may only
 * look here does not write here. */
static void test_access_allows__adds_no_roles_together(void **state)
{
    struct office *f = *state;
    office_bring_all(f);
    office_expect(f,
                  office_post(f, "/api/v1/users", f->admin,
                              "{\"name\": \"hai\", \"roles\": [{\"permission\": "
                              "\"author\", \"area\": \"phong-dien\"}, {\"permission\": "
                              "\"viewer\", \"area\": \"a-luoi\"}]}"),
                  201);
    office_expect(f, office_post(f, "/api/v1/users/hai/tokens", f->admin, ""), 201);
    char token[65];
    copy_member(f, "token", token);
    char *release = office_campaign_of(f, "a-luoi", "first", 1, NULL, 0);
    office_expect(f, office_post(f, "/api/v1/releases", token, release), 403);
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, release), 201);
    office_expect(f, office_get(f, "/api/v1/releases", token), 200);
    office_expect_holds(f, "\"area\":\"a-luoi\"");
    free(release);
}

/* Whoever holds the top of the tree holds the whole of it. */
static void test_access_allows__knows_the_top(void **state)
{
    struct office *f = *state;
    char token[ROUTES_TOKEN_SIZE];
    office_user(f, "tinh", "administrator", "hue", token);
    office_expect(f, office_post(f, "/api/v1/backups", token, ""), 403);
    office_bring_all(f);
    office_expect(f, office_post(f, "/api/v1/backups", token, ""), 201);
}

/* Every write of staff is recorded before it happens, reading is not. */
static void test_routes_authorise__records_who_writes(void **state)
{
    struct office *f = *state;
    char token[ROUTES_TOKEN_SIZE];
    office_user(f, "lan", "viewer", "hue", token);
    office_expect(f, office_get(f, "/api/v1/me", token), 200);
    office_expect(f, office_post(f, "/api/v1/users", token, "{}"), 403);
    office_expect(f, office_get(f, "/api/v1/audit?limit=9", f->admin), 200);
    json_t *value = office_parsed(f);
    assert_int_equal(json_array_size(json_object_get(value, "lines")), 2);
    json_decref(value);
    office_expect_holds(f, "\"person\":\"admin\"");
    office_expect_holds(f, "\"what\":\"POST /api/v1/users/{name}/tokens\"");
    office_expect_holds(f, "\"subject\":\"lan\"");
    assert_null(strstr(f->answer.text, token));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_server__guards_by_role),
        OFFICE_TEST(test_access_allows__holds_in_every_row),
        OFFICE_TEST(test_access_allows__adds_no_roles_together),
        OFFICE_TEST(test_access_allows__knows_the_top),
        OFFICE_TEST(test_routes_authorise__records_who_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
