#include "tests/support/test.h"

#include "base/attr.h"
#include "base/db/db.h"
#include "base/diag.h"
#include "tests/support/databases.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static const char *const steps[] = {
    "CREATE TABLE a (id BIGINT PRIMARY KEY, name TEXT UNIQUE, small INTEGER, data BLOB, "
    "must TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE b (id INTEGER PRIMARY KEY);",
    "INSERT INTO b (id) VALUES (7)",
};

struct fixture {
    struct database *database;
    struct db *db;
};

static struct db *open_again(const struct fixture *f)
{
    struct diag diag = {""};
    struct db *db = NULL;
    if (db_open(f->database->driver, f->database->where, &db, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    return db;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct diag diag = {""};
    f->database = *state;
    *state = f;
    if (!database_prepare(f->database))
        return -1;
    f->db = open_again(f);
    return db_migrate(f->db, steps, ARRAY_LENGTH(steps), &diag);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    free(f);
    return 0;
}

static int insert(struct db *db, int64_t id, const char *name)
{
    struct db_query q;
    db_query_begin(&q, db, "INSERT INTO a (id, name) VALUES (?, ?)");
    db_bind_int(&q, id);
    db_bind_text(&q, name);
    db_query_run(&q);
    return db_query_end(&q);
}

static int64_t number_of(struct db *db, const char *sql)
{
    struct db_query q;
    db_query_begin(&q, db, sql);
    int64_t number = db_query_step(&q) ? db_column_int(&q, 0) : -1;
    assert_int_equal(db_query_end(&q), 0);
    return number;
}

static void test_db_open__says_what_is_wrong(void **state)
{
    struct fixture *f = *state;
    struct diag diag = {""};
    struct db *db = NULL;
    bool file = f->database == &databases_sqlite;
    const char *where = file ? "none/here" : "postgresql:///x?host=/none";
    assert_int_equal(db_open(f->database->driver, where, &db, &diag),
                     file ? -EIO : -ENOTCONN);
    assert_null(db);
    assert_non_null(strstr(diag_text(&diag), file ? "unable to open" : "No such file"));
    assert_null(strchr(diag_text(&diag), '\n'));
}

static void test_db_column__gives_what_was_bound(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    struct sha256 hash, found;
    char text[32];
    size_t length;
    sha256_of("x", 1, &hash);
    db_query_begin(&q, f->db,
                   "INSERT INTO a (id, name, small, data, must) VALUES (?, ?, ?, ?, ?)");
    db_bind_int(&q, INT64_MIN);
    db_bind_text(&q, "Trạm '?' \\ $1");
    db_bind_int(&q, -3);
    db_bind_bytes(&q, "a\0\xff'", 4);
    db_bind_hash(&q, &hash);
    db_query_run(&q);
    assert_int_equal(db_query_changes(&q), 1);
    assert_int_equal(db_query_end(&q), 0);

    db_query_begin(&q, f->db, "SELECT id, name, small, data, must FROM a WHERE must = ?");
    db_bind_hash(&q, &hash);
    assert_true(db_query_step(&q));
    assert_true(db_column_int(&q, 0) == INT64_MIN);
    assert_string_equal(db_column_borrow(&q, 1), "Trạm '?' \\ $1");
    db_column_text(&q, 1, text, sizeof(text));
    assert_string_equal(text, "Trạm '?' \\ $1");
    assert_int_equal(db_column_int(&q, 2), -3);
    assert_memory_equal(db_column_bytes(&q, 3, &length), "a\0\xff'", 4);
    assert_int_equal(length, 4);
    db_column_hash(&q, 4, &found);
    assert_true(sha256_equal(&hash, &found));
    assert_false(db_query_step(&q));
    assert_int_equal(db_query_end(&q), 0);
}

static void test_db_column__tells_nothing_from_empty(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    size_t length = 1;
    db_query_begin(&q, f->db, "INSERT INTO a (id, name, data) VALUES (?, ?, ?)");
    db_bind_int(&q, 1);
    db_bind_text(&q, NULL);
    db_bind_bytes(&q, NULL, 0);
    db_query_run(&q);
    db_query_next(&q, "INSERT INTO a (id, name, data) VALUES (?, ?, ?)");
    db_bind_int(&q, 2);
    db_bind_text(&q, "");
    db_bind_bytes(&q, "", 0);
    db_query_run(&q);
    db_query_next(&q, "SELECT small, name, data FROM a ORDER BY id");
    assert_true(db_query_step(&q));
    assert_int_equal(db_column_int(&q, 0), 0);
    assert_string_equal(db_column_borrow(&q, 1), "");
    assert_null(db_column_bytes(&q, 2, &length));
    assert_int_equal(length, 0);
    assert_true(db_query_step(&q));
    assert_non_null(db_column_bytes(&q, 2, &length));
    assert_int_equal(length, 0);
    assert_int_equal(db_query_end(&q), 0);
}

static void test_db_column__is_empty_without_a_row(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    size_t length = 1;
    db_query_begin(&q, f->db, "SELECT id FROM a");
    assert_false(db_query_step(&q));
    assert_int_equal(db_column_int(&q, 0), 0);
    assert_string_equal(db_column_borrow(&q, 9), "");
    assert_null(db_column_bytes(&q, 0, &length));
    assert_int_equal(db_query_end(&q), 0);
}

static void test_db_query_end__keeps_the_first_error(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    assert_int_equal(insert(f->db, 1, "one"), 0);
    assert_int_equal(insert(f->db, 1, "two"), -EEXIST);
    assert_int_equal(insert(f->db, 2, "one"), -EEXIST);
    db_query_begin(&q, f->db, "UPDATE a SET must = ?");
    db_bind_text(&q, NULL);
    db_query_run(&q);
    assert_int_equal(db_query_changes(&q), 0);
    db_query_next(&q, "INSERT INTO a (id) VALUES (5)");
    db_query_run(&q);
    assert_int_equal(db_query_end(&q), -EINVAL);
    db_query_begin(&q, f->db, "SELECT nothing FROM nowhere");
    db_query_run(&q);
    assert_int_equal(db_query_end(&q), -EIO);
    db_query_begin(&q, f->db, NULL);
    db_bind_int(&q, 1);
    assert_int_equal(db_query_end(&q), -EINVAL);
    assert_int_equal(number_of(f->db, "SELECT count(*) FROM a"), 1);
}

static void test_db_transaction_commit__keeps_all_or_nothing(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    for (int round = 0; round < 3; round++) { /* committed, forgotten, failed */
        db_query_begin(&q, f->db, NULL);
        db_transaction_begin(&q);
        db_query_next(&q, "INSERT INTO a (id) VALUES (?)");
        db_bind_int(&q, round);
        db_query_run(&q);
        db_query_next(&q, "INSERT INTO a (id) VALUES (?)");
        db_bind_int(&q, round == 2 ? round : round + 100);
        db_query_run(&q);
        if (round != 1)
            db_transaction_commit(&q);
        assert_int_equal(db_query_end(&q), round == 2 ? -EEXIST : 0);
        assert_int_equal(number_of(f->db, "SELECT count(*) FROM a"), 2);
    }
}

static void test_db_migrate__goes_on_where_it_was(void **state)
{
    struct fixture *f = *state;
    struct diag diag = {""};
    const char *const more[] = {steps[0], steps[1], "INSERT INTO b (id) VALUES (8)",
                                "INSERT INTO b (id) VALUES (9); SELECT nonsense"};
    struct db *other = open_again(f);
    assert_int_equal(db_migrate(other, steps, 2, &diag), 0);
    assert_int_equal(db_migrate(other, more, 3, &diag), 0);
    assert_int_equal(db_migrate(other, more, 4, &diag), -EIO); /* a step is whole */
    assert_non_null(strstr(diag_text(&diag), "nonsense"));
    assert_int_equal(number_of(other, "SELECT sum(id) FROM b WHERE id < 100"), 15);
    assert_int_equal(db_migrate(f->db, steps, 2, &diag), -EPROTO);
    db_close(other);
}

static void *migrate_in_thread(void *context)
{
    struct diag diag = {""};
    struct db *db = open_again(context);
    int r = db_migrate(db, steps, ARRAY_LENGTH(steps), &diag);
    db_close(db);
    return r < 0 ? context : NULL;
}

static void *open_in_thread(void *path)
{
    struct diag diag = {""};
    struct db *db = NULL;
    if (db_open(&db_sqlite, path, &db, &diag) < 0)
        return path;
    db_close(db);
    return NULL;
}

/* SQLite itself says "locked" to one of a hundred and fifty. */
static void test_db_open__waits_for_others_that_open_a_new_file(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        char path[32];
        pthread_t threads[6];
        snprintf(path, sizeof(path), "new-%d.db", round);
        for (int i = 0; i < 6; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, open_in_thread, path), 0);
        for (int i = 0; i < 6; i++) {
            void *failed;
            pthread_join(threads[i], &failed);
            assert_null(failed);
        }
    }
}

