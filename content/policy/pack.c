/* Policy packs: the frame, texts, sources, topics and offices; then everything is
 * compiled once for every day on which something changes, so that no mistake waits for a
 * resident. */
#include "content/policy/pack.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "content/policy/date.h"
#include "content/policy/pack_internal.h"
#include "content/policy/view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ARENA_MAX ((size_t)32 * 1024 * 1024)
#define TEXT_MAX 2000
#define CHANGES_MAX 400

static const struct json_limits limits = {
    .bytes = POLICY_PACK_BYTES_MAX,
    .depth = 32,
    .nodes = 200000,
};

/* ---- what the parts share ---- */

const char *pack_copy(struct pack_parse *p, const char *text)
{
    const char *copy = arena_text(p->pack->arena, text);
    return copy ? copy : "";
}

void pack_done(struct json_reader *parent, struct json_reader *child)
{
    int e = json_reader_finish(child);
    if (e < 0 && !parent->error)
        parent->error = e;
}

static void read_text(struct pack_parse *p, struct json_reader *t,
                      struct policy_text *ret)
{
    for (size_t i = 0; i < p->pack->language_count; i++) {
        const char *language = p->pack->languages[i];
        const char *text = i == 0 ? json_read_text(t, language, TEXT_MAX)
                                  : json_read_text_or(t, language, TEXT_MAX, NULL);
        if (text && !t->error && !*text)
            json_reader_fail(t, language, "empty");
        ret->in[i] = arena_text(p->pack->arena, text);
    }
}

void pack_text(struct pack_parse *p, struct json_reader *r, const char *key,
               struct policy_text *ret)
{
    const json_t *object = json_read_object(r, key);
    if (!object)
        return;
    struct json_reader t;
    json_reader_child(&t, r, key, object);
    read_text(p, &t, ret);
    pack_done(r, &t);
}

void pack_text_or_none(struct pack_parse *p, struct json_reader *r, const char *key,
                       struct policy_text *ret)
{
    if (json_reader_has(r, key))
        pack_text(p, r, key, ret);
}

struct policy_text *pack_texts(struct pack_parse *p, struct json_reader *r,
                               const char *key, size_t *ret_count)
{
    const json_t *array = json_read_array_or_empty(r, key, 30);
    size_t count = json_array_size(array);
    struct policy_text *list = arena_array(p->pack->arena, count, sizeof(list[0]));
    for (size_t i = 0; list && i < count; i++) {
        struct json_reader t;
        json_reader_element(&t, r, key, i, json_array_get(array, i));
        read_text(p, &t, &list[i]);
        pack_done(r, &t);
    }
    *ret_count = list ? count : 0;
    return list;
}

int64_t pack_day(struct json_reader *r, const char *key)
{
    int64_t day = 0;
    const char *text = json_read_text(r, key, 10);
    if (!r->error && day_parse(text, &day) < 0)
        json_reader_fail(r, key, "expected a day like 2026-11-24");
    return day;
}

void pack_days(struct json_reader *r, int64_t *from, int64_t *to)
{
    *from = pack_day(r, "from");
    *to = json_reader_has(r, "to") ? pack_day(r, "to") : DAY_MAX;
    if (!r->error && *to < *from)
        json_reader_fail(r, "to", "before from");
}

const struct policy_source *pack_source(struct pack_parse *p, struct json_reader *r)
{
    const char *id = json_read_identifier(r, "source");
    for (size_t i = 0; i < p->pack->source_count; i++)
        if (strcmp(p->pack->sources[i].id, id) == 0)
            return &p->pack->sources[i];
    json_reader_fail(r, "source", "there is no source '%s'", id);
    return NULL;
}

/* ---- the frame ---- */

static void parse_languages(struct pack_parse *p, struct json_reader *r)
{
    const json_t *array = json_read_array(r, "languages", POLICY_LANGUAGES_MAX);
    struct policy_pack *pack = p->pack;
    for (size_t i = 0; i < json_array_size(array) && !r->error; i++) {
        const char *code = json_string_value(json_array_get(array, i));
        if (!code || !text_is_identifier(code) || strlen(code) > 8)
            json_reader_fail(r, "languages", "[%zu]: expected a code like vi", i);
        else
            pack->languages[pack->language_count++] = pack_copy(p, code);
        for (size_t k = 0; k < i && !r->error; k++)
            if (strcmp(pack->languages[k], code) == 0)
                json_reader_fail(r, "languages", "'%s' appears twice", code);
    }
    if (!r->error && pack->language_count == 0)
        json_reader_fail(r, "languages", "empty");
}

