#include "tests/support/test.h"

#include "base/file.h"
#include "base/sha256.h"
#include "base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_file_write_atomic__replaces_and_leaves_nothing_beside(void **state)
{
    (void)state;
    assert_int_equal(file_make_folders("a/b/c", 0700), 0);
    assert_int_equal(file_write_atomic("a/b/c/x", "one", 3, 0600), 0);
    assert_int_equal(file_write_atomic("a/b/c/x", "two!", 4, 0600), 0);
    CLEANUP(text_free) char *text = NULL;
    size_t length = 0;
    assert_int_equal(file_read("a/b/c/x", 100, &text, &length), 0);
    assert_int_equal(length, 4);
    assert_string_equal(text, "two!");
    struct stat st;
    assert_int_equal(stat("a/b/c/x", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(unlink("a/b/c/x"), 0);
    assert_int_equal(rmdir("a/b/c"), 0); /* empty: no temporary left */
}

static void test_file_write_atomic__keeps_the_old_file_when_it_fails(void **state)
{
    (void)state;
    assert_int_equal(file_write_atomic("missing/x", "one", 3, 0600), -ENOENT);
}

static void test_file_read__stops_at_its_limit(void **state)
{
    (void)state;
    CLEANUP(text_free) char *text = NULL;
    assert_int_equal(file_read("/dev/zero", 10000, &text, NULL), -EFBIG);
    assert_null(text);
    assert_int_equal(file_read("absent", 10, &text, NULL), -ENOENT);
}

static void test_sha256_of_fd__names_bytes_and_keeps_the_offset(void **state)
{
    (void)state;
    assert_int_equal(file_write_atomic("abc", "abc", 3, 0600), 0);
    CLEANUP(file_closep) int fd = open("abc", O_RDONLY | O_CLOEXEC);
    struct sha256 hash;
    char hex[SHA256_HEX_SIZE];
    uint64_t bytes = 0;
    assert_int_equal(sha256_of_fd(fd, 3, &hash, &bytes), 0);
    sha256_to_hex(&hash, hex);
    assert_string_equal(
        hex, /* FIPS 180-2, B.1 */
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(bytes, 3);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
    assert_int_equal(sha256_of_fd(fd, 2, &hash, NULL), -EFBIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_write_atomic__replaces_and_leaves_nothing_beside),
        cmocka_unit_test(test_file_write_atomic__keeps_the_old_file_when_it_fails),
        cmocka_unit_test(test_file_read__stops_at_its_limit),
        cmocka_unit_test(test_sha256_of_fd__names_bytes_and_keeps_the_offset),
    };
    return cmocka_run_group_tests_name("base/file", tests, NULL, NULL);
}