static void test_db_migrate__is_done_once_by_several(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[4];
    db_close(f->db);
    f->db = NULL;
    assert_true(database_prepare(f->database));
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, migrate_in_thread, f), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    f->db = open_again(f);
    assert_int_equal(number_of(f->db, "SELECT count(*) FROM b"), 1);
}

static void test_db_copy__is_whole_or_refused(void **state)
{
    struct fixture *f = *state;
    struct diag diag = {""};
    char path[300];
    assert_int_equal(insert(f->db, 4, "four"), 0);
    snprintf(path, sizeof(path), "copy-of-it's-%d", (int)getpid());
    unlink(path);
    if (f->database == &databases_postgres) {
        assert_int_equal(db_copy(f->db, path, &diag), -EOPNOTSUPP);
        assert_non_null(strstr(diag_text(&diag), "pg_dump"));
        return;
    }
    struct db *copy = NULL;
    assert_int_equal(db_copy(f->db, path, &diag), 0);
    assert_int_equal(db_copy(f->db, path, &diag), -EEXIST);
    assert_int_equal(db_open(&db_sqlite, path, &copy, &diag), 0);
    assert_int_equal(number_of(copy, "SELECT id FROM a"), 4);
    assert_int_equal(db_check(copy, &diag), 0);
    db_close(copy);
    /* Damaged behind its back. */
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096, SEEK_SET), 0);
    for (int i = 0; i < 4096; i++)
        fputc(0xa5, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(db_open(&db_sqlite, path, &copy, &diag), 0);
    assert_int_equal(db_check(copy, &diag), -EBADMSG);
    assert_non_null(strstr(diag_text(&diag), "damaged"));
    db_close(copy);
}

