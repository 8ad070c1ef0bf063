/* Packs and households for the policy commands. */
#include "content/ctl/policy.h"

#include "base/file.h"
#include "base/text.h"
#include "content/policy/date.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse_pack(const char *where, const char *text, size_t length,
                      struct policy_pack **ret)
{
    struct diag d = {""};
    if (policy_pack_parse(text, length, ret, &d) < 0)
        return ctl_fail(CTL_REFUSED, "%s: %s", where, diag_text(&d));
    return 0;
}

static int parse_released(const char *path, const struct envelope *e,
                          struct policy_pack **ret)
{
    struct release *r = NULL;
    struct diag d = {""};
    if (e->type != DOCUMENT_RELEASE ||
        release_parse((const char *)e->payload, e->length, &r, &d) < 0)
        return ctl_fail(CTL_REFUSED, "%s: not a release of a policy pack %s", path,
                        d.text);
    int code =
        r->kind == &kind_policy_pack
            ? parse_pack(path, r->body.policy_pack.text, strlen(r->body.policy_pack.text),
                         ret)
            : ctl_fail(CTL_REFUSED, "%s: a release of kind %s", path, r->kind->name);
    release_destroy(r);
    return code;
}

int ctl_policy_pack(const char *path, struct policy_pack **ret)
{
    CLEANUP(text_free) char *text = NULL;
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    size_t length;
    int r = file_read(path, POLICY_PACK_BYTES_MAX, &text, &length);
    if (r < 0)
        return ctl_fail(CTL_REFUSED, "cannot read '%s': %s", path, strerror(-r));
    if (envelope_parse(text, length, &e, NULL) == 0)
        return parse_released(path, e, ret);
    return parse_pack(path, text, length, ret);
}

int ctl_policy_check(const char *where, const struct release *r)
{
    struct policy_pack *pack = NULL;
    const char *text = r->body.policy_pack.text;
    if (r->kind != &kind_policy_pack)
        return 0;
    int code = parse_pack(where, text, strlen(text), &pack);
    policy_pack_destroy(pack);
    return code;
}

int ctl_policy_show(const char *where, const struct release *r)
{
    struct policy_pack *pack = NULL;
    const char *text = r->body.policy_pack.text;
    int code = parse_pack(where, text, strlen(text), &pack);
    if (code == 0)
        ctl_policy_summary(pack);
    policy_pack_destroy(pack);
    return code;
}

int ctl_policy_day(const struct ctl *c, int64_t *ret)
{
    *ret = (ctl_now_ms() + 7 * INT64_C(3600000)) / INT64_C(86400000);
    if (c->v.as_of && day_parse(c->v.as_of, ret) < 0)
        return ctl_fail(CTL_USAGE, "--as-of: expected a day like 2026-11-24");
    return 0;
}

const char *ctl_outcome_name(enum policy_outcome outcome)
{
    static const char *const names[] = {"eligible", "ineligible", "undecided",
                                        "not_in_force"};
    return names[outcome];
}

static int read_household(const char *path, struct ctl_household *ret)
{
    struct diag d = {""};
    struct json_reader r;
    json_reader_init(&r, ret->file, path, &d);
    text_copy(ret->name, sizeof(ret->name), json_read_text(&r, "name", 199));
    const char *day = json_read_text(&r, "as_of", 10);
    ret->facts = json_read_object(&r, "facts");
    if (json_reader_has(&r, "expect"))
        ret->expect = json_read_object(&r, "expect");
    if (!r.error && day_parse(day, &ret->day) < 0)
        json_reader_fail(&r, "as_of", "expected a day like 2026-11-24");
    return json_reader_finish(&r) < 0 ? ctl_fail(CTL_REFUSED, "%s", diag_text(&d)) : 0;
}

int ctl_household_read(const char *path, struct ctl_household *ret)
{
    *ret = (struct ctl_household){.day = INT64_MIN};
    text_copy(ret->name, sizeof(ret->name), path);
    int code = ctl_read_json(path, &ret->file);
    if (code != 0)
        return code;
    ret->facts = ret->file;
    if (json_object_get(ret->file, "facts"))
        code = read_household(path, ret);
    if (code != 0)
        ctl_household_release(ret);
    return code;
}

void ctl_household_release(struct ctl_household *h)
{
    json_decref(h->file);
    h->file = NULL;
}

static int is_json(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 5 && strcmp(e->d_name + n - 5, ".json") == 0;
}

int ctl_households(const char *folder,
                   int (*visit)(void *context, const struct ctl_household *h),
                   void *context)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_json, alphasort), code = 0;
    if (count < 0)
        return ctl_fail(CTL_REFUSED, "cannot read '%s': %s", folder, strerror(errno));
    if (count == 0)
        code = ctl_fail(CTL_REFUSED, "no household (*.json) in '%s'", folder);
    for (int i = 0; i < count; i++) {
        char path[4096];
        struct ctl_household h;
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        if (code == 0)
            code = ctl_household_read(path, &h);
        if (code == 0) {
            code = visit(context, &h);
            ctl_household_release(&h);
        }
        free(names[i]);
    }
    free((void *)names);
    return code;
}

static int open_day(struct ctl_days *d, int64_t day, struct policy_session **ret)
{
    struct diag diag = {""};
    for (size_t i = 0; i < d->count; i++)
        if (policy_view_day(d->views[i]) == day) {
            *ret = d->sessions[i];
            return 0;
        }
    if (d->count == CTL_DAYS_MAX)
        return ctl_fail(CTL_REFUSED, "households of more than %d days", CTL_DAYS_MAX);
    struct policy_view *view = NULL;
    if (policy_view_create(d->pack, day, &view, &diag) < 0)
        return ctl_fail(CTL_REFUSED, "%s", diag_text(&diag));
    if (policy_session_create(view, ret) < 0) {
        policy_view_destroy(view);
        return ctl_fail(CTL_REFUSED, "out of memory");
    }
    d->views[d->count] = view;
    d->sessions[d->count++] = *ret;
    return 0;
}

int ctl_days_read(struct ctl_days *d, const struct ctl_household *h, int64_t day,
                  struct policy_session **ret)
{
    struct diag diag = {""};
    int code = open_day(d, h->day == INT64_MIN ? day : h->day, ret);
    if (code == 0 && policy_session_read(*ret, h->facts, &diag) < 0)
        code = ctl_fail(CTL_REFUSED, "%s: %s", h->name, diag_text(&diag));
    return code;
}

void ctl_days_release(struct ctl_days *d)
{
    for (size_t i = 0; i < d->count; i++) {
        policy_session_destroy(d->sessions[i]);
        policy_view_destroy(d->views[i]);
    }
    d->count = 0;
}
