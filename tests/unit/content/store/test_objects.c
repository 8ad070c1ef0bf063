#include "tests/support/test.h"

#include "base/diag.h"
#include "base/file.h"
#include "content/store/objects.h"

#include <sys/stat.h>
#include <unistd.h>

static int setup(void **state)
{
    char path[] = "objects-XXXXXX";
    struct diag diag = {""};
    struct object_folder *f = NULL;
    if (!mkdtemp(path) || object_folder_open(path, &f, &diag) < 0)
        return -1;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    object_folder_close(*state);
    return 0;
}

static void test_object_folder_add__keeps_the_bytes(void **state)
{
    struct object_folder *f = *state;
    struct sha256 name, again;
    char *data = NULL;
    size_t length;
    assert_int_equal(object_folder_add(f, "hello", 5, &name), 0);
    assert_int_equal(object_folder_add(f, "hello", 5, &again), 0);
    assert_true(sha256_equal(&name, &again));
    assert_int_equal(object_folder_read(f, &name, 100, &data, &length), 0);
    assert_int_equal(length, 5);
    assert_string_equal(data, "hello");
    free(data);
    assert_int_equal(object_folder_read(f, &name, 4, &data, &length), -EFBIG);
}

static void test_object_folder_take_file__checks_before_the_name(void **state)
{
    struct object_folder *f = *state;
    struct sha256 other, name;
    uint64_t bytes;
    assert_int_equal(file_write_atomic("upload", "movie", 5, 0600), 0);
    sha256_of("other", 5, &other);
    assert_int_equal(object_folder_take_file(f, "upload", &other, &name, &bytes),
                     -EBADMSG);
    assert_false(object_folder_has(f, &other));
    assert_int_equal(access("upload", F_OK), 0);
    assert_int_equal(object_folder_take_file(f, "upload", NULL, &name, &bytes), 0);
    assert_int_equal(bytes, 5);
    assert_true(object_folder_has(f, &name));
    assert_int_equal(access("upload", F_OK), -1);
}

static void test_object_folder_read__notices_a_bad_disk(void **state)
{
    struct object_folder *f = *state;
    struct sha256 name;
    char path[4096], *data = NULL;
    size_t length;
    assert_int_equal(object_folder_add(f, "hello", 5, &name), 0);
    object_folder_path(f, &name, path, sizeof(path));
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(file_write_atomic(path, "hallo", 5, 0600), 0);
    assert_int_equal(object_folder_read(f, &name, 100, &data, &length), -EBADMSG);
}

static int count(void *context, const struct sha256 *name, uint64_t bytes)
{
    (void)name;
    *(uint64_t *)context += bytes;
    return 0;
}

static void test_object_folder_visit__sees_each_once(void **state)
{
    struct object_folder *f = *state;
    struct sha256 name;
    uint64_t bytes = 0;
    assert_int_equal(object_folder_add(f, "a", 1, &name), 0);
    assert_int_equal(object_folder_add(f, "bb", 2, &name), 0);
    assert_int_equal(object_folder_visit(f, count, &bytes), 0);
    assert_int_equal(bytes, 3);
    assert_int_equal(object_folder_remove(f, &name), 0);
    assert_int_equal(object_folder_remove(f, &name), 0);
    int fd;
    assert_int_equal(object_folder_get(f, &name, &fd, &bytes), -ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_object_folder_add__keeps_the_bytes),
        TEST(test_object_folder_take_file__checks_before_the_name),
        TEST(test_object_folder_read__notices_a_bad_disk),
        TEST(test_object_folder_visit__sees_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
