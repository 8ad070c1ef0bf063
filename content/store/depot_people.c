/* People, their roles and the hashes of their tokens. */
#include "base/text.h"
#include "base/timestamp.h"
#include "content/store/depot_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const roles[] = {
    [ROLE_VIEWER] = "viewer",
    [ROLE_AUTHOR] = "author",
    [ROLE_APPROVER] = "approver",
    [ROLE_ADMINISTRATOR] = "administrator",
};

static bool role_parse(const char *name, enum role *ret)
{
    for (size_t i = 0; name && i < ARRAY_LENGTH(roles); i++)
        if (strcmp(roles[i], name) == 0) {
            *ret = (enum role)i;
            return true;
        }
    return false;
}

/* What cannot be read grants nothing. */
static void read_grants(const char *text, struct person *ret)
{
    json_t *list = json_loads(text, 0, NULL);
    ret->grant_count = 0;
    for (size_t i = 0; i < json_array_size(list) && i < PERSON_ROLES_MAX; i++) {
        const json_t *one = json_array_get(list, i);
        const json_t *bound = json_object_get(one, "area");
        const char *area = bound ? json_string_value(bound) : "";
        struct grant *g = &ret->grants[ret->grant_count];
        if (role_parse(json_string_value(json_object_get(one, "permission")), &g->role) &&
            area && text_copy(g->area, sizeof(g->area), area))
            ret->grant_count++;
    }
    json_decref(list);
}

static int read_person(struct db_query *q, struct person *ret)
{
    bool found = db_query_step(q);
    if (found) {
        db_column_text(q, 0, ret->name, sizeof(ret->name));
        ret->role = (enum role)db_column_int(q, 1);
        read_grants(db_column_borrow(q, 2), ret);
    }
    int r = db_query_end(q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_person_of_token(struct depot *d, const struct sha256 *token, int64_t now_ms,
                          struct person *ret)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "SELECT p.name, p.role, p.roles FROM person_tokens t JOIN people p ON "
        "p.name = t.name WHERE t.token = ? AND p.disabled = 0 AND (t.expires = 0 "
        "OR t.expires > ?)");
    db_bind_hash(&q, token);
    db_bind_int(&q, now_ms);
    return read_person(&q, ret);
}

int depot_person_get(struct depot *d, const char *name, struct person *ret)
{
    struct db_query q;
    db_query_begin(&q, d->db, "SELECT name, role, roles FROM people WHERE name = ?");
    db_bind_text(&q, name);
    return read_person(&q, ret);
}

static enum role highest(const json_t *list)
{
    enum role role = ROLE_VIEWER;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        enum role each;
        if (role_parse(json_string_value(json_object_get(one, "permission")), &each) &&
            each > role)
            role = each;
    }
    return role;
}

int depot_person_add(struct depot *d, const char *name, const json_t *list,
                     int64_t now_ms)
{
    struct db_query q;
    char *text = json_dumps(list, JSON_COMPACT);
    if (!text)
        return -ENOMEM;
    db_query_begin(&q, d->db,
                   "INSERT INTO people (name, roles, role, created) VALUES (?, ?, ?, ?)");
    db_bind_text(&q, name);
    db_bind_text(&q, text);
    db_bind_int(&q, highest(list));
    db_bind_int(&q, now_ms);
    db_query_run(&q);
    free(text);
    return db_query_end(&q);
}

int depot_person_disable(struct depot *d, const char *name)
{
    struct db_query q;
    db_query_begin(&q, d->db, NULL);
    db_transaction_begin(&q);
    db_query_next(&q, "UPDATE people SET disabled = 1 WHERE name = ?");
    db_bind_text(&q, name);
    db_query_run(&q);
    bool found = db_query_changes(&q) > 0;
    db_query_next(&q, "DELETE FROM person_tokens WHERE name = ?");
    db_bind_text(&q, name);
    db_query_run(&q);
    db_transaction_commit(&q);
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_person_token_add(struct depot *d, const char *name, const struct sha256 *token,
                           int64_t now_ms, int64_t expires_ms)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "INSERT INTO person_tokens (token, name, created, expires) SELECT ?, "
                   "name, ?, ? FROM people WHERE name = ? AND disabled = 0");
    db_bind_hash(&q, token);
    db_bind_int(&q, now_ms);
    db_bind_int(&q, expires_ms);
    db_bind_text(&q, name);
    db_query_run(&q);
    bool found = db_query_changes(&q) > 0;
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_person_tokens(struct depot *d, const char *name, json_t **ret)
{
    struct db_query q;
    json_t *array = json_array();
    db_query_begin(&q, d->db,
                   "SELECT token, created, expires FROM person_tokens WHERE name = ? "
                   "ORDER BY created, token");
    db_bind_text(&q, name);
    while (db_query_step(&q)) {
        char id[17], created[TIMESTAMP_TEXT_SIZE], expires[TIMESTAMP_TEXT_SIZE];
        int64_t expires_ms = db_column_int(&q, 2);
        snprintf(id, sizeof(id), "%.16s", db_column_borrow(&q, 0));
        timestamp_format(db_column_int(&q, 1), created);
        timestamp_format(expires_ms, expires);
        json_array_append_new(array,
                              json_pack("{s:s,s:s,s:s*}", "id", id, "created", created,
                                        "expires", expires_ms ? expires : NULL));
    }
    int r = db_query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}

int depot_person_token_revoke(struct depot *d, const char *name, const char *id)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "DELETE FROM person_tokens WHERE name = ? AND substr(token, 1, 16) = ?");
    db_bind_text(&q, name);
    db_bind_text(&q, id);
    db_query_run(&q);
    bool found = db_query_changes(&q) > 0;
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_persons(struct depot *d, json_t **ret)
{
    struct db_query q;
    json_t *array = json_array();
    db_query_begin(&q, d->db, "SELECT name, roles, disabled FROM people ORDER BY name");
    while (db_query_step(&q)) {
        json_t *list = json_loads(db_column_borrow(&q, 1), 0, NULL);
        json_array_append_new(array,
                              json_pack("{s:s,s:o,s:b}", "name", db_column_borrow(&q, 0),
                                        "roles", list ? list : json_array(), "disabled",
                                        (int)db_column_int(&q, 2)));
    }
    int r = db_query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}
