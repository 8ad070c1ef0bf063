/* Opening, migrating, copying. */
#include "content/store/depot.h"

#include "base/diag.h"
#include "content/store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Each step is applied once, in order; PRAGMA user_version says how many were. A step
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
    "CREATE TABLE plays (unit TEXT NOT NULL, report BIGINT NOT NULL, position INTEGER "
    "NOT "
    "NULL, started BIGINT NOT NULL, ended BIGINT NOT NULL, planned BIGINT NOT NULL, line "
    "TEXT NOT NULL, revision BIGINT NOT NULL, item TEXT NOT NULL, media TEXT NOT NULL, "
    "why TEXT NOT NULL, completed INTEGER NOT NULL, clock TEXT NOT NULL, note TEXT NOT "
    "NULL, PRIMARY KEY (unit, report, position));"
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
};

static int run(struct depot *d, const char *sql, struct diag *diag)
{
    char *message = NULL;
    if (sqlite3_exec(d->database, sql, NULL, NULL, &message) == SQLITE_OK)
        return 0;
    diag_set(diag, -EIO, "database: %s", message ? message : "unknown error");
    sqlite3_free(message);
    return -EIO;
}

static int version_of(struct depot *d)
{
    struct query q;
    query_begin(&q, d, "PRAGMA user_version");
    int version = query_step(&q) ? (int)column_int(&q, 0) : -1;
    return query_end(&q) < 0 ? -EIO : version;
}

static int migrate(struct depot *d, struct diag *diag)
{
    int version = version_of(d);
    if (version < 0)
        return diag_set(diag, -EIO, "database: this file is no database");
    if (version > (int)ARRAY_LENGTH(migrations))
        return diag_set(diag, -EPROTO, "database: made by a newer version of the server");
    for (int i = version; i < (int)ARRAY_LENGTH(migrations); i++) {
        char step[64];
        snprintf(step, sizeof(step), "PRAGMA user_version = %d; COMMIT", i + 1);
        int r = run(d, "BEGIN IMMEDIATE", diag);
        if (r == 0)
            r = run(d, migrations[i], diag);
        if (r == 0)
            r = run(d, step, diag);
        if (r < 0)
            return r;
    }
    return 0;
}

int depot_open(const char *path, struct depot **ret, struct diag *diag)
{
    struct depot *d = calloc(1, sizeof(*d));
    if (!d)
        return diag_set(diag, -ENOMEM, "out of memory");
    pthread_mutex_init(&d->lock, NULL);
    int r = 0;
    if (sqlite3_open(path, &d->database) != SQLITE_OK)
        r = diag_set(diag, -EIO, "cannot open '%s': %s", path,
                     sqlite3_errmsg(d->database));
    if (r == 0) /* reports are gone from the unit once we said we have them */
        r = run(d,
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA "
                "synchronous = FULL",
                diag);
    if (r == 0)
        r = migrate(d, diag);
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
    sqlite3_close(d->database);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

int depot_backup(struct depot *d, const char *path, struct diag *diag)
{
    struct query q;
    if (access(path, F_OK) == 0)
        return diag_set(diag, -EEXIST, "'%s' is there already", path);
    query_begin(&q, d, "VACUUM INTO ?");
    bind_text(&q, path);
    query_run(&q);
    int r = query_end(&q);
    return r < 0 ? diag_set(diag, r, "cannot write '%s'", path) : 0;
}

int depot_after_restore(struct depot *d)
{
    struct query q;
    query_begin(&q, d, NULL);
    transaction_begin(&q);
    query_next(&q, "UPDATE units SET report = -1");
    query_run(&q);
    query_next(&q, "DELETE FROM carried_objects");
    query_run(&q);
    query_next(&q, "DELETE FROM carried_values");
    query_run(&q);
    transaction_commit(&q);
    return query_end(&q);
}

int depot_object_add(struct depot *d, const struct depot_object *object)
{
    struct query q;
    query_begin(&q, d,
                "INSERT INTO carried_objects (name, bytes, data) VALUES (?, ?, ?)");
    bind_hash(&q, &object->name);
    bind_int(&q, (int64_t)object->bytes);
    bind_bytes(&q, object->data, object->data ? object->bytes : 0);
    query_run(&q);
    return query_end(&q);
}

int depot_objects_visit(struct depot *d,
                        int (*visit)(void *context, const struct depot_object *object),
                        void *context)
{
    struct query q;
    query_begin(&q, d, "SELECT name, bytes, data FROM carried_objects ORDER BY name");
    int r = 0;
    while (r == 0 && query_step(&q)) {
        struct depot_object object;
        size_t length;
        column_hash(&q, 0, &object.name);
        object.bytes = (uint64_t)column_int(&q, 1);
        object.data = column_bytes(&q, 2, &length);
        if (object.data && length != object.bytes)
            r = -EBADMSG;
        else
            r = visit(context, &object);
    }
    int error = query_end(&q);
    return error < 0 ? error : r;
}

int depot_value_set(struct depot *d, const char *name, const char *value)
{
    struct query q;
    query_begin(&q, d, "INSERT INTO carried_values (name, value) VALUES (?, ?)");
    bind_text(&q, name);
    bind_text(&q, value);
    query_run(&q);
    return query_end(&q);
}

int depot_value_get(struct depot *d, const char *name, char *ret, size_t size)
{
    struct query q;
    query_begin(&q, d, "SELECT value FROM carried_values WHERE name = ?");
    bind_text(&q, name);
    bool found = query_step(&q);
    if (found)
        column_text(&q, 0, ret, size);
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_ping(struct depot *d, int64_t *ret_us)
{
    struct timespec a, b;
    struct query q;
    clock_gettime(CLOCK_MONOTONIC, &a);
    query_begin(&q, d, "SELECT 1 FROM documents LIMIT 1");
    query_run(&q);
    int r = query_end(&q);
    clock_gettime(CLOCK_MONOTONIC, &b);
    *ret_us = (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000;
    return r;
}
