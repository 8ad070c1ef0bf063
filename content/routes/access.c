/* Who may do what where: the one place that knows. A role holds in its area and below. */
#include "base/clock.h"
#include "content/model/trust.h"
#include "content/routes/registry.h"
#include "content/routes/routes.h"

#include <errno.h>

/* The area lies in `top`; as long as there is no tree, is it. "" is the whole tree, which
 * is also whatever lies above every area. */
static bool covers(const struct areas *areas, const char *top, const char *area)
{
    if (!top[0])
        return true;
    if (area[0])
        return areas ? areas_is_under(areas, area, top) : strcmp(area, top) == 0;
    for (size_t i = 0; areas && i < areas->count; i++)
        if (!areas->list[i].parent && strcmp(areas->list[i].id, top) != 0)
            return false;
    return areas != NULL;
}

bool access_allows_in(const struct http_exchange *x, const struct areas *areas,
                      const char *area)
{
    const struct principal *p = http_request_principal(x);
    unsigned needed = http_request_route(x)->permission;
    for (size_t i = 0; i < p->person.grant_count; i++)
        if (permission_of_role(p->person.grants[i].role) >= needed &&
            covers(areas, p->person.grants[i].area, area))
            return true;
    return false;
}

bool access_allows(struct http_exchange *x, const char *area)
{
    struct routes_context *c = http_request_context(x);
    const struct trust *t = registry_lock(c->registry);
    bool allows = access_allows_in(x, t ? trust_areas(t) : NULL, area);
    registry_unlock(c->registry);
    return allows;
}

int access_refuse(struct http_exchange *x)
{
    return http_respond_problem(x, 403, "this lies outside the areas of your role");
}

/* ---- what the path names: 0 allowed, -EACCES not, -ENOENT: there is no such thing,
 * which the handler says ---- */

static int verdict(struct http_exchange *x, const char *area)
{
    return access_allows(x, area) ? 0 : -EACCES;
}

static int judge_nothing(struct http_exchange *x)
{
    (void)x;
    return -EACCES;
}

static int judge_any(struct http_exchange *x)
{
    (void)x;
    return 0;
}

static int judge_whole(struct http_exchange *x)
{
    return verdict(x, "");
}

static int judge_unit(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    const struct trust *t = registry_lock(c->registry);
    const struct placed_unit *unit =
        t ? trust_find_unit(t, NULL, http_request_param(x, "id"), clock_wall_ms(c->clock))
          : NULL;
    bool allows = unit && access_allows_in(x, trust_areas(t), unit->area);
    registry_unlock(c->registry);
    return !unit ? -ENOENT : allows ? 0 : -EACCES;
}

static int judge_release(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_release row;
    struct sha256 id;
    if (sha256_from_hex(http_request_param(x, "id"), &id) < 0)
        return -ENOENT;
    int r = depot_release_get(c->depot, &id, &row);
    return r < 0 ? r : verdict(x, row.area);
}

static int judge_asset(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct depot_asset asset;
    int r = depot_asset_get(c->depot, http_request_param(x, "id"), &asset);
    return r < 0 ? r : verdict(x, asset.area);
}

static int judge_site(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    char area[65];
    int r = depot_site_area(c->depot, http_request_param(x, "id"), area);
    return r < 0 ? r : verdict(x, area);
}

static int judge_person(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct person person;
    int r = depot_person_get(c->depot, http_request_param(x, "name"), &person);
    for (size_t i = 0; r == 0 && i < person.grant_count; i++)
        r = verdict(x, person.grants[i].area);
    return r;
}

int access_judge(struct http_exchange *x)
{
    static int (*const rules[SCOPE_COUNT])(struct http_exchange *) = {
        [SCOPE_NONE] = judge_nothing,    [SCOPE_ANY] = judge_any,
        [SCOPE_WHOLE] = judge_whole,     [SCOPE_UNIT] = judge_unit,
        [SCOPE_RELEASE] = judge_release, [SCOPE_ASSET] = judge_asset,
        [SCOPE_SITE] = judge_site,       [SCOPE_PERSON] = judge_person,
        [SCOPE_HANDLER] = judge_any,
    };
    unsigned scope = http_request_route(x)->scope;
    int r = scope < SCOPE_COUNT ? rules[scope](x) : -EACCES;
    if (r == -EACCES)
        access_refuse(x);
    return r == -ENOENT ? 0 : r;
}
