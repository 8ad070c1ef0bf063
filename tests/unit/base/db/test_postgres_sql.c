#include "tests/support/test.h"

#include "base/attr.h"
#include "base/db/postgres_sql.h"

static const struct {
    const char *from, *to;
} pairs[] = {
    {"", ""},
    {"SELECT 1", "SELECT 1"},
    {"SELECT ? FROM t WHERE a = ? AND b=?", "SELECT $1 FROM t WHERE a = $2 AND b=$3"},
    {"SELECT ?1 + ?1, ?12", "SELECT $1 + $1, $12"},
    {"SELECT '?', \"a?\", ?", "SELECT '?', \"a?\", $1"},
    {"SELECT 'it''s ?', ?", "SELECT 'it''s ?', $1"},
    {"SELECT 'open ?", "SELECT 'open ?"},
    {"SELECT 1 -- why?\n, ?", "SELECT 1 -- why?\n, $1"},
    {"CREATE TABLE t (a BLOB, blob_b blob, c 'BLOB')",
     "CREATE TABLE t (a BYTEA, blob_b BYTEA, c 'BLOB')"},
    {"??????????", "$1$2$3$4$5$6$7$8$9$10"},
};

static void test_postgres_sql__translates(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        char *text = postgres_sql(pairs[i].from);
        assert_string_equal(text, pairs[i].to);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_postgres_sql__translates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
