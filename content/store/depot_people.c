/* People, their roles and the hashes of their tokens. */
#include "content/store/depot_internal.h"

#include <errno.h>
#include <string.h>

static const char *const roles[] = {
    [ROLE_VIEWER] = "viewer",
    [ROLE_AUTHOR] = "author",
    [ROLE_APPROVER] = "approver",
    [ROLE_ADMINISTRATOR] = "administrator",
};

int depot_person_of_token(struct depot *d, const struct sha256 *token, struct person *ret)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "SELECT p.name, p.role FROM person_tokens t JOIN people p ON p.name = "
                   "t.name WHERE t.token = ? AND p.disabled = 0");
    db_bind_hash(&q, token);
    bool found = db_query_step(&q);
    if (found) {
        db_column_text(&q, 0, ret->name, sizeof(ret->name));
        ret->role = (enum role)db_column_int(&q, 1);
    }
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

static enum role highest(const json_t *list)
{
    enum role role = ROLE_VIEWER;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name =
            json_string_value(json_object_get(json_array_get(list, i), "permission"));
        for (size_t j = 0; name && j < ARRAY_LENGTH(roles); j++)
            if (strcmp(name, roles[j]) == 0 && (enum role)j > role)
                role = (enum role)j;
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
                           int64_t now_ms)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "INSERT INTO person_tokens (token, name, created) SELECT ?, name, ? FROM "
        "people WHERE name = ? AND disabled = 0");
    db_bind_hash(&q, token);
    db_bind_int(&q, now_ms);
    db_bind_text(&q, name);
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
