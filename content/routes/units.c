/* Units as staff see them: where they stand, how they are, what they will play and what
 * they played; and the keys that wait to be placed. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/timestamp.h"
#include "content/model/programme.h"
#include "content/routes/answers.h"
#include "content/routes/registry.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"
#include "scheduler/rundown.h"

#include <errno.h>
#include <stdlib.h>

enum { RUNDOWN_MOST_ENTRIES = 20000 };

static const char *const language_default = "vi";

static json_t *texts(const struct text_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(list->texts[i]));
    return array;
}

/* What the placement says. */
static json_t *placed_json(const struct placed_unit *u)
{
    char key[KEY_HEX_SIZE];
    key_to_hex(&u->key, key);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s?,s:o,s:o}", "unit", u->unit, "name",
                     u->name, "key", key, "kind", unit_kind_name(u->kind), "area",
                     u->area, "site", u->site, "tags", texts(&u->tags), "languages",
                     texts(&u->languages));
}

/* What it told of itself, added to `value`. */
static int add_state(struct routes_context *c, json_t *value)
{
    const char *id = json_string_value(json_object_get(value, "unit"));
    struct depot_unit state;
    struct issued *m = registry_manifest(c->registry, id);
    if (m)
        json_object_set_new(value, "manifest_due", json_integer(m->number));
    registry_manifest_release(c->registry, m);
    int r = depot_unit_get(c->depot, id, &state);
    if (r == -ENOENT)
        return 0; /* placed, never enrolled */
    if (r < 0)
        return r;
    if (state.seen_ms)
        json_object_set_new(value, "seen", answer_time(state.seen_ms));
    json_object_set_new(value, "manifest", json_integer(state.manifest));
    json_object_set_new(value, "report", json_integer(state.report));
    json_t *health = state.health[0] ? json_loads(state.health, 0, NULL) : NULL;
    if (health)
        json_object_set_new(value, "health", health);
    return 0;
}

/* Every placed unit that the asker may see, or the one with this id. */
static int collect(struct http_exchange *x, const char *only, json_t **ret)
{
    struct routes_context *c = http_request_context(x);
    const struct placed_unit **units = NULL;
    size_t count = 0;
    struct trust *t = registry_lock(c->registry);
    int r = t ? trust_standing_units(t, clock_wall_ms(c->clock), &units, &count) : 0;
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if ((!only || strcmp(units[i]->unit, only) == 0) &&
            access_allows_in(x, trust_areas(t), units[i]->area))
            json_array_append_new(array, placed_json(units[i]));
    registry_unlock(c->registry);
    free((void *)units);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}

static int get_units(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = NULL;
    int r = collect(x, NULL, &array);
    for (size_t i = 0; r == 0 && i < json_array_size(array); i++)
        r = add_state(c, json_array_get(array, i));
    if (r < 0) {
        json_decref(array);
        return r;
    }
    return http_respond_json(x, 200, json_pack("{s:o}", "units", array));
}

static int get_unit(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = NULL;
    int r = collect(x, http_request_param(x, "id"), &array);
    if (r < 0)
        return r;
    json_t *value = json_array_get(array, 0);
    r = value ? add_state(c, value)
              : http_respond_problem(x, 404, "there is no unit '%s'",
                                     http_request_param(x, "id"));
    if (value && r == 0)
        r = http_respond_json(x, 200, json_incref(value));
    json_decref(array);
    return r;
}

static int get_enrolments(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    json_t *array = NULL;
    int r = depot_enrolments(c->depot, &array);
    return r < 0 ? r : http_respond_json(x, 200, json_pack("{s:o}", "enrolments", array));
}

static int delete_enrolment(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    int r = depot_enrolment_forget(c->depot, http_request_param(x, "key"));
    if (r == -ENOENT)
        return http_respond_problem(x, 404, "this key does not wait");
    return r < 0 ? r : http_respond_empty(x, 204);
}

static json_t *entry_json(const struct entry *e, const char *language)
{
    char why[256];
    entry_why_text(e, language, why, sizeof(why));
    json_t *value =
        json_pack("{s:o,s:o,s:I,s:s,s:s,s:s,s:s,s:s}", "start", answer_time(e->start_ms),
                  "end", answer_time(e->end_ms), "offset_ms", (json_int_t)e->offset_ms,
                  "item", e->item->id, "type", e->item->type, "title", e->item->title,
                  "why", why_name(e->rule), "reason", why);
    if (e->release) {
        json_object_set_new(value, "line", json_string(e->release->line));
        json_object_set_new(value, "revision", json_integer(e->release->revision));
    }
    if (e->slot)
        json_object_set_new(value, "slot", json_string(e->slot->id));
    return value;
}

