/* The administrative tree. Form and queries; any number of tiers. */
#include "base/arena.h"
#include "base/text.h"
#include "content/model/documents.h"
#include "content/model/parse.h"
#include "content/model/release.h"

#include <errno.h>
#include <string.h>

static void parse_zone(struct document_parse *p, struct zone *zone)
{
    struct json_reader r;
    json_reader_child(&r, &p->reader, "zone", json_read_object(&p->reader, "zone"));
    zone->name = arena_text(p->arena, json_read_text(&r, "name", 64));
    zone->offset_s = (int32_t)json_read_int(&r, "offset_s", -50400, 50400);
    const json_t *array = json_read_array(&r, "transitions", 400);
    zone->count = json_array_size(array);
    struct zone_transition *list =
        arena_array(p->arena, zone->count, sizeof(zone->transitions[0]));
    for (size_t i = 0; list && !r.error && i < zone->count; i++) {
        struct json_reader t;
        json_reader_element(&t, &r, "transitions", i, json_array_get(array, i));
        list[i].at_ms = json_read_time(&t, "at");
        list[i].offset_s = (int32_t)json_read_int(&t, "offset_s", -50400, 50400);
        r.error = json_reader_finish(&t);
        if (!r.error && i > 0 && list[i].at_ms <= list[i - 1].at_ms)
            json_reader_fail(&r, "transitions", "[%zu]: not in order", i);
    }
    zone->transitions = list;
    int e = json_reader_finish(&r);
    if (e < 0 && !p->reader.error)
        p->reader.error = e;
}

static void parse_area(struct json_reader *r, struct arena *a, struct area *area)
{
    area->id = arena_text(a, json_read_identifier(r, "id"));
    area->name = arena_text(a, json_read_text(r, "name", 200));
    if (json_reader_has(r, "names")) {
        struct json_reader names;
        json_reader_child(&names, r, "names", json_read_object(r, "names"));
        area->name_en = arena_text(a, json_read_text_or(&names, "en", 200, NULL));
        (void)json_read_text_or(&names, "lo", 400, NULL);
        int e = json_reader_finish(&names);
        if (e < 0 && !r->error)
            r->error = e;
    }
    area->parent = arena_text(a, json_read_text_or(r, "parent", 64, NULL));
    area->from_ms = json_read_time_or(r, "from", 0);
    area->until_ms = json_read_time_or(r, "until", TIME_NEVER);
    area->predecessors = identifiers_parse(r, "predecessors", a, 50);
}

/* Each id once, each parent known, no loops, no deeper than a path may be. */
static void check_tree(struct json_reader *r, const struct areas *a)
{
    for (size_t i = 0; !r->error && i < a->count; i++) {
        if (areas_find(a, a->list[i].id) != &a->list[i])
            json_reader_fail(r, "areas", "[%zu]: '%s' appears twice", i, a->list[i].id);
        const struct area *at = &a->list[i];
        size_t depth = 0;
        while (at && at->parent && depth++ < AREA_PATH_MAX) {
            const struct area *parent = areas_find(a, at->parent);
            if (!parent)
                json_reader_fail(r, "areas", "[%zu]: unknown parent '%s'", i, at->parent);
            at = parent;
        }
        if (depth >= AREA_PATH_MAX)
            json_reader_fail(r, "areas", "[%zu]: '%s' is under itself or too deep", i,
                             a->list[i].id);
    }
}

int areas_parse(const char *text, size_t length, struct areas **ret, struct diag *diag)
{
    CLEANUP(document_release) struct document_parse p;
    int r = document_begin(&p, text, length, "areas", diag);
    if (r < 0)
        return r;
    struct areas *areas = arena_alloc(p.arena, sizeof(*areas));
    if (!areas)
        return -ENOMEM;
    document_dates(&p, &areas->version, &areas->issued_ms, &areas->expires_ms);
    parse_zone(&p, &areas->zone);
    const json_t *list = json_read_array(&p.reader, "areas", 3000);
    areas->count = json_array_size(list);
    areas->list = arena_array(p.arena, areas->count, sizeof(areas->list[0]));
    for (size_t i = 0; areas->list && !p.reader.error && i < areas->count; i++) {
        struct json_reader one;
        json_reader_element(&one, &p.reader, "areas", i, json_array_get(list, i));
        parse_area(&one, p.arena, &areas->list[i]);
        p.reader.error = json_reader_finish(&one);
    }
    if (!p.reader.error && areas->list)
        check_tree(&p.reader, areas);
    r = document_end(&p);
    if (r < 0)
        return r;
    areas->arena = p.arena;
    p.arena = NULL;
    *ret = areas;
    return 0;
}

void areas_destroy(struct areas *a)
{
    if (a)
        arena_destroy(a->arena);
}

const struct area *areas_find(const struct areas *a, const char *id)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->list[i].id, id) == 0)
            return &a->list[i];
    return NULL;
}

size_t areas_path(const struct areas *a, const char *id, int64_t at_ms,
                  const char *ret[AREA_PATH_MAX])
{
    size_t count = 0;
    for (const struct area *at = areas_find(a, id); at && count < AREA_PATH_MAX;
         at = at->parent ? areas_find(a, at->parent) : NULL)
        if (at_ms >= at->from_ms && at_ms < at->until_ms)
            ret[count++] = at->id;
    return count;
}

bool areas_is_under(const struct areas *a, const char *id, const char *top)
{
    const struct area *at = areas_find(a, id);
    for (size_t depth = 0; at && depth <= AREA_PATH_MAX; depth++) {
        if (strcmp(at->id, top) == 0)
            return true;
        at = at->parent ? areas_find(a, at->parent) : NULL;
    }
    return false;
}
