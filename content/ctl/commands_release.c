/* Commands about releases: build, show, publish, withdraw. */
#include "content/ctl/ctl.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "content/ctl/policy.h"
#include "content/model/documents.h"
#include "content/model/release.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* ---- build ---- */

/* "asset": "@name" becomes what the server made of the upload with this name or id. */
static int resolve_asset(json_t *item, const json_t *assets)
{
    const char *wanted = text_of(item, "asset");
    if (*wanted != '@')
        return 0;
    wanted++;
    for (size_t i = 0; i < json_array_size(assets); i++) {
        const json_t *a = json_array_get(assets, i);
        if (strcmp(text_of(a, "name"), wanted) != 0 &&
            strcmp(text_of(a, "id"), wanted) != 0)
            continue;
        if (strcmp(text_of(a, "state"), "ready") != 0)
            continue;
        json_object_set(item, "asset", json_object_get(a, "object"));
        if (!json_object_get(item, "duration_ms"))
            json_object_set(item, "duration_ms", json_object_get(a, "duration_ms"));
        json_t *gain = json_object_get(a, "gain_db");
        if (gain && json_is_number(gain) && !json_object_get(item, "gain_db"))
            json_object_set(item, "gain_db", gain);
        return 0;
    }
    return ctl_fail(CTL_REFUSED, "no asset '%s' is ready on the server: upload it first",
                    wanted);
}

/* Every object that may be an item, wherever it lies in the body. */
static int resolve(json_t *value, const json_t *assets)
{
    int code = 0;
    size_t index;
    const char *key;
    json_t *child;
    if (json_is_object(value)) {
        code = resolve_asset(value, assets);
        json_object_foreach(value, key, child) if (code == 0) code =
            resolve(child, assets);
    } else if (json_is_array(value)) {
        json_array_foreach(value, index, child) if (code == 0) code =
            resolve(child, assets);
    }
    return code;
}

static bool names_assets(const json_t *value)
{
    size_t index;
    const char *key;
    json_t *child;
    if (json_is_string(value))
        return json_string_value(value)[0] == '@';
    json_array_foreach(value, index, child) if (names_assets(child)) return true;
    json_object_foreach((json_t *)value, key, child) if (names_assets(child)) return true;
    return false;
}

static void set_default(json_t *object, const char *key, json_t *value)
{
    if (json_object_get(object, key))
        json_decref(value);
    else
        json_object_set_new(object, key, value);
}

static void complete(const struct ctl *c, json_t *release)
{
    int64_t now = ctl_now_ms();
    json_object_set_new(release, "type", json_string("release"));
    set_default(release, "revision", json_integer(c->v.revision));
    set_default(release, "issued", ctl_time(now));
    set_default(release, "effective", ctl_time(now));
    set_default(release, "valid_from", ctl_time(now));
    set_default(release, "valid_until", ctl_time(now + c->v.days * MS_PER_DAY));
}

static int check(const json_t *release, const char *path)
{
    struct release *parsed = NULL;
    struct diag d = {""};
    CLEANUP(text_free) char *text = json_dumps(release, JSON_COMPACT);
    int r = text ? release_parse(text, strlen(text), &parsed, &d) : -1;
    int code = r < 0 ? ctl_fail(CTL_REFUSED, "%s: %s", path, diag_text(&d))
                     : ctl_policy_check(path, parsed);
    release_destroy(parsed);
    return code;
}

static int release_build(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *release = NULL;
    CLEANUP(json_decrefp) json_t *answer = NULL;
    int code = ctl_read_json(c->arguments[0], &release);
    if (code == 0 && names_assets(release))
        code = ctl_call(c, "GET", "/api/v1/assets", NULL, &answer);
    if (code == 0 && answer)
        code = resolve(release, json_object_get(answer, "assets"));
    if (code != 0)
        return code;
    complete(c, release);
    code = check(release, c->arguments[0]);
    return code == 0 ? ctl_write_document(c->v.out, DOCUMENT_RELEASE, release) : code;
}

/* ---- show ---- */

static void show_time(const char *what, int64_t ms)
{
    char text[TIMESTAMP_TEXT_SIZE];
    timestamp_format_at(ms, 7 * 3600, text);
    printf("%-12s %s\n", what, text);
}