/* The lock of the one connection is held here by a query: a copy goes on all the same. */
static void test_db_copy__waits_for_nobody(void **state)
{
    struct fixture *f = *state;
    struct diag diag = {""};
    struct db_query q;
    char path[64];
    if (f->database == &databases_postgres)
        return;
    assert_int_equal(insert(f->db, 5, "five"), 0);
    snprintf(path, sizeof(path), "beside-%d", (int)getpid());
    unlink(path);
    db_query_begin(&q, f->db, "SELECT id FROM a");
    assert_true(db_query_step(&q));
    assert_int_equal(db_copy(f->db, path, &diag), 0);
    assert_int_equal(db_query_end(&q), 0);
}

static void test_db_column_text__does_not_cut(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    char four[4], five[5];
    db_query_begin(&q, f->db, "SELECT 'five'");
    assert_true(db_query_step(&q));
    db_column_text(&q, 0, five, sizeof(five));
    assert_int_equal(q.error, 0);
    db_column_text(&q, 0, four, sizeof(four));
    assert_int_equal(db_query_end(&q), -EOVERFLOW);
}

/* ---- PostgreSQL's own ---- */

static void test_db_query__connects_again_after_a_loss(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    db_query_begin(&q, f->db, "SELECT pg_terminate_backend(pg_backend_pid())");
    db_query_run(&q);
    assert_int_equal(db_query_end(&q), -ENOTCONN);
    assert_int_equal(insert(f->db, 1, "after"), 0);
}

