/* Manifests that were issued, and backups. */
#include "content/routes/answers.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"
#include "content/store/objects.h"

#include "base/text.h"
#include "content/model/envelope.h"

#include <errno.h>

enum { LIST_MOST = 200 };

static int get_manifests(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = NULL;
    int r = depot_manifests(c->depot, LIST_MOST, &array);
    return r < 0 ? r : http_respond_json(x, 200, json_pack("{s:o}", "manifests", array));
}

static int get_manifest(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_manifest m;
    CLEANUP(text_free) char *text = NULL;
    size_t length = 0;
    int64_t number = 0;
    int r = text_to_int64(http_request_param(x, "number"), 0, INT64_MAX, &number);
    r = r < 0 ? -ENOENT : depot_manifest_get(c->depot, number, &m);
    if (r == 0)
        r = object_folder_read(c->objects, &m.name, ENVELOPE_BYTES_MAX, &text, &length);
    if (r == -ENOENT)
        return http_respond_problem(x, 404, "there is no such manifest");
    return r < 0 ? r : http_respond_bytes(x, 200, "application/json", text, length);
}

static int post_backup(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    char name[128];
    int64_t bytes = 0;
    int r = c->backup(c->program, name, &bytes);
    if (r == -EEXIST)
        return http_respond_problem(x, 409, "there is a backup of this second already");
    if (r == -EOPNOTSUPP)
        return http_respond_problem(x, 501,
                                    "a PostgreSQL database is backed up with pg_dump, "
                                    "beside a copy of the data folder");
    return r < 0 ? r
                 : http_respond_json(
                       x, 201,
                       json_pack("{s:s,s:I}", "name", name, "bytes", (json_int_t)bytes));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/api/v1/manifests", PERMISSION_VIEWER, SCOPE_WHOLE, HTTP_BODY_NONE, 0,
     get_manifests, NULL, "manifests, newest first"},
    {HTTP_GET, "/api/v1/manifests/{number}", PERMISSION_VIEWER, SCOPE_WHOLE,
     HTTP_BODY_NONE, 0, get_manifest, NULL, "the envelope of one manifest"},
    {HTTP_POST, "/api/v1/backups", PERMISSION_ADMINISTRATOR, SCOPE_WHOLE,
     HTTP_BODY_MEMORY, 1024, post_backup, NULL, "write a backup into the data folder"},
};
const struct http_route_group routes_archive = {routes, ARRAY_LENGTH(routes)};