static int answer_rundown(struct http_exchange *x, const struct programme *p,
                          int64_t from_ms, int64_t to_ms)
{
    const char *language = http_request_query(x, "language");
    struct rundown *rundown = NULL;
    int r = plan_rundown(programme_plan(p), programme_unit(p), from_ms, to_ms, &rundown);
    if (r == -ERANGE)
        return http_respond_problem(x, 400,
                                    "to: expected after from, by 32 days at most");
    if (r < 0)
        return r;
    size_t count = rundown_count(rundown);
    json_t *array = json_array();
    for (size_t i = 0; i < count && i < RUNDOWN_MOST_ENTRIES; i++)
        json_array_append_new(array, entry_json(rundown_entry(rundown, i),
                                                language ? language : language_default));
    rundown_destroy(rundown);
    return http_respond_json(x, 200,
                             json_pack("{s:s,s:s,s:b,s:o}", "unit", programme_unit(p)->id,
                                       "name", programme_unit_name(p), "complete",
                                       count <= RUNDOWN_MOST_ENTRIES, "entries", array));
}

static int get_rundown(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    struct programme *p = NULL;
    struct diag diag = {""};
    int64_t now_ms = clock_wall_ms(c->clock), from_ms, to_ms;
    if (query_time(x, "from", now_ms, &from_ms) < 0 ||
        query_time(x, "to", from_ms + INT64_C(3600000), &to_ms) < 0)
        return 0;
    struct trust *t = registry_lock(c->registry);
    int r = t ? programme_create(t, NULL, http_request_param(x, "id"), now_ms, &p, &diag)
              : -ENOENT;
    registry_unlock(c->registry);
    if (r == -ENOENT)
        return http_respond_problem(x, 404, "there is no unit '%s'",
                                    http_request_param(x, "id"));
    if (r < 0)
        return answer_refused(x, r, &diag);
    r = answer_rundown(x, p, from_ms, to_ms);
    programme_destroy(p);
    return r;
}

/* The local day of the areas' zone. */
static int day_of(struct http_exchange *x, int64_t *ret_from, int64_t *ret_until)
{
    struct routes_context *c = http_request_context(x);
    const char *text = http_request_query(x, "day");
    char midnight[32];
    int64_t local = 0;
    if (text && (strlen(text) != 10 ||
                 snprintf(midnight, sizeof(midnight), "%sT00:00", text) < 0 ||
                 timestamp_parse_local(midnight, &local) < 0)) {
        http_respond_problem(x, 400, "day: expected a date like 2026-11-23");
        return -EINVAL;
    }
    struct trust *t = registry_lock(c->registry);
    const struct zone *zone = t && trust_areas(t) ? &trust_areas(t)->zone : &zone_vietnam;
    int64_t day = text ? local / MS_PER_DAY : zone_day(zone, clock_wall_ms(c->clock));
    *ret_from = zone_day_start(zone, day);
    *ret_until = zone_day_start(zone, day + 1);
    registry_unlock(c->registry);
    return 0;
}

static int get_plays(struct http_exchange *x)
{
    struct routes_context *c = http_request_context(x);
    int64_t from_ms, until_ms;
    json_t *array = NULL;
    if (day_of(x, &from_ms, &until_ms) < 0)
        return 0;
    int r = depot_plays(c->depot, http_request_param(x, "id"), from_ms, until_ms, &array);
    return r < 0 ? r : http_respond_json(x, 200, json_pack("{s:o}", "plays", array));
}

static const struct http_route routes[] = {
    {HTTP_GET, "/api/v1/units", PERMISSION_VIEWER, SCOPE_HANDLER, HTTP_BODY_NONE, 0,
     get_units, NULL, "every unit, where it stands and how it is"},
    {HTTP_GET, "/api/v1/units/{id}", PERMISSION_VIEWER, SCOPE_UNIT, HTTP_BODY_NONE, 0,
     get_unit, NULL, "one unit"},
    {HTTP_GET, "/api/v1/units/{id}/rundown", PERMISSION_VIEWER, SCOPE_UNIT,
     HTTP_BODY_NONE, 0, get_rundown, NULL,
     "what it plays and why; ?from= ?to= ?language="},
    {HTTP_GET, "/api/v1/units/{id}/plays", PERMISSION_VIEWER, SCOPE_UNIT, HTTP_BODY_NONE,
     0, get_plays, NULL, "what it played; ?day="},
    {HTTP_GET, "/api/v1/enrolments", PERMISSION_VIEWER, SCOPE_ANY, HTTP_BODY_NONE, 0,
     get_enrolments, NULL, "keys that wait to be placed"},
    {HTTP_DELETE, "/api/v1/enrolments/{key}", PERMISSION_ADMINISTRATOR, SCOPE_WHOLE,
     HTTP_BODY_NONE, 0, delete_enrolment, NULL, "forget a key that waits"},
};
const struct http_route_group routes_units = {routes, ARRAY_LENGTH(routes)};
