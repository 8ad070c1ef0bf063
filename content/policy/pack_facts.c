/* Policy packs: what is asked, and the dated numbers of the rules. */
#include "base/arena.h"
#include "base/text.h"
#include "content/policy/date.h"
#include "content/policy/graph.h"
#include "content/policy/pack_internal.h"

#include <errno.h>
#include <string.h>

static const char *const types[] = {"boolean", "integer", "vnd", "date",
                                    "choice",  "list",    NULL};

static void parse_choice(struct pack_parse *p, struct json_reader *r,
                         struct policy_choice *c)
{
    c->value = pack_copy(p, json_read_identifier(r, "value"));
    pack_text(p, r, "text", &c->text);
}

static void parse_choices(struct pack_parse *p, struct json_reader *r,
                          struct policy_fact *f)
{
    const json_t *array = json_read_array(r, "choices", 60);
    size_t count = json_array_size(array);
    struct policy_choice *list = arena_array(p->pack->arena, count, sizeof(list[0]));
    for (size_t i = 0; list && !r->error && i < count; i++) {
        struct json_reader c;
        json_reader_element(&c, r, "choices", i, json_array_get(array, i));
        parse_choice(p, &c, &list[i]);
        for (size_t k = 0; k < i && !c.error; k++)
            if (strcmp(list[k].value, list[i].value) == 0)
                json_reader_fail(&c, "value", "'%s' appears twice", list[i].value);
        pack_done(r, &c);
    }
    if (!r->error && count < 2)
        json_reader_fail(r, "choices", "fewer than two");
    f->choices = list;
    f->choice_count = count;
    f->low = 0;
    f->high = (int64_t)count - 1;
}

static void parse_range(struct json_reader *r, struct policy_fact *f)
{
    switch (f->type) {
    case POLICY_BOOLEAN:
        f->high = 1;
        break;
    case POLICY_INTEGER:
    case POLICY_VND:
        f->low = json_read_int(r, "min", -GRAPH_NUMBER_MAX, GRAPH_NUMBER_MAX);
        f->high = json_read_int(r, "max", f->low, GRAPH_NUMBER_MAX);
        break;
    case POLICY_DATE:
        f->low = json_reader_has(r, "min") ? pack_day(r, "min") : DAY_MIN;
        f->high = json_reader_has(r, "max") ? pack_day(r, "max") : DAY_MAX;
        if (!r->error && f->high < f->low)
            json_reader_fail(r, "max", "before min");
        break;
    default:
        break;
    }
}

static void parse_fact(struct pack_parse *p, struct json_reader *r, struct policy_fact *f,
                       bool is_field);

static void parse_fields(struct pack_parse *p, struct json_reader *r,
                         struct policy_fact *f)
{
    const json_t *array = json_read_array(r, "fields", 12);
    size_t count = json_array_size(array);
    struct policy_fact *list = arena_array(p->pack->arena, count, sizeof(list[0]));
    f->low = 0;
    f->high = json_read_int(r, "max", 1, POLICY_MEMBERS_MAX);
    for (size_t i = 0; list && !r->error && i < count; i++) {
        struct json_reader c;
        json_reader_element(&c, r, "fields", i, json_array_get(array, i));
        parse_fact(p, &c, &list[i], true);
        for (size_t k = 0; k < i && !c.error; k++)
            if (strcmp(list[k].id, list[i].id) == 0)
                json_reader_fail(&c, "id", "'%s' appears twice", list[i].id);
        pack_done(r, &c);
    }
    if (!r->error && count == 0)
        json_reader_fail(r, "fields", "empty");
    f->fields = list;
    f->field_count = count;
}

static void parse_fact(struct pack_parse *p, struct json_reader *r, struct policy_fact *f,
                       bool is_field)
{
    f->id = pack_copy(p, json_read_identifier(r, "id"));
    f->type = (enum policy_type)json_read_choice(r, "type", types);
    pack_text(p, r, "question", &f->question);
    pack_text_or_none(p, r, "help", &f->help);
    f->sensitive = json_read_bool_or(r, "sensitive", false);
    if (r->error)
        return;
    if (is_field && f->type == POLICY_LIST)
        json_reader_fail(r, "type", "a member has no list of its own");
    else if (f->type == POLICY_LIST)
        parse_fields(p, r, f);
    else if (f->type == POLICY_CHOICE)
        parse_choices(p, r, f);
    else
        parse_range(r, f);
}

