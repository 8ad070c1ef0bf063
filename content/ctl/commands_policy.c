/* policy: check, try and compare policy packs, offline. */
#include "base/text.h"
#include "content/ctl/policy.h"
#include "content/policy/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(struct policy_pack *, policy_pack_destroy);

static const char *language_of(const struct ctl *c, const struct policy_pack *pack)
{
    return c->v.language ? c->v.language : policy_pack_languages(pack)[0];
}

/* ---- check ---- */

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

static void print_check(const struct policy_pack *pack)
{
    size_t facts, policies, sources, count[3] = {0};
    int64_t days[64];
    char day[DAY_TEXT_SIZE];
    policy_pack_facts(pack, &facts);
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
    const char *const *languages = policy_pack_languages(pack);
    for (size_t i = 1; languages[i]; i++)
        printf("language %s: %zu texts are missing, %s is shown instead\n", languages[i],
               count_missing(pack, i), languages[0]);
}

struct expectations {
    const struct policy_pack *pack;
    struct ctl_days days;
    int64_t day;
    size_t households, results, wrong;
};

static int expect_one(struct expectations *e, const struct ctl_household *h,
                      const struct policy_result *results, const char *id,
                      const char *expected)
{
    size_t count, i = 0;
    const struct policy *policies = policy_pack_policies(e->pack, &count);
    while (i < count && strcmp(policies[i].id, id) != 0)
        i++;
    if (i == count)
        return ctl_fail(CTL_REFUSED, "%s: expect.%s: the pack has no such policy",
                        h->name, id);
    e->results++;
    const char *found = ctl_outcome_name(results[i].outcome);
    if (!expected || strcmp(found, expected) != 0) {
        e->wrong++;
        printf("%s: %s: expected %s, found %s\n", h->name, id,
               expected ? expected : "a text", found);
    }
    return 0;
}

static int expect_household(void *context, const struct ctl_household *h)
{
    struct expectations *e = context;
    struct policy_session *s = NULL;
    int code = ctl_days_read(&e->days, h, e->day, &s);
    if (code != 0)
        return code;
    e->households++;
    const struct policy_result *results = policy_session_evaluate(s);
    const char *id;
    json_t *expected;
    json_object_foreach((json_t *)h->expect, id, expected)
    {
        code = expect_one(e, h, results, id, json_string_value(expected));
        if (code != 0)
            return code;
    }
    return 0;
}

static int check_households(const struct ctl *c, const struct policy_pack *pack)
{
    struct expectations e = {.pack = pack, .days = {.pack = pack}};
    int code = ctl_policy_day(c, &e.day);
    if (code == 0)
        code = ctl_households(c->v.households, expect_household, &e);
    ctl_days_release(&e.days);
    if (code == 0)
        printf("%zu households, %zu results, %zu not as expected\n", e.households,
               e.results, e.wrong);
    return code == 0 && e.wrong ? CTL_REFUSED : code;
}

static int check(struct ctl *c)
{
    CLEANUP(policy_pack_destroyp) struct policy_pack *pack = NULL;
    int code = ctl_policy_pack(c->arguments[0], &pack);
    if (code != 0)
        return code;
    print_check(pack);
    return c->v.households ? check_households(c, pack) : CTL_DONE;
}

/* ---- eval, next ---- */

static int with_household(struct ctl *c,
                          int (*then)(struct ctl *c, const struct policy_pack *pack,
                                      struct policy_session *s))
{
    CLEANUP(policy_pack_destroyp) struct policy_pack *pack = NULL;
    CLEANUP(ctl_household_release) struct ctl_household h = {.file = NULL};
    CLEANUP(ctl_days_release) struct ctl_days days = {.count = 0};
    struct policy_session *s = NULL;
    int64_t day;
    int code = ctl_policy_pack(c->arguments[0], &pack);
    if (code == 0)
        code = ctl_household_read(c->arguments[1], &h);
    if (code == 0)
        code = ctl_policy_day(c, &day);
    days.pack = pack;
    if (c->v.as_of) /* the command line wins over the file */
        h.day = INT64_MIN;
    if (code == 0)
        code = ctl_days_read(&days, &h, day, &s);
    return code == 0 ? then(c, pack, s) : code;
}

