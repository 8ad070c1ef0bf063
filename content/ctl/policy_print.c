/* Results of a household, for reading and as JSON. */
#include "content/ctl/policy.h"

#include "content/policy/date.h"

#include <stdio.h>
#include <string.h>

static const char *const class_names[] = {"entitled", "considered", "register"};
static const char *const truth_names[] = {"true", "false", "unknown"};
static const char *const kind_names[] = {"all_of", "any_of", "not", "clause"};
static const char *const state_names[] = {"checked", "press", "unverified"};

void ctl_slot_name(const struct policy_session *s, size_t slot, char *ret, size_t size)
{
    const struct policy_fact *list = NULL;
    size_t member = 0;
    const struct policy_fact *f = policy_session_fact(s, slot, &list, &member);
    if (list)
        snprintf(ret, size, "%s[%zu].%s", list->id, member, f->id);
    else
        snprintf(ret, size, "%s", f->id);
}

/* Whatever day it is: a fact that no rule ever reads is never asked. */
static bool is_read(const struct policy_pack *pack, const struct policy_fact *fact)
{
    int64_t days[400];
    size_t count = policy_pack_changes(pack, days, ARRAY_LENGTH(days));
    bool read = false;
    for (size_t i = 0; i < count && !read; i++) {
        struct policy_view *view = NULL;
        if (policy_view_create(pack, days[i], &view, NULL) == 0)
            read = policy_view_reads(view, fact);
        policy_view_destroy(view);
    }
    return read;
}

/* Of what is not due, only what decided that. */
static void print_reasons(const struct policy_pack *pack, const struct policy_session *s,
                          size_t policy, bool all, const char *language)
{
    struct policy_reason list[POLICY_REASONS_MAX];
    size_t count = policy_session_reasons(s, policy, list);
    for (size_t i = 0; i < count; i++) {
        const struct policy_reason *r = &list[i];
        if (!all && (!r->decisive || r->kind != POLICY_CLAUSE))
            continue;
        printf("      %*s%-7s ", (int)(2 * r->depth), "", truth_names[r->truth]);
        if (r->kind == POLICY_CLAUSE)
            printf("%s [%s, %s]\n", policy_pack_text(pack, r->text, language, NULL),
                   r->clause->source->document, state_names[r->clause->source->state]);
        else
            printf("%s\n", kind_names[r->kind]);
    }
}

static void print_policy(const struct policy_pack *pack, struct policy_session *s,
                         size_t i, const struct policy *p, const struct policy_result *r,
                         const char *language)
{
    char text[2400];
    printf("  %-10s %s (%s)\n", p->id, policy_pack_text(pack, &p->title, language, NULL),
           class_names[p->class]);
    if (r->instead)
        printf("      instead: %s\n",
               policy_pack_text(pack, &r->instead->title, language, NULL));
    print_reasons(pack, s, i, r->outcome != POLICY_INELIGIBLE, language);
    for (size_t k = 0; r->outcome == POLICY_ELIGIBLE && k < r->version->benefit_count;
         k++) {
        (void)policy_session_benefit(s, i, k, language, "[ask the officer]", text,
                                     sizeof(text));
        printf("      benefit: %s\n", text);
    }
}

void ctl_policy_print(const struct policy_pack *pack, struct policy_session *s,
                      const char *language)
{
    size_t count;
    char day[DAY_TEXT_SIZE];
    const struct policy *policies = policy_pack_policies(pack, &count);
    const struct policy_result *results = policy_session_evaluate(s);
    day_format(policy_view_day(policy_session_view(s)), day);
    printf("as of %s\n", day);
    for (int outcome = POLICY_ELIGIBLE; outcome <= POLICY_NOT_IN_FORCE; outcome++) {
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            n += results[i].outcome == (enum policy_outcome)outcome;
        if (n)
            printf("%s: %zu\n", ctl_outcome_name((enum policy_outcome)outcome), n);
        for (size_t i = 0; i < count; i++)
            if (results[i].outcome == (enum policy_outcome)outcome)
                print_policy(pack, s, i, &policies[i], &results[i], language);
    }
}

static bool missing(const struct policy_text *t, size_t language)
{
    return t->in[0] && !t->in[language];
}

/* Texts of one language that are not there. */
static size_t count_missing(const struct policy_pack *pack, size_t language)
{
    size_t n, total = 0;
    const struct policy_fact *facts = policy_pack_facts(pack, &n);
    for (size_t i = 0; i < n; i++) {
        total +=
            missing(&facts[i].question, language) + missing(&facts[i].help, language);
        for (size_t k = 0; k < facts[i].choice_count; k++)
            total += missing(&facts[i].choices[k].text, language);
        for (size_t k = 0; k < facts[i].field_count; k++)
            total += missing(&facts[i].fields[k].question, language);
    }
    const struct policy *policies = policy_pack_policies(pack, &n);
    for (size_t i = 0; i < n; i++) {
        total += missing(&policies[i].title, language);
        for (size_t v = 0; v < policies[i].version_count; v++) {
            const struct policy_version *version = &policies[i].versions[v];
            for (size_t k = 0; k < version->clause_count; k++)
                total += missing(&version->clauses[k].when_true, language) +
                         missing(&version->clauses[k].when_false, language) +
                         missing(&version->clauses[k].when_unknown, language);
            for (size_t k = 0; k < version->benefit_count; k++)
                total += missing(&version->benefits[k].text, language);
            for (size_t k = 0; k < version->paper_count; k++)
                total += missing(&version->papers[k], language);
            for (size_t k = 0; k < version->residual_count; k++)
                total += missing(&version->residual[k], language);
        }
    }
    return total;
}

