/* The play log: SQLite with a write-ahead log and full syncs, so that what was added
 * survives a power cut. Knows SQLite's codes; gives errno. */
#include "content/sync/play_log.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_BYTES ((size_t)4 << 20)
#define BUSY_WAIT_MS 2000

struct play_log {
    sqlite3 *db;
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS play (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, planned_ms INTEGER NOT NULL,"
    " line TEXT NOT NULL, revision INTEGER NOT NULL, item TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, why TEXT NOT NULL, completed INTEGER NOT NULL,"
    " clock TEXT NOT NULL, note TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS ack (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " document BLOB NOT NULL, at_ms INTEGER NOT NULL);"
    /* One row at most: the report that waits. */
    "CREATE TABLE IF NOT EXISTS report (number INTEGER PRIMARY KEY,"
    " last_play INTEGER NOT NULL, last_ack INTEGER NOT NULL, envelope TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS counter (next INTEGER NOT NULL);"
    "INSERT INTO counter SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM counter);";

static int error_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return 0;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return -EBUSY;
    case SQLITE_READONLY:
        return -EROFS;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return -EBADMSG;
    default:
        return -EIO;
    }
}

static int execute(struct play_log *l, const char *sql)
{
    return error_of(sqlite3_exec(l->db, sql, NULL, NULL, NULL));
}

static void statement_end(sqlite3_stmt **s)
{
    sqlite3_finalize(*s);
}

static int prepare(struct play_log *l, const char *sql, sqlite3_stmt **ret)
{
    return error_of(sqlite3_prepare_v2(l->db, sql, -1, ret, NULL));
}

/* One statement with one number. */
static int run(struct play_log *l, const char *sql, int64_t number)
{
    CLEANUP(statement_end) sqlite3_stmt *s = NULL;
    int r = prepare(l, sql, &s);
    if (r < 0)
        return r;
    sqlite3_bind_int64(s, 1, number);
    return error_of(sqlite3_step(s));
}

/* Ends a transaction by what happened in it. */
static int transaction_end(struct play_log *l, int r)
{
    if (r == 0)
        r = execute(l, "COMMIT");
    if (r < 0 && !sqlite3_get_autocommit(l->db) && execute(l, "ROLLBACK") < 0)
        return -EIO;
    return r;
}

int play_log_open(const char *path, struct play_log **ret, struct diag *diag)
{
    struct play_log *l = calloc(1, sizeof(*l));
    if (!l)
        return diag_set(diag, -ENOMEM, "out of memory");
    int r = error_of(sqlite3_open_v2(
        path, &l->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
        NULL));
    if (r == 0) {
        sqlite3_busy_timeout(l->db, BUSY_WAIT_MS);
        r = execute(l, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                       "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;");
    }
    if (r == 0)
        r = execute(l, "BEGIN IMMEDIATE");
    if (r == 0)
        r = transaction_end(l, execute(l, schema));
    if (r < 0) {
        diag_set(diag, r, "cannot open '%s': %s", path,
                 l->db ? sqlite3_errmsg(l->db) : strerror(-r));
        play_log_close(l);
        return r;
    }
    *ret = l;
    return 0;
}

void play_log_close(struct play_log *l)
{
    if (!l)
        return;
    sqlite3_close(l->db);
    free(l);
}

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
    sqlite3_bind_text(s, at, text ? text : "", -1, SQLITE_STATIC);
}

static int insert_play(sqlite3_stmt *s, const struct play *p)
{
    sqlite3_reset(s);
    sqlite3_bind_int64(s, 1, p->start_ms);
    sqlite3_bind_int64(s, 2, p->end_ms);
    sqlite3_bind_int64(s, 3, p->planned_start_ms);
    bind_text(s, 4, p->line);
    sqlite3_bind_int64(s, 5, p->revision);
    bind_text(s, 6, p->item);
    bind_text(s, 7, p->sha256);
    bind_text(s, 8, p->why);
    sqlite3_bind_int(s, 9, p->completed);
    bind_text(s, 10, p->clock);
    bind_text(s, 11, p->note);
    return error_of(sqlite3_step(s));
}

