/* policy: check, try and compare policy packs, offline. */
#include "base/file.h"
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
    ctl_policy_summary(pack);
    return c->v.households ? check_households(c, pack) : CTL_DONE;
}

/* ---- draft ---- */

static int draft(struct ctl *c)
{
    CLEANUP(policy_pack_destroyp) struct policy_pack *pack = NULL;
    CLEANUP(text_free) char *text = NULL;
    CLEANUP(text_free) char *compact = NULL;
    CLEANUP(json_decrefp) json_t *json = NULL;
    CLEANUP(json_decrefp) json_t *release = NULL;
    size_t length;
    if (!c->v.id || !c->v.area)
        return ctl_fail(CTL_USAGE, "--line and --area: whose pack is it?");
    int code = ctl_policy_pack(c->arguments[0], &pack);
    if (code != 0)
        return code;
    /* The same JSON without spaces: a third less to carry. */
    if (file_read(c->arguments[0], POLICY_PACK_BYTES_MAX, &text, &length) == 0)
        json = json_loadb(text, length, 0, NULL);
    compact = json ? json_dumps(json, JSON_COMPACT) : NULL;
    release = json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s}}", "kind", "policy_pack",
                        "line", c->v.id, "level", "routine", "area", c->v.area, "title",
                        policy_pack_text(pack, policy_pack_title(pack), "", NULL), "body",
                        "pack", compact);
    if (!release || json_dumpf(release, stdout, JSON_COMPACT) < 0)
        return ctl_fail(CTL_REFUSED, "%s: cannot be written", c->arguments[0]);
    puts("");
    return CTL_DONE;
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

/* One pack's judgement of one policy. */
struct side {
    const char *outcome, *why, *document;
    char gives[6000]; /* the sentences of its benefits, where it is due */
};

static void read_gives(const struct difference *d, const struct policy_session *s,
                       size_t policy, size_t benefits, struct side *ret)
{
    size_t at = 0;
    for (size_t i = 0; i < benefits && at + 1 < sizeof(ret->gives); i++) {
        if (i > 0 && text_copy(ret->gives + at, sizeof(ret->gives) - at, "; "))
            at += 2;
        (void)policy_session_benefit(s, policy, i, d->language, "[ask the officer]",
                                     ret->gives + at, sizeof(ret->gives) - at);
        at += strlen(ret->gives + at);
    }
}

static void read_side(const struct difference *d, int at, struct policy_session *s,
                      const char *id, struct side *ret)
{
    size_t count, i = 0;
    const struct policy *policies = policy_pack_policies(d->packs[at], &count);
    *ret = (struct side){"absent", "the pack does not have this policy", "", ""};
    while (i < count && strcmp(policies[i].id, id) != 0)
        i++;
    if (i == count)
        return;
    const struct policy_result *r = &policy_session_evaluate(s)[i];
    ret->outcome = ctl_outcome_name(r->outcome);
    ret->why = first_reason(d->packs[at], s, i, d->language, &ret->document);
    if (r->instead)
        ret->why = policy_pack_text(d->packs[at], &r->instead->title, d->language, NULL);
    if (r->outcome == POLICY_ELIGIBLE)
        read_gives(d, s, i, r->version->benefit_count, ret);
}

static bool compare(struct difference *d, const struct ctl_household *h,
                    struct policy_session *s[2], const char *id)
{
    struct side sides[2];
    for (int i = 0; i < 2; i++)
        read_side(d, i, s[i], id, &sides[i]);
    bool outcome = strcmp(sides[0].outcome, sides[1].outcome) != 0;
    if (!outcome && strcmp(sides[0].gives, sides[1].gives) == 0)
        return false;
    if (outcome)
        printf("%s: %s: %s -> %s\n", h->name, id, sides[0].outcome, sides[1].outcome);
    else
        printf("%s: %s: gives something else\n", h->name, id);
    for (int i = 0; i < 2; i++)
        if (outcome)
            printf("    %s: %s%s%s%s\n", i ? "new" : "old", sides[i].why,
                   *sides[i].document ? " [" : "", sides[i].document,
                   *sides[i].document ? "]" : "");
        else
            printf("    %s: %s\n", i ? "new" : "old", sides[i].gives);
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
static const struct option_key keys_draft[] = {
    {"line", OPTION_TEXT, CTL_AT(id), NULL, 0, 0, "ID", "the release's lasting identity"},
    {"area", OPTION_TEXT, CTL_AT(area), NULL, 0, 0, "AREA", "who issues it"}};
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
    {"policy draft", "PACK", "a draft for release build, once the pack is right",
     "tramtinctl policy draft hue.json --line chinh-sach --area hue > pack.draft\n"
     "tramtinctl release build pack.draft --out pack.release\n\n"
     "Two people sign it: who wrote it and who approves it. Before signing, run policy\n"
     "check and policy diff on pack.release itself: these are the bytes that are signed.",
     keys_draft, ARRAY_LENGTH(keys_draft), 1, 1, draft},
    {"policy diff", "OLD NEW", "whose result changes between two packs, and why",
     "Run it over the household files before a new edition is signed.", keys_diff,
     ARRAY_LENGTH(keys_diff), 2, 2, diff},
};
const struct command_group commands_policy = {commands, ARRAY_LENGTH(commands)};
