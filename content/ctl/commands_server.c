/* Commands about the server itself: people, sites, backups. */
#include "content/ctl/ctl.h"

#include <stdio.h>
#include <string.h>

static int user_add(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *answer = NULL;
    CLEANUP(json_decrefp)
    json_t *body = json_pack("{s:s, s:[{s:s, s:s*}]}", "name", c->arguments[0], "roles",
                             "permission", c->v.role, "area", c->v.area);
    int code = ctl_call(c, "POST", "/api/v1/users", body, &answer);
    if (code == 0)
        printf("%s may sign in\n", c->arguments[0]);
    return code;
}

static int user_token(struct ctl *c)
{
    char path[256];
    CLEANUP(json_decrefp) json_t *answer = NULL;
    CLEANUP(json_decrefp) json_t *body = json_object();
    snprintf(path, sizeof(path), "/api/v1/users/%s/tokens", c->arguments[0]);
    int code = ctl_call(c, "POST", path, body, &answer);
    const char *token = json_string_value(json_object_get(answer, "token"));
    if (code == 0)
        puts(token ? token : "");
    return code;
}

static int token_list(struct ctl *c)
{
    char path[256];
    CLEANUP(json_decrefp) json_t *answer = NULL;
    snprintf(path, sizeof(path), "/api/v1/users/%s/tokens", c->arguments[0]);
    int code = ctl_call(c, "GET", path, NULL, &answer);
    const json_t *list = json_object_get(answer, "tokens");
    for (size_t i = 0; code == 0 && i < json_array_size(list); i++) {
        const json_t *t = json_array_get(list, i);
        const char *until = json_string_value(json_object_get(t, "expires"));
        printf("%s  since %s  until %s\n", json_string_value(json_object_get(t, "id")),
               json_string_value(json_object_get(t, "created")),
               until ? until : "ended by hand");
    }
    return code;
}

static int token_revoke(struct ctl *c)
{
    char path[256];
    CLEANUP(json_decrefp) json_t *answer = NULL;
    snprintf(path, sizeof(path), "/api/v1/users/%s/tokens/%s", c->arguments[0],
             c->arguments[1]);
    return ctl_call(c, "DELETE", path, NULL, &answer);
}

static int site_put(struct ctl *c)
{
    if (!c->v.name || !c->v.area)
        return ctl_fail(CTL_USAGE, "site put needs --name and --area");
    char path[256];
    CLEANUP(json_decrefp) json_t *answer = NULL;
    CLEANUP(json_decrefp)
    json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", c->arguments[0], "name",
                             c->v.name, "area", c->v.area, "address", "", "contact", "");
    snprintf(path, sizeof(path), "/api/v1/sites/%s", c->arguments[0]);
    return ctl_call(c, "PUT", path, body, &answer);
}

static int backup(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *answer = NULL;
    CLEANUP(json_decrefp) json_t *body = json_object();
    int code = ctl_call(c, "POST", "/api/v1/backups", body, &answer);
    if (code != 0)
        return code;
    const char *name = json_string_value(json_object_get(answer, "name"));
    printf("%s: %lld bytes, in the server's data folder\n", name ? name : "",
           (long long)json_integer_value(json_object_get(answer, "bytes")));
    return CTL_DONE;
}

static const struct option_key keys_user[] = {
    {"role", OPTION_TEXT, CTL_AT(role), "viewer", 0, 0, "ROLE",
     "administrator, author, approver or viewer"},
    {"area", OPTION_TEXT, CTL_AT(area), NULL, 0, 0, "AREA",
     "there and below; without it everywhere"}};
static const struct option_key keys_site[] = {
    {"name", OPTION_TEXT, CTL_AT(name), NULL, 0, 0, "TEXT", "what people call it"},
    {"area", OPTION_TEXT, CTL_AT(area), NULL, 0, 0, "AREA", "where it is"}};

static const struct command commands[] = {
    {"user add", "NAME", "somebody who may use the server", NULL, keys_user,
     ARRAY_LENGTH(keys_user), 1, 1, user_add},
    {"user token", "NAME", "a token for them, shown this once", NULL, NULL, 0, 1, 1,
     user_token},
    {"token list", "NAME", "their tokens and until when they hold", NULL, NULL, 0, 1, 1,
     token_list},
    {"token revoke", "NAME ID", "end one token; ID as token list shows it", NULL, NULL, 0,
     2, 2, token_revoke},
    {"site put", "ID", "a place where units stand", NULL, keys_site,
     ARRAY_LENGTH(keys_site), 1, 1, site_put},
    {"backup", "", "an online backup on the server", NULL, NULL, 0, 0, 0, backup},
};
const struct command_group commands_server = {commands, ARRAY_LENGTH(commands)};
