/* The only file that knows libpq and PostgreSQL's codes. A statement is sent with its
 * values at the first step, one round trip, and its rows are held until it is finished.
 */
#include "base/db/driver.h"
#include "base/db/postgres_sql.h"
#include "base/diag.h"

#include <errno.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUES_MOST = 32,
    /* PostgreSQL's catalog/pg_type.dat: these never change. */
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
};

struct statement {
    PGconn *connection;
    char *sql;
    int count; /* of values */
    Oid types[VALUES_MOST];
    char *values[VALUES_MOST];
    int lengths[VALUES_MOST], formats[VALUES_MOST];
    PGresult *result; /* NULL before the first step */
    int row;
};

/* https://www.postgresql.org/docs/15/errcodes-appendix.html; a whole class by its first
 * two characters, after the codes that stand out from it. */
static const struct {
    const char *state;
    int error;
} errors[] = {
    {"23505", -EEXIST}, {"23", -EINVAL},    {"22", -EINVAL},   {"40", -EBUSY},
    {"55P03", -EBUSY},  {"55006", -EBUSY},  {"53300", -EBUSY}, {"53100", -ENOSPC},
    {"53200", -ENOMEM}, {"57P", -ENOTCONN}, {"08", -ENOTCONN}, {"28", -EACCES},
    {"42501", -EACCES}, {"25006", -EACCES},
};

static int translate(PGconn *connection, const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        return 0;
    default:
        break;
    }
    if (PQstatus(connection) == CONNECTION_BAD)
        return -ENOTCONN;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    for (size_t i = 0; state && i < ARRAY_LENGTH(errors); i++)
        if (strncmp(state, errors[i].state, strlen(errors[i].state)) == 0)
            return errors[i].error;
    return -EIO;
}

/* The library's messages have several lines; the first is a sentence. */
static int fail(struct diag *diag, int error, const char *message)
{
    int length = (int)strcspn(message, "\n");
    return diag_set(diag, error, "database: %.*s", length, message);
}

/* Between two transactions a lost connection is made anew; within one, what follows must
 * fail instead of running outside of it. */
static int connect_again(PGconn *connection)
{
    switch (PQtransactionStatus(connection)) {
    case PQTRANS_ACTIVE:
    case PQTRANS_INTRANS:
    case PQTRANS_INERROR:
        return 0;
    default:
        break;
    }
    /* Hears of a server that ended since, so that nobody's statement is lost for it:
     * first its last words, then the end. */
    for (int i = 0; i < 2 && PQstatus(connection) == CONNECTION_OK; i++)
        (void)PQconsumeInput(connection);
    if (PQstatus(connection) == CONNECTION_BAD)
        PQreset(connection);
    return PQstatus(connection) == CONNECTION_OK ? 0 : -ENOTCONN;
}

static int run_into(PGconn *connection, const char *sql, PGresult **ret,
                    struct diag *diag)
{
    int r = connect_again(connection);
    if (r < 0)
        return fail(diag, r, PQerrorMessage(connection));
    PGresult *result = PQexec(connection, sql);
    r = translate(connection, result);
    if (r < 0)
        fail(diag, r, PQerrorMessage(connection));
    if (ret && r == 0)
        *ret = result;
    else
        PQclear(result);
    return r;
}

static int run(void *connection, const char *sql, struct diag *diag)
{
    char *text = postgres_sql(sql);
    if (!text)
        return diag_set(diag, -ENOMEM, "out of memory");
    int r = run_into(connection, text, NULL, diag);
    free(text);
    return r;
}

