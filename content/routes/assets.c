/* Uploads: created with their size, sent in pieces that may be resumed, then checked and
 * converted by a job. The file's own length is the offset, so it cannot be wrong. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "content/routes/answers.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIST_MOST = 500, CREATE_BODY_BYTES = 4096 };
#define UPLOAD_BODY_MOST (UINT64_C(1) << 40)

static void path_of(const struct routes_context *c, const char *id, char ret[PATH_MAX])
{
    snprintf(ret, PATH_MAX, "%s/uploads/%s", c->folder, id);
}

static int64_t offset_of(const struct routes_context *c, const char *id)
{
    char path[PATH_MAX];
    struct stat st;
    path_of(c, id, path);
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static json_t *to_json(const struct routes_context *c, const struct depot_asset *a)
{
    bool uploading = strcmp(a->state, "uploading") == 0;
    json_t *value =
        json_pack("{s:s,s:s,s:s,s:I,s:I,s:s,s:I,s:s,s:o}", "id", a->id, "name", a->name,
                  "area", a->area, "bytes", (json_int_t)a->bytes, "offset",
                  (json_int_t)(uploading ? offset_of(c, a->id) : a->bytes), "state",
                  a->state, "progress_bp", (json_int_t)a->progress_bp, "sentence",
                  a->sentence, "created", answer_time(a->created_ms));
    json_t *result = a->result[0] ? json_loads(a->result, 0, NULL) : NULL;
    if (result)
        json_object_update_new(value, result);
    return value;
}

/* For whom somebody uploads who does not say: the first area in which they may. */
static const char *area_of_asker(struct http_exchange *x)
{
    const struct principal *p = http_request_principal(x);
    for (size_t i = 0; i < p->person.grant_count; i++)
        if (permission_of_role(p->person.grants[i].role) >= PERMISSION_AUTHOR)
            return p->person.grants[i].area;
    return "";
}

static int read_create(struct http_exchange *x, struct depot_asset *ret)
{
    struct routes_context *c = http_request_context(x);
    struct json_reader r;
    struct diag diag = {""};
    json_t *body = NULL;
    if (http_request_json(x, &body) < 0)
        return -EINVAL;
    json_reader_init(&r, body, "asset", &diag);
    const char *name = json_read_text(&r, "name", 255);
    ret->bytes = json_read_int(&r, "bytes", 1, (int64_t)c->upload_most_bytes);
    const char *sha256 = json_read_text_or(&r, "sha256", 64, "");
    const char *area =
        json_reader_has(&r, "area") ? json_read_identifier(&r, "area") : area_of_asker(x);
    int error = json_reader_finish(&r);
    if (error == 0) {
        text_copy(ret->name, sizeof(ret->name), name);
        text_copy(ret->sha256, sizeof(ret->sha256), sha256);
        text_copy(ret->area, sizeof(ret->area), area);
    }
    json_decref(body);
    if (error < 0)
        http_respond_diag(x, error, &diag);
    return error;
}

static int post_asset(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_asset asset = {.created_ms = clock_wall_ms(c->clock)};
    uint8_t random[16];
    char path[PATH_MAX];
    if (read_create(x, &asset) < 0)
        return 0;
    if (!access_allows(x, asset.area))
        return access_refuse(x);
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return -EIO;
    text_from_hex_bytes(random, sizeof(random), asset.id);
    snprintf(path, sizeof(path), "%s/uploads", c->folder);
    int r = file_make_folders(path, 0700);
    if (r == 0)
        r = depot_asset_add(c->depot, &asset);
    if (r < 0)
        return r;
    return http_respond_json(
        x, 201,
        json_pack("{s:s,s:s,s:i}", "id", asset.id, "state", "uploading", "offset", 0));
}

static int find(struct http_exchange *x, struct depot_asset *ret)
{
    struct routes_context *c = http_request_context(x);
    int r = depot_asset_get(c->depot, http_request_param(x, "id"), ret);
    if (r == -ENOENT)
        http_respond_problem(x, 404, "there is no such upload");
    return r;
}

static int answer_elsewhere(struct http_exchange *x, int64_t offset)
{
    return http_respond_json(x, 409,
                             json_pack("{s:s,s:i,s:s,s:I}", "title", "Conflict", "status",
                                       409, "detail", "the upload goes on elsewhere",
                                       "offset", (json_int_t)offset));
}

