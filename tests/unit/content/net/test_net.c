#include "tests/support/test.h"

#include "content/net/net.h"
#include "tests/support/hostile.h"

#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* One hostile server; each test chooses what it answers. */
struct fixture {
    struct hostile *server;
    struct net *net;
    int (*answer)(struct fixture *f, int fd, const char *head, const char *body,
                  size_t body_length);
    atomic_uint requests;
    atomic_size_t cut; /* close after so many bytes */
    char head[4096];   /* of the last request */
    char seen[65536];  /* its body */
    struct net_answer got;
    bool done;
    unsigned restarts;
    char url[128];
};

static int answer(void *context, int fd, const char *head, const char *body,
                  size_t length)
{
    struct fixture *f = context;
    atomic_fetch_add(&f->requests, 1);
    return f->answer(f, fd, head, body, length);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    f->server = hostile_start(answer, f);
    assert_int_equal(net_create("test", &f->net), 0);
    snprintf(f->url, sizeof(f->url), "%s/thing", hostile_url(f->server));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    net_destroy(f->net);
    hostile_stop(f->server);
    buf_release(&f->got.body);
    free(f);
    return 0;
}

static void done(void *context, struct net_answer *a)
{
    struct fixture *f = context;
    assert_false(f->done);
    buf_release(&f->got.body);
    f->got = *a;
    a->body = (struct buf)BUF_INIT(0);
    f->done = true;
}

static void restarted(void *context)
{
    ((struct fixture *)context)->restarts++;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Runs one request; its error. */
static int fetch(struct fixture *f, struct net_request q)
{
    struct diag diag = {0};
    q.url = q.url ? q.url : f->url;
    q.context = f;
    q.done = done;
    q.restarted = restarted;
    f->done = false;
    assert_int_equal(net_start(f->net, &q, NULL, &diag), 0);
    for (int64_t end = now_ms() + 20000; !f->done;) {
        assert_int_equal(net_run(f->net, 100), 0);
        assert_true(now_ms() < end);
    }
    return f->got.error;
}

static int say_ok(struct fixture *f, int fd, const char *head, const char *body,
                  size_t length)
{
    snprintf(f->head, sizeof(f->head), "%s", head);
    memcpy(f->seen, body, length);
    f->seen[length] = '\0';
    return hostile_printf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                              "ETag: \"e1\"\r\n\r\nhello");
}

static void test_net_start__sends_and_receives_on_one_connection(void **state)
{
    struct fixture *f = *state;
    f->answer = say_ok;
    static const char *const headers[] = {"X-One: 1", NULL};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fetch(f, (struct net_request){.bearer = "secret",
                                                       .headers = headers,
                                                       .body = "{}",
                                                       .body_length = 2}),
                         0);
        assert_int_equal(f->got.status, 200);
        assert_string_equal(f->got.body.data, "hello");
        assert_string_equal(f->got.etag, "\"e1\"");
        assert_non_null(strstr(f->head, "POST /thing HTTP/1.1"));
        assert_non_null(strstr(f->head, "Authorization: Bearer secret\r\n"));
        assert_non_null(strstr(f->head, "Content-Type: application/json\r\n"));
        assert_non_null(strstr(f->head, "X-One: 1\r\n"));
        assert_string_equal(f->seen, "{}");
    }
}

static void test_net_start__refuses_header_injection_and_other_protocols(void **state)
{
    struct fixture *f = *state;
    f->answer = say_ok;
    struct diag diag;
    struct net_request q = {.url = f->url, .bearer = "a\r\nX: y", .done = done};
    assert_int_equal(net_start(f->net, &q, NULL, &diag), -EINVAL);
    assert_int_equal(fetch(f, (struct net_request){.url = "file:///etc/passwd"}),
                     -EINVAL);
    assert_int_equal(fetch(f, (struct net_request){.url = "gopher://127.0.0.1/"}),
                     -EINVAL);
    assert_int_equal(fetch(f, (struct net_request){.url = "::::"}), -EINVAL);
    assert_int_equal(atomic_load(&f->requests), 0);
}

