/* Policy packs: policies, their versions and clauses. */
#include "base/arena.h"
#include "content/policy/pack_internal.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* An expression is kept as it stands; the compiler judges it. */
static const json_t *expression(struct json_reader *r, const char *key)
{
    if (!json_reader_has(r, key)) {
        json_reader_fail(r, key, "missing");
        return NULL;
    }
    return r->error ? NULL : json_object_get(r->object, key);
}

static void parse_clause(struct pack_parse *p, struct json_reader *r,
                         struct policy_clause *c)
{
    c->id = pack_copy(p, json_read_identifier(r, "id"));
    c->expression = expression(r, "if");
    pack_text(p, r, "true", &c->when_true);
    pack_text(p, r, "false", &c->when_false);
    pack_text(p, r, "unknown", &c->when_unknown);
    c->source = pack_source(p, r);
}

static void parse_clauses(struct pack_parse *p, struct json_reader *r,
                          struct policy_version *v)
{
    const json_t *array = json_read_array(r, "clauses", PACK_CLAUSES_MAX);
    size_t count = json_array_size(array);
    struct policy_clause *list = arena_array(p->pack->arena, count, sizeof(list[0]));
    for (size_t i = 0; list && !r->error && i < count; i++) {
        struct json_reader c;
        json_reader_element(&c, r, "clauses", i, json_array_get(array, i));
        parse_clause(p, &c, &list[i]);
        for (size_t k = 0; k < i && !c.error; k++)
            if (strcmp(list[k].id, list[i].id) == 0)
                json_reader_fail(&c, "id", "'%s' appears twice", list[i].id);
        pack_done(r, &c);
    }
    if (!r->error && count == 0)
        json_reader_fail(r, "clauses", "empty");
    v->clauses = list;
    v->clause_count = count;
}

/* What is not verified is not shown, so it must not hide in a sentence either. */
static void refuse_digits(const struct pack_parse *p, struct json_reader *r,
                          const struct policy_benefit *b)
{
    for (size_t i = 0; i < p->pack->language_count && !r->error; i++)
        for (const char *c = b->text.in[i]; c && *c; c++)
            if (isdigit((unsigned char)*c)) {
                json_reader_fail(r, "text",
                                 "a figure whose source is not verified; leave it out, "
                                 "or give it as amount");
                return;
            }
}

static void parse_benefits(struct pack_parse *p, struct json_reader *r,
                           struct policy_version *v)
{
    const json_t *array = json_read_array_or_empty(r, "benefits", 20);
    size_t count = json_array_size(array);
    struct policy_benefit *list = arena_array(p->pack->arena, count, sizeof(list[0]));
    for (size_t i = 0; list && !r->error && i < count; i++) {
        struct json_reader b;
        json_reader_element(&b, r, "benefits", i, json_array_get(array, i));
        pack_text(p, &b, "text", &list[i].text);
        if (json_reader_has(&b, "amount"))
            list[i].amount = expression(&b, "amount");
        list[i].source = pack_source(p, &b);
        if (!b.error && list[i].source->state == POLICY_UNVERIFIED)
            refuse_digits(p, &b, &list[i]);
        if (!b.error && !list[i].amount != !strstr(list[i].text.in[0], "{amount}"))
            json_reader_fail(&b, "text",
                             "{amount} in the text and the key amount belong together");
        pack_done(r, &b);
    }
    v->benefits = list;
    v->benefit_count = list ? count : 0;
}

static void parse_version(struct pack_parse *p, struct json_reader *r,
                          struct policy_version *v)
{
    pack_days(r, &v->from_day, &v->to_day);
    parse_clauses(p, r, v);
    if (json_reader_has(r, "rule"))
        v->rule = expression(r, "rule");
    if (json_reader_has(r, "worth"))
        v->worth = expression(r, "worth");
    parse_benefits(p, r, v);
    v->papers = pack_texts(p, r, "papers", &v->paper_count);
    v->residual = pack_texts(p, r, "residual", &v->residual_count);
}

static void parse_versions(struct pack_parse *p, struct json_reader *r,
                           struct policy *policy)
{
    const json_t *array = json_read_array(r, "versions", 20);
    size_t count = json_array_size(array);
    struct policy_version *list = arena_array(p->pack->arena, count, sizeof(list[0]));
    for (size_t i = 0; list && !r->error && i < count; i++) {
        struct json_reader v;
        json_reader_element(&v, r, "versions", i, json_array_get(array, i));
        parse_version(p, &v, &list[i]);
        if (i > 0 && !v.error && list[i].from_day <= list[i - 1].to_day)
            json_reader_fail(&v, "from", "not after the version before it");
        pack_done(r, &v);
    }
    if (!r->error && count == 0)
        json_reader_fail(r, "versions", "empty");
    policy->versions = list;
    policy->version_count = count;
}