static int print_results(struct ctl *c, const struct policy_pack *pack,
                         struct policy_session *s)
{
    if (!c->v.json) {
        ctl_policy_print(pack, s, language_of(c, pack));
        return CTL_DONE;
    }
    CLEANUP(json_decrefp) json_t *all = ctl_policy_json(pack, s, language_of(c, pack));
    int r = all ? json_dumpf(all, stdout, JSON_INDENT(1)) : -1;
    puts("");
    return r < 0 ? CTL_REFUSED : CTL_DONE;
}

static int eval(struct ctl *c)
{
    return with_household(c, print_results);
}

static int print_next(struct ctl *c, const struct policy_pack *pack,
                      struct policy_session *s)
{
    char name[160];
    size_t slot = policy_session_next(s);
    if (slot == POLICY_NO_SLOT) {
        puts("nothing more to ask");
        return CTL_DONE;
    }
    const struct policy_fact *f = policy_session_fact(s, slot, NULL, NULL);
    ctl_slot_name(s, slot, name, sizeof(name));
    printf("%s\n%s\n", name,
           policy_pack_text(pack, &f->question, language_of(c, pack), NULL));
    for (size_t i = 0; i < f->choice_count; i++)
        printf("  %-24s %s\n", f->choices[i].value,
               policy_pack_text(pack, &f->choices[i].text, language_of(c, pack), NULL));
    return CTL_DONE;
}

static int next(struct ctl *c)
{
    return with_household(c, print_next);
}

/* ---- diff ---- */

struct difference {
    const struct policy_pack *packs[2];
    struct ctl_days days[2];
    const char *language;
    int64_t day;
    size_t households, changed;
};

static const char *first_reason(const struct policy_pack *pack,
                                const struct policy_session *s, size_t policy,
                                const char *language, const char **ret_document)
{
    struct policy_reason list[POLICY_REASONS_MAX];
    size_t count = policy_session_reasons(s, policy, list);
    for (size_t i = 0; i < count; i++)
        if (list[i].decisive && list[i].kind == POLICY_CLAUSE) {
            *ret_document = list[i].clause->source->document;
            return policy_pack_text(pack, list[i].text, language, NULL);
        }
    *ret_document = "";
    return "no rule is in force";
}

/* One side: the outcome and why; "absent" when the pack does not have the policy. */
static const char *side(const struct difference *d, int at, struct policy_session *s,
                        const char *id, const char **ret_why, const char **ret_document)
{
    size_t count;
    const struct policy *policies = policy_pack_policies(d->packs[at], &count);
    *ret_why = "the pack does not have this policy";
    *ret_document = "";
    for (size_t i = 0; i < count; i++) {
        if (strcmp(policies[i].id, id) != 0)
            continue;
        const struct policy_result *r = &policy_session_evaluate(s)[i];
        *ret_why = first_reason(d->packs[at], s, i, d->language, ret_document);
        if (r->instead)
            *ret_why =
                policy_pack_text(d->packs[at], &r->instead->title, d->language, NULL);
        return ctl_outcome_name(r->outcome);
    }
    return "absent";
}

static bool compare(struct difference *d, const struct ctl_household *h,
                    struct policy_session *s[2], const char *id)
{
    const char *why[2], *document[2], *outcome[2];
    for (int i = 0; i < 2; i++)
        outcome[i] = side(d, i, s[i], id, &why[i], &document[i]);
    if (strcmp(outcome[0], outcome[1]) == 0)
        return false;
    printf("%s: %s: %s -> %s\n", h->name, id, outcome[0], outcome[1]);
    for (int i = 0; i < 2; i++)
        printf("    %s: %s%s%s%s\n", i ? "new" : "old", why[i], *document[i] ? " [" : "",
               document[i], *document[i] ? "]" : "");
    return true;
}