static int say_status(struct fixture *f, int fd, const char *head, const char *body,
                      size_t length)
{
    (void)head, (void)body, (void)length;
    return hostile_printf(fd,
                          "HTTP/1.1 %zu X\r\nLocation: http://127.0.0.1:1/\r\n"
                          "Content-Length: 2\r\n\r\nno",
                          atomic_load(&f->cut));
}

static void test_net_run__gives_each_status_an_error_and_a_sentence(void **state)
{
    struct fixture *f = *state;
    f->answer = say_status;
    static const struct {
        size_t status;
        int error;
        const char *sentence;
    } cases[] = {
        {301, -EPROTO, "server answered 301, a redirect, which is refused"},
        {307, -EPROTO, "server answered 307, a redirect, which is refused"},
        {400, -EREMOTEIO, "server answered 400"},
        {401, -EACCES, "server answered 401"},
        {404, -ENOENT, "server answered 404"},
        {416, -ERANGE, "server answered 416"},
        {503, -EAGAIN, "server answered 503"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f->cut = cases[i].status;
        assert_int_equal(fetch(f, (struct net_request){0}), cases[i].error);
        assert_string_equal(diag_text(&f->got.diag), cases[i].sentence);
        assert_string_equal(f->got.body.data, "no");
    }
}

static void test_net_run__names_a_refused_connection(void **state)
{
    struct fixture *f = *state;
    char url[64], sentence[96];
    uint16_t port = hostile_port(f->server);
    hostile_stop(f->server);
    f->server = NULL;
    snprintf(url, sizeof(url), "http://user:secret@127.0.0.1:%u/x?token=1", port);
    snprintf(sentence, sizeof(sentence), "connection refused: 127.0.0.1:%u", port);
    assert_int_equal(fetch(f, (struct net_request){.url = url}), -ECONNREFUSED);
    assert_string_equal(diag_text(&f->got.diag), sentence);
}

static const char small_answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

static int say_cut(struct fixture *f, int fd, const char *head, const char *body,
                   size_t length)
{
    (void)head, (void)body, (void)length;
    hostile_send(fd, small_answer, atomic_load(&f->cut));
    return 1;
}

static void test_net_run__is_an_error_when_cut_at_any_byte(void **state)
{
    struct fixture *f = *state;
    f->answer = say_cut;
    for (f->cut = 0; f->cut < sizeof(small_answer) - 1; f->cut++) {
        assert_true(fetch(f, (struct net_request){0}) < 0);
        assert_true(f->got.diag.text[0] != '\0');
    }
    assert_int_equal(fetch(f, (struct net_request){0}), 0);
}

static int say_garbage(struct fixture *f, int fd, const char *head, const char *body,
                       size_t length)
{
    (void)head, (void)body, (void)length;
    static const char *const garbage[] = {
        "\x16\x03\x01\x02\x00\x01\x00",
        "hello, this is no HTTP\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello",
        "HTTP/1.1 OK\r\n\r\n",
    };
    const char *text = garbage[atomic_load(&f->cut)];
    hostile_send(fd, text, strlen(text));
    return 1;
}

static void test_net_run__refuses_garbage(void **state)
{
    struct fixture *f = *state;
    f->answer = say_garbage;
    for (f->cut = 0; f->cut < 8; f->cut++) {
        int r = fetch(f, (struct net_request){.total_ms = 5000});
        assert_true(r < 0);
    }
}

static int say_endless(struct fixture *f, int fd, const char *head, const char *body,
                       size_t length)
{
    (void)f, (void)head, (void)body, (void)length;
    char block[4096];
    memset(block, 'x', sizeof(block));
    hostile_printf(fd, "HTTP/1.1 200 OK\r\n\r\n");
    while (hostile_send(fd, block, sizeof(block)) == 0)
        ;
    return 1;
}

static int say_endless_headers(struct fixture *f, int fd, const char *head,
                               const char *body, size_t length)
{
    (void)f, (void)head, (void)body, (void)length;
    hostile_printf(fd, "HTTP/1.1 200 OK\r\n");
    while (hostile_printf(fd, "X-Header: %01000d\r\n", 1) == 0)
        ;
    return 1;
}

static void test_net_run__bounds_what_it_takes(void **state)
{
    struct fixture *f = *state;
    f->answer = say_endless;
    assert_int_equal(fetch(f, (struct net_request){.max_bytes = 10000}), -EFBIG);
    assert_string_equal(diag_text(&f->got.diag), "answer is larger than 10000 bytes");
    int fd = open("big", O_RDWR | O_CREAT, 0600);
    assert_int_equal(fetch(f, (struct net_request){.file = &fd, .file_max = 10000}),
                     -EFBIG);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    assert_true(st.st_size <= 10000);
    close(fd);
    f->answer = say_endless_headers;
    assert_true(fetch(f, (struct net_request){.total_ms = 10000}) < 0);
}

static int say_stall(struct fixture *f, int fd, const char *head, const char *body,
                     size_t length)
{
    (void)head, (void)body, (void)length;
    hostile_send(fd, small_answer, atomic_load(&f->cut));
    hostile_stall(fd);
    return 1;
}

static void test_net_run__ends_what_stalls(void **state)
{
    struct fixture *f = *state;
    f->answer = say_stall;
    f->cut = 40;
    assert_int_equal(fetch(f, (struct net_request){.total_ms = 300}), -ETIMEDOUT);
    assert_memory_equal(diag_text(&f->got.diag), "no answer in time", 17);
    assert_int_equal(
        fetch(f, (struct net_request){.stall_bytes_per_s = 100, .stall_s = 1}),
        -ETIMEDOUT);
    assert_memory_equal(diag_text(&f->got.diag), "stalled: less than 100 bytes/s", 30);
}

static int say_slowly(struct fixture *f, int fd, const char *head, const char *body,
                      size_t length)
{
    (void)f, (void)head, (void)body, (void)length;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    hostile_printf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (hostile_send(fd, "x", 1) == 0 && poll(&p, 1, 20) == 0)
        ;
    return 1;
}

static void test_net_run__ends_what_drips(void **state)
{
    struct fixture *f = *state;
    f->answer = say_slowly;
    assert_int_equal(
        fetch(f, (struct net_request){.stall_bytes_per_s = 1000, .stall_s = 1}),
        -ETIMEDOUT);
}

static int say_range(struct fixture *f, int fd, const char *head, const char *body,
                     size_t length)
{
    (void)body, (void)length;
    snprintf(f->head, sizeof(f->head), "%s", head);
    switch (atomic_load(&f->cut)) {
    case 0:
        return hostile_printf(fd, "HTTP/1.1 206 Partial\r\nContent-Length: 5\r\n"
                                  "Content-Range: bytes 5-9/10\r\n\r\n56789");
    case 1:
        return hostile_printf(fd,
                              "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcdefghij");
    case 2:
        return hostile_printf(fd, "HTTP/1.1 206 Partial\r\nContent-Length: 5\r\n"
                                  "Content-Range: bytes 4-8/10\r\n\r\n45678");
    default:
        return hostile_printf(fd,
                              "HTTP/1.1 206 Partial\r\nContent-Length: 5\r\n\r\n56789");
    }
}

static void test_net_run__resumes_or_begins_again(void **state)
{
    struct fixture *f = *state;
    f->answer = say_range;
    static const struct {
        int error;
        const char *content;
    } cases[] = {
        {0, "0123456789"}, {0, "abcdefghij"}, {-EPROTO, "01234"}, {-EPROTO, "01234"}};
    for (f->cut = 0; f->cut < 4; f->cut++) {
        char content[32] = "";
        int fd = open("part", O_RDWR | O_CREAT | O_TRUNC, 0600);
        assert_int_equal(write(fd, "01234", 5), 5);
        assert_int_equal(fetch(f, (struct net_request){.file = &fd,
                                                       .file_max = 100,
                                                       .offset = 5,
                                                       .if_etag = "\"e\""}),
                         cases[atomic_load(&f->cut)].error);
        assert_non_null(strstr(f->head, "Range: bytes=5-\r\n"));
        assert_non_null(strstr(f->head, "If-Range: \"e\"\r\n"));
        assert_true(pread(fd, content, sizeof(content) - 1, 0) >= 0);
        assert_string_equal(content, cases[atomic_load(&f->cut)].content);
        close(fd);
    }
    assert_int_equal(f->restarts, 1);
}

static int say_kilobytes(struct fixture *f, int fd, const char *head, const char *body,
                         size_t length)
{
    (void)f, (void)head, (void)body, (void)length;
    static const char block[240000];
    return hostile_printf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 240000\r\n\r\n") ||
           hostile_send(fd, block, sizeof(block));
}

static void test_net_set_limit__slows_bulk_only(void **state)
{
    struct fixture *f = *state;
    f->answer = say_kilobytes;
    net_set_limit(f->net, 100000);
    int64_t begin = now_ms();
    assert_int_equal(fetch(f, (struct net_request){0}), 0);
    int64_t quick = now_ms() - begin;
    begin = now_ms();
    assert_int_equal(fetch(f, (struct net_request){.bulk = true}), 0);
    assert_true(now_ms() - begin >= 400);
    assert_true(quick < now_ms() - begin);
}

static void test_net_cancel__calls_back_once(void **state)
{
    struct fixture *f = *state;
    f->answer = say_stall;
    f->cut = 10;
    struct net_transfer *t = NULL;
    struct net_request q = {.url = f->url, .context = f, .done = done};
    struct diag diag;
    assert_int_equal(net_start(f->net, &q, &t, &diag), 0);
    assert_int_equal(net_run(f->net, 10), 0);
    net_cancel(t);
    assert_true(f->done);
    assert_int_equal(f->got.error, -ECANCELED);
    f->done = false;
    assert_int_equal(net_start(f->net, &q, NULL, &diag), 0);
    net_destroy(f->net);
    f->net = NULL;
    assert_true(f->done);
}

static void test_net_fetch__puts_a_file(void **state)
{
    struct fixture *f = *state;
    f->answer = say_ok;
    int fd = open("upload", O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, "0123456789", 10), 10);
    struct net_answer a;
    struct net_request q = {.method = "PUT",
                            .url = f->url,
                            .body_file = &fd,
                            .body_file_offset = 3,
                            .body_file_bytes = 7};
    assert_int_equal(net_fetch(&q, "test", &a), 0);
    assert_string_equal(a.body.data, "hello");
    assert_string_equal(f->seen, "3456789");
    assert_memory_equal(f->head, "PUT /thing", 10);
    buf_release(&a.body);
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_net_start__sends_and_receives_on_one_connection),
        TEST(test_net_start__refuses_header_injection_and_other_protocols),
        TEST(test_net_run__gives_each_status_an_error_and_a_sentence),
        TEST(test_net_run__names_a_refused_connection),
        TEST(test_net_run__is_an_error_when_cut_at_any_byte),
        TEST(test_net_run__refuses_garbage),
        TEST(test_net_run__bounds_what_it_takes),
        TEST(test_net_run__ends_what_stalls),
        TEST(test_net_run__ends_what_drips),
        TEST(test_net_run__resumes_or_begins_again),
        TEST(test_net_set_limit__slows_bulk_only),
        TEST(test_net_cancel__calls_back_once),
        TEST(test_net_fetch__puts_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
