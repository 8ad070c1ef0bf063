/* The play log: a database whose writes are on the disk when they return, so that what
 * was added survives a power cut. */
#include "content/sync/play_log.h"

#include "base/arena.h"
#include "base/db/db.h"
#include "base/diag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_BYTES ((size_t)4 << 20)

struct play_log {
    struct db *db;
};

static const char *const schema[] = {
    "CREATE TABLE play (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, planned_ms INTEGER NOT NULL,"
    " line TEXT NOT NULL, revision INTEGER NOT NULL, item TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, why TEXT NOT NULL, completed INTEGER NOT NULL,"
    " clock TEXT NOT NULL, note TEXT NOT NULL);"
    "CREATE TABLE ack (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " document TEXT NOT NULL, at_ms INTEGER NOT NULL);"
    /* One row at most: the report that waits. */
    "CREATE TABLE report (number INTEGER PRIMARY KEY,"
    " last_play INTEGER NOT NULL, last_ack INTEGER NOT NULL, envelope TEXT NOT NULL);"
    "CREATE TABLE counter (next INTEGER NOT NULL);"
    "INSERT INTO counter VALUES (1);",
};

int play_log_open(const char *path, struct play_log **ret, struct diag *diag)
{
    struct play_log *l = calloc(1, sizeof(*l));
    if (!l)
        return diag_set(diag, -ENOMEM, "out of memory");
    int r = db_open(&db_sqlite, path, &l->db, diag);
    if (r == 0)
        r = db_migrate(l->db, schema, ARRAY_LENGTH(schema), diag);
    if (r < 0) {
        play_log_close(l);
        return diag_context(diag, r, "%s", path);
    }
    *ret = l;
    return 0;
}

void play_log_close(struct play_log *l)
{
    if (!l)
        return;
    db_close(l->db);
    free(l);
}

static void bind_text(struct db_query *q, const char *text)
{
    db_bind_text(q, text ? text : "");
}