static int accept_content(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_asset asset;
    struct stat st;
    char path[PATH_MAX];
    int64_t offset;
    if (http_request_query_int(x, "offset", 0, INT64_MAX, 0, &offset) < 0)
        return 0;
    int r = find(x, &asset);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    if (strcmp(asset.state, "uploading") != 0)
        return http_respond_problem(x, 409, "this upload is complete");
    path_of(c, asset.id, path);
    CLEANUP(file_closep) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) /* until the exchange ends */
        return http_respond_problem(x, 409, "somebody is sending this upload already");
    if (fstat(fd, &st) < 0)
        return -errno;
    if (st.st_size != offset)
        return answer_elsewhere(x, st.st_size);
    return http_accept_file(x, &fd, (uint64_t)offset, (uint64_t)(asset.bytes - offset));
}

static int put_content(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_asset asset;
    char path[PATH_MAX];
    int r = find(x, &asset);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    path_of(c, asset.id, path);
    if (offset_of(c, asset.id) == asset.bytes) {
        CLEANUP(file_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fsync(fd) < 0)
            return -errno;
        r = file_sync_folder_of(path);
        if (r < 0)
            return r;
        text_copy(asset.state, sizeof(asset.state), "queued");
        r = depot_asset_set(c->depot, asset.id, "queued", 0, "", "");
        if (r == 0)
            c->queued(c->program);
    }
    return r < 0 ? r : http_respond_json(x, 200, to_json(c, &asset));
}

static int get_asset(struct http_exchange *x)
{
    struct depot_asset asset;
    int r = find(x, &asset);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    return http_respond_json(x, 200, to_json(http_request_context(x), &asset));
}

/* The media stay as long as a release names them. */
static int delete_asset(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_asset asset;
    char path[PATH_MAX];
    int r = find(x, &asset);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    if (strcmp(asset.state, "working") == 0)
        return http_respond_problem(x, 409, "this upload is being converted just now");
    path_of(c, asset.id, path);
    r = depot_asset_delete(c->depot, asset.id);
    if (r < 0 && r != -ENOENT)
        return r;
    unlink(path);
    return http_respond_empty(x, 204);
}

struct listing {
    struct http_exchange *x;
    json_t *array;
};

static int add(void *context, const struct depot_asset *asset)
{
    struct listing *l = context;
    if (access_allows(l->x, asset->area))
        json_array_append_new(l->array, to_json(http_request_context(l->x), asset));
    return json_array_size(l->array) == LIST_MOST;
}

static int get_assets(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct listing l = {x, json_array()};
    int r = depot_assets_visit(c->depot, INT32_MAX, add, &l);
    if (r < 0) {
        json_decref(l.array);
        return r;
    }
    return http_respond_json(x, 200, json_pack("{s:o}", "assets", l.array));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/api/v1/assets", PERMISSION_VIEWER, SCOPE_HANDLER, HTTP_BODY_NONE, 0,
     get_assets, NULL, "uploads and media, newest first"},
    {HTTP_POST, "/api/v1/assets", PERMISSION_AUTHOR, SCOPE_HANDLER, HTTP_BODY_MEMORY,
     CREATE_BODY_BYTES, post_asset, NULL, "begin an upload of so many bytes"},
    {HTTP_GET, "/api/v1/assets/{id}", PERMISSION_VIEWER, SCOPE_ASSET, HTTP_BODY_NONE, 0,
     get_asset, NULL, "how far it is, or why it was refused"},
    {HTTP_PUT, "/api/v1/assets/{id}/content", PERMISSION_AUTHOR, SCOPE_ASSET,
     HTTP_BODY_FILE, UPLOAD_BODY_MOST, put_content, accept_content,
     "send bytes from ?offset= on"},
    {HTTP_DELETE, "/api/v1/assets/{id}", PERMISSION_AUTHOR, SCOPE_ASSET, HTTP_BODY_NONE,
     0, delete_asset, NULL, "forget an upload; media stay while a release names them"},
};
const struct http_route_group routes_assets = {routes, ARRAY_LENGTH(routes)};
