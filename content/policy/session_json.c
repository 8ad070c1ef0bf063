/* Answers of a household as JSON. */
#include "base/diag.h"
#include "content/policy/date.h"
#include "content/policy/session.h"
#include "content/policy/session_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int refuse(struct diag *diag, const char *path, const char *expected)
{
    return diag_set(diag, -EINVAL, "%s: expected %s", path, expected);
}

/* One answer that is no list. */
static int number_of(const struct policy_fact *f, const json_t *json, const char *path,
                     int64_t *ret, struct diag *diag)
{
    const char *text = json_string_value(json);
    switch (f->type) {
    case POLICY_BOOLEAN:
        *ret = json_is_true(json);
        return json_is_boolean(json) ? 0 : refuse(diag, path, "true or false");
    case POLICY_DATE:
        return day_parse(text, ret) == 0 ? 0
                                         : refuse(diag, path, "a day like 2026-11-24");
    case POLICY_CHOICE:
        for (size_t i = 0; text && i < f->choice_count; i++)
            if (strcmp(f->choices[i].value, text) == 0) {
                *ret = (int64_t)i;
                return 0;
            }
        return refuse(diag, path, "one of the choices of the pack");
    default:
        *ret = json_integer_value(json);
        return json_is_integer(json) ? 0 : refuse(diag, path, "a whole number");
    }
}

static int read_one(struct policy_session *s, const struct policy_fact *f, size_t slot,
                    const json_t *json, const char *path, struct diag *diag)
{
    int64_t number = 0;
    if (!json)
        return 0;
    if (json_is_null(json)) {
        policy_session_answer_unknown(s, slot);
        return 0;
    }
    int r = number_of(f, json, path, &number, diag);
    if (r == 0 && policy_session_answer(s, slot, number) < 0)
        r = diag_set(diag, -EINVAL, "%s: outside of what the pack allows", path);
    return r;
}

/* Every key of the object is one of `facts`. */
static int refuse_others(const json_t *object, const struct policy_fact *facts,
                         size_t count, const char *path, struct diag *diag)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        size_t i = 0;
        while (i < count && strcmp(facts[i].id, key) != 0)
            i++;
        if (i == count)
            return diag_set(diag, -EINVAL, "%s.%.64s: the pack has no such fact", path,
                            key);
    }
    return 0;
}

static int read_list(struct policy_session *s, const struct policy_fact *list,
                     const json_t *json, struct diag *diag)
{
    char path[200];
    if (json_is_null(json)) {
        policy_session_answer_unknown(s, list->slot);
        return 0;
    }
    if (!json_is_array(json))
        return diag_set(diag, -EINVAL, "facts.%s: expected a list", list->id);
    size_t count = json_array_size(json);
    if (policy_session_answer(s, list->slot, (int64_t)count) < 0)
        return diag_set(diag, -EINVAL, "facts.%s: more than %lld members", list->id,
                        (long long)list->high);
    for (size_t m = 0; m < count; m++) {
        const json_t *member = json_array_get(json, m);
        snprintf(path, sizeof(path), "facts.%s[%zu]", list->id, m);
        if (!json_is_object(member))
            return refuse(diag, path, "an object");
        int r = refuse_others(member, list->fields, list->field_count, path, diag);
        for (size_t k = 0; r == 0 && k < list->field_count; k++) {
            const struct policy_fact *f = &list->fields[k];
            snprintf(path, sizeof(path), "facts.%s[%zu].%s", list->id, m, f->id);
            r = read_one(s, f, f->slot + m * list->field_count,
                         json_object_get(member, f->id), path, diag);
        }
        if (r < 0)
            return r;
    }
    return 0;
}

int policy_session_read(struct policy_session *s, const json_t *answers,
                        struct diag *diag)
{
    const struct policy_pack *pack = s->view->pack;
    char path[100];
    policy_session_wipe(s);
    if (!json_is_object(answers))
        return refuse(diag, "facts", "an object");
    int r = refuse_others(answers, pack->facts, pack->fact_count, "facts", diag);
    for (size_t i = 0; r == 0 && i < pack->fact_count; i++) {
        const struct policy_fact *f = &pack->facts[i];
        const json_t *json = json_object_get(answers, f->id);
        snprintf(path, sizeof(path), "facts.%s", f->id);
        if (f->type == POLICY_LIST)
            r = json ? read_list(s, f, json, diag) : 0;
        else
            r = read_one(s, f, f->slot, json, path, diag);
    }
    return r;
}