void ctl_policy_summary(const struct policy_pack *pack)
{
    size_t facts, policies, sources, count[3] = {0};
    int64_t days[64];
    char day[DAY_TEXT_SIZE];
    const struct policy_fact *asked = policy_pack_facts(pack, &facts);
    policy_pack_policies(pack, &policies);
    const struct policy_source *list = policy_pack_sources(pack, &sources);
    for (size_t i = 0; i < sources; i++)
        count[list[i].state]++;
    printf("%s: %zu policies, %zu facts\n", policy_pack_id(pack), policies, facts);
    printf("sources: %zu checked with the signed text, %zu from the press, %zu not "
           "verified (their amounts are not shown)\n",
           count[POLICY_CHECKED], count[POLICY_PRESS], count[POLICY_UNVERIFIED]);
    size_t changes = policy_pack_changes(pack, days, ARRAY_LENGTH(days));
    printf("something changes on:");
    for (size_t i = 0; i < changes && i < ARRAY_LENGTH(days); i++) {
        day_format(days[i], day);
        printf(" %s", day);
    }
    puts("");
    for (size_t i = 0; i < facts; i++)
        if (!is_read(pack, &asked[i]))
            printf("no rule reads the fact %s: it is never asked\n", asked[i].id);
    const char *const *languages = policy_pack_languages(pack);
    for (size_t i = 1; languages[i]; i++)
        printf("language %s: %zu texts are missing, %s is shown instead\n", languages[i],
               count_missing(pack, i), languages[0]);
}

static json_t *reasons_json(const struct policy_pack *pack,
                            const struct policy_session *s, size_t policy,
                            const char *language)
{
    struct policy_reason list[POLICY_REASONS_MAX];
    size_t count = policy_session_reasons(s, policy, list);
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct policy_reason *r = &list[i];
        json_t *one = json_pack("{s:s, s:s, s:i, s:b}", "kind", kind_names[r->kind],
                                "value", truth_names[r->truth], "depth", (int)r->depth,
                                "decisive", r->decisive);
        if (r->kind == POLICY_CLAUSE) {
            const struct policy_source *source = r->clause->source;
            json_object_set_new(one, "id", json_string(r->clause->id));
            json_object_set_new(
                one, "text",
                json_string(policy_pack_text(pack, r->text, language, NULL)));
            json_object_set_new(one, "source",
                                json_pack("{s:s, s:s, s:s, s:s, s:s}", "document",
                                          source->document, "article", source->article,
                                          "clause", source->clause, "url", source->url,
                                          "state", state_names[source->state]));
        }
        json_array_append_new(array, one);
    }
    return array;
}

static json_t *benefits_json(const struct policy_pack *pack,
                             const struct policy_session *s, size_t policy,
                             const struct policy_version *version, const char *language)
{
    json_t *array = json_array();
    for (size_t i = 0; i < version->benefit_count; i++) {
        int64_t amount;
        json_t *one =
            json_pack("{s:s}", "text",
                      policy_pack_text(pack, &version->benefits[i].text, language, NULL));
        if (version->benefits[i].amount)
            json_object_set_new(one, "amount_vnd",
                                policy_session_amount(s, policy, i, &amount)
                                    ? json_integer(amount)
                                    : json_null());
        json_array_append_new(array, one);
    }
    return array;
}

static json_t *texts_json(const struct policy_pack *pack, const struct policy_text *texts,
                          size_t count, const char *language)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            array, json_string(policy_pack_text(pack, &texts[i], language, NULL)));
    return array;
}

static json_t *policy_json(const struct policy_pack *pack, struct policy_session *s,
                           size_t i, const struct policy *p,
                           const struct policy_result *r, const char *language)
{
    char day[DAY_TEXT_SIZE];
    json_t *one =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", p->id, "title",
                  policy_pack_text(pack, &p->title, language, NULL), "class",
                  class_names[p->class], "outcome", ctl_outcome_name(r->outcome),
                  "office", policy_pack_text(pack, &p->office->name, language, NULL));
    if (r->instead)
        json_object_set_new(one, "instead", json_string(r->instead->id));
    if (!r->version)
        return one;
    day_format(r->version->from_day, day);
    json_object_set_new(one, "rule_from", json_string(day));
    json_object_set_new(one, "reasons", reasons_json(pack, s, i, language));
    json_object_set_new(one, "benefits", benefits_json(pack, s, i, r->version, language));
    json_object_set_new(
        one, "papers",
        texts_json(pack, r->version->papers, r->version->paper_count, language));
    json_object_set_new(
        one, "residual",
        texts_json(pack, r->version->residual, r->version->residual_count, language));
    return one;
}

json_t *ctl_policy_json(const struct policy_pack *pack, struct policy_session *s,
                        const char *language)
{
    size_t count;
    char day[DAY_TEXT_SIZE], name[160];
    const struct policy *policies = policy_pack_policies(pack, &count);
    day_format(policy_view_day(policy_session_view(s)), day);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct policy_result *r = &policy_session_evaluate(s)[i];
        json_t *one = policy_json(pack, s, i, &policies[i], r, language);
        size_t slot = r->outcome == POLICY_UNDECIDED ? policy_session_deciding(s, i)
                                                     : POLICY_NO_SLOT;
        if (slot != POLICY_NO_SLOT) {
            ctl_slot_name(s, slot, name, sizeof(name));
            json_object_set_new(one, "deciding", json_string(name));
        }
        json_array_append_new(list, one);
    }
    return json_pack("{s:s, s:s, s:o}", "pack", policy_pack_id(pack), "as_of", day,
                     "policies", list);
}
