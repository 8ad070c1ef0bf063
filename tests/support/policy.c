#include "tests/support/policy.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "content/policy/date.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void stop(const char *what, const char *why)
{
    (void)fprintf(stderr, "%s: %s\n", what, why);
    abort();
}

char *policy_quote(const char *text)
{
    char *copy = strdup(text);
    for (char *c = copy; c && *c; c++)
        if (*c == '\'')
            *c = '"';
    return copy;
}

struct policy_pack *policy_pack_of(const char *text)
{
    char *quoted = policy_quote(text);
    struct policy_pack *pack = NULL;
    struct diag d = {""};
    if (policy_pack_parse(quoted, strlen(quoted), &pack, &d) < 0)
        stop("pack", diag_text(&d));
    free(quoted);
    return pack;
}

static const char *source(void)
{
    const char *folder = getenv("TRAMTIN_SOURCE");
    return folder ? folder : ".";
}

struct policy_pack *policy_pack_file(const char *name)
{
    char path[4096], *text = NULL;
    size_t length = 0;
    struct policy_pack *pack = NULL;
    struct diag d = {""};
    snprintf(path, sizeof(path), "%s/%s", source(), name);
    if (file_read(path, POLICY_PACK_BYTES_MAX, &text, &length) < 0)
        stop(path, "cannot be read");
    if (policy_pack_parse(text, length, &pack, &d) < 0)
        stop(path, diag_text(&d));
    free(text);
    return pack;
}

struct policy_pack *policy_pack_real(void)
{
    return policy_pack_file("content/policy/packs/hue.json");
}

static int is_json(const struct dirent *e)
{
    return strstr(e->d_name, ".json") != NULL;
}

size_t policy_households_read(struct policy_household ret[POLICY_HOUSEHOLDS_MAX])
{
    char folder[4096], path[4400], *text = NULL;
    struct dirent **names = NULL;
    snprintf(folder, sizeof(folder), "%s/tests/golden/households", source());
    int count = scandir(folder, &names, is_json, alphasort);
    if (count < 1 || count > POLICY_HOUSEHOLDS_MAX)
        stop(folder, "no households");
    for (int i = 0; i < count; i++) {
        struct policy_household *h = &ret[i];
        size_t length = 0;
        struct diag d = {""};
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        text_copy(h->name, sizeof(h->name), names[i]->d_name);
        if (file_read(path, 65536, &text, &length) < 0 ||
            json_parse(text, length, &json_limits_document, &h->file, &d) < 0 ||
            day_parse(json_string_value(json_object_get(h->file, "as_of")), &h->day) < 0)
            stop(path, diag_text(&d));
        h->facts = json_object_get(h->file, "facts");
        free(text);
        free(names[i]);
    }
    free((void *)names);
    return (size_t)count;
}

void policy_households_release(struct policy_household *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        json_decref(list[i].file);
}

/* Members that are not there have no questions. */
static size_t whole_questionnaire(const struct policy_session *full)
{
    size_t all = 0;
    for (size_t i = 0; i < policy_session_slots(full); i++) {
        const struct policy_fact *list = NULL;
        size_t member = 0;
        int64_t members = 0;
        policy_session_fact(full, i, &list, &member);
        all += !list || (policy_session_get(full, list->slot, &members) == POLICY_KNOWN &&
                         (int64_t)member < members);
    }
    return all;
}

size_t policy_interview(struct policy_session *s, const struct policy_session *full,
                        size_t *ret_all)
{
    size_t asked = 0, slot;
    *ret_all = whole_questionnaire(full);
    policy_session_wipe(s);
    while ((slot = policy_session_next(s)) != POLICY_NO_SLOT) {
        int64_t answer = 0;
        if (policy_session_get(s, slot, NULL) != POLICY_OPEN)
            stop("interview", "asked twice");
        if (policy_session_get(full, slot, &answer) != POLICY_KNOWN)
            policy_session_answer_unknown(s, slot);
        else if (policy_session_answer(s, slot, answer) < 0)
            stop("interview", "an answer was refused");
        asked++;
    }
    return asked;
}
