/* Opening, migrating, copying. */
#include "content/store/depot.h"

#include "base/diag.h"
#include "content/store/depot_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* Each step is applied once, in order; the file remembers how many were. A step
 * that has been released is never changed. */
static const char *const migrations[] = {
    "CREATE TABLE people (name TEXT PRIMARY KEY, roles TEXT NOT NULL, role INTEGER NOT "
    "NULL, created BIGINT NOT NULL, disabled INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE person_tokens (token TEXT PRIMARY KEY, name TEXT NOT NULL, created "
    "BIGINT NOT NULL);"
    "CREATE TABLE documents (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
    "type TEXT NOT NULL, accepted BIGINT NOT NULL);"
    "CREATE TABLE releases (id TEXT PRIMARY KEY, envelope TEXT NOT NULL, line TEXT NOT "
    "NULL, revision BIGINT NOT NULL, kind TEXT NOT NULL, level TEXT NOT NULL, area TEXT "
    "NOT NULL, title TEXT NOT NULL, created BIGINT NOT NULL, published INTEGER NOT NULL);"
    "CREATE INDEX releases_by_line ON releases (line, revision);"
    "CREATE TABLE enrolments (key TEXT PRIMARY KEY, kind TEXT NOT NULL, version TEXT NOT "
    "NULL, remote TEXT NOT NULL, since BIGINT NOT NULL);"
    "CREATE TABLE units (unit TEXT PRIMARY KEY, key TEXT NOT NULL, token TEXT NOT NULL "
    "UNIQUE, seen BIGINT NOT NULL DEFAULT 0, manifest BIGINT NOT NULL DEFAULT 0, report "
    "BIGINT NOT NULL DEFAULT 0, health TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE plays (unit TEXT NOT NULL, unit_key TEXT NOT NULL, report BIGINT NOT "
    "NULL, position INTEGER "
    "NOT "
    "NULL, started BIGINT NOT NULL, ended BIGINT NOT NULL, planned BIGINT NOT NULL, line "
    "TEXT NOT NULL, revision BIGINT NOT NULL, item TEXT NOT NULL, media TEXT NOT NULL, "
    "why TEXT NOT NULL, completed INTEGER NOT NULL, clock TEXT NOT NULL, note TEXT NOT "
    "NULL, PRIMARY KEY (unit, unit_key, report, position));"
    "CREATE INDEX plays_by_start ON plays (unit, started);"
    "CREATE TABLE acknowledgements (unit TEXT NOT NULL, document TEXT NOT NULL, at "
    "BIGINT "
    "NOT NULL, PRIMARY KEY (unit, document));"
    "CREATE TABLE manifests (number BIGINT PRIMARY KEY, issued BIGINT NOT NULL, content "
    "TEXT NOT NULL, name TEXT NOT NULL, units INTEGER NOT NULL);"
    "CREATE TABLE unit_manifests (unit TEXT PRIMARY KEY, number BIGINT NOT NULL);"
    "CREATE TABLE carried_objects (name TEXT PRIMARY KEY, bytes BIGINT NOT NULL, data "
    "BLOB);"
    "CREATE TABLE carried_values (name TEXT PRIMARY KEY, value TEXT NOT NULL);",
    "CREATE TABLE assets (id TEXT PRIMARY KEY, name TEXT NOT NULL, bytes BIGINT NOT "
    "NULL, "
    "sha256 TEXT NOT NULL, state TEXT NOT NULL, progress INTEGER NOT NULL, sentence TEXT "
    "NOT NULL, result TEXT NOT NULL, created BIGINT NOT NULL);",
    ("CREATE TABLE sites (id TEXT PRIMARY KEY, name TEXT NOT NULL, area TEXT NOT NULL, "
     "address TEXT NOT NULL, contact TEXT NOT NULL);"),
    "ALTER TABLE assets ADD COLUMN area TEXT NOT NULL DEFAULT '';",
    "ALTER TABLE assets ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE assets ADD COLUMN due BIGINT NOT NULL DEFAULT 0;",
    "CREATE TABLE audit (number BIGINT PRIMARY KEY, at BIGINT NOT NULL, person TEXT NOT "
    "NULL, token TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL, hash TEXT NOT "
    "NULL);",
    "ALTER TABLE person_tokens ADD COLUMN expires BIGINT NOT NULL DEFAULT 0;",
};

