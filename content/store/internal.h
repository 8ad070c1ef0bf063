#pragma once
#include "content/store/depot.h"

#include <pthread.h>
#include <sqlite3.h>

/* Shared by the files of the depot only. One connection behind one lock: SQLite writes
 * one at a time anyway, and every call here is short. */

struct depot {
    sqlite3 *database;
    pthread_mutex_t
        lock; /* held for a whole call: struct query takes and gives it back */
};

/* One statement. The first error sticks; later calls do nothing, so that a caller binds,
 * steps and asks once. */
struct query {
    struct depot *depot;
    sqlite3_stmt *statement;
    int error, bound;
};

/* Takes the lock; query_end gives it back and returns the error that stuck. */
void query_begin(struct query *q, struct depot *d, const char *sql);
/* Another statement under the same lock. */
void query_next(struct query *q, const char *sql);
MUST_CHECK int query_end(struct query *q);

/* In the order of the question marks. Texts and hashes are copied. */
void bind_int(struct query *q, int64_t value);
void bind_text(struct query *q, const char *text);
void bind_hash(struct query *q, const struct sha256 *hash);
void bind_bytes(struct query *q, const void *data, size_t length); /* NULL: no value */

/* true: there is a row. */
bool query_step(struct query *q);
/* A statement without rows. */
void query_run(struct query *q);
/* Rows that the last query_run changed. */
int query_changes(struct query *q);

int64_t column_int(struct query *q, int column);
void column_text(struct query *q, int column, char *ret, size_t size);
const char *column_borrow(struct query *q, int column); /* until the next step */
const void *column_bytes(struct query *q, int column, size_t *ret_length); /* as above */
void column_hash(struct query *q, int column, struct sha256 *ret);

/* Several statements that all happen or none: after query_begin. A transaction that was
 * not committed is rolled back by query_end. */
void transaction_begin(struct query *q);
void transaction_commit(struct query *q);
