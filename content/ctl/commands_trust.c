/* Commands that make the documents of trust: root, keyring, areas. */
#include "content/ctl/ctl.h"

#include "base/text.h"
#include "base/timestamp.h"

#include <stdio.h>
#include <string.h>

/* type, version (one more than the previous file's), issued, expires. */
static int head(const struct ctl *c, enum document_type type, json_t *value)
{
    json_int_t version = 1;
    if (c->v.previous) {
        CLEANUP(json_decrefp) json_t *previous = NULL;
        int code = ctl_read_payload(c->v.previous, type, &previous);
        if (code != 0)
            return code;
        version = json_integer_value(json_object_get(previous, "version")) + 1;
    }
    int64_t now = ctl_now_ms();
    json_object_set_new(value, "type", json_string(document_type_name(type)));
    json_object_set_new(value, "version", json_integer(version));
    json_object_set_new(value, "issued", ctl_time(now));
    json_object_set_new(value, "expires", ctl_time(now + c->v.days * MS_PER_DAY));
    return 0;
}

/* [{"key", "name"}] of key files. */
static int named_keys(const char *const *paths, size_t count, json_t *list)
{
    for (size_t i = 0; i < count; i++) {
        struct keyfile about;
        char hex[KEY_HEX_SIZE];
        int code = ctl_read_key(paths[i], &about);
        if (code != 0)
            return code;
        key_to_hex(&about.key, hex);
        json_array_append_new(list,
                              json_pack("{s:s, s:s}", "key", hex, "name", about.name));
    }
    return 0;
}

static int named_keys_of_text(const char *text, json_t *list)
{
    CLEANUP(json_decrefp) json_t *paths = ctl_list(text);
    int code = 0;
    for (size_t i = 0; code == 0 && i < json_array_size(paths); i++) {
        const char *path = json_string_value(json_array_get(paths, i));
        code = named_keys(&path, 1, list);
    }
    return code;
}

static int root_new(struct ctl *c)
{
    struct public_key server;
    if (!c->v.server_key || key_from_hex(c->v.server_key, &server) < 0)
        return ctl_fail(CTL_USAGE, "--server-key: expected 64 hex digits, as printed by "
                                   "tramtin-server --show-key");
    if (!c->v.registrars)
        return ctl_fail(CTL_USAGE, "--registrars: whose keys may sign keyrings?");
    if ((size_t)c->v.threshold > c->argument_count)
        return ctl_fail(CTL_USAGE, "--threshold: more than there are key files");
    CLEANUP(json_decrefp) json_t *root = json_object();
    json_t *keys = json_array(), *registrars = json_array();
    int code = head(c, DOCUMENT_ROOT, root);
    json_object_set_new(root, "threshold", json_integer(c->v.threshold));
    json_object_set_new(root, "keys", keys);
    json_object_set_new(root, "registrars", registrars);
    json_object_set_new(
        root, "servers",
        json_pack("[{s:s, s:s}]", "key", c->v.server_key, "name", "tramtin-server"));
    if (code == 0)
        code = named_keys(c->arguments, c->argument_count, keys);
    if (code == 0)
        code = named_keys_of_text(c->v.registrars, registrars);
    return code == 0 ? ctl_write_document(c->v.out, DOCUMENT_ROOT, root) : code;
}

static int root_fingerprint(struct ctl *c)
{
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    int code = ctl_read_envelope(c->arguments[0], &e);
    if (code != 0)
        return code;
    if (e->type != DOCUMENT_ROOT)
        return ctl_fail(CTL_REFUSED, "%s is no root", c->arguments[0]);
    struct sha256 hash;
    char hex[SHA256_HEX_SIZE];
    sha256_of(e->payload, e->length, &hash);
    sha256_to_hex(&hash, hex);
    puts(hex);
    return CTL_DONE;
}

static int keyring_new(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *keyring = json_object();
    int code = head(c, DOCUMENT_KEYRING, keyring);
    json_t *authors = json_array();
    json_object_set_new(keyring, "authors", authors);
    if (code == 0 && c->v.previous) {
        CLEANUP(json_decrefp) json_t *previous = NULL;
        code = ctl_read_payload(c->v.previous, DOCUMENT_KEYRING, &previous);
        if (code == 0)
            json_array_extend(authors, json_object_get(previous, "authors"));
    }
    return code == 0 ? ctl_write_document(c->v.out, DOCUMENT_KEYRING, keyring) : code;
}

static int keyring_add(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *keyring = NULL;
    struct keyfile about;
    if (!c->v.kinds || !c->v.areas)
        return ctl_fail(CTL_USAGE, "keyring add needs --kinds and --areas");
    int code = ctl_read_payload(c->arguments[0], DOCUMENT_KEYRING, &keyring);
    if (code == 0)
        code = ctl_read_key(c->arguments[1], &about);
    if (code != 0)
        return code;
    char hex[KEY_HEX_SIZE];
    key_to_hex(&about.key, hex);
    int64_t now = ctl_now_ms();
    json_array_append_new(
        json_object_get(keyring, "authors"),
        json_pack("{s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:s}", "key", hex, "person",
                  c->v.person ? c->v.person : about.name, "kinds", ctl_list(c->v.kinds),
                  "areas", ctl_list(c->v.areas), "level", c->v.level, "from",
                  ctl_time(now), "until", ctl_time(now + c->v.days * MS_PER_DAY), "state",
                  "active"));
    return ctl_write_document(c->arguments[0], DOCUMENT_KEYRING, keyring);
}

