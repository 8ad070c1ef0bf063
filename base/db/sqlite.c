/* The only file that knows SQLite and its codes. */
#include "base/db/driver.h"
#include "base/diag.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WAL_TRIES_MAX 400

static int translate(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return -EEXIST;
    default:
        break;
    }
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return 0;
    case SQLITE_CONSTRAINT:
        return -EINVAL;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return -EBUSY;
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return -EBADMSG;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return -EACCES;
    default:
        return -EIO;
    }
}

static int run(void *connection, const char *sql, struct diag *diag)
{
    char *message = NULL;
    int r = translate(sqlite3_exec(connection, sql, NULL, NULL, &message));
    if (r < 0)
        diag_set(diag, r, "database: %s", message ? message : "unknown error");
    sqlite3_free(message);
    return r;
}

static void close_file(void *connection)
{
    sqlite3_close(connection);
}

/* While another opens or closes the same file for the first or last time, SQLite says
 * "locked" at once here, whatever busy_timeout is (tried: one of 150, six at a time). */
static int enter_wal(sqlite3 *database, struct diag *diag)
{
    for (int tries = 0;; tries++) {
        int r =
            run(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", diag);
        if (r != -EBUSY || tries == WAL_TRIES_MAX)
            return r;
        const struct timespec pause = {.tv_nsec = 5000000};
        nanosleep(&pause, NULL);
    }
}

static int open_file(const char *path, void **ret, struct diag *diag)
{
    sqlite3 *database = NULL;
    int r = 0;
    if (sqlite3_open(path, &database) != SQLITE_OK)
        r = diag_set(diag, -EIO, "cannot open '%s': %s", path, sqlite3_errmsg(database));
    if (r == 0) {
        sqlite3_extended_result_codes(database, 1);
        sqlite3_busy_timeout(database, 10000);
        r = enter_wal(database, diag);
    }
    if (r < 0) {
        sqlite3_close(database);
        return r;
    }
    *ret = database;
    return 0;
}

static bool in_transaction(void *connection)
{
    return !sqlite3_get_autocommit(connection);
}

static int prepare(void *connection, const char *sql, void **ret)
{
    sqlite3_stmt *statement = NULL;
    int r = translate(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL));
    if (r == 0)
        *ret = statement;
    return r;
}

static void finish(void *statement)
{
    sqlite3_finalize(statement);
}

static int bind(void *statement, int at, const struct db_value *value)
{
    switch (value->type) {
    case DB_INTEGER:
        return translate(sqlite3_bind_int64(statement, at, value->integer));
    case DB_TEXT:
        return translate(sqlite3_bind_text64(statement, at, value->data, value->length,
                                             SQLITE_TRANSIENT, SQLITE_UTF8));
    case DB_BYTES:
        return translate(sqlite3_bind_blob64(statement, at, value->data, value->length,
                                             SQLITE_TRANSIENT));
    }
    return -EINVAL;
}

static int step(void *statement)
{
    int code = sqlite3_step(statement);
    return code == SQLITE_ROW ? 1 : translate(code);
}

static int changes(void *statement)
{
    return sqlite3_changes(sqlite3_db_handle(statement));
}

static int64_t column_int(void *statement, int column)
{
    return sqlite3_column_int64(statement, column);
}

static const char *column_text(void *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

static const void *column_bytes(void *statement, int column, size_t *ret_length)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL;
    const void *data = sqlite3_column_blob(statement, column);
    *ret_length = (size_t)sqlite3_column_bytes(statement, column);
    return data ? data : ""; /* the library has no pointer for no bytes */
}

static int begin_migration(void *connection, int *ret, struct diag *diag)
{
    void *statement = NULL;
    int r = run(connection, "BEGIN IMMEDIATE", diag);
    if (r < 0)
        return r;
    r = prepare(connection, "PRAGMA user_version", &statement);
    if (r == 0)
        r = step(statement);
    if (r > 0)
        *ret = (int)column_int(statement, 0);
    finish(statement);
    return r > 0 ? 0 : diag_set(diag, -EIO, "database: this file is no database");
}

static int set_version(void *connection, int version, struct diag *diag)
{
    char sql[64];
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
    return run(connection, sql, diag);
}

/* Reads one moment of it (WAL) while the connection that everybody uses goes on. */
static int copy(const char *where, const char *path, struct diag *diag)
{
    void *connection = NULL;
    if (access(path, F_OK) == 0)
        return diag_set(diag, -EEXIST, "'%s' is there already", path);
    int r = open_file(where, &connection, diag);
    if (r < 0)
        return r;
    char *sql = sqlite3_mprintf("VACUUM INTO %Q", path);
    r = sql ? run(connection, sql, NULL) : -ENOMEM;
    sqlite3_free(sql);
    if (r < 0)
        diag_set(diag, r, "cannot write '%s': %s", path, sqlite3_errmsg(connection));
    close_file(connection);
    return r;
}

static int check(void *connection, struct diag *diag)
{
    sqlite3_stmt *statement = NULL;
    int r = translate(sqlite3_prepare_v2(connection, "PRAGMA integrity_check(1)", -1,
                                         &statement, NULL));
    if (r == 0)
        r = step(statement);
    if (r == 1)
        r = strcmp(column_text(statement, 0), "ok") == 0 ? 0 : -EBADMSG;
    if (r < 0)
        diag_set(diag, r, "database: damaged: %s",
                 statement ? column_text(statement, 0) : sqlite3_errmsg(connection));
    sqlite3_finalize(statement);
    return r;
}

const struct db_driver db_sqlite = {
    .name = "SQLite",
    .begin = "BEGIN IMMEDIATE",
    .open = open_file,
    .close = close_file,
    .run = run,
    .in_transaction = in_transaction,
    .begin_migration = begin_migration,
    .set_version = set_version,
    .copy = copy,
    .check = check,
    .prepare = prepare,
    .finish = finish,
    .bind = bind,
    .step = step,
    .changes = changes,
    .column_int = column_int,
    .column_text = column_text,
    .column_bytes = column_bytes,
};