static void be_quiet(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static int open_url(const char *url, void **ret, struct diag *diag)
{
    /* What stands before the URL may be told otherwise by it. */
    const char *const names[] = {
        "fallback_application_name", "connect_timeout",
        "tcp_user_timeout",          "dbname",
        "client_encoding",           NULL,
    };
    const char *const values[] = {"tramtin-server", "5", "30000", url, "UTF8", NULL};
    PGconn *connection = PQconnectdbParams(names, values, 1);
    if (!connection)
        return diag_set(diag, -ENOMEM, "out of memory");
    if (PQstatus(connection) != CONNECTION_OK) {
        fail(diag, -ENOTCONN, PQerrorMessage(connection));
        PQfinish(connection);
        return -ENOTCONN;
    }
    PQsetNoticeReceiver(connection, be_quiet, NULL);
    *ret = connection;
    return 0;
}

static void close_connection(void *connection)
{
    PQfinish(connection);
}

static bool in_transaction(void *connection)
{
    PGTransactionStatusType status = PQtransactionStatus(connection);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

/* The lock is taken in a statement of its own, and read committed lets the next one see
 * what its last holder did. The number is this program's: "tramtin" in ASCII. */
static int begin_migration(void *connection, int *ret, struct diag *diag)
{
    PGresult *result = NULL;
    int r = run_into(connection, "BEGIN ISOLATION LEVEL READ COMMITTED", NULL, diag);
    if (r == 0)
        r = run_into(connection, "SELECT pg_advisory_xact_lock(32776860072175982)", NULL,
                     diag);
    if (r == 0)
        r = run_into(connection,
                     "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT "
                     "NULL)",
                     NULL, diag);
    if (r == 0)
        r = run_into(connection, "SELECT max(version) FROM schema_version", &result,
                     diag);
    if (r == 0)
        *ret = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10); /* "" without a row */
    PQclear(result);
    return r;
}

static int set_version(void *connection, int version, struct diag *diag)
{
    char sql[128];
    snprintf(sql, sizeof(sql),
             "DELETE FROM schema_version; INSERT INTO schema_version VALUES (%d)",
             version);
    return run_into(connection, sql, NULL, diag);
}

/* It checks its pages itself, if it was set up to. */
static int check(void *connection, struct diag *diag)
{
    (void)connection;
    (void)diag;
    return 0;
}

static int copy(const char *where, const char *path, struct diag *diag)
{
    (void)where;
    (void)path;
    return diag_set(diag, -EOPNOTSUPP,
                    "a PostgreSQL database is backed up with pg_dump, beside a copy of "
                    "the data folder");
}

/* ---- statements ---- */

static void finish(void *statement)
{
    struct statement *s = statement;
    if (!s)
        return;
    PQclear(s->result);
    for (int i = 0; i < s->count; i++)
        free(s->values[i]);
    free(s->sql);
    free(s);
}

static int prepare(void *connection, const char *sql, void **ret)
{
    int r = connect_again(connection);
    if (r < 0)
        return r;
    struct statement *s = calloc(1, sizeof(*s));
    if (s)
        s->sql = postgres_sql(sql);
    if (!s || !s->sql) {
        finish(s);
        return -ENOMEM;
    }
    s->connection = connection;
    *ret = s;
    return 0;
}

static int bind(void *statement, int at, const struct db_value *value)
{
    struct statement *s = statement;
    char number[24];
    const void *data = value->data;
    size_t length = value->length;
    if (at != s->count + 1 || at > VALUES_MOST || length > INT_MAX - 1)
        return -E2BIG;
    if (value->type == DB_INTEGER) {
        length =
            (size_t)snprintf(number, sizeof(number), "%lld", (long long)value->integer);
        data = number;
    }
    char *copied = NULL;
    if (data) {
        copied = malloc(length + 1);
        if (!copied)
            return -ENOMEM;
        memcpy(copied, data, length);
        copied[length] = '\0';
    }
    static const Oid types[] = {TYPE_INT8, TYPE_TEXT, TYPE_BYTEA};
    s->values[s->count] = copied;
    s->lengths[s->count] = (int)length;
    s->types[s->count] = types[value->type];
    s->formats[s->count++] = value->type == DB_BYTES;
    return 0;
}

static int step(void *statement)
{
    struct statement *s = statement;
    if (!s->result) {
        s->result =
            PQexecParams(s->connection, s->sql, s->count, s->types,
                         (const char *const *)s->values, s->lengths, s->formats, 1);
        s->row = -1;
        int r = translate(s->connection, s->result);
        if (r < 0)
            return r;
    }
    if (s->row + 1 >= PQntuples(s->result))
        return 0;
    s->row++;
    return 1;
}

static int changes(void *statement)
{
    struct statement *s = statement;
    return s->result ? (int)strtol(PQcmdTuples(s->result), NULL, 10) : 0;
}

/* NULL where there is no value; else the library ends it with a NUL. */
static const char *value_at(const struct statement *s, int column)
{
    if (!s->result || s->row < 0 || s->row >= PQntuples(s->result) || column < 0 ||
        column >= PQnfields(s->result) || PQgetisnull(s->result, s->row, column))
        return NULL;
    return PQgetvalue(s->result, s->row, column);
}

static int64_t from_network_order(const char *value, int bytes)
{
    const unsigned char *at = (const unsigned char *)value;
    uint64_t number = at[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        number = number << 8 | at[i];
    return (int64_t)number;
}

static int64_t column_int(void *statement, int column)
{
    struct statement *s = statement;
    const char *value = value_at(s, column);
    if (!value)
        return 0;
    switch (PQftype(s->result, column)) {
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return from_network_order(value, PQgetlength(s->result, s->row, column));
    default:
        return strtoll(value, NULL, 10);
    }
}

static const char *column_text(void *statement, int column)
{
    const char *value = value_at(statement, column);
    return value ? value : "";
}

static const void *column_bytes(void *statement, int column, size_t *ret_length)
{
    struct statement *s = statement;
    const char *value = value_at(s, column);
    if (value)
        *ret_length = (size_t)PQgetlength(s->result, s->row, column);
    return value;
}

const struct db_driver db_postgres = {
    .name = "PostgreSQL",
    .begin = "BEGIN ISOLATION LEVEL SERIALIZABLE",
    .open = open_url,
    .close = close_connection,
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