int play_log_add(struct play_log *l, const struct play *plays, size_t count)
{
    CLEANUP(statement_end) sqlite3_stmt *s = NULL;
    int r = prepare(l,
                    "INSERT INTO play (start_ms, end_ms, planned_ms, line, revision,"
                    " item, sha256, why, completed, clock, note)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    &s);
    if (r == 0)
        r = execute(l, "BEGIN IMMEDIATE");
    if (r < 0)
        return r;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = insert_play(s, &plays[i]);
    sqlite3_reset(s);
    return transaction_end(l, r);
}

int play_log_add_ack(struct play_log *l, const struct sha256 *document, int64_t at_ms)
{
    CLEANUP(statement_end) sqlite3_stmt *s = NULL;
    int r = prepare(l, "INSERT INTO ack (document, at_ms) VALUES (?, ?)", &s);
    if (r < 0)
        return r;
    sqlite3_bind_blob(s, 1, document->bytes, sizeof(document->bytes), SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, at_ms);
    return error_of(sqlite3_step(s));
}

static int read_number(struct play_log *l, const char *sql, int64_t *ret)
{
    CLEANUP(statement_end) sqlite3_stmt *s = NULL;
    int r = prepare(l, sql, &s);
    if (r < 0)
        return r;
    int code = sqlite3_step(s);
    if (code == SQLITE_DONE)
        return -ENOENT;
    if (code == SQLITE_ROW)
        *ret = sqlite3_column_int64(s, 0);
    return error_of(code);
}

int play_log_count(struct play_log *l, uint64_t *ret)
{
    int64_t count = 0;
    int r = read_number(l, "SELECT count(*) FROM play", &count);
    if (r == 0)
        *ret = (uint64_t)count;
    return r;
}

int play_log_pending(struct play_log *l, int64_t *ret_number, char **ret)
{
    CLEANUP(statement_end) sqlite3_stmt *s = NULL;
    int r = prepare(l, "SELECT number, envelope FROM report", &s);
    if (r < 0)
        return r;
    int code = sqlite3_step(s);
    if (code != SQLITE_ROW)
        return code == SQLITE_DONE ? -ENOENT : error_of(code);
    char *envelope = strdup((const char *)sqlite3_column_text(s, 1));
    if (!envelope)
        return -ENOMEM;
    *ret = envelope;
    *ret_number = sqlite3_column_int64(s, 0);
    return 0;
}

static const char *column_text(struct arena *a, sqlite3_stmt *s, int at)
{
    const char *text = (const char *)sqlite3_column_text(s, at);
    return arena_text(a, text ? text : "");
}

static int read_plays(struct play_log *l, size_t max, struct play_batch *b)
{
    struct arena *a = b->report.arena;
    CLEANUP(statement_end) sqlite3_stmt *s = NULL;
    struct play *plays = arena_array(a, max, sizeof(*plays));
    int r = prepare(l,
                    "SELECT id, start_ms, end_ms, planned_ms, line, revision, item,"
                    " sha256, why, completed, clock, note FROM play ORDER BY id LIMIT ?",
                    &s);
    if (r < 0 || !plays)
        return r < 0 ? r : -ENOMEM;
    sqlite3_bind_int64(s, 1, (int64_t)max);
    int code;
    size_t count = 0;
    while ((code = sqlite3_step(s)) == SQLITE_ROW && count < max) {
        b->last_play = sqlite3_column_int64(s, 0);
        plays[count++] = (struct play){
            .start_ms = sqlite3_column_int64(s, 1),
            .end_ms = sqlite3_column_int64(s, 2),
            .planned_start_ms = sqlite3_column_int64(s, 3),
            .line = column_text(a, s, 4),
            .revision = sqlite3_column_int64(s, 5),
            .item = column_text(a, s, 6),
            .sha256 = column_text(a, s, 7),
            .why = column_text(a, s, 8),
            .completed = sqlite3_column_int(s, 9) != 0,
            .clock = column_text(a, s, 10),
            .note = column_text(a, s, 11),
        };
    }
    b->report.plays = plays;
    b->report.play_count = count;
    return error_of(code);
}

static int read_acks(struct play_log *l, size_t max, struct play_batch *b)
{
    CLEANUP(statement_end) sqlite3_stmt *s = NULL;
    struct acknowledgement *acks = arena_array(b->report.arena, max, sizeof(*acks));
    int r = prepare(l, "SELECT id, document, at_ms FROM ack ORDER BY id LIMIT ?", &s);
    if (r < 0 || !acks)
        return r < 0 ? r : -ENOMEM;
    sqlite3_bind_int64(s, 1, (int64_t)max);
    int code;
    size_t count = 0;
    while ((code = sqlite3_step(s)) == SQLITE_ROW && count < max) {
        const void *name = sqlite3_column_blob(s, 1);
        b->last_ack = sqlite3_column_int64(s, 0);
        if (!name || sqlite3_column_bytes(s, 1) != sizeof(acks->document.bytes))
            continue;
        memcpy(acks[count].document.bytes, name, sizeof(acks->document.bytes));
        acks[count++].at_ms = sqlite3_column_int64(s, 2);
    }
    b->report.acks = acks;
    b->report.ack_count = count;
    return error_of(code);
}

int play_log_batch(struct play_log *l, size_t max_plays, struct play_batch *ret)
{
    struct play_batch b = {.last_play = 0};
    int r = arena_create(BATCH_BYTES, &b.report.arena);
    if (r == 0)
        r = read_number(l, "SELECT next FROM counter", &b.report.number);
    if (r == 0)
        r = read_plays(l, max_plays, &b);
    if (r == 0)
        r = read_acks(l, max_plays, &b);
    if (r == 0)
        r = arena_failed(b.report.arena);
    if (r < 0) {
        play_log_batch_release(&b);
        return r;
    }
    *ret = b;
    return 0;
}

void play_log_batch_release(struct play_batch *b)
{
    arena_destroy(b->report.arena);
    *b = (struct play_batch){.last_play = 0};
}

int play_log_keep(struct play_log *l, const struct play_batch *b, const char *envelope)
{
    CLEANUP(statement_end) sqlite3_stmt *s = NULL;
    int r = prepare(l, "INSERT INTO report VALUES (?, ?, ?, ?)", &s);
    if (r < 0)
        return r;
    sqlite3_bind_int64(s, 1, b->report.number);
    sqlite3_bind_int64(s, 2, b->last_play);
    sqlite3_bind_int64(s, 3, b->last_ack);
    bind_text(s, 4, envelope);
    return error_of(sqlite3_step(s));
}

int play_log_acknowledged(struct play_log *l, int64_t number)
{
    int r = execute(l, "BEGIN IMMEDIATE");
    if (r < 0)
        return r;
    r = run(
        l, "DELETE FROM play WHERE id <= (SELECT last_play FROM report WHERE number = ?)",
        number);
    if (r == 0)
        r = run(
            l,
            "DELETE FROM ack WHERE id <= (SELECT last_ack FROM report WHERE number = ?)",
            number);
    if (r == 0)
        r = run(l,
                "UPDATE counter SET next = ?1 + 1 WHERE EXISTS"
                " (SELECT 1 FROM report WHERE number = ?1)",
                number);
    if (r == 0)
        r = run(l, "DELETE FROM report WHERE number = ?", number);
    return transaction_end(l, r);
}

int play_log_renumber(struct play_log *l, int64_t next)
{
    int r = execute(l, "BEGIN IMMEDIATE");
    if (r < 0)
        return r;
    r = execute(l, "DELETE FROM report");
    if (r == 0)
        r = run(l, "UPDATE counter SET next = ?", next);
    return transaction_end(l, r);
}