static int diff_household(void *context, const struct ctl_household *h)
{
    struct difference *d = context;
    struct policy_session *s[2] = {NULL, NULL};
    bool changed = false;
    for (int i = 0; i < 2; i++) {
        int code = ctl_days_read(&d->days[i], h, d->day, &s[i]);
        if (code != 0)
            return code;
    }
    d->households++;
    size_t count[2];
    const struct policy *old = policy_pack_policies(d->packs[0], &count[0]);
    const struct policy *new = policy_pack_policies(d->packs[1], &count[1]);
    for (size_t i = 0; i < count[0]; i++)
        changed |= compare(d, h, s, old[i].id);
    for (size_t i = 0; i < count[1]; i++) {
        size_t k = 0;
        while (k < count[0] && strcmp(old[k].id, new[i].id) != 0)
            k++;
        if (k == count[0])
            changed |= compare(d, h, s, new[i].id);
    }
    d->changed += changed;
    return 0;
}

static int diff(struct ctl *c)
{
    CLEANUP(policy_pack_destroyp) struct policy_pack *old = NULL;
    CLEANUP(policy_pack_destroyp) struct policy_pack *new = NULL;
    if (!c->v.households)
        return ctl_fail(CTL_USAGE, "--households: which folder are they in?");
    int code = ctl_policy_pack(c->arguments[0], &old);
    if (code == 0)
        code = ctl_policy_pack(c->arguments[1], &new);
    struct difference d = {.packs = {old, new}, .days = {{.pack = old}, {.pack = new}}};
    if (code == 0)
        code = ctl_policy_day(c, &d.day);
    if (code == 0) {
        d.language = language_of(c, new);
        code = ctl_households(c->v.households, diff_household, &d);
    }
    ctl_days_release(&d.days[0]);
    ctl_days_release(&d.days[1]);
    if (code == 0)
        printf("%zu of %zu households change\n", d.changed, d.households);
    return code;
}

#define AS_OF                                                                            \
    {                                                                                    \
        "as-of", OPTION_TEXT, CTL_AT(as_of), NULL, 0, 0, "DATE",                         \
            "the day whose rules count; else the file's, else today"                     \
    }
#define LANGUAGE                                                                         \
    {                                                                                    \
        "language", OPTION_TEXT, CTL_AT(language), NULL, 0, 0, "CODE",                   \
            "of the texts; else the pack's first"                                        \
    }
#define HOUSEHOLDS                                                                       \
    {                                                                                    \
        "households", OPTION_TEXT, CTL_AT(households), NULL, 0, 0, "DIR",                \
            "a folder of household files"                                                \
    }
static const struct option_key keys_check[] = {AS_OF, HOUSEHOLDS};
static const struct option_key keys_eval[] = {
    AS_OF, LANGUAGE, {"json", OPTION_FLAG, CTL_AT(json), NULL, 0, 0, NULL, "as JSON"}};
static const struct option_key keys_next[] = {AS_OF, LANGUAGE};
static const struct option_key keys_diff[] = {AS_OF, LANGUAGE, HOUSEHOLDS};

static const struct command commands[] = {
    {"policy check", "PACK", "find every mistake of a policy pack",
     "Reads the pack as a kiosk will, on every day on which a rule or a number changes.\n"
     "With --households it also evaluates each household file (\"name\", \"as_of\",\n"
     "\"facts\", \"expect\") and says where a result is not the expected one.",
     keys_check, ARRAY_LENGTH(keys_check), 1, 1, check},
    {"policy eval", "PACK FACTS", "what one household may get, and why",
     "FACTS is a JSON file: {\"ho.loai\": \"ngheo\", \"ho.khu_vuc\": null}. null is "
     "\"không "
     "biết\"; what is\nnot there has not been asked. A household file will do too.",
     keys_eval, ARRAY_LENGTH(keys_eval), 2, 2, eval},
    {"policy next", "PACK FACTS", "the question a kiosk would ask next", NULL, keys_next,
     ARRAY_LENGTH(keys_next), 2, 2, next},
    {"policy diff", "OLD NEW", "whose result changes between two packs, and why",
     "Run it over the household files before a new edition is signed.", keys_diff,
     ARRAY_LENGTH(keys_diff), 2, 2, diff},
};
const struct command_group commands_policy = {commands, ARRAY_LENGTH(commands)};
