/* Kind timetable: the weekly programme of an area, made of slots. */
#include "base/arena.h"
#include "content/model/kind.h"

#include <string.h>

#define SLOTS_MAX 100

struct slot_items {
    struct model_item *items;
    size_t count;
};

static void parse_slot(struct json_reader *r, struct arena *a, struct slot_rule *slot,
                       struct slot_items *items)
{
    slot->id = arena_text(a, json_read_identifier(r, "id"));
    slot->name = arena_text(a, json_read_text(r, "name", 100));
    kind_when_parse(r, a, &slot->when);
    slot->duration_ms = json_read_int(r, "duration_ms", 60000, SLOT_LENGTH_MAX_MS);
    slot->overrun_ms = json_read_int_or(r, "overrun_ms", 0, 3600000, 0);
    slot->rotate = json_read_bool_or(r, "rotate", false);
    slot->campaigns = json_read_bool_or(r, "campaigns", true);
    items->items = items_parse(r, "items", 500, a, &items->count);
    slot->items = items_for_plan(a, items->items, items->count);
    slot->item_count = items->count;
}

static void collect(struct release *release, const struct slot_items *lists, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += lists[i].count;
    release->items = arena_array(release->arena, total, sizeof(release->items[0]));
    for (size_t i = 0; release->items && i < count; i++) {
        memcpy(release->items + release->item_count, lists[i].items,
               lists[i].count * sizeof(lists[i].items[0]));
        release->item_count += lists[i].count;
    }
}

static void parse(struct json_reader *r, struct release *release)
{
    struct arena *a = release->arena;
    struct timetable_rule *t = &release->body.timetable;
    const json_t *array = json_read_array(r, "slots", SLOTS_MAX);
    t->slot_count = json_array_size(array);
    struct slot_rule *slots = arena_array(a, t->slot_count, sizeof(slots[0]));
    struct slot_items *lists = arena_array(a, t->slot_count + 1, sizeof(lists[0]));
    if (!slots || !lists)
        return;
    for (size_t i = 0; !r->error && i < t->slot_count; i++) {
        struct json_reader one;
        json_reader_element(&one, r, "slots", i, json_array_get(array, i));
        parse_slot(&one, a, &slots[i], &lists[i]);
        kind_reader_done(r, &one);
        for (size_t k = 0; !r->error && k < i; k++)
            if (strcmp(slots[k].id, slots[i].id) == 0)
                json_reader_fail(r, "slots", "[%zu]: the same id as [%zu]", i, k);
    }
    t->slots = slots;
    struct slot_items *filler = &lists[t->slot_count];
    filler->items = items_parse(r, "filler", 200, a, &filler->count);
    t->filler = items_for_plan(a, filler->items, filler->count);
    t->filler_count = filler->count;
    if (!r->error)
        collect(release, lists, t->slot_count + 1);
}

static int plan(const struct release *release, struct plan_builder *b, struct diag *diag)
{
    struct timetable_rule rule = release->body.timetable;
    rule.release = release->rule;
    return plan_builder_add_timetable(b, &rule, diag);
}

const struct release_kind kind_timetable = {
    .name = "timetable",
    .validity_max_days = 1100,
    .signatures = {1, 2, 0},
    .parse = parse,
    .plan = plan,
};
