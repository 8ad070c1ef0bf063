/* The few things the depot does with SQLite. The only file that knows its codes. */
#include "base/text.h"
#include "content/store/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
    default:
        return -EIO;
    }
}

static void note(struct query *q, int code)
{
    if (q->error == 0)
        q->error = translate(code);
}

void query_begin(struct query *q, struct depot *d, const char *sql)
{
    *q = (struct query){.depot = d};
    pthread_mutex_lock(&d->lock);
    query_next(q, sql);
}

void query_next(struct query *q, const char *sql)
{
    sqlite3_finalize(q->statement);
    q->statement = NULL;
    q->bound = 0;
    if (q->error == 0 && sql)
        note(q, sqlite3_prepare_v2(q->depot->database, sql, -1, &q->statement, NULL));
}

int query_end(struct query *q)
{
    sqlite3_finalize(q->statement);
    q->statement = NULL;
    if (!sqlite3_get_autocommit(q->depot->database))
        sqlite3_exec(q->depot->database, "ROLLBACK", NULL, NULL, NULL);
    pthread_mutex_unlock(&q->depot->lock);
    return q->error;
}

void bind_int(struct query *q, int64_t value)
{
    if (q->error == 0)
        note(q, sqlite3_bind_int64(q->statement, ++q->bound, value));
}

void bind_text(struct query *q, const char *text)
{
    if (q->error == 0)
        note(q, sqlite3_bind_text(q->statement, ++q->bound, text, -1, SQLITE_TRANSIENT));
}

void bind_hash(struct query *q, const struct sha256 *hash)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(hash, hex);
    bind_text(q, hex);
}

void bind_bytes(struct query *q, const void *data, size_t length)
{
    if (q->error == 0)
        note(q, sqlite3_bind_blob(q->statement, ++q->bound, data, (int)length,
                                  SQLITE_TRANSIENT));
}

bool query_step(struct query *q)
{
    if (q->error < 0)
        return false;
    int code = sqlite3_step(q->statement);
    note(q, code);
    return code == SQLITE_ROW;
}

void query_run(struct query *q)
{
    while (query_step(q))
        ;
}

int query_changes(struct query *q)
{
    return q->error == 0 ? sqlite3_changes(q->depot->database) : 0;
}

int64_t column_int(struct query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

const char *column_borrow(struct query *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q->statement, column);
    return text ? text : "";
}

void column_text(struct query *q, int column, char *ret, size_t size)
{
    (void)text_copy(ret, size, column_borrow(q, column));
}

const void *column_bytes(struct query *q, int column, size_t *ret_length)
{
    const void *data = sqlite3_column_blob(q->statement, column);
    *ret_length = (size_t)sqlite3_column_bytes(q->statement, column);
    return data;
}

void column_hash(struct query *q, int column, struct sha256 *ret)
{
    if (sha256_from_hex(column_borrow(q, column), ret) < 0) {
        memset(ret, 0, sizeof(*ret));
        if (q->error == 0)
            q->error = -EBADMSG;
    }
}

static void plain(struct query *q, const char *sql)
{
    if (q->error == 0)
        note(q, sqlite3_exec(q->depot->database, sql, NULL, NULL, NULL));
}

void transaction_begin(struct query *q)
{
    plain(q, "BEGIN IMMEDIATE");
}

void transaction_commit(struct query *q)
{
    query_next(q, NULL); /* an open statement would hold the transaction */
    plain(q, "COMMIT");
}
