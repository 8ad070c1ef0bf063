/* Commands about units: who waits, taking into service, what they will play. */
#include "content/ctl/ctl.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "content/model/enrol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int unit_list(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *answer = NULL;
    int code = ctl_call(c, "GET", "/api/v1/units", NULL, &answer);
    if (code != 0)
        return code;
    if (c->v.json)
        return json_dumpf(answer, stdout, JSON_INDENT(1)) < 0 ? CTL_REFUSED : CTL_DONE;
    const json_t *units = json_object_get(answer, "units");
    for (size_t i = 0; i < json_array_size(units); i++) {
        const json_t *u = json_array_get(units, i);
        const char *seen = text_of(u, "seen");
        printf("%-24s %-6s %-20s %s\n", text_of(u, "unit"), text_of(u, "kind"),
               text_of(u, "area"), *seen ? seen : "never seen");
    }
    return CTL_DONE;
}

static int fingerprint_of(const char *path, struct sha256 *ret)
{
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    int code = ctl_read_envelope(path, &e);
    if (code == 0 && e->type != DOCUMENT_ROOT)
        code = ctl_fail(CTL_REFUSED, "%s is no root", path);
    if (code == 0)
        sha256_of(e->payload, e->length, ret);
    return code;
}

static int unit_pending(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *answer = NULL;
    struct sha256 root;
    int code = c->v.root ? fingerprint_of(c->v.root, &root) : 0;
    if (code == 0)
        code = ctl_call(c, "GET", "/api/v1/enrolments", NULL, &answer);
    if (code != 0)
        return code;
    const json_t *list = json_object_get(answer, "enrolments");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *e = json_array_get(list, i);
        char shown[ENROL_CODE_SIZE] = "";
        struct public_key key;
        if (c->v.root && key_from_hex(text_of(e, "key"), &key) == 0)
            enrol_code(&key, &root, shown);
        printf("%s%s%s %-6s since %s\n", shown, *shown ? " " : "", text_of(e, "key"),
               text_of(e, "kind"), text_of(e, "since"));
    }
    return CTL_DONE;
}

/* The waiting key that makes this code together with our root: nobody in between can have
 * swapped either. */
static int find_by_code(const struct ctl *c, const char *code_text,
                        char ret_key[KEY_HEX_SIZE], const char **ret_kind,
                        json_t **ret_answer)
{
    char wanted[ENROL_CODE_SIZE], made[ENROL_CODE_SIZE];
    struct sha256 root;
    if (enrol_code_normalise(code_text, wanted) < 0)
        return ctl_fail(CTL_USAGE, "'%s' is no code: expected XXXX-XXXX-XXXX", code_text);
    int code = fingerprint_of(c->v.root, &root);
    if (code == 0)
        code = ctl_call(c, "GET", "/api/v1/enrolments", NULL, ret_answer);
    const json_t *list = code == 0 ? json_object_get(*ret_answer, "enrolments") : NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *e = json_array_get(list, i);
        struct public_key key;
        if (key_from_hex(text_of(e, "key"), &key) < 0)
            continue;
        enrol_code(&key, &root, made);
        if (strcmp(made, wanted) == 0) {
            key_to_hex(&key, ret_key);
            *ret_kind = text_of(e, "kind");
            return 0;
        }
    }
    return code ? code
                : ctl_fail(
                      CTL_REFUSED,
                      "no waiting unit shows the code %s with this root: is it connected "
                      "to this server?",
                      wanted);
}

/* The newest placement of the area that the server has; NULL: none yet. */
static const char *newest_placement(const struct ctl *c, const json_t *documents)
{
    const char *newest = NULL;
    json_int_t version = -1;
    for (size_t i = 0; i < json_array_size(documents); i++) {
        const json_t *d = json_array_get(documents, i);
        json_int_t its = json_integer_value(json_object_get(d, "version"));
        if (strcmp(text_of(d, "type"), "placement") == 0 &&
            strcmp(text_of(d, "area"), c->v.area) == 0 && its > version) {
            newest = text_of(d, "sha256");
            version = its;
        }
    }
    return newest;
}