/* A list takes one slot for its count, then its fields of each member. */
static void number_slots(struct policy_pack *pack)
{
    for (size_t i = 0; i < pack->fact_count; i++) {
        struct policy_fact *f = &pack->facts[i];
        f->slot = pack->slot_count++;
        for (size_t k = 0; k < f->field_count; k++)
            ((struct policy_fact *)f->fields)[k].slot = f->slot + 1 + k;
        if (f->type == POLICY_LIST)
            pack->slot_count += f->field_count * (size_t)f->high;
    }
}

void pack_facts(struct pack_parse *p, struct json_reader *r)
{
    const json_t *array = json_read_array(r, "facts", PACK_FACTS_MAX);
    size_t count = json_array_size(array);
    struct policy_pack *pack = p->pack;
    pack->facts = arena_array(pack->arena, count, sizeof(pack->facts[0]));
    if (!pack->facts && !r->error)
        r->error = -ENOMEM;
    for (size_t i = 0; !r->error && i < count; i++) {
        struct json_reader f;
        json_reader_element(&f, r, "facts", i, json_array_get(array, i));
        parse_fact(p, &f, &pack->facts[i], false);
        for (size_t k = 0; k < i && !f.error; k++)
            if (strcmp(pack->facts[k].id, pack->facts[i].id) == 0)
                json_reader_fail(&f, "id", "'%s' appears twice", pack->facts[i].id);
        pack_done(r, &f);
        pack->fact_count = i + 1;
    }
    if (!r->error)
        number_slots(pack);
}

/* ---- parameters ---- */

static void parse_number(struct json_reader *r, enum policy_type type, int64_t *ret)
{
    if (type == POLICY_BOOLEAN)
        *ret = json_read_bool(r, "value");
    else if (type == POLICY_DATE)
        *ret = pack_day(r, "value");
    else
        *ret = json_read_int(r, "value", -GRAPH_NUMBER_MAX, GRAPH_NUMBER_MAX);
}

static void parse_values(struct pack_parse *p, struct json_reader *r,
                         struct policy_parameter *parameter)
{
    const json_t *array = json_read_array(r, "values", 60);
    size_t count = json_array_size(array);
    struct policy_value *list = arena_array(p->pack->arena, count, sizeof(list[0]));
    for (size_t i = 0; list && !r->error && i < count; i++) {
        struct json_reader v;
        json_reader_element(&v, r, "values", i, json_array_get(array, i));
        pack_days(&v, &list[i].from_day, &list[i].to_day);
        parse_number(&v, parameter->type, &list[i].number);
        list[i].source = pack_source(p, &v);
        if (i > 0 && !v.error && list[i].from_day <= list[i - 1].to_day)
            json_reader_fail(&v, "from", "not after the value before it");
        pack_done(r, &v);
    }
    if (!r->error && count == 0)
        json_reader_fail(r, "values", "empty");
    parameter->values = list;
    parameter->count = count;
}

void pack_parameters(struct pack_parse *p, struct json_reader *r)
{
    const json_t *array = json_read_array_or_empty(r, "parameters", 200);
    size_t count = json_array_size(array);
    struct policy_pack *pack = p->pack;
    pack->parameters = arena_array(pack->arena, count, sizeof(pack->parameters[0]));
    for (size_t i = 0; pack->parameters && !r->error && i < count; i++) {
        struct policy_parameter *parameter = &pack->parameters[i];
        struct json_reader e;
        json_reader_element(&e, r, "parameters", i, json_array_get(array, i));
        parameter->id = pack_copy(p, json_read_identifier(&e, "id"));
        parameter->type = (enum policy_type)json_read_choice(&e, "type", types);
        if (!e.error && parameter->type > POLICY_DATE)
            json_reader_fail(&e, "type", "expected boolean, integer, vnd or date");
        parse_values(p, &e, parameter);
        for (size_t k = 0; k < i && !e.error; k++)
            if (strcmp(pack->parameters[k].id, parameter->id) == 0)
                json_reader_fail(&e, "id", "'%s' appears twice", parameter->id);
        pack_done(r, &e);
        pack->parameter_count = i + 1;
    }
}
