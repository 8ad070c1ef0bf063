#pragma once
#include "base/db/driver.h"

#include <stdbool.h>
#include <stddef.h>

/* Each test runs on both databases, each time on an empty one. First include
 * tests/support/test.h. The group's setup is databases_start, its teardown
 * databases_stop; a test's state is at first one of these two. */

struct database {
    const struct db_driver *driver; /* db_sqlite or db_postgres, noting each statement */
    char where[256];
};

extern struct database databases_sqlite, databases_postgres;

int databases_start(void **state);
int databases_stop(void **state);
/* Makes it empty. False: it could not. */
bool database_prepare(struct database *d);

/* Each different statement that either database was asked since the program began. */
const char *const *databases_statements(size_t *ret_count);
/* Fails when a statement in this source of C is not among them; how many it holds. */
unsigned databases_check_asked(const char *path);
/* What the database says of the statement when it is prepared, "" when it understands. */
void database_check(const struct database *d, const char *sql, char *ret, size_t size);

/* Two rows of cmocka's table. */
#define ON_BOTH(test, setup, teardown)                                                   \
    {#test " (SQLite)", test, setup, teardown, &databases_sqlite},                       \
    {                                                                                    \
#test " (PostgreSQL)", test, setup, teardown, &databases_postgres                \
    }