static void show_items(const struct release *r)
{
    for (size_t i = 0; i < r->item_count; i++) {
        const struct model_item *it = &r->items[i];
        const char *title = it->slide ? it->slide->title : it->item.title;
        printf("  %-16s %-6s %7.1f s  %s\n", it->item.id, it->type->name,
               (double)it->item.duration_ms / 1000, title);
        if (it->asset.bytes)
            printf("  %16s %s, %lld bytes, sha256 %s\n", "", it->asset.media,
                   (long long)it->asset.bytes, it->item.sha256);
    }
}

static void show_body(const struct release *r)
{
    if (r->kind == &kind_campaign) {
        const struct campaign_rule *c = &r->body.campaign;
        if (c->mode == CAMPAIGN_SHARE)
            printf("%-12s %d.%02d %% of each slot\n", "share", c->share_bp / 100,
                   c->share_bp % 100);
        else if (c->mode == CAMPAIGN_COUNT)
            printf("%-12s %d a day\n", "plays", c->plays_per_day);
        else
            printf("%-12s %s, %s\n", "at", c->when.rrule[0] ? c->when.rrule : "once",
                   c->hard ? "cutting what is on" : "after what is on");
    } else if (r->kind == &kind_timetable) {
        for (size_t i = 0; i < r->body.timetable.slot_count; i++) {
            const struct slot_rule *s = &r->body.timetable.slots[i];
            int64_t start = s->when.start_local_ms / 60000 % 1440;
            printf("  slot %-11s %02d:%02d, %lld min, %s\n", s->id, (int)(start / 60),
                   (int)(start % 60), (long long)s->duration_ms / 60000,
                   s->when.rrule[0] ? s->when.rrule : "once");
        }
    } else if (r->kind == &kind_withdrawal) {
        for (size_t i = 0; i < r->body.withdrawal.count; i++)
            printf("  takes back %s up to revision %lld%s\n",
                   r->body.withdrawal.lines[i].line,
                   (long long)r->body.withdrawal.lines[i].revision,
                   r->body.withdrawal.cut ? ", at once" : "");
    }
}

static int release_show(struct ctl *c)
{
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    struct release *r = NULL;
    struct diag d = {""};
    int code = ctl_read_envelope(c->arguments[0], &e);
    if (code != 0)
        return code;
    if (release_parse((const char *)e->payload, e->length, &r, &d) < 0)
        return ctl_fail(CTL_REFUSED, "%s: %s", c->arguments[0], diag_text(&d));
    printf("%-12s %s: %s\n", r->kind->name, r->rule.line, r->rule.title);
    printf("%-12s %lld\n%-12s %s\n%-12s %s\n", "revision", (long long)r->rule.revision,
           "level", level_name(r->rule.level), "issued by", r->rule.area);
    printf("%-12s", "for");
    for (size_t i = 0; i < r->rule.target.areas.count; i++)
        printf(" %s", r->rule.target.areas.texts[i]);
    putchar('\n');
    show_time("effective", r->rule.effective_ms);
    show_time("until", r->rule.valid_until_ms);
    show_body(r);
    show_items(r);
    if (r->kind == &kind_notices)
        ctl_notices_show(r);
    if (r->kind == &kind_policy_pack)
        code = ctl_policy_show(c->arguments[0], r);
    printf("%-12s %zu of %d\n", "signatures", e->signature_count,
           r->kind->signatures[r->rule.level]);
    release_destroy(r);
    return code;
}

/* ---- server ---- */

static int release_publish(struct ctl *c)
{
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    CLEANUP(text_free) char *text = NULL;
    CLEANUP(json_decrefp) json_t *answer = NULL;
    int code = ctl_read_envelope(c->arguments[0], &e);
    if (code != 0)
        return code;
    if (envelope_write(e, &text) < 0)
        return ctl_fail(CTL_REFUSED, "out of memory");
    code = ctl_call_text(c, "POST", "/api/v1/releases", text, &answer);
    if (code != 0)
        return code;
    const char *state = text_of(answer, "state");
    printf("%s revision %lld: %s\n", text_of(answer, "line"),
           (long long)json_integer_value(json_object_get(answer, "revision")), state);
    if (strcmp(state, "published") == 0)
        return CTL_DONE;
    return ctl_fail(CTL_REFUSED,
                    "the server keeps it; it waits for signatures: %s. Have another "
                    "approver sign it (tramtinctl sign) and publish it again",
                    text_of(answer, "lacks"));
}

