/* Sites: where units stand, for those who drive there. Nothing is decided by them. */
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"

#include <errno.h>

enum { SITE_BODY_BYTES = 4096 };

static int get_sites(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = NULL;
    int r = depot_sites(c->depot, &array);
    for (size_t i = json_array_size(array); r == 0 && i-- > 0;)
        if (!access_allows(
                x, json_string_value(json_object_get(json_array_get(array, i), "area"))))
            json_array_remove(array, i);
    return r < 0 ? r : http_respond_json(x, 200, json_pack("{s:o}", "sites", array));
}

static int read_site(const json_t *body, struct depot_site *ret, struct diag *diag)
{
    struct json_reader r;
    json_reader_init(&r, body, "site", diag);
    const char *name = json_read_text(&r, "name", 255);
    const char *area = json_read_identifier(&r, "area");
    const char *address = json_read_text_or(&r, "address", 511, "");
    const char *contact = json_read_text_or(&r, "contact", 255, "");
    int error = json_reader_finish(&r);
    if (error < 0)
        return error;
    text_copy(ret->name, sizeof(ret->name), name);
    text_copy(ret->area, sizeof(ret->area), area);
    text_copy(ret->address, sizeof(ret->address), address);
    text_copy(ret->contact, sizeof(ret->contact), contact);
    return 0;
}

static int put_site(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_site site;
    memset(&site, 0, sizeof(site));
    struct diag diag = {""};
    json_t *body = NULL;
    const char *id = http_request_param(x, "id");
    if (!text_is_identifier(id))
        return http_respond_problem(x, 400,
                                    "id: expected 1-64 characters of a-z 0-9 - _ .");
    if (http_request_json(x, &body) < 0)
        return 0;
    text_copy(site.id, sizeof(site.id), id);
    int r = read_site(body, &site, &diag);
    json_decref(body);
    if (r < 0)
        return http_respond_diag(x, r, &diag);
    if (!access_allows(x, site.area)) /* where it goes; where it is was judged before */
        return access_refuse(x);
    r = depot_site_put(c->depot, &site);
    return r < 0 ? r : http_respond_json(x, 200, json_pack("{s:s}", "id", site.id));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/api/v1/sites", PERMISSION_VIEWER, SCOPE_HANDLER, HTTP_BODY_NONE, 0,
     get_sites, NULL, "every site"},
    {HTTP_PUT, "/api/v1/sites/{id}", PERMISSION_ADMINISTRATOR, SCOPE_SITE,
     HTTP_BODY_MEMORY, SITE_BODY_BYTES, put_site, NULL, "add or change a site"},
};
const struct http_route_group routes_sites = {routes, ARRAY_LENGTH(routes)};
