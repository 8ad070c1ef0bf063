/* One connection behind one lock, whatever the driver; errors stick to the query. */
#include "base/db/db.h"

#include "base/db/driver.h"
#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct db {
    const struct db_driver *driver;
    char *where;
    pthread_mutex_t lock; /* from db_query_begin to db_query_end */
    void *connection;
};

static void note(struct db_query *q, int error)
{
    if (q->error == 0 && error < 0)
        q->error = error;
}

static void finish(struct db_query *q)
{
    q->db->driver->finish(q->statement);
    q->statement = NULL;
    q->bound = 0;
}

void db_query_begin(struct db_query *q, struct db *d, const char *sql)
{
    *q = (struct db_query){.db = d};
    pthread_mutex_lock(&d->lock);
    db_query_next(q, sql);
}

void db_query_next(struct db_query *q, const char *sql)
{
    finish(q);
    if (q->error == 0 && sql)
        note(q, q->db->driver->prepare(q->db->connection, sql, &q->statement));
}

/* What could not be rolled back was lost with its connection. */
static void roll_back(struct db *d)
{
    if (d->driver->in_transaction(d->connection))
        (void)d->driver->run(d->connection, "ROLLBACK", NULL);
}

int db_query_end(struct db_query *q)
{
    finish(q);
    roll_back(q->db);
    pthread_mutex_unlock(&q->db->lock);
    return q->error;
}

static bool is_ready(struct db_query *q)
{
    if (!q->statement)
        note(q, -EINVAL);
    return q->error == 0;
}

static void bind(struct db_query *q, const struct db_value *value)
{
    if (is_ready(q))
        note(q, q->db->driver->bind(q->statement, ++q->bound, value));
}

void db_bind_int(struct db_query *q, int64_t value)
{
    bind(q, &(struct db_value){.type = DB_INTEGER, .integer = value});
}

void db_bind_text(struct db_query *q, const char *text)
{
    bind(q, &(struct db_value){
                .type = DB_TEXT, .data = text, .length = text ? strlen(text) : 0});
}

void db_bind_hash(struct db_query *q, const struct sha256 *hash)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(hash, hex);
    db_bind_text(q, hex);
}

void db_bind_bytes(struct db_query *q, const void *data, size_t length)
{
    bind(q, &(struct db_value){.type = DB_BYTES, .data = data, .length = length});
}

bool db_query_step(struct db_query *q)
{
    if (!is_ready(q))
        return false;
    int r = q->db->driver->step(q->statement);
    note(q, r);
    return r > 0;
}

void db_query_run(struct db_query *q)
{
    while (db_query_step(q))
        ;
}

int db_query_changes(struct db_query *q)
{
    return q->error == 0 && q->statement ? q->db->driver->changes(q->statement) : 0;
}

int64_t db_column_int(struct db_query *q, int column)
{
    return q->statement ? q->db->driver->column_int(q->statement, column) : 0;
}

const char *db_column_borrow(struct db_query *q, int column)
{
    return q->statement ? q->db->driver->column_text(q->statement, column) : "";
}

void db_column_text(struct db_query *q, int column, char *ret, size_t size)
{
    if (!text_copy(ret, size, db_column_borrow(q, column)))
        note(q, -EOVERFLOW);
}

const void *db_column_bytes(struct db_query *q, int column, size_t *ret_length)
{
    *ret_length = 0;
    return q->statement ? q->db->driver->column_bytes(q->statement, column, ret_length)
                        : NULL;
}

void db_column_hash(struct db_query *q, int column, struct sha256 *ret)
{
    if (sha256_from_hex(db_column_borrow(q, column), ret) < 0) {
        memset(ret, 0, sizeof(*ret));
        note(q, -EBADMSG);
    }
}

static void plain(struct db_query *q, const char *sql)
{
    if (q->error == 0)
        note(q, q->db->driver->run(q->db->connection, sql, NULL));
}

void db_transaction_begin(struct db_query *q)
{
    plain(q, q->db->driver->begin);
}

void db_transaction_commit(struct db_query *q)
{
    db_query_next(q, NULL); /* an open statement would hold the transaction */
    plain(q, "COMMIT");
}

/* ---- the whole database ---- */

int db_open(const struct db_driver *driver, const char *where, struct db **ret,
            struct diag *diag)
{
    struct db *d = calloc(1, sizeof(*d));
    if (!d)
        return diag_set(diag, -ENOMEM, "out of memory");
    d->driver = driver;
    pthread_mutex_init(&d->lock, NULL);
    d->where = strdup(where);
    int r = d->where ? driver->open(where, &d->connection, diag)
                     : diag_set(diag, -ENOMEM, "out of memory");
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
    if (d->connection)
        d->driver->close(d->connection);
    pthread_mutex_destroy(&d->lock);
    free(d->where);
    free(d);
}

/* 1: applied one, 0: there is none left. */
static int migrate_one(struct db *d, const char *const *steps, size_t count,
                       struct diag *diag)
{
    int version = 0;
    int r = d->driver->begin_migration(d->connection, &version, diag);
    if (r < 0)
        return r;
    if (version < 0 || (size_t)version > count)
        return diag_set(diag, -EPROTO, "database: made by a newer version of the server");
    if ((size_t)version == count)
        return 0;
    r = d->driver->run(d->connection, steps[version], diag);
    if (r == 0)
        r = d->driver->set_version(d->connection, version + 1, diag);
    if (r == 0)
        r = d->driver->run(d->connection, "COMMIT", diag);
    return r < 0 ? r : 1;
}

int db_migrate(struct db *d, const char *const *steps, size_t count, struct diag *diag)
{
    int r = 1;
    pthread_mutex_lock(&d->lock);
    while (r > 0) {
        r = migrate_one(d, steps, count, diag);
        roll_back(d);
    }
    pthread_mutex_unlock(&d->lock);
    return r;
}

int db_copy(struct db *d, const char *path, struct diag *diag)
{
    return d->driver->copy(d->where, path, diag);
}

int db_check(struct db *d, struct diag *diag)
{
    pthread_mutex_lock(&d->lock);
    int r = d->driver->check(d->connection, diag);
    pthread_mutex_unlock(&d->lock);
    return r;
}