static void parse_source(struct pack_parse *p, struct json_reader *r,
                         struct policy_source *s)
{
    static const char *const states[] = {"checked", "press", "unverified", NULL};
    s->id = pack_copy(p, json_read_identifier(r, "id"));
    s->document = pack_copy(p, json_read_text(r, "document", 300));
    s->article = pack_copy(p, json_read_text_or(r, "article", 60, ""));
    s->clause = pack_copy(p, json_read_text_or(r, "clause", 60, ""));
    s->url = pack_copy(p, json_read_text_or(r, "url", 500, ""));
    s->state = (enum policy_state)json_read_choice(r, "state", states);
    s->checked_by = pack_copy(p, json_read_text_or(r, "checked_by", 200, ""));
    s->checked_day =
        json_reader_has(r, "checked_on") ? pack_day(r, "checked_on") : INT64_MIN;
    if (!r->error && s->state == POLICY_CHECKED &&
        (!*s->checked_by || s->checked_day == INT64_MIN))
        json_reader_fail(r, "state",
                         "checked needs checked_by and checked_on: who compared it "
                         "with the signed text, and when");
}

static void parse_topic(struct pack_parse *p, struct json_reader *r,
                        struct policy_topic *t)
{
    t->id = pack_copy(p, json_read_identifier(r, "id"));
    pack_text(p, r, "title", &t->title);
}

static void parse_office(struct pack_parse *p, struct json_reader *r,
                         struct policy_office *o)
{
    o->id = pack_copy(p, json_read_identifier(r, "id"));
    pack_text(p, r, "name", &o->name);
    pack_text_or_none(p, r, "where", &o->where);
}

/* A list of objects that each begin with a char pointer to their id. */
#define PARSE_LIST(p, r, key, max, list, count, one)                                     \
    do {                                                                                 \
        const json_t *array_ = json_read_array(r, key, max);                             \
        size_t size_ = json_array_size(array_);                                          \
        (list) = arena_array((p)->pack->arena, size_, sizeof((list)[0]));                \
        for (size_t i_ = 0; (list) && !(r)->error && i_ < size_; i_++) {                 \
            struct json_reader e_;                                                       \
            json_reader_element(&e_, r, key, i_, json_array_get(array_, i_));            \
            one(p, &e_, &(list)[i_]);                                                    \
            for (size_t k_ = 0; k_ < i_ && !e_.error; k_++)                              \
                if (strcmp((list)[k_].id, (list)[i_].id) == 0)                           \
                    json_reader_fail(&e_, "id", "'%s' appears twice", (list)[i_].id);    \
            pack_done(r, &e_);                                                           \
            (count) = i_ + 1;                                                            \
        }                                                                                \
    } while (0)

static int parse_frame(struct pack_parse *p, struct json_reader *r)
{
    struct policy_pack *pack = p->pack;
    pack->id = pack_copy(p, json_read_identifier(r, "pack"));
    pack->edition_day = pack_day(r, "edition");
    parse_languages(p, r);
    pack_text(p, r, "title", &pack->title);
    PARSE_LIST(p, r, "sources", 500, pack->sources, pack->source_count, parse_source);
    PARSE_LIST(p, r, "topics", 40, pack->topics, pack->topic_count, parse_topic);
    PARSE_LIST(p, r, "offices", 60, pack->offices, pack->office_count, parse_office);
    pack_facts(p, r);
    pack_parameters(p, r);
    pack_policies(p, r);
    int e = json_reader_finish(r);
    return e < 0 ? e : arena_failed(pack->arena);
}

static int check_days(const struct policy_pack *pack, struct diag *diag)
{
    int64_t days[CHANGES_MAX];
    size_t count = policy_pack_changes(pack, days, CHANGES_MAX);
    if (count > CHANGES_MAX)
        return diag_set(diag, -EFBIG, "pack: more than %d days of change", CHANGES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct policy_view *view = NULL;
        int r = policy_view_create(pack, days[i], &view, diag);
        policy_view_destroy(view);
        if (r < 0)
            return r;
    }
    return 0;
}

