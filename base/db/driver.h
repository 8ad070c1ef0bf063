#pragma once
#include "base/attr.h"
#include "base/db/db.h"

#include <stdbool.h>
#include <stdint.h>

/* What a database library does for base/db/db.c, which holds a lock around every call. A
 * connection and a statement are the driver's own. Errors are negative errno; the
 * library's codes are known to the driver only. */

struct diag;

enum db_value_type { DB_INTEGER, DB_TEXT, DB_BYTES };

struct db_value {
    enum db_value_type type;
    int64_t integer;
    const void *data; /* NULL: no value */
    size_t length;
};

struct db_driver {
    const char *name;
    const char *begin; /* of a transaction in which nobody else writes what was read */
    int (*open)(const char *where, void **ret, struct diag *diag);
    void (*close)(void *connection);

    /* Several statements without values or rows. */
    int (*run)(void *connection, const char *sql, struct diag *diag);
    bool (*in_transaction)(void *connection);
    /* Begins a transaction in which nobody else migrates; *ret is what set_version was
     * last told, 0 at first. */
    int (*begin_migration)(void *connection, int *ret, struct diag *diag);
    int (*set_version)(void *connection, int version, struct diag *diag);
    /* Through a connection of its own: what `where` holds, in a new file. */
    int (*copy)(const char *where, const char *path, struct diag *diag);
    int (*check)(void *connection, struct diag *diag);

    int (*prepare)(void *connection, const char *sql, void **ret);
    void (*finish)(void *statement); /* accepts NULL */
    int (*bind)(void *statement, int at,
                const struct db_value *value); /* from 1; copies */
    int (*step)(void *statement);              /* 1: a row, 0: no more */
    int (*changes)(void *statement);
    int64_t (*column_int)(void *statement, int column);
    const char *(*column_text)(void *statement, int column); /* never NULL */
    const void *(*column_bytes)(void *statement, int column, size_t *ret_length);
};