/* The area's present placement as the server has it; a new one when there is none. */
static int present_placement(const struct ctl *c, json_t **ret)
{
    CLEANUP(json_decrefp) json_t *answer = NULL;
    int code = ctl_call(c, "GET", "/api/v1/documents", NULL, &answer);
    if (code != 0)
        return code;
    const char *name = newest_placement(c, json_object_get(answer, "documents"));
    if (!name) {
        *ret = json_pack("{s:s, s:s, s:i, s:[]}", "type", "placement", "area", c->v.area,
                         "version", 0, "units");
        return 0;
    }
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    struct diag diag = {""};
    code = ctl_fetch_envelope(c, name, &e);
    if (code == 0 && json_parse((const char *)e->payload, e->length,
                                &json_limits_document, ret, &diag) < 0)
        code = ctl_fail(CTL_REFUSED, "%s", diag_text(&diag));
    return code;
}

static void add_unit(const struct ctl *c, json_t *placement, const char *key,
                     const char *kind)
{
    int64_t now = ctl_now_ms();
    json_t *units = json_object_get(placement, "units");
    for (size_t i = json_array_size(units); i-- > 0;)
        if (strcmp(text_of(json_array_get(units, i), "unit"), c->v.id) == 0)
            json_array_remove(units, i); /* the same place with a new machine */
    json_array_append_new(
        units,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "unit", c->v.id, "key", key,
                  "name", c->v.name ? c->v.name : c->v.id, "kind", kind, "area",
                  c->v.area, "site", c->v.site ? c->v.site : "", "tags",
                  ctl_list(c->v.tags), "languages", ctl_list(c->v.languages)));
    json_int_t version = json_integer_value(json_object_get(placement, "version"));
    json_object_set_new(placement, "version", json_integer(version + 1));
    json_object_set_new(placement, "issued", ctl_time(now));
    json_object_set_new(placement, "expires", ctl_time(now + 1825 * MS_PER_DAY));
}

static int unit_enrol(struct ctl *c)
{
    if (!c->v.id || !c->v.area || !c->v.key || !c->v.root)
        return ctl_fail(CTL_USAGE, "unit enrol needs --id, --area, --key and --root");
    char key[KEY_HEX_SIZE];
    const char *kind = "kiosk";
    CLEANUP(json_decrefp) json_t *enrolments = NULL;
    CLEANUP(json_decrefp) json_t *placement = NULL;
    CLEANUP(json_decrefp) json_t *answer = NULL;
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    CLEANUP(text_free) char *payload = NULL;
    CLEANUP(text_free) char *text = NULL;
    CLEANUP(key_secret_wipe) struct secret_key secret;
    struct keyfile about;
    int code = find_by_code(c, c->arguments[0], key, &kind, &enrolments);
    if (code == 0)
        code = present_placement(c, &placement);
    if (code == 0)
        code = ctl_open_key(c, c->v.key, &about, &secret);
    if (code != 0)
        return code;
    add_unit(c, placement, key, kind);
    payload = json_dumps(placement, JSON_COMPACT);
    if (!payload ||
        envelope_create(DOCUMENT_PLACEMENT, payload, strlen(payload), &e) < 0 ||
        envelope_sign(e, &secret) < 0 || envelope_write(e, &text) < 0)
        return ctl_fail(CTL_REFUSED, "out of memory");
    code = ctl_call_text(c, "POST", "/api/v1/documents", text, &answer);
    if (code == 0)
        printf("%s is in service in %s\n", c->v.id, c->v.area);
    return code;
}

static void print_entry(const json_t *e)
{
    char from[TIMESTAMP_TEXT_SIZE], to[TIMESTAMP_TEXT_SIZE];
    int64_t start = 0, end = 0;
    if (timestamp_parse(text_of(e, "start"), &start) < 0 ||
        timestamp_parse(text_of(e, "end"), &end) < 0)
        return;
    /* Vietnam's time: a rundown is read by people. */
    timestamp_format_at(start, 7 * 3600, from);
    timestamp_format_at(end, 7 * 3600, to);
    printf("%.10s %.8s  %.8s  %-18s %s\n", from, from + 11, to + 11, text_of(e, "item"),
           text_of(e, "reason"));
}

/* Times in a query must not carry a raw plus sign. */
static void escape_plus(const char *text, char *ret, size_t size)
{
    size_t n = 0;
    for (; *text && n + 4 < size; text++)
        n += (size_t)snprintf(ret + n, size - n, *text == '+' ? "%%2B" : "%c", *text);
    ret[n] = '\0';
}

