/* Objects: named by their content, open to all, for ever the same. */
#include "content/store/objects.h"
#include "content/routes/routes.h"

#include <errno.h>
#include <unistd.h>

/* What kind of bytes an object holds is told by its first ones: the name says nothing. */
static const char *media_of(int fd)
{
    static const struct {
        size_t at, length;
        const char *bytes, *media;
    } marks[] = {
        {4, 4, "ftyp", "video/mp4"},
        {0, 3, "\xff\xd8\xff", "image/jpeg"},
        {0, 8, "\x89PNG\r\n\x1a\n", "image/png"},
        {8, 4, "WEBP", "image/webp"},
        {0, 4, "OggS", "audio/ogg"},
        {0, 1, "{", "application/json"},
    };
    char head[16] = "";
    if (pread(fd, head, sizeof(head), 0) < 0)
        return "application/octet-stream";
    for (size_t i = 0; i < ARRAY_LENGTH(marks); i++)
        if (memcmp(head + marks[i].at, marks[i].bytes, marks[i].length) == 0)
            return marks[i].media;
    return "application/octet-stream";
}

static int get_object(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct sha256 name;
    if (sha256_from_hex(http_request_param(x, "sha256"), &name) < 0)
        return http_respond_problem(x, 404, "an object's name is 64 hex digits");
    int fd = -1;
    uint64_t bytes;
    int r = object_folder_get(c->objects, &name, &fd, &bytes);
    if (r == -ENOENT)
        return http_respond_problem(x, 404, "there is no such object here");
    if (r < 0)
        return r;
    return http_respond_object(x, &fd, &name, media_of(fd));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/objects/{sha256}", PERMISSION_NONE, SCOPE_ANY, HTTP_BODY_NONE, 0,
     get_object, NULL, "the object of that name; ranges; never changes"},
};
const struct http_route_group routes_objects = {routes, ARRAY_LENGTH(routes)};
