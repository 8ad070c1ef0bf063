/* Bundles: every record comes back, and a changed or missing byte is noticed. */
#include "tests/support/test.h"

#include "base/diag.h"
#include "base/sha256.h"
#include "content/model/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const records[] = {"{\"manifest\": 1}", "", "the bytes of a film"};

struct seen {
    size_t count;
    bool wrong;
};

static int visit(void *context, const struct sha256 *name, int fd, uint64_t offset,
                 uint64_t length)
{
    struct seen *s = context;
    struct sha256 wanted;
    char text[64];
    if (s->count >= ARRAY_LENGTH(records))
        return -E2BIG;
    const char *record = records[s->count++];
    sha256_of(record, strlen(record), &wanted);
    s->wrong |= !sha256_equal(name, &wanted) || length != strlen(record) ||
                pread(fd, text, length, (off_t)offset) != (ssize_t)length ||
                memcmp(text, record, length) != 0;
    return 0;
}

static int made(void)
{
    int fd = open("bundle", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(bundle_begin(fd), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(records); i++)
        assert_int_equal(bundle_add_bytes(fd, records[i], strlen(records[i])), 0);
    return fd;
}

static int read_all(int fd, struct seen *s, struct diag *diag)
{
    *s = (struct seen){0};
    *diag = (struct diag){""};
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return bundle_read(fd, 1 << 20, visit, s, diag);
}

static void test_bundle_read__gives_every_record(void **state)
{
    (void)state;
    struct seen s;
    struct diag diag;
    int fd = made();
    if (read_all(fd, &s, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    assert_int_equal(s.count, ARRAY_LENGTH(records));
    assert_false(s.wrong);
    close(fd);
}

static void test_bundle_read__notices_every_changed_byte(void **state)
{
    (void)state;
    struct seen s;
    struct diag diag;
    struct stat st;
    int fd = made();
    assert_int_equal(fstat(fd, &st), 0);
    for (off_t at = 0; at < st.st_size; at++) {
        char byte;
        assert_int_equal(pread(fd, &byte, 1, at), 1);
        byte ^= 1;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        /* Whatever was given before the damage was right. */
        if (read_all(fd, &s, &diag) == 0)
            fail_msg("byte %lld changed and nobody noticed", (long long)at);
        assert_false(s.wrong);
        assert_string_not_equal(diag_text(&diag), "");
        byte ^= 1;
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    close(fd);
}

static void test_bundle_read__notices_where_it_is_cut(void **state)
{
    (void)state;
    struct seen s;
    struct diag diag;
    struct stat st;
    int fd = made(), whole = 0;
    assert_int_equal(fstat(fd, &st), 0);
    for (off_t size = st.st_size - 1; size >= 0; size--) {
        assert_int_equal(ftruncate(fd, size), 0);
        whole += read_all(fd, &s, &diag) == 0; /* a cut between two records */
        assert_false(s.wrong);
    }
    assert_in_range(whole, 0, ARRAY_LENGTH(records));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bundle_read__gives_every_record),
        cmocka_unit_test(test_bundle_read__notices_every_changed_byte),
        cmocka_unit_test(test_bundle_read__notices_where_it_is_cut),
    };
    return cmocka_run_group_tests_name("content/model/bundle", tests, NULL, NULL);
}
