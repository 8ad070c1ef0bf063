#include "tests/support/test.h"

#include "base/diag.h"
#include "base/text.h"
#include "content/http/exchange.h"
#include "content/http/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A real server on a port of the kernel's choice, spoken to byte by byte. */

struct fixture {
    struct http_server *server;
    struct http_service service;
    uint16_t port;
    atomic_uint waits; /* how often the waiting handler ran */
    atomic_bool news;
    atomic_int failure;
    char answer[65536];
    size_t answer_length;
};

static int handle_hello(struct http_exchange *x)
{
    json_t *value =
        json_pack("{s:s,s:s?,s:s?}", "name", http_request_param(x, "name"), "q",
                  http_request_query(x, "q"), "token", http_request_bearer(x));
    return http_respond_json(x, 200, value);
}

static int handle_body(struct http_exchange *x)
{
    size_t length;
    const char *body = http_request_body(x, &length);
    return http_respond_bytes(x, 200, "text/plain", body, length);
}

static int handle_object(struct http_exchange *x)
{
    struct sha256 name;
    int fd = open("object", O_RDONLY);
    if (fd < 0)
        return -errno;
    sha256_of("x", 1, &name);
    return http_respond_object(x, &fd, &name, "video/mp4");
}

static int handle_wait(struct http_exchange *x)
{
    struct fixture *f = http_request_context(x);
    atomic_fetch_add(&f->waits, 1);
    if (atomic_load(&f->news))
        return http_respond_empty(x, 200);
    if (http_request_expired(x))
        return http_respond_empty(x, 204);
    int64_t wait_ms;
    if (http_request_query_int(x, "ms", 0, 60000, 60000, &wait_ms) < 0)
        return 0;
    return http_park(x, http_request_param(x, "topic"), wait_ms);
}

static int handle_fail(struct http_exchange *x)
{
    (void)x;
    return -EIO;
}

static int handle_silent(struct http_exchange *x)
{
    (void)x;
    return 0;
}

static int accept_upload(struct http_exchange *x)
{
    int64_t offset;
    if (http_request_query_int(x, "offset", 0, 1000, 0, &offset) < 0)
        return 0;
    if (http_request_query(x, "refuse"))
        return http_respond_problem(x, 409, "not now");
    int fd = open("upload", O_WRONLY | O_CREAT, 0600);
    return fd < 0 ? -errno : http_accept_file(x, &fd, (uint64_t)offset, 100000);
}

static int handle_upload(struct http_exchange *x)
{
    return http_respond_json(
        x, 200, json_pack("{s:I}", "bytes", (json_int_t)http_request_upload_bytes(x)));
}

enum { OPEN, SECRET };

static int authorise(struct http_exchange *x)
{
    if (http_request_route(x)->permission == OPEN)
        return 0;
    const char *token = http_request_bearer(x);
    if (token && strcmp(token, "right") == 0) {
        http_request_set_principal(x, strdup("somebody"), free);
        return 0;
    }
    http_respond_problem(x, 401, "a token is needed");
    return -EACCES;
}

static int handle_secret(struct http_exchange *x)
{
    const char *who = http_request_principal(x);
    return http_respond_bytes(x, 200, "text/plain", who, strlen(who));
}

