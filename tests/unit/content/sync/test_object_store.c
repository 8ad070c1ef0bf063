#include "tests/support/test.h"

#include "base/diag.h"
#include "base/file.h"
#include "content/sync/object_store.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every fsync and rename of the code under test passes here, in order: a name must never
 * be given to bytes that are not synced. The linker prefers these to libc's. */
struct trace {
    unsigned renames, syncs, early;
    int synced_fd_inode_count;
    ino_t synced[64];
};
static struct trace trace;

int fsync(int fd)
{
    struct stat st;
    trace.syncs++;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && trace.synced_fd_inode_count < 64)
        trace.synced[trace.synced_fd_inode_count++] = st.st_ino;
    return fdatasync(fd);
}

int rename(const char *from, const char *to)
{
    struct stat st;
    bool synced = false;
    trace.renames++;
    if (stat(from, &st) == 0)
        for (int i = 0; i < trace.synced_fd_inode_count; i++)
            synced |= trace.synced[i] == st.st_ino;
    trace.early += !synced;
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

struct fixture {
    struct object_store *store;
    char folder[64];
};

static struct object_store *store_open(const char *folder, uint64_t quota)
{
    struct object_store *s = NULL;
    struct diag diag = {{0}};
    if (object_store_open(folder, quota, &s, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    return s;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    snprintf(f->folder, sizeof(f->folder), "state.XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->store = store_open(f->folder, 0);
    memset(&trace, 0, sizeof(trace));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    object_store_close(f->store);
    free(f);
    return 0;
}

static struct sha256 name_of(const char *text)
{
    struct sha256 name;
    sha256_of(text, strlen(text), &name);
    return name;
}

/* Writes to the partial as the network would. */
static void receive(struct object_partial *p, const char *text)
{
    ssize_t n = pwrite(*object_partial_file(p), text, strlen(text),
                       (off_t)object_partial_bytes(p));
    assert_int_equal(n, strlen(text));
    object_partial_feed(p, text, strlen(text));
}

static void put(struct object_store *s, const char *text)
{
    struct sha256 name = name_of(text);
    struct object_partial *p = NULL;
    assert_int_equal(object_partial_open(s, &name, &p), 0);
    receive(p, text);
    assert_int_equal(object_partial_finish(&p), 0);
    assert_int_equal(object_store_commit(s), 1);
}

static bool has(struct object_store *s, const char *text)
{
    struct sha256 name = name_of(text);
    return object_store_has(s, &name);
}

static void test_object_store_commit__names_only_what_is_synced(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 40; i++) {
        char text[32];
        snprintf(text, sizeof(text), "object %d", i);
        struct sha256 name = name_of(text);
        struct object_partial *p = NULL;
        assert_int_equal(object_partial_open(f->store, &name, &p), 0);
        receive(p, text);
        assert_int_equal(object_partial_finish(&p), 0);
        assert_false(object_store_has(f->store, &name));
    }
    assert_int_equal(object_store_uncommitted(f->store), 40);
    assert_int_equal(object_store_commit(f->store), 40);
    assert_true(trace.renames >= 40);
    assert_int_equal(trace.early, 0);
    /* The folders too, or the names are lost. */
    assert_true(trace.syncs > 40);
    assert_true(has(f->store, "object 7"));
    object_store_close(f->store);
    f->store = store_open(f->folder, 0);
    assert_true(has(f->store, "object 7"));
    struct sha256 name = name_of("object 7");
    int fd = object_store_get(f->store, &name);
    char text[32] = "";
    assert_int_equal(read(fd, text, sizeof(text)), 8);
    assert_string_equal(text, "object 7");
    close(fd);
}

static void test_object_partial_finish__refuses_other_bytes(void **state)
{
    struct fixture *f = *state;
    struct sha256 name = name_of("right");
    struct object_partial *p = NULL;
    assert_int_equal(object_partial_open(f->store, &name, &p), 0);
    receive(p, "wrong");
    assert_int_equal(object_partial_finish(&p), -EBADMSG);
    assert_null(p);
    assert_int_equal(object_store_commit(f->store), 0);
    assert_false(has(f->store, "right"));
    /* From scratch: nothing of the wrong bytes is resumed. */
    assert_int_equal(object_partial_open(f->store, &name, &p), 0);
    assert_false(object_partial_resumed(p));
    object_partial_close(p);
}

static void test_object_partial_open__resumes_and_checks_the_beginning(void **state)
{
    struct fixture *f = *state;
    struct sha256 name = name_of("one two");
    struct object_partial *p = NULL;
    assert_int_equal(object_partial_open(f->store, &name, &p), 0);
    receive(p, "one ");
    object_partial_set_etag(p, "\"e\"");
    object_partial_close(p);
    object_store_close(f->store);
    f->store = store_open(f->folder, 0);
    assert_int_equal(object_partial_open(f->store, &name, &p), 0);
    assert_true(object_partial_resumed(p));
    assert_string_equal(object_partial_etag(p), "\"e\"");
    assert_int_equal(object_partial_catch_up(p, 1 << 20), 0);
    assert_int_equal(object_partial_bytes(p), 4);
    receive(p, "two");
    assert_int_equal(object_partial_finish(&p), 0);
    assert_int_equal(object_store_commit(f->store), 1);
    assert_int_equal(object_partial_open(f->store, &name, &p), -EEXIST);

    /* A beginning that the disk has changed is found out. */
    name = name_of("three four");
    assert_int_equal(object_partial_open(f->store, &name, &p), 0);
    receive(p, "thrEe ");
    object_partial_close(p);
    assert_int_equal(object_partial_open(f->store, &name, &p), 0);
    assert_int_equal(object_partial_catch_up(p, 1 << 20), 0);
    receive(p, "four");
    assert_int_equal(object_partial_finish(&p), -EBADMSG);
}

static struct object_wish wish(const char *text, int64_t plays_ms, bool keep)
{
    return (struct object_wish){
        .name = name_of(text), .bytes = strlen(text), .plays_ms = plays_ms, .keep = keep};
}

static void
test_object_store_make_room__latest_goes_first_and_never_what_is_kept(void **state)
{
    struct fixture *f = *state;
    object_store_close(f->store);
    f->store = store_open(f->folder, 40);
    put(f->store, "soon------");
    put(f->store, "later-----");
    put(f->store, "filler----");
    put(f->store, "on the air");
    const struct object_wish wishes[] = {
        wish("soon------", 10, false),
        wish("later-----", 1000, false),
        wish("filler----", INT64_MAX, true),
        wish("on the air", INT64_MAX, false),
    };
    assert_int_equal(object_store_plan(f->store, wishes, 4), 0);
    struct sha256 air = name_of("on the air");
    object_store_pin(f->store, &air);
    /* What plays later than all that is here gets nothing. */
    assert_int_equal(object_store_make_room(f->store, 10, 2000), -ENOSPC);
    assert_true(has(f->store, "later-----"));
    assert_int_equal(object_store_make_room(f->store, 10, 500), 0);
    assert_false(has(f->store, "later-----"));
    assert_true(has(f->store, "soon------"));
    assert_int_equal(object_store_make_room(f->store, 20, 5), 0);
    assert_false(has(f->store, "soon------"));
    assert_int_equal(object_store_make_room(f->store, 30, 0), -ENOSPC);
    assert_true(has(f->store, "filler----"));
    assert_true(has(f->store, "on the air"));
    object_store_unpin(f->store, &air);
    assert_int_equal(object_store_make_room(f->store, 30, 0), 0);
    assert_false(has(f->store, "on the air"));
    assert_int_equal(object_store_bytes(f->store), 10);
}

static void test_object_store_plan__removes_orphans(void **state)
{
    struct fixture *f = *state;
    put(f->store, "kept");
    put(f->store, "orphan");
    put(f->store, "pinned");
    struct object_partial *p = NULL;
    struct sha256 half = name_of("half"), wanted = name_of("wanted"),
                  pinned = name_of("pinned");
    assert_int_equal(object_partial_open(f->store, &half, &p), 0);
    receive(p, "ha");
    object_partial_close(p);
    assert_int_equal(object_partial_open(f->store, &wanted, &p), 0);
    receive(p, "wan");
    object_partial_close(p);
    object_store_pin(f->store, &pinned);
    const struct object_wish wishes[] = {wish("kept", 1, false),
                                         wish("wanted", 2, false)};
    assert_int_equal(object_store_plan(f->store, wishes, 2), 0);
    assert_true(has(f->store, "kept"));
    assert_false(has(f->store, "orphan"));
    assert_true(has(f->store, "pinned"));
    assert_int_equal(object_partial_open(f->store, &half, &p), 0);
    assert_false(object_partial_resumed(p));
    object_partial_close(p);
    assert_int_equal(object_partial_open(f->store, &wanted, &p), 0);
    assert_true(object_partial_resumed(p));
    object_partial_close(p);
}

static void test_object_store_import__verifies(void **state)
{
    struct fixture *f = *state;
    struct sha256 name = name_of("imported"), other = name_of("other");
    int fd = open("import", O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, "imported", 8), 8);
    assert_int_equal(object_store_import(f->store, fd, &other), -EBADMSG);
    assert_int_equal(object_store_import(f->store, fd, &name), 0);
    assert_int_equal(object_store_import(f->store, fd, &name), 0);
    assert_true(has(f->store, "imported"));
    assert_false(has(f->store, "other"));
    close(fd);
}

static void test_object_store_import__on_a_full_disk_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    static char big[300000];
    struct sha256 name;
    sha256_of(big, sizeof(big), &name);
    int fd = open("big", O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, big, sizeof(big)), sizeof(big));
    struct rlimit was, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    limit = was;
    limit.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(object_store_import(f->store, fd, &name), -EFBIG);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_false(object_store_has(f->store, &name));
    assert_int_equal(object_store_import(f->store, fd, &name), 0);
    assert_true(object_store_has(f->store, &name));
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_object_store_commit__names_only_what_is_synced),
        TEST(test_object_partial_finish__refuses_other_bytes),
        TEST(test_object_partial_open__resumes_and_checks_the_beginning),
        TEST(test_object_store_make_room__latest_goes_first_and_never_what_is_kept),
        TEST(test_object_store_plan__removes_orphans),
        TEST(test_object_store_import__verifies),
        TEST(test_object_store_import__on_a_full_disk_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