static int release_list(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *answer = NULL;
    int code = ctl_call(c, "GET", "/api/v1/releases", NULL, &answer);
    if (code != 0)
        return code;
    if (c->v.json)
        return json_dumpf(answer, stdout, JSON_INDENT(1)) < 0 ? CTL_REFUSED : CTL_DONE;
    const json_t *list = json_object_get(answer, "releases");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *r = json_array_get(list, i);
        printf("%-28s %4lld %-10s %-10s %s\n", text_of(r, "line"),
               (long long)json_integer_value(json_object_get(r, "revision")),
               text_of(r, "kind"), text_of(r, "state"), text_of(r, "title"));
    }
    return CTL_DONE;
}

static int release_withdraw(struct ctl *c)
{
    if (!c->v.area)
        return ctl_fail(CTL_USAGE, "--area: in whose name is it withdrawn?");
    const char *line = c->arguments[0];
    char own_line[65], title[128];
    if (!text_is_identifier(line) || strlen(line) > 55)
        return ctl_fail(CTL_USAGE, "'%s' is no line", line);
    snprintf(own_line, sizeof(own_line), "withdraw-%s", line);
    snprintf(title, sizeof(title), "Thu hồi %s", line);
    CLEANUP(json_decrefp)
    json_t *release =
        json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:{s:[{s:s, s:I}], s:b}}", "kind",
                  "withdrawal", "line", own_line, "revision", (json_int_t)c->v.revision,
                  "level", "routine", "area", c->v.area, "title", title, "body", "lines",
                  "line", line, "revision", (json_int_t)c->v.revision, "cut", c->v.cut);
    if (!release)
        return ctl_fail(CTL_REFUSED, "out of memory");
    complete(c, release);
    int code = check(release, line);
    return code == 0 ? ctl_write_document(c->v.out, DOCUMENT_RELEASE, release) : code;
}

static const struct option_key keys_build[] = {
    {"revision", OPTION_INTEGER, CTL_AT(revision), "1", 1, INT64_C(1) << 53, "N",
     "where the draft does not say"},
    {"days", OPTION_INTEGER, CTL_AT(days), "365", 1, 1100, "N",
     "valid for, where the draft does not say"},
    CTL_OUT};
static const struct option_key keys_list[] = {
    {"json", OPTION_FLAG, CTL_AT(json), NULL, 0, 0, NULL, "as JSON"}};
static const struct option_key keys_withdraw[] = {
    {"revision", OPTION_INTEGER, CTL_AT(revision), "1", 1, INT64_C(1) << 53, "N",
     "this revision and all before it"},
    {"area", OPTION_TEXT, CTL_AT(area), NULL, 0, 0, "AREA", "in whose name"},
    {"cut", OPTION_FLAG, CTL_AT(cut), NULL, 0, 0, NULL,
     "also take it off the air at once"},
    {"days", OPTION_INTEGER, CTL_AT(days), "365", 1, 1100, "N", "remembered for"},
    CTL_OUT};

static const struct command commands[] = {
    {"release build", "DRAFT", "a release from a draft, checked, not signed yet",
     "A draft is the release as docs/documents.md has it; dates and revision may be left "
     "out,\n"
     "and \"asset\": \"@name\" stands for what the server made of that upload.",
     keys_build, ARRAY_LENGTH(keys_build), 1, 1, release_build},
    {"release show", "FILE", "what will play, where and when: read before you sign", NULL,
     NULL, 0, 1, 1, release_show},
    {"release publish", "FILE", "bring it to the server; it airs once enough have signed",
     NULL, NULL, 0, 1, 1, release_publish},
    {"release list", "", "what the server has", NULL, keys_list, ARRAY_LENGTH(keys_list),
     0, 0, release_list},
    {"release withdraw", "LINE", "a release that takes others back; sign and publish it",
     NULL, keys_withdraw, ARRAY_LENGTH(keys_withdraw), 1, 1, release_withdraw},
};
const struct command_group commands_release = {commands, ARRAY_LENGTH(commands)};