static void end_the_other(struct fixture *f)
{
    struct db *other = open_again(f);
    struct db_query q;
    db_query_begin(&q, other,
                   "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE "
                   "pid <> pg_backend_pid() AND backend_type = 'client backend'");
    assert_true(db_query_step(&q));
    assert_int_equal(db_query_end(&q), 0);
    db_close(other);
}

static void test_db_query__hears_that_the_server_ended(void **state)
{
    struct fixture *f = *state;
    end_the_other(f);
    assert_int_equal(insert(f->db, 1, "at once"), 0);
    assert_int_equal(number_of(f->db, "SELECT count(*) FROM a"), 1);
}

static void test_db_transaction__does_not_go_on_without_its_beginning(void **state)
{
    struct fixture *f = *state;
    struct db_query q;
    db_query_begin(&q, f->db, NULL);
    db_transaction_begin(&q);
    db_query_next(&q, "INSERT INTO a (id) VALUES (1)");
    db_query_run(&q);
    end_the_other(f);
    db_query_next(&q, "INSERT INTO a (id) VALUES (2)");
    db_query_run(&q);
    db_transaction_commit(&q);
    assert_int_equal(db_query_end(&q), -ENOTCONN);
    assert_int_equal(number_of(f->db, "SELECT count(*) FROM a"), 0);
}

static void test_db_query__is_told_that_another_was_first(void **state)
{
    struct fixture *f = *state;
    struct db *other = open_again(f);
    struct db_query q;
    assert_int_equal(insert(f->db, 1, "one"), 0);
    db_query_begin(&q, f->db, NULL);
    db_transaction_begin(&q);
    db_query_next(&q, "SELECT small FROM a WHERE id = 1");
    assert_true(db_query_step(&q));
    struct db_query p;
    db_query_begin(&p, other, "UPDATE a SET small = 2 WHERE id = 1");
    db_query_run(&p);
    assert_int_equal(db_query_end(&p), 0);
    db_query_next(&q, "UPDATE a SET small = 3 WHERE id = 1");
    db_query_run(&q);
    db_transaction_commit(&q);
    assert_int_equal(db_query_end(&q), -EBUSY);
    db_close(other);
}

#define BOTH(test) ON_BOTH(test, setup, teardown)
#define POSTGRES(test)                                                                   \
    {                                                                                    \
#test, test, setup, teardown, &databases_postgres                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_db_open__says_what_is_wrong),
        BOTH(test_db_column__gives_what_was_bound),
        BOTH(test_db_column__tells_nothing_from_empty),
        BOTH(test_db_column__is_empty_without_a_row),
        BOTH(test_db_query_end__keeps_the_first_error),
        BOTH(test_db_transaction_commit__keeps_all_or_nothing),
        BOTH(test_db_migrate__goes_on_where_it_was),
        BOTH(test_db_migrate__is_done_once_by_several),
        cmocka_unit_test(test_db_open__waits_for_others_that_open_a_new_file),
        BOTH(test_db_copy__is_whole_or_refused),
        BOTH(test_db_copy__waits_for_nobody),
        BOTH(test_db_column_text__does_not_cut),
        POSTGRES(test_db_query__connects_again_after_a_loss),
        POSTGRES(test_db_query__hears_that_the_server_ended),
        POSTGRES(test_db_transaction__does_not_go_on_without_its_beginning),
        POSTGRES(test_db_query__is_told_that_another_was_first),
    };
    return cmocka_run_group_tests(tests, databases_start, databases_stop);
}
