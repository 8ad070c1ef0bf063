#pragma once
#include "base/attr.h"
#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A thin layer over a database: prepare, bind, step, column, transaction. One connection
 * behind one lock: every call is short. Any thread.
 *
 * SQL is the common subset of both drivers: `?` for a value, BLOB for bytes, BIGINT for
 * 64 bits, ON CONFLICT with a target, transactions by the functions below, no function
 * that only one of them has. A column is read as what it was declared.
 *
 * Errors: -EEXIST a key that is there already, -EINVAL a value that another constraint
 * refuses, -EBUSY somebody else holds it: again, -ENOTCONN the connection was lost (what
 * was under way may or may not have happened; the next use connects again), -ENOSPC,
 * -ENOMEM, -EACCES, -EBADMSG a damaged file, -EIO else. */

struct db;
struct db_driver;
struct diag;

/* Passed by reference, so that a program links only the libraries of those it names. */
extern const struct db_driver db_sqlite;   /* where: a path; made when there is none */
extern const struct db_driver db_postgres; /* where: postgresql://..., see libpq */

/* Writes are on the disk when they return. *ret is the caller's. */
MUST_CHECK int db_open(const struct db_driver *driver, const char *where, struct db **ret,
                       struct diag *diag);
void db_close(struct db *d); /* accepts NULL */
/* Each step is applied once, in order; the database remembers how many were. -EPROTO when
 * it has had more. Two programs may do it at a time. */
MUST_CHECK int db_migrate(struct db *d, const char *const *steps, size_t count,
                          struct diag *diag);
/* A consistent copy in a new file, while others go on, also through `d`. -EOPNOTSUPP for
 * PostgreSQL. */
MUST_CHECK int db_copy(struct db *d, const char *path, struct diag *diag);

/* Reads all of it: 0, or -EBADMSG and what is wrong. SQLite only; PostgreSQL says 0. */
MUST_CHECK int db_check(struct db *d, struct diag *diag);

/* One statement. The first error sticks; later calls do nothing, so that a caller binds,
 * steps and asks once. */
struct db_query {
    struct db *db;
    void *statement; /* the driver's */
    int error, bound;
};

/* Takes the lock; query_end gives it back and returns the error that stuck. */
void db_query_begin(struct db_query *q, struct db *d, const char *sql);
/* Another statement under the same lock. */
void db_query_next(struct db_query *q, const char *sql);
MUST_CHECK int db_query_end(struct db_query *q);

/* In the order of the question marks. Texts, hashes and bytes are copied. */
void db_bind_int(struct db_query *q, int64_t value);
void db_bind_text(struct db_query *q, const char *text);
void db_bind_hash(struct db_query *q, const struct sha256 *hash);
void db_bind_bytes(struct db_query *q, const void *data,
                   size_t length); /* NULL: no value */

/* true: there is a row. */
bool db_query_step(struct db_query *q);
/* A statement without rows. */
void db_query_run(struct db_query *q);
/* Rows that the last query_run changed. */
int db_query_changes(struct db_query *q);

int64_t db_column_int(struct db_query *q, int column);
/* A text that does not fit is an error (-EOVERFLOW): half of it would be believed. */
void db_column_text(struct db_query *q, int column, char *ret, size_t size);
const char *db_column_borrow(struct db_query *q, int column); /* until the next step */
const void *db_column_bytes(struct db_query *q, int column,
                            size_t *ret_length); /* as above */
void db_column_hash(struct db_query *q, int column, struct sha256 *ret);

/* Several statements that all happen or none: after query_begin. A transaction that was
 * not committed is rolled back by query_end. */
void db_transaction_begin(struct db_query *q);
void db_transaction_commit(struct db_query *q);