static const struct policy_topic *find_topic(const struct pack_parse *p,
                                             struct json_reader *r)
{
    const char *id = json_read_identifier(r, "topic");
    for (size_t i = 0; i < p->pack->topic_count; i++)
        if (strcmp(p->pack->topics[i].id, id) == 0)
            return &p->pack->topics[i];
    json_reader_fail(r, "topic", "there is no topic '%s'", id);
    return NULL;
}

static const struct policy_office *find_office(const struct pack_parse *p,
                                               struct json_reader *r)
{
    const char *id = json_read_identifier(r, "office");
    for (size_t i = 0; i < p->pack->office_count; i++)
        if (strcmp(p->pack->offices[i].id, id) == 0)
            return &p->pack->offices[i];
    json_reader_fail(r, "office", "there is no office '%s'", id);
    return NULL;
}

static void parse_policy(struct pack_parse *p, struct json_reader *r,
                         struct policy *policy)
{
    static const char *const classes[] = {"entitled", "considered", "register", NULL};
    policy->id = pack_copy(p, json_read_identifier(r, "id"));
    pack_text(p, r, "title", &policy->title);
    policy->topic = find_topic(p, r);
    policy->office = find_office(p, r);
    policy->class = (enum policy_class)json_read_choice(r, "class", classes);
    policy->best_of = pack_copy(p, json_read_text_or(r, "best_of", 64, ""));
    json_reader_has(r, "excluded_by"); /* read when every id is known */
    parse_versions(p, r, policy);
}

static bool find_policy(const struct policy_pack *pack, const char *id, size_t *ret)
{
    for (size_t i = 0; id && i < pack->policy_count; i++)
        if (strcmp(pack->policies[i].id, id) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

static void parse_exclusions(struct pack_parse *p, struct json_reader *r, size_t index,
                             const json_t *value)
{
    struct policy *policy = &p->pack->policies[index];
    struct json_reader e;
    json_reader_element(&e, r, "policies", index, value);
    const json_t *array = json_read_array_or_empty(&e, "excluded_by", 20);
    size_t count = json_array_size(array);
    size_t *list = arena_array(p->pack->arena, count, sizeof(list[0]));
    for (size_t i = 0; list && !e.error && i < count; i++) {
        const char *id = json_string_value(json_array_get(array, i));
        if (!find_policy(p->pack, id, &list[i]) || list[i] == index)
            json_reader_fail(&e, "excluded_by", "[%zu]: not another policy's id", i);
    }
    policy->excluded_by = list;
    policy->excluded_by_count = list ? count : 0;
    if (e.error && !r->error)
        r->error = e.error;
}

/* Takes away what is excluded by nothing that is left, until nothing changes: what stays
 * stands in a ring. The first of them, or the number of policies. */
static size_t find_ring(const struct policy_pack *pack)
{
    bool gone[PACK_POLICIES_MAX] = {false};
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < pack->policy_count; i++) {
            const struct policy *policy = &pack->policies[i];
            size_t left = 0;
            for (size_t k = 0; k < policy->excluded_by_count; k++)
                left += !gone[policy->excluded_by[k]];
            if (!gone[i] && left == 0)
                gone[i] = changed = true;
        }
    }
    size_t first = 0;
    while (first < pack->policy_count && gone[first])
        first++;
    return first;
}

void pack_policies(struct pack_parse *p, struct json_reader *r)
{
    const json_t *array = json_read_array(r, "policies", PACK_POLICIES_MAX);
    size_t count = json_array_size(array), other;
    struct policy_pack *pack = p->pack;
    pack->policies = arena_array(pack->arena, count, sizeof(pack->policies[0]));
    if (!pack->policies && !r->error)
        r->error = -ENOMEM;
    for (size_t i = 0; !r->error && i < count; i++) {
        struct json_reader e;
        json_reader_element(&e, r, "policies", i, json_array_get(array, i));
        parse_policy(p, &e, &pack->policies[i]);
        if (!e.error && find_policy(pack, pack->policies[i].id, &other))
            json_reader_fail(&e, "id", "'%s' appears twice", pack->policies[i].id);
        pack_done(r, &e);
        pack->policy_count = i + 1;
    }
    for (size_t i = 0; !r->error && i < count; i++)
        parse_exclusions(p, r, i, json_array_get(array, i));
    size_t ring = r->error ? count : find_ring(pack);
    if (ring < count)
        json_reader_fail(r, "policies",
                         "[%zu].excluded_by: '%s' excludes itself in a ring", ring,
                         pack->policies[ring].id);
}