static int rundown(struct ctl *c)
{
    if (!c->v.unit)
        return ctl_fail(CTL_USAGE, "--unit: of which unit?");
    char path[512], from[64] = "", to[64] = "", now[TIMESTAMP_TEXT_SIZE];
    int64_t from_ms = ctl_now_ms(), to_ms;
    if (c->v.from && timestamp_parse(c->v.from, &from_ms) < 0)
        return ctl_fail(CTL_USAGE,
                        "--from: expected a time like 2026-11-23T17:30:00+07:00");
    to_ms = from_ms + 3600000;
    if (c->v.to && timestamp_parse(c->v.to, &to_ms) < 0)
        return ctl_fail(CTL_USAGE,
                        "--to: expected a time like 2026-11-23T17:30:00+07:00");
    timestamp_format(from_ms, now);
    escape_plus(now, from, sizeof(from));
    timestamp_format(to_ms, now);
    escape_plus(now, to, sizeof(to));
    snprintf(path, sizeof(path), "/api/v1/units/%s/rundown?from=%s&to=%s&language=%s",
             c->v.unit, from, to, c->v.language);
    CLEANUP(json_decrefp) json_t *answer = NULL;
    int code = ctl_call(c, "GET", path, NULL, &answer);
    if (code != 0)
        return code;
    const json_t *entries = json_object_get(answer, "entries");
    if (c->v.json)
        return json_dumpf(entries, stdout, JSON_INDENT(1)) < 0 ? CTL_REFUSED : CTL_DONE;
    for (size_t i = 0; i < json_array_size(entries); i++)
        print_entry(json_array_get(entries, i));
    return CTL_DONE;
}

static const struct option_key keys_list[] = {
    {"json", OPTION_FLAG, CTL_AT(json), NULL, 0, 0, NULL, "as JSON"}};
static const struct option_key keys_pending[] = {{"root", OPTION_TEXT, CTL_AT(root), NULL,
                                                  0, 0, "ROOT",
                                                  "your own copy of the first root"}};
static const struct option_key keys_enrol[] = {
    {"id", OPTION_TEXT, CTL_AT(id), NULL, 0, 0, "UNIT",
     "its lasting name: a-z 0-9 - _ ."},
    {"name", OPTION_TEXT, CTL_AT(name), NULL, 0, 0, "TEXT", "what people call it"},
    {"area", OPTION_TEXT, CTL_AT(area), NULL, 0, 0, "AREA", "where it stands"},
    {"site", OPTION_TEXT, CTL_AT(site), NULL, 0, 0, "SITE", "at which place there"},
    {"tags", OPTION_TEXT, CTL_AT(tags), NULL, 0, 0, "TAG,...", "for targets"},
    {"languages", OPTION_TEXT, CTL_AT(languages), "vi", 0, 0, "LANG,...", "vi, lo, en"},
    {"key", OPTION_TEXT, CTL_AT(key), NULL, 0, 0, "KEYFILE",
     "of an author who may sign placements there"},
    {"root", OPTION_TEXT, CTL_AT(root), NULL, 0, 0, "ROOT",
     "your own copy of the first root, not the server's"}};
static const struct option_key keys_rundown[] = {
    {"unit", OPTION_TEXT, CTL_AT(unit), NULL, 0, 0, "UNIT", "of which unit"},
    {"from", OPTION_TEXT, CTL_AT(from), NULL, 0, 0, "T", "else from now"},
    {"to", OPTION_TEXT, CTL_AT(to), NULL, 0, 0, "T", "else for an hour"},
    {"language", OPTION_TEXT, CTL_AT(language), "vi", 0, 0, "LANG",
     "of the reasons: vi, en"},
    {"json", OPTION_FLAG, CTL_AT(json), NULL, 0, 0, NULL, "as JSON"}};

static const struct command commands[] = {
    {"unit list", "", "every unit, where it stands, when it was last seen", NULL,
     keys_list, ARRAY_LENGTH(keys_list), 0, 0, unit_list},
    {"unit pending", "", "units that wait to be taken into service",
     "With --root also the code that each must be showing.", keys_pending,
     ARRAY_LENGTH(keys_pending), 0, 0, unit_pending},
    {"unit enrol", "CODE", "take the unit that shows this code into service",
     "The code binds the unit's key to your root: a server in between cannot swap "
     "either.",
     keys_enrol, ARRAY_LENGTH(keys_enrol), 1, 1, unit_enrol},
    {"rundown", "", "what a unit plays, from when to when, and why", NULL, keys_rundown,
     ARRAY_LENGTH(keys_rundown), 0, 0, rundown},
};
const struct command_group commands_unit = {commands, ARRAY_LENGTH(commands)};