int depot_open(const struct db_driver *driver, const char *where, struct depot **ret,
               struct diag *diag)
{
    struct depot *d = calloc(1, sizeof(*d));
    if (!d)
        return diag_set(diag, -ENOMEM, "out of memory");
    int r = db_open(driver, where, &d->db, diag);
    if (r == 0)
        r = db_migrate(d->db, migrations, ARRAY_LENGTH(migrations), diag);
    if (r < 0) {
        depot_close(d);
        return r;
    }
    *ret = d;
    return 0;
}

void depot_close(struct depot *d)
{
    if (!d)
        return;
    db_close(d->db);
    free(d);
}

int depot_backup(struct depot *d, const char *path, struct diag *diag)
{
    return db_copy(d->db, path, diag);
}

int depot_check(struct depot *d, struct diag *diag)
{
    return db_check(d->db, diag);
}

int depot_after_restore(struct depot *d)
{
    struct db_query q;
    db_query_begin(&q, d->db, NULL);
    db_transaction_begin(&q);
    db_query_next(&q, "UPDATE units SET report = -1");
    db_query_run(&q);
    db_query_next(&q, "DELETE FROM carried_objects");
    db_query_run(&q);
    db_query_next(&q, "DELETE FROM carried_values");
    db_query_run(&q);
    db_transaction_commit(&q);
    return db_query_end(&q);
}

int depot_object_add(struct depot *d, const struct depot_object *object)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "INSERT INTO carried_objects (name, bytes, data) VALUES (?, ?, ?)");
    db_bind_hash(&q, &object->name);
    db_bind_int(&q, (int64_t)object->bytes);
    db_bind_bytes(&q, object->data, object->data ? object->bytes : 0);
    db_query_run(&q);
    return db_query_end(&q);
}

int depot_objects_visit(struct depot *d,
                        int (*visit)(void *context, const struct depot_object *object),
                        void *context)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "SELECT name, bytes, data FROM carried_objects ORDER BY name");
    int r = 0;
    while (r == 0 && db_query_step(&q)) {
        struct depot_object object;
        size_t length;
        db_column_hash(&q, 0, &object.name);
        object.bytes = (uint64_t)db_column_int(&q, 1);
        object.data = db_column_bytes(&q, 2, &length);
        if (object.data && length != object.bytes)
            r = -EBADMSG;
        else
            r = visit(context, &object);
    }
    int error = db_query_end(&q);
    return error < 0 ? error : r;
}

int depot_value_set(struct depot *d, const char *name, const char *value)
{
    struct db_query q;
    db_query_begin(&q, d->db, "INSERT INTO carried_values (name, value) VALUES (?, ?)");
    db_bind_text(&q, name);
    db_bind_text(&q, value);
    db_query_run(&q);
    return db_query_end(&q);
}

int depot_value_get(struct depot *d, const char *name, char *ret, size_t size)
{
    struct db_query q;
    db_query_begin(&q, d->db, "SELECT value FROM carried_values WHERE name = ?");
    db_bind_text(&q, name);
    bool found = db_query_step(&q);
    if (found)
        db_column_text(&q, 0, ret, size);
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_ping(struct depot *d, int64_t *ret_us)
{
    struct timespec a, b;
    struct db_query q;
    clock_gettime(CLOCK_MONOTONIC, &a);
    db_query_begin(&q, d->db, "SELECT 1 FROM documents LIMIT 1");
    db_query_run(&q);
    int r = db_query_end(&q);
    clock_gettime(CLOCK_MONOTONIC, &b);
    *ret_us = (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000;
    return r;
}

int depot_figures(struct depot *d, int64_t since_ms, struct depot_figures *ret)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "SELECT (SELECT count(*) FROM units), (SELECT count(*) FROM units WHERE "
        "seen >= ?), (SELECT count(*) FROM assets WHERE state IN ('queued', "
        "'working'))");
    db_bind_int(&q, since_ms);
    if (db_query_step(&q)) {
        ret->units = db_column_int(&q, 0);
        ret->units_seen = db_column_int(&q, 1);
        ret->jobs = db_column_int(&q, 2);
    }
    return db_query_end(&q);
}
