/* Releases: the common part and the table of kinds. */
#include "content/model/release.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/timestamp.h"
#include "content/model/parse.h"

#include <errno.h>
#include <string.h>

const struct release_kind *const release_kinds[] = {
    &kind_campaign,    &kind_timetable, &kind_settings, &kind_withdrawal,
    &kind_policy_pack, &kind_notices,   NULL,
};

static const struct release_kind *find_kind(struct json_reader *r)
{
    const char *name = json_read_text(r, "kind", 32);
    for (size_t i = 0; release_kinds[i]; i++)
        if (strcmp(release_kinds[i]->name, name) == 0)
            return release_kinds[i];
    json_reader_fail(r, "kind", "'%.32s' is not a kind of release", name);
    return NULL;
}

static void parse_head(struct json_reader *r, struct release *release)
{
    static const char *const levels[] = {"routine", "priority", "emergency", NULL};
    struct release_rule *rule = &release->rule;
    struct arena *a = release->arena;
    release->kind = find_kind(r);
    rule->line = arena_text(a, json_read_identifier(r, "line"));
    rule->revision = json_read_int(r, "revision", 1, INT64_C(1) << 53);
    rule->level = (enum level)json_read_choice(r, "level", levels);
    rule->area = arena_text(a, json_read_identifier(r, "area"));
    rule->title = arena_text(a, json_read_text(r, "title", 300));
    release->issued_ms = json_read_time(r, "issued");
    rule->effective_ms = json_read_time(r, "effective");
    rule->valid_from_ms = json_read_time(r, "valid_from");
    rule->valid_until_ms = json_read_time(r, "valid_until");
    rule->withdrawn_ms = TIME_NEVER;
    target_parse(r, "target", a, &rule->target);
    if (r->error)
        return;
    if (release->kind->signatures[rule->level] == 0)
        json_reader_fail(r, "level", "a %s has no level %s", release->kind->name,
                         levels[rule->level]);
    else if (rule->valid_until_ms <= rule->valid_from_ms)
        json_reader_fail(r, "valid_until", "not after valid_from");
    else if (rule->valid_until_ms - rule->valid_from_ms >
             release->kind->validity_max_days * MS_PER_DAY)
        json_reader_fail(r, "valid_until", "a %s is valid for %lld days at most",
                         release->kind->name,
                         (long long)release->kind->validity_max_days);
    else if (rule->effective_ms >= rule->valid_until_ms)
        json_reader_fail(r, "effective", "not before valid_until");
}

/* An absent target is the issuing area. */
static void default_target(struct release *release)
{
    struct target *t = &release->rule.target;
    if (t->areas.count > 0)
        return;
    const char **area = arena_alloc(release->arena, sizeof(*area));
    if (!area)
        return;
    *area = release->rule.area;
    t->areas = (struct text_list){area, 1};
}

int release_parse(const char *text, size_t length, struct release **ret,
                  struct diag *diag)
{
    CLEANUP(document_release) struct document_parse p;
    int r = document_begin(&p, text, length, "release", diag);
    if (r < 0)
        return r;
    struct release *release = arena_alloc(p.arena, sizeof(*release));
    if (!release)
        return -ENOMEM;
    release->arena = p.arena;
    parse_head(&p.reader, release);
    struct json_reader body;
    json_reader_child(&body, &p.reader, "body", json_read_object(&p.reader, "body"));
    if (p.reader.error)
        return p.reader.error;
    release->kind->parse(&body, release);
    r = json_reader_finish(&body);
    if (r < 0)
        return r;
    default_target(release);
    r = document_end(&p);
    if (r < 0)
        return r;
    p.arena = NULL;
    *ret = release;
    return 0;
}

void release_destroy(struct release *r)
{
    if (r)
        arena_destroy(r->arena);
}