static void on_failed(void *context, const char *method, const char *path, int error)
{
    (void)method;
    (void)path;
    atomic_store(&((struct fixture *)context)->failure, error);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/hello/{name}", OPEN, 0, HTTP_BODY_NONE, 0, handle_hello, NULL, ""},
    {HTTP_POST, "/body", OPEN, 0, HTTP_BODY_MEMORY, 1000, handle_body, NULL, ""},
    {HTTP_GET, "/object", OPEN, 0, HTTP_BODY_NONE, 0, handle_object, NULL, ""},
    {HTTP_GET, "/wait/{topic}", OPEN, 0, HTTP_BODY_NONE, 0, handle_wait, NULL, ""},
    {HTTP_GET, "/fail", OPEN, 0, HTTP_BODY_NONE, 0, handle_fail, NULL, ""},
    {HTTP_GET, "/silent", OPEN, 0, HTTP_BODY_NONE, 0, handle_silent, NULL, ""},
    {HTTP_GET, "/secret", SECRET, 0, HTTP_BODY_NONE, 0, handle_secret, NULL, ""},
    {HTTP_PUT, "/upload", SECRET, 0, HTTP_BODY_FILE, 200000, handle_upload, accept_upload,
     ""},
};
static const struct http_route_group group = {routes, ARRAY_LENGTH(routes)};
static const struct http_route_group *const groups[] = {&group};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct diag diag = {""};
    if (!f)
        return -1;
    f->service = (struct http_service){.groups = groups,
                                       .group_count = 1,
                                       .context = f,
                                       .authorise = authorise,
                                       .failed = on_failed};
    struct http_server_options o = {
        .listen = "127.0.0.1:0", .request_ms = 300, .bytes_per_s = 1000000};
    if (http_server_create(&o, &f->service, &f->server, &diag) < 0)
        return -1;
    f->port = (uint16_t)atoi(strrchr(http_server_address(f->server), ':') + 1);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    http_server_destroy(f->server);
    free(f);
    return 0;
}

