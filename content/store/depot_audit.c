/* The record of writes: only ever added to. */
#include "base/timestamp.h"
#include "content/model/audit.h"
#include "content/store/depot_internal.h"

#include <string.h>

int depot_audit_add(struct depot *d, int64_t now_ms, const char *person,
                    const struct sha256 *token, const char *what, const char *subject)
{
    struct db_query q;
    struct sha256 before = {{0}}, hash;
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(token, hex);
    hex[16] = '\0'; /* tells one token from another, and is of no use to anybody */
    struct audit_line line = {1, now_ms, person, hex, what, subject};
    db_query_begin(&q, d->db, NULL);
    db_transaction_begin(&q);
    db_query_next(&q, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
    if (db_query_step(&q)) {
        line.number = db_column_int(&q, 0) + 1;
        db_column_hash(&q, 1, &before);
    }
    int r = audit_hash(&line, &before, &hash);
    if (r < 0 && q.error == 0)
        q.error = r;
    db_query_next(&q,
                  "INSERT INTO audit (number, at, person, token, what, subject, hash) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(&q, line.number);
    db_bind_int(&q, line.at_ms);
    db_bind_text(&q, line.person);
    db_bind_text(&q, line.token);
    db_bind_text(&q, line.what);
    db_bind_text(&q, line.subject);
    db_bind_hash(&q, &hash);
    db_query_run(&q);
    db_transaction_commit(&q);
    return db_query_end(&q);
}

int depot_audit(struct depot *d, int64_t after, unsigned limit, json_t **ret)
{
    struct db_query q;
    json_t *array = json_array();
    db_query_begin(&q, d->db,
                   "SELECT number, at, person, token, what, subject, hash FROM audit "
                   "WHERE number > ? ORDER BY number LIMIT ?");
    db_bind_int(&q, after);
    db_bind_int(&q, limit);
    while (db_query_step(&q)) {
        char at[TIMESTAMP_TEXT_SIZE];
        timestamp_format(db_column_int(&q, 1), at);
        json_array_append_new(
            array, json_pack("{s:I,s:s,s:I,s:s,s:s,s:s,s:s,s:s}", "number",
                             (json_int_t)db_column_int(&q, 0), "at", at, "at_ms",
                             (json_int_t)db_column_int(&q, 1), "person",
                             db_column_borrow(&q, 2), "token", db_column_borrow(&q, 3),
                             "what", db_column_borrow(&q, 4), "subject",
                             db_column_borrow(&q, 5), "hash", db_column_borrow(&q, 6)));
    }
    int r = db_query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}
