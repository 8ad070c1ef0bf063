/* Both databases of a test program, and what they were asked. */
#include "tests/support/test.h"

#include "base/attr.h"
#include "base/db/postgres_sql.h"
#include "base/file.h"
#include "base/text.h"
#include "tests/support/databases.h"
#include "tests/support/postgres.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

static struct {
    char *statements[1024];
    size_t count;
} noted;

static struct postgres cluster = {.log = -1};
static struct db_driver noting[2];
struct database databases_sqlite = {.driver = &noting[0]};
struct database databases_postgres = {.driver = &noting[1]};

static void note(const char *sql)
{
    for (size_t i = 0; i < noted.count; i++)
        if (strcmp(noted.statements[i], sql) == 0)
            return;
    assert_true(noted.count < ARRAY_LENGTH(noted.statements));
    noted.statements[noted.count++] = strdup(sql);
}

static int prepare_sqlite(void *connection, const char *sql, void **ret)
{
    note(sql);
    return db_sqlite.prepare(connection, sql, ret);
}

static int prepare_postgres(void *connection, const char *sql, void **ret)
{
    note(sql);
    return db_postgres.prepare(connection, sql, ret);
}

int databases_start(void **state)
{
    (void)state;
    noting[0] = db_sqlite;
    noting[0].prepare = prepare_sqlite;
    noting[1] = db_postgres;
    noting[1].prepare = prepare_postgres;
    if (!postgres_start(&cluster))
        return -1;
    snprintf(databases_postgres.where, sizeof(databases_postgres.where), "%s",
             cluster.url);
    return 0;
}

int databases_stop(void **state)
{
    (void)state;
    postgres_stop(&cluster);
    for (size_t i = 0; i < noted.count; i++)
        free(noted.statements[i]);
    noted.count = 0;
    return 0;
}

bool database_prepare(struct database *d)
{
    if (d == &databases_postgres)
        return postgres_empty(&cluster);
    snprintf(d->where, sizeof(d->where), "database-XXXXXX");
    int fd = mkstemp(d->where);
    return fd >= 0 && close(fd) == 0; /* an empty file is an empty database */
}

const char *const *databases_statements(size_t *ret_count)
{
    *ret_count = noted.count;
    return (const char *const *)noted.statements;
}

/* How a string of C begins that is a statement, or goes on with one after a macro. */
static const char *const openings[] = {"\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE ",
                                       "\" FROM "};

/* Without its quotes. */
static const char *next_statement(const char *at, size_t *ret_length)
{
    const char *first = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(openings); i++) {
        const char *found = strstr(at, openings[i]);
        if (found && (!first || found < first))
            first = found;
    }
    if (!first)
        return NULL;
    *ret_length = strcspn(first + 1, "\"");
    return first + 1;
}

static bool was_asked(const char *part, size_t length)
{
    for (size_t i = 0; i < noted.count; i++)
        if (memmem(noted.statements[i], strlen(noted.statements[i]), part, length))
            return true;
    return false;
}

unsigned databases_check_asked(const char *path)
{
    CLEANUP(text_free) char *text = NULL;
    size_t length = 0;
    unsigned count = 0;
    assert_int_equal(file_read(path, 1 << 20, &text, &length), 0);
    for (const char *at = text; (at = next_statement(at, &length)); at += length, count++)
        if (!was_asked(at, length))
            fail_msg("%s: no test asks \"%.*s\"", path, (int)length, at);
    return count;
}

static void check_sqlite(const char *path, const char *sql, char *ret, size_t size)
{
    sqlite3 *c = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_open(path, &c) != SQLITE_OK ||
        sqlite3_prepare_v2(c, sql, -1, &statement, NULL) != SQLITE_OK)
        snprintf(ret, size, "%s", sqlite3_errmsg(c));
    sqlite3_finalize(statement);
    sqlite3_close(c);
}

static void check_postgres(const char *url, const char *sql, char *ret, size_t size)
{
    char *text = postgres_sql(sql);
    PGconn *c = PQconnectdb(url);
    PGresult *r = PQprepare(c, "", text, 0, NULL);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        snprintf(ret, size, "%s", PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    free(text);
}

void database_check(const struct database *d, const char *sql, char *ret, size_t size)
{
    ret[0] = '\0';
    if (d == &databases_postgres)
        check_postgres(d->where, sql, ret, size);
    else
        check_sqlite(d->where, sql, ret, size);
}