static int dial(struct fixture *f)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(f->port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    struct timeval patience = {.tv_sec = 20};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

static void put(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t n = send(fd, data, length, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* the server may refuse to read on */
        data += n;
        length -= (size_t)n;
    }
}

/* All that comes until the server closes. */
static const char *listen_to(struct fixture *f, int fd)
{
    f->answer_length = 0;
    for (;;) {
        ssize_t n = recv(fd, f->answer + f->answer_length,
                         sizeof(f->answer) - 1 - f->answer_length, 0);
        if (n <= 0)
            break;
        f->answer_length += (size_t)n;
    }
    f->answer[f->answer_length] = '\0';
    close(fd);
    return f->answer;
}

static const char *ask(struct fixture *f, const char *text)
{
    int fd = dial(f);
    put(fd, text, strlen(text));
    return listen_to(f, fd);
}

static const char *ask_for(struct fixture *f, const char *line, const char *headers)
{
    char text[20000];
    snprintf(text, sizeof(text), "%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s\r\n",
             line, headers);
    return ask(f, text);
}

static void assert_status(const char *answer, int status)
{
    char expected[16];
    snprintf(expected, sizeof(expected), "HTTP/1.1 %d", status);
    if (strncmp(answer, expected, strlen(expected)) != 0)
        fail_msg("expected %s, got: %.300s", expected, answer);
}

static void assert_holds(const char *answer, const char *part)
{
    if (!strstr(answer, part))
        fail_msg("expected '%s' in: %.600s", part, answer);
}

static void test_http_server__hands_the_request_over(void **state)
{
    struct fixture *f = *state;
    const char *answer =
        ask_for(f, "GET /hello/a%20b?q=1", "Authorization: Bearer t\r\n");
    assert_status(answer, 200);
    assert_holds(answer, "{\"name\":\"a b\",\"q\":\"1\",\"token\":\"t\"}");
}

static void test_http_server__refuses_with_a_sentence(void **state)
{
    struct fixture *f = *state;
    assert_status(ask_for(f, "GET /nowhere", ""), 404);
    assert_holds(f->answer, "application/problem+json");
    assert_holds(f->answer, "\"detail\":");
    assert_status(ask_for(f, "POST /hello/a", ""), 405);
    assert_holds(f->answer, "Allow: GET, HEAD");
    assert_status(ask_for(f, "BREW /hello/a", ""), 501);
    assert_status(ask_for(f, "GET /fail", ""), 500);
    assert_int_equal(atomic_load(&f->failure), -EIO);
    assert_status(ask_for(f, "GET /silent", ""), 500);
    assert_status(ask_for(f, "GET /wait/x?ms=abc", ""), 400);
}

static void test_http_server__authorises_first(void **state)
{
    struct fixture *f = *state;
    assert_status(ask_for(f, "GET /secret", ""), 401);
    assert_status(ask_for(f, "GET /secret", "Authorization: Bearer right\r\n"), 200);
    assert_holds(f->answer, "somebody");
    assert_status(ask_for(f, "PUT /upload", "Content-Length: 100\r\n"), 401);
}

static void test_http_server__limits_what_comes_in(void **state)
{
    struct fixture *f = *state;
    static char long_text[40000];
    assert_status(ask_for(f, "POST /body", "Content-Length: 1001\r\n"), 413);
    assert_status(ask_for(f, "GET /hello/a", "Content-Length: 1\r\n"), 413);
    memset(long_text, 'a', sizeof(long_text) - 1);
    char headers[15000];
    snprintf(headers, sizeof(headers), "X: %.14000s\r\n", long_text);
    assert_status(ask_for(f, "GET /hello/a", headers), 200);
    char line[2000];
    snprintf(line, sizeof(line), "GET /hello/%.600s", long_text);
    assert_status(ask_for(f, line, ""), 414);
    int fd = dial(f);
    static const char begin[] = "GET /hello/a HTTP/1.1\r\nHost: h\r\nX: ";
    put(fd, begin, strlen(begin));
    put(fd, long_text, strlen(long_text));
    const char *answer = listen_to(f, fd);
    if (*answer) /* or the connection was reset: bytes were left unread */
        assert_status(answer, 431);
    assert_status(ask(f, "POST /body HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
                  200);
    assert_holds(f->answer, "hello");
}

static void test_http_server__survives_garbage(void **state)
{
    struct fixture *f = *state;
    static const char *const garbage[] = {
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "\x16\x03\x01\x02 \x01 tls",
        "GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET /hello/%00%ff%2e HTTP/9.9\r\nHost: a\r\n\r\n",
        "PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(garbage); i++)
        ask(f, garbage[i]); /* the deadline ends what waits for more */
    assert_status(ask_for(f, "GET /hello/a", ""), 200);
}

static void test_http_server__ends_a_client_that_drips(void **state)
{
    struct fixture *f = *state;
    int fd = dial(f);
    static const char piece[] = "GET /hello/a HTTP/1.1\r\nX: ";
    put(fd, piece, strlen(piece));
    assert_int_equal(listen_to(f, fd)[0], '\0'); /* request_ms is 300 */
}

static void test_http_server__serves_ranges(void **state)
{
    struct fixture *f = *state;
    FILE *file = fopen("object", "w");
    fputs("0123456789", file);
    fclose(file);
    assert_status(ask_for(f, "GET /object", ""), 200);
    assert_holds(f->answer, "\r\n\r\n0123456789");
    assert_holds(f->answer, "immutable");
    assert_holds(f->answer, "ETag: \"2d711642");
    assert_status(ask_for(f, "GET /object", "Range: bytes=3-5\r\n"), 206);
    assert_holds(f->answer, "Content-Range: bytes 3-5/10");
    assert_holds(f->answer, "\r\n\r\n345");
    assert_status(ask_for(f, "GET /object", "Range: bytes=10-\r\n"), 416);
    assert_holds(f->answer, "Content-Range: bytes */10");
    assert_status(ask_for(f, "HEAD /object", ""), 200);
    assert_holds(f->answer, "Content-Length: 10");
    assert_string_equal(strstr(f->answer, "\r\n\r\n"), "\r\n\r\n");
    assert_status(ask_for(f, "GET /object", "Range: bytes=3-\r\nIf-Range: \"other\"\r\n"),
                  200);
    assert_status(
        ask_for(
            f, "GET /object",
            "If-None-Match: \"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717"
            "921a4881\"\r\n"),
        304);
}

static void test_http_server__streams_an_upload_to_a_file(void **state)
{
    struct fixture *f = *state;
    static char body[50001];
    for (size_t i = 0; i < sizeof(body) - 1; i++)
        body[i] = (char)('a' + i % 26);
    static const char head[] =
        "PUT /upload?offset=10 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
        "Authorization: Bearer right\r\nContent-Length: 50000\r\n\r\n";
    int fd = dial(f);
    put(fd, head, strlen(head));
    put(fd, body, sizeof(body) - 1);
    assert_status(listen_to(f, fd), 200);
    assert_holds(f->answer, "{\"bytes\":50000}");
    static char stored[60000];
    FILE *file = fopen("upload", "r");
    assert_int_equal(fread(stored, 1, sizeof(stored), file), 50010);
    fclose(file);
    assert_memory_equal(stored + 10, body, 50000);
    assert_status(
        ask_for(f, "PUT /upload", "Authorization: Bearer right\r\nContent-Length: 0\r\n"),
        200);
    assert_status(ask_for(f, "PUT /upload?refuse=1",
                          "Authorization: Bearer right\r\nContent-Length: 9\r\n"),
                  409);
    assert_status(ask_for(f, "PUT /upload",
                          "Authorization: Bearer right\r\nContent-Length: 300000\r\n"),
                  413);
}

static void await_parked(struct fixture *f, unsigned count)
{
    struct http_counts counts;
    do {
        struct timespec moment = {.tv_nsec = 1000000};
        nanosleep(&moment, NULL);
        http_server_counts(f->server, &counts);
    } while (counts.parked != count);
}

static void test_http_server_wake__wakes_its_topic_only(void **state)
{
    struct fixture *f = *state;
    static const char a[] =
        "GET /wait/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    static const char b[] =
        "GET /wait/b?ms=60000 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    int first = dial(f), other = dial(f);
    put(first, a, strlen(a));
    put(other, b, strlen(b));
    await_parked(f, 2);
    atomic_store(&f->news, true);
    http_server_wake(f->server, "a");
    assert_status(listen_to(f, first), 200);
    await_parked(f, 1);
    http_server_wake(f->server, "b");
    assert_status(listen_to(f, other), 200);
}

static void test_http_park__ends_on_time(void **state)
{
    struct fixture *f = *state;
    assert_status(ask_for(f, "GET /wait/a?ms=100", ""), 204);
    assert_int_equal(atomic_load(&f->waits), 2);
}

static void test_http_server_destroy__answers_those_who_wait(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "GET /wait/a HTTP/1.1\r\nHost: h\r\n\r\n";
    int fds[50];
    for (size_t i = 0; i < ARRAY_LENGTH(fds); i++) {
        fds[i] = dial(f);
        put(fds[i], text, strlen(text));
    }
    await_parked(f, ARRAY_LENGTH(fds));
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    http_server_destroy(f->server);
    clock_gettime(CLOCK_MONOTONIC, &end);
    f->server = NULL;
    assert_true(end.tv_sec - begin.tv_sec < 2);
    for (size_t i = 0; i < ARRAY_LENGTH(fds); i++)
        assert_status(listen_to(f, fds[i]), 204);
}

static void test_http_server_create__says_why_not(void **state)
{
    struct fixture *f = *state;
    static const char *const wrong[] = {"nonsense", "127.0.0.1:99999", ":80", "1.2.3:x"};
    struct http_server *server = NULL;
    struct diag diag = {""};
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        struct http_server_options o = {.listen = wrong[i]};
        assert_int_equal(http_server_create(&o, &f->service, &server, &diag), -EINVAL);
        assert_holds(diag.text, wrong[i]);
    }
    struct http_server_options o = {.listen = http_server_address(f->server)};
    assert_int_equal(http_server_create(&o, &f->service, &server, &diag), -EADDRINUSE);
}

static void visit(void *context, const struct http_route *route, unsigned status,
                  uint64_t count, double seconds)
{
    (void)seconds;
    if (route == &routes[0] && status == 200)
        *(uint64_t *)context = count;
}

static void test_http_server_visit_routes__counts(void **state)
{
    struct fixture *f = *state;
    uint64_t count = 0;
    ask_for(f, "GET /hello/a", "");
    ask_for(f, "GET /hello/b", "");
    http_server_visit_routes(f->server, visit, &count);
    assert_int_equal(count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_http_server__hands_the_request_over),
        TEST(test_http_server__refuses_with_a_sentence),
        TEST(test_http_server__authorises_first),
        TEST(test_http_server__limits_what_comes_in),
        TEST(test_http_server__survives_garbage),
        TEST(test_http_server__ends_a_client_that_drips),
        TEST(test_http_server__serves_ranges),
        TEST(test_http_server__streams_an_upload_to_a_file),
        TEST(test_http_server_wake__wakes_its_topic_only),
        TEST(test_http_park__ends_on_time),
        TEST(test_http_server_destroy__answers_those_who_wait),
        TEST(test_http_server_create__says_why_not),
        TEST(test_http_server_visit_routes__counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