static int keyring_end(struct ctl *c, const char *state)
{
    CLEANUP(json_decrefp) json_t *keyring = NULL;
    int code = ctl_read_payload(c->arguments[0], DOCUMENT_KEYRING, &keyring);
    if (code != 0)
        return code;
    json_t *authors = json_object_get(keyring, "authors");
    bool found = false;
    for (size_t i = 0; i < json_array_size(authors); i++) {
        json_t *a = json_array_get(authors, i);
        const char *key = json_string_value(json_object_get(a, "key"));
        if (!key || strcmp(key, c->arguments[1]) != 0)
            continue;
        found = true;
        json_object_set_new(a, "state", json_string(state));
        json_object_set_new(a, "since", ctl_time(ctl_now_ms()));
        json_object_set_new(a, "keep", ctl_list(c->v.keep));
    }
    if (!found)
        return ctl_fail(CTL_REFUSED, "no author has the key '%s'", c->arguments[1]);
    return ctl_write_document(c->arguments[0], DOCUMENT_KEYRING, keyring);
}

static int keyring_retire(struct ctl *c)
{
    return keyring_end(c, "retired");
}

static int keyring_revoke(struct ctl *c)
{
    return keyring_end(c, "compromised");
}

static int areas_new(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *areas = NULL;
    int code = ctl_read_json(c->arguments[0], &areas);
    if (code == 0)
        code = head(c, DOCUMENT_AREAS, areas);
    return code == 0 ? ctl_write_document(c->v.out, DOCUMENT_AREAS, areas) : code;
}

static int put(struct ctl *c)
{
    for (size_t i = 0; i < c->argument_count; i++) {
        CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
        CLEANUP(text_free) char *text = NULL;
        CLEANUP(json_decrefp) json_t *answer = NULL;
        int code = ctl_read_envelope(c->arguments[i], &e);
        if (code != 0)
            return code;
        if (envelope_write(e, &text) < 0)
            return ctl_fail(CTL_REFUSED, "out of memory");
        code = ctl_call_text(c, "POST", "/api/v1/documents", text, &answer);
        if (code != 0)
            return code;
        printf("%s: taken over\n", c->arguments[i]);
    }
    return CTL_DONE;
}

#define DAYS(fallback)                                                                   \
    {                                                                                    \
        "days", OPTION_INTEGER, CTL_AT(days), fallback, 1, 4000, "N",                    \
            "how long it is accepted"                                                    \
    }
#define PREVIOUS                                                                         \
    {                                                                                    \
        "previous", OPTION_TEXT, CTL_AT(previous), NULL, 0, 0, "FILE",                   \
            "the version before, to count on from"                                       \
    }

static const struct option_key keys_root[] = {
    {"threshold", OPTION_INTEGER, CTL_AT(threshold), "2", 1, 100, "N",
     "how many of the keys must sign"},
    {"registrars", OPTION_TEXT, CTL_AT(registrars), NULL, 0, 0, "FILE,...",
     "key files of those who may sign keyrings"},
    {"server-key", OPTION_TEXT, CTL_AT(server_key), NULL, 0, 0, "HEX",
     "what tramtin-server --show-key prints"},
    PREVIOUS,
    DAYS("1825"),
    CTL_OUT};
static const struct option_key keys_keyring[] = {PREVIOUS, DAYS("400"), CTL_OUT};
static const struct option_key keys_add[] = {
    {"kinds", OPTION_TEXT, CTL_AT(kinds), NULL, 0, 0, "KIND,...",
     "campaign, timetable, settings, withdrawal, areas, placement"},
    {"areas", OPTION_TEXT, CTL_AT(areas), NULL, 0, 0, "AREA,...", "for these and below"},
    {"level", OPTION_TEXT, CTL_AT(level), "routine", 0, 0, "LEVEL",
     "highest: routine, priority or emergency"},
    {"person", OPTION_TEXT, CTL_AT(person), NULL, 0, 0, "NAME",
     "else as the key file says"},
    DAYS("800")};
static const struct option_key keys_end[] = {{"keep", OPTION_TEXT, CTL_AT(keep), NULL, 0,
                                              0, "SHA256,...",
                                              "releases that stay all the same"}};
static const struct option_key keys_areas[] = {PREVIOUS, DAYS("1825"), CTL_OUT};

static const struct command commands[] = {
    {"root new", "KEYFILE...",
     "a root: who the registrars are, which key is the server's",
     "Sign it with as many of its keys as the threshold says; a new version also with "
     "those\n"
     "of the version before.",
     keys_root, ARRAY_LENGTH(keys_root), 1, 20, root_new},
    {"root fingerprint", "ROOT", "what an installation must carry", NULL, NULL, 0, 1, 1,
     root_fingerprint},
    {"keyring new", "", "an empty keyring, or a copy of the previous one to change", NULL,
     keys_keyring, ARRAY_LENGTH(keys_keyring), 0, 0, keyring_new},
    {"keyring add", "KEYRING KEYFILE", "an author: what they may sign, and for where",
     "Changing a keyring drops its signatures: a registrar signs it again.", keys_add,
     ARRAY_LENGTH(keys_add), 2, 2, keyring_add},
    {"keyring retire", "KEYRING KEY",
     "nothing new from this key; what was accepted stays", NULL, NULL, 0, 2, 2,
     keyring_retire},
    {"keyring revoke", "KEYRING KEY", "a lost or stolen key: all it signed goes", NULL,
     keys_end, ARRAY_LENGTH(keys_end), 2, 2, keyring_revoke},
    {"areas new", "DRAFT", "the administrative tree, from a file with zone and areas",
     NULL, keys_areas, ARRAY_LENGTH(keys_areas), 1, 1, areas_new},
    {"put", "DOCUMENT...", "bring signed documents of trust to the server", NULL, NULL, 0,
     1, 100, put},
};
const struct command_group commands_trust = {commands, ARRAY_LENGTH(commands)};