static void insert_play(struct db_query *q, const struct play *p)
{
    db_query_next(q, "INSERT INTO play (start_ms, end_ms, planned_ms, line, revision,"
                     " item, sha256, why, completed, clock, note)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    db_bind_int(q, p->start_ms);
    db_bind_int(q, p->end_ms);
    db_bind_int(q, p->planned_start_ms);
    bind_text(q, p->line);
    db_bind_int(q, p->revision);
    bind_text(q, p->item);
    bind_text(q, p->sha256);
    bind_text(q, p->why);
    db_bind_int(q, p->completed);
    bind_text(q, p->clock);
    bind_text(q, p->note);
    db_query_run(q);
}

int play_log_add(struct play_log *l, const struct play *plays, size_t count)
{
    struct db_query q;
    db_query_begin(&q, l->db, NULL);
    db_transaction_begin(&q);
    for (size_t i = 0; i < count; i++)
        insert_play(&q, &plays[i]);
    db_transaction_commit(&q);
    return db_query_end(&q);
}

int play_log_add_ack(struct play_log *l, const struct sha256 *document, int64_t at_ms)
{
    struct db_query q;
    db_query_begin(&q, l->db, "INSERT INTO ack (document, at_ms) VALUES (?, ?)");
    db_bind_hash(&q, document);
    db_bind_int(&q, at_ms);
    db_query_run(&q);
    return db_query_end(&q);
}

static int read_number(struct play_log *l, const char *sql, int64_t *ret)
{
    struct db_query q;
    db_query_begin(&q, l->db, sql);
    bool found = db_query_step(&q);
    if (found)
        *ret = db_column_int(&q, 0);
    int r = db_query_end(&q);
    return r < 0 || found ? r : -ENOENT;
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
    struct db_query q;
    char *envelope = NULL;
    int64_t number = 0;
    db_query_begin(&q, l->db, "SELECT number, envelope FROM report");
    bool found = db_query_step(&q);
    if (found) {
        number = db_column_int(&q, 0);
        envelope = strdup(db_column_borrow(&q, 1));
    }
    int r = db_query_end(&q);
    if (r == 0 && found && !envelope)
        r = -ENOMEM;
    if (r < 0 || !found) {
        free(envelope);
        return r < 0 ? r : -ENOENT;
    }
    *ret = envelope;
    *ret_number = number;
    return 0;
}

static const char *column_text(struct arena *a, struct db_query *q, int column)
{
    return arena_text(a, db_column_borrow(q, column));
}

static int read_plays(struct play_log *l, size_t max, struct play_batch *b)
{
    struct arena *a = b->report.arena;
    struct play *plays = arena_array(a, max, sizeof(*plays));
    struct db_query q;
    size_t count = 0;
    if (!plays)
        return -ENOMEM;
    db_query_begin(&q, l->db,
                   "SELECT id, start_ms, end_ms, planned_ms, line, revision, item,"
                   " sha256, why, completed, clock, note FROM play ORDER BY id LIMIT ?");
    db_bind_int(&q, (int64_t)max);
    while (count < max && db_query_step(&q)) {
        b->last_play = db_column_int(&q, 0);
        plays[count++] = (struct play){
            .start_ms = db_column_int(&q, 1),
            .end_ms = db_column_int(&q, 2),
            .planned_start_ms = db_column_int(&q, 3),
            .line = column_text(a, &q, 4),
            .revision = db_column_int(&q, 5),
            .item = column_text(a, &q, 6),
            .sha256 = column_text(a, &q, 7),
            .why = column_text(a, &q, 8),
            .completed = db_column_int(&q, 9) != 0,
            .clock = column_text(a, &q, 10),
            .note = column_text(a, &q, 11),
        };
    }
    b->report.plays = plays;
    b->report.play_count = count;
    return db_query_end(&q);
}

static int read_acks(struct play_log *l, size_t max, struct play_batch *b)
{
    struct acknowledgement *acks = arena_array(b->report.arena, max, sizeof(*acks));
    struct db_query q;
    size_t count = 0;
    if (!acks)
        return -ENOMEM;
    db_query_begin(&q, l->db, "SELECT id, document, at_ms FROM ack ORDER BY id LIMIT ?");
    db_bind_int(&q, (int64_t)max);
    while (count < max && db_query_step(&q)) {
        b->last_ack = db_column_int(&q, 0);
        db_column_hash(&q, 1, &acks[count].document);
        acks[count++].at_ms = db_column_int(&q, 2);
    }
    b->report.acks = acks;
    b->report.ack_count = count;
    return db_query_end(&q);
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
    struct db_query q;
    db_query_begin(&q, l->db, "INSERT INTO report VALUES (?, ?, ?, ?)");
    db_bind_int(&q, b->report.number);
    db_bind_int(&q, b->last_play);
    db_bind_int(&q, b->last_ack);
    db_bind_text(&q, envelope);
    db_query_run(&q);
    return db_query_end(&q);
}

static void run_with(struct db_query *q, const char *sql, int64_t number)
{
    db_query_next(q, sql);
    db_bind_int(q, number);
    db_query_run(q);
}

int play_log_acknowledged(struct play_log *l, int64_t number)
{
    struct db_query q;
    db_query_begin(&q, l->db, NULL);
    db_transaction_begin(&q);
    run_with(
        &q,
        "DELETE FROM play WHERE id <= (SELECT last_play FROM report WHERE number = ?)",
        number);
    run_with(&q,
             "DELETE FROM ack WHERE id <= (SELECT last_ack FROM report WHERE number = ?)",
             number);
    run_with(&q,
             "UPDATE counter SET next = ?1 + 1 WHERE EXISTS"
             " (SELECT 1 FROM report WHERE number = ?1)",
             number);
    run_with(&q, "DELETE FROM report WHERE number = ?", number);
    db_transaction_commit(&q);
    return db_query_end(&q);
}

int play_log_renumber(struct play_log *l, int64_t next)
{
    struct db_query q;
    db_query_begin(&q, l->db, NULL);
    db_transaction_begin(&q);
    db_query_next(&q, "DELETE FROM report");
    db_query_run(&q);
    run_with(&q, "UPDATE counter SET next = ?", next);
    db_transaction_commit(&q);
    return db_query_end(&q);
}
