/* The only file that knows SQLite and its codes. */
#include "base/db/db.h"

#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct db {
    sqlite3 *database;
    pthread_mutex_t lock; /* from db_query_begin to db_query_end */
};

static int translate(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return 0;
    case SQLITE_CONSTRAINT:
        return -EEXIST;
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
    default:
        return -EIO;
    }
}

static void note(struct db_query *q, int code)
{
    if (q->error == 0)
        q->error = translate(code);
}

static int prepare(struct db_query *q, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(q->db->database, sql, -1, &statement, NULL);
    q->statement = statement;
    return code;
}

void db_query_begin(struct db_query *q, struct db *d, const char *sql)
{
    *q = (struct db_query){.db = d};
    pthread_mutex_lock(&d->lock);
    db_query_next(q, sql);
}

void db_query_next(struct db_query *q, const char *sql)
{
    sqlite3_finalize(q->statement);
    q->statement = NULL;
    q->bound = 0;
    if (q->error == 0 && sql)
        note(q, prepare(q, sql));
}

int db_query_end(struct db_query *q)
{
    sqlite3_finalize(q->statement);
    q->statement = NULL;
    if (!sqlite3_get_autocommit(q->db->database))
        sqlite3_exec(q->db->database, "ROLLBACK", NULL, NULL, NULL);
    pthread_mutex_unlock(&q->db->lock);
    return q->error;
}

void db_bind_int(struct db_query *q, int64_t value)
{
    if (q->error == 0)
        note(q, sqlite3_bind_int64(q->statement, ++q->bound, value));
}

void db_bind_text(struct db_query *q, const char *text)
{
    if (q->error == 0)
        note(q, sqlite3_bind_text(q->statement, ++q->bound, text, -1, SQLITE_TRANSIENT));
}

void db_bind_hash(struct db_query *q, const struct sha256 *hash)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(hash, hex);
    db_bind_text(q, hex);
}

void db_bind_bytes(struct db_query *q, const void *data, size_t length)
{
    if (q->error == 0)
        note(q, sqlite3_bind_blob(q->statement, ++q->bound, data, (int)length,
                                  SQLITE_TRANSIENT));
}

bool db_query_step(struct db_query *q)
{
    if (q->error < 0)
        return false;
    int code = sqlite3_step(q->statement);
    note(q, code);
    return code == SQLITE_ROW;
}

void db_query_run(struct db_query *q)
{
    while (db_query_step(q))
        ;
}

int db_query_changes(struct db_query *q)
{
    return q->error == 0 ? sqlite3_changes(q->db->database) : 0;
}

int64_t db_column_int(struct db_query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

const char *db_column_borrow(struct db_query *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q->statement, column);
    return text ? text : "";
}

void db_column_text(struct db_query *q, int column, char *ret, size_t size)
{
    (void)text_copy(ret, size, db_column_borrow(q, column));
}

const void *db_column_bytes(struct db_query *q, int column, size_t *ret_length)
{
    const void *data = sqlite3_column_blob(q->statement, column);
    *ret_length = (size_t)sqlite3_column_bytes(q->statement, column);
    return data;
}

void db_column_hash(struct db_query *q, int column, struct sha256 *ret)
{
    if (sha256_from_hex(db_column_borrow(q, column), ret) < 0) {
        memset(ret, 0, sizeof(*ret));
        if (q->error == 0)
            q->error = -EBADMSG;
    }
}

static void plain(struct db_query *q, const char *sql)
{
    if (q->error == 0)
        note(q, sqlite3_exec(q->db->database, sql, NULL, NULL, NULL));
}

void db_transaction_begin(struct db_query *q)
{
    plain(q, "BEGIN IMMEDIATE");
}

void db_transaction_commit(struct db_query *q)
{
    db_query_next(q, NULL); /* an open statement would hold the transaction */
    plain(q, "COMMIT");
}

/* ---- the file ---- */

static int run(struct db *d, const char *sql, struct diag *diag)
{
    char *message = NULL;
    int r = translate(sqlite3_exec(d->database, sql, NULL, NULL, &message));
    if (r < 0)
        diag_set(diag, r, "database: %s", message ? message : "unknown error");
    sqlite3_free(message);
    return r;
}

int db_open(const char *path, struct db **ret, struct diag *diag)
{
    struct db *d = calloc(1, sizeof(*d));
    if (!d)
        return diag_set(diag, -ENOMEM, "out of memory");
    pthread_mutex_init(&d->lock, NULL);
    int r = 0;
    if (sqlite3_open(path, &d->database) != SQLITE_OK)
        r = diag_set(diag, -EIO, "cannot open '%s': %s", path,
                     sqlite3_errmsg(d->database));
    if (r == 0)
        r = run(d,
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA "
                "synchronous = FULL",
                diag);
    if (r < 0) {
        db_close(d);
        return r;
    }
    *ret = d;
    return 0;
}

void db_close(struct db *d)
{
    if (!d)
        return;
    sqlite3_close(d->database);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

static int version_of(struct db *d)
{
    struct db_query q;
    db_query_begin(&q, d, "PRAGMA user_version");
    int version = db_query_step(&q) ? (int)db_column_int(&q, 0) : -1;
    return db_query_end(&q) < 0 ? -EIO : version;
}

int db_migrate(struct db *d, const char *const *steps, size_t count, struct diag *diag)
{
    int version = version_of(d);
    if (version < 0)
        return diag_set(diag, -EIO, "database: this file is no database");
    if ((size_t)version > count)
        return diag_set(diag, -EPROTO, "database: made by a newer version of the server");
    for (size_t i = (size_t)version; i < count; i++) {
        char done[64];
        snprintf(done, sizeof(done), "PRAGMA user_version = %zu; COMMIT", i + 1);
        int r = run(d, "BEGIN IMMEDIATE", diag);
        if (r == 0)
            r = run(d, steps[i], diag);
        if (r == 0)
            r = run(d, done, diag);
        if (r < 0)
            return r;
    }
    return 0;
}

int db_copy(struct db *d, const char *path, struct diag *diag)
{
    struct db_query q;
    if (access(path, F_OK) == 0)
        return diag_set(diag, -EEXIST, "'%s' is there already", path);
    db_query_begin(&q, d, "VACUUM INTO ?");
    db_bind_text(&q, path);
    db_query_run(&q);
    int r = db_query_end(&q);
    return r < 0 ? diag_set(diag, r, "cannot write '%s'", path) : 0;
}