int policy_pack_parse(const char *text, size_t length, struct policy_pack **ret,
                      struct diag *diag)
{
    CLEANUP(json_decrefp) json_t *document = NULL;
    int r = json_parse(text, length, &limits, &document, diag);
    if (r < 0)
        return r;
    struct arena *arena = NULL;
    r = arena_create(ARENA_MAX, &arena);
    if (r < 0)
        return r;
    struct policy_pack *pack = arena_alloc(arena, sizeof(*pack));
    if (!pack) {
        arena_destroy(arena);
        return -ENOMEM;
    }
    pack->arena = arena;
    pack->document = json_incref(document);
    struct pack_parse p = {pack, diag};
    struct json_reader reader;
    json_reader_init(&reader, document, "pack", diag);
    r = parse_frame(&p, &reader);
    if (r == 0)
        r = check_days(pack, diag);
    if (r < 0) {
        policy_pack_destroy(pack);
        return r;
    }
    *ret = pack;
    return 0;
}

void policy_pack_destroy(struct policy_pack *p)
{
    if (!p)
        return;
    json_decref(p->document);
    arena_destroy(p->arena);
}

/* ---- reading ---- */

const char *policy_pack_id(const struct policy_pack *p)
{
    return p->id;
}

const struct policy_text *policy_pack_title(const struct policy_pack *p)
{
    return &p->title;
}

int64_t policy_pack_edition_day(const struct policy_pack *p)
{
    return p->edition_day;
}

const struct policy *policy_pack_policies(const struct policy_pack *p, size_t *ret_count)
{
    *ret_count = p->policy_count;
    return p->policies;
}

const struct policy_fact *policy_pack_facts(const struct policy_pack *p,
                                            size_t *ret_count)
{
    *ret_count = p->fact_count;
    return p->facts;
}

const struct policy_topic *policy_pack_topics(const struct policy_pack *p,
                                              size_t *ret_count)
{
    *ret_count = p->topic_count;
    return p->topics;
}

const struct policy_source *policy_pack_sources(const struct policy_pack *p,
                                                size_t *ret_count)
{
    *ret_count = p->source_count;
    return p->sources;
}

const struct policy_parameter *policy_pack_parameters(const struct policy_pack *p,
                                                      size_t *ret_count)
{
    *ret_count = p->parameter_count;
    return p->parameters;
}

const char *const *policy_pack_languages(const struct policy_pack *p)
{
    return p->languages;
}

const char *policy_pack_text(const struct policy_pack *p, const struct policy_text *text,
                             const char *language, bool *ret_fallback)
{
    size_t i = 0;
    while (i < p->language_count && strcmp(p->languages[i], language) != 0)
        i++;
    bool missing = i == p->language_count || !text->in[i];
    if (ret_fallback)
        *ret_fallback = missing;
    const char *found = missing ? text->in[0] : text->in[i];
    return found ? found : "";
}

static void add_change(int64_t day, int64_t *days, size_t max, size_t *count)
{
    size_t at = 0, n = *count < max ? *count : max;
    while (at < n && days[at] < day)
        at++;
    if (at < n && days[at] == day)
        return;
    if (n < max) {
        memmove(days + at + 1, days + at, (n - at) * sizeof(days[0]));
        days[at] = day;
    }
    ++*count;
}

size_t policy_pack_changes(const struct policy_pack *p, int64_t *ret, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < p->policy_count; i++)
        for (size_t k = 0; k < p->policies[i].version_count; k++) {
            const struct policy_version *v = &p->policies[i].versions[k];
            add_change(v->from_day, ret, max, &count);
            if (v->to_day < DAY_MAX)
                add_change(v->to_day + 1, ret, max, &count);
        }
    for (size_t i = 0; i < p->parameter_count; i++)
        for (size_t k = 0; k < p->parameters[i].count; k++) {
            const struct policy_value *v = &p->parameters[i].values[k];
            add_change(v->from_day, ret, max, &count);
            if (v->to_day < DAY_MAX)
                add_change(v->to_day + 1, ret, max, &count);
        }
    return count;
}

const struct policy_version *policy_version_on(const struct policy *policy, int64_t day)
{
    for (size_t i = 0; i < policy->version_count; i++)
        if (policy->versions[i].from_day <= day && day <= policy->versions[i].to_day)
            return &policy->versions[i];
    return NULL;
}

const struct policy_value *policy_value_on(const struct policy_parameter *parameter,
                                           int64_t day)
{
    for (size_t i = 0; i < parameter->count; i++)
        if (parameter->values[i].from_day <= day && day <= parameter->values[i].to_day)
            return &parameter->values[i];
    return NULL;
}
