#pragma once
#include "base/json.h"
#include "content/policy/pack.h"

/* For content/policy's own files. */

struct arena;

#define PACK_FACTS_MAX 200
#define PACK_POLICIES_MAX 300
#define PACK_CLAUSES_MAX 40

struct policy_pack {
    struct arena *arena;
    json_t *document; /* expressions are borrowed from it */
    const char *id;
    int64_t edition_day;
    struct policy_text title;
    const char *languages[POLICY_LANGUAGES_MAX + 1];
    size_t language_count;
    struct policy_source *sources;
    size_t source_count;
    struct policy_fact *facts;
    size_t fact_count, slot_count;
    struct policy_parameter *parameters;
    size_t parameter_count;
    struct policy_topic *topics;
    size_t topic_count;
    struct policy_office *offices;
    size_t office_count;
    struct policy *policies;
    size_t policy_count;
};

/* One parse: the pack so far and the reader of the object at hand. */
struct pack_parse {
    struct policy_pack *pack;
    struct diag *diag;
};

/* {"vi": "...", "en": "..."}; the pack's first language is required. */
void pack_text(struct pack_parse *p, struct json_reader *r, const char *key,
               struct policy_text *ret);
void pack_text_or_none(struct pack_parse *p, struct json_reader *r, const char *key,
                       struct policy_text *ret);
struct policy_text *pack_texts(struct pack_parse *p, struct json_reader *r,
                               const char *key, size_t *ret_count);
const char *pack_copy(struct pack_parse *p, const char *text);
const struct policy_source *pack_source(struct pack_parse *p, struct json_reader *r);
/* from, to: both days included; `to` may be absent. */
void pack_days(struct json_reader *r, int64_t *from, int64_t *to);
int64_t pack_day(struct json_reader *r, const char *key);
/* Finishes a child and lets its error stick in the parent. */
void pack_done(struct json_reader *parent, struct json_reader *child);

void pack_facts(struct pack_parse *p, struct json_reader *r);
void pack_parameters(struct pack_parse *p, struct json_reader *r);
void pack_policies(struct pack_parse *p, struct json_reader *r);
