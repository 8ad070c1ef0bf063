/* Who may sign what: counting people. Pure on the state of a trust. */
#include "content/model/trust_internal.h"

#include "base/diag.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool holds(struct text_list list, const char *text)
{
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.texts[i], text) == 0)
            return true;
    return false;
}

static bool kept(const struct author *a, const struct sha256 *name)
{
    for (size_t i = 0; i < a->keep_count; i++)
        if (sha256_equal(&a->keep[i], name))
            return true;
    return false;
}

static bool covers(const struct trust *t, const struct author *a, const char *area)
{
    for (size_t i = 0; i < a->areas.count; i++)
        if (t->areas ? areas_is_under(t->areas, area, a->areas.texts[i])
                     : strcmp(area, a->areas.texts[i]) == 0)
            return true;
    return false;
}

/* NULL when the author's signature counts, else why not. */
static const char *objection(const struct trust *t, const struct author *a,
                             const char *kind, const char *area, enum level level,
                             const struct sha256 *name, int64_t accepted_ms)
{
    if (a->state == AUTHOR_COMPROMISED && !(name && kept(a, name)))
        return "the key is compromised";
    if (a->state == AUTHOR_RETIRED && accepted_ms >= a->since_ms)
        return "the key is retired";
    if (accepted_ms < a->from_ms || accepted_ms >= a->until_ms)
        return "outside the key's period";
    if (!holds(a->kinds, kind))
        return "the key is not for this kind";
    if (!covers(t, a, area))
        return "the key is not for this area";
    if (level > a->level)
        return "the key is not for this level";
    return NULL;
}

int trust_count_people(const struct trust *t, const struct envelope *e, const char *kind,
                       const char *area, enum level level, const struct sha256 *name,
                       int64_t accepted_ms, struct diag *why)
{
    const char *people[ENVELOPE_SIGNATURES_MAX];
    int count = 0;
    bool said = false;
    for (size_t i = 0; t->keyring && i < t->keyring->count; i++) {
        const struct author *a = &t->keyring->authors[i];
        if (count == ENVELOPE_SIGNATURES_MAX || !envelope_signed_by(e, &a->key))
            continue;
        const char *no = objection(t, a, kind, area, level, name, accepted_ms);
        for (int k = 0; !no && k < count; k++)
            if (strcmp(people[k], a->person) == 0)
                no = "this person has signed already";
        if (!no)
            people[count++] = a->person;
        else if (!said) {
            diag_set(why, 0, "%.100s does not count: %s", a->person, no);
            said = true;
        }
    }
    if (!said)
        diag_set(why, 0, "it bears %zu, %d of them of people in the keyring",
                 e->signature_count, count);
    return count;
}

/* Whatever is targeted lies under the area that issued it. */
static int judge_target(const struct trust *t, const struct release *release,
                        struct diag *diag)
{
    const struct release_rule *r = &release->rule;
    if (!areas_find(t->areas, r->area))
        return diag_set(diag, -EKEYREJECTED, "unknown area '%s'", r->area);
    for (size_t i = 0; i < r->target.areas.count; i++)
        if (!areas_is_under(t->areas, r->target.areas.texts[i], r->area))
            return diag_set(diag, -EKEYREJECTED, "targets '%s', which is not under '%s'",
                            r->target.areas.texts[i], r->area);
    return 0;
}

int trust_judge_release(const struct trust *t, const struct envelope *e,
                        const struct release *release, const struct sha256 *name,
                        int64_t accepted_ms, struct diag *diag)
{
    const struct release_rule *r = &release->rule;
    if (!t->keyring || !t->areas)
        return diag_set(diag, -EKEYREJECTED, "no keyring or no areas to judge it by");
    int e_target = judge_target(t, release, diag);
    if (e_target < 0)
        return e_target;
    struct diag why = {""};
    int need = release->kind->signatures[r->level];
    int have = trust_count_people(t, e, release->kind->name, r->area, r->level, name,
                                  accepted_ms, &why);
    if (have < need)
        return diag_set(diag, -EKEYREJECTED, "%d of %d people needed have signed: %s",
                        have, need, diag_text(&why));
    return 0;
}

int trust_judge_line(const struct trust *t, const struct release_rule *rule,
                     struct diag *diag)
{
    for (size_t i = 0; i < t->line_count; i++) {
        const struct line_mark *l = &t->lines[i];
        if (strcmp(l->line, rule->line) == 0 &&
            !areas_is_under(t->areas, l->area, rule->area))
            return diag_set(diag, -EKEYREJECTED, "'%s' is a line of '%s', not of '%s'",
                            rule->line, l->area, rule->area);
        if (strcmp(l->line, rule->line) == 0 && rule->revision <= l->forgotten)
            return diag_set(diag, -ESTALE, "'%s' revision %lld is over, see %lld",
                            rule->line, (long long)rule->revision,
                            (long long)l->revision);
    }
    return 0;
}
