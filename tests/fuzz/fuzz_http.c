/* Any bytes as a request: the server answers or closes, and serves the next one. One real
 * server with a route of each kind; all its readers of outside input are behind them. */
#include "base/diag.h"
#include "content/http/exchange.h"
#include "content/http/range.h"
#include "content/http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OBJECT_BYTES 1000

static int handle_echo(struct http_exchange *x)
{
    size_t length;
    char remote[64];
    int64_t number;
    http_request_remote(x, remote);
    if (http_request_query_int(x, "n", -5, 5000, 0, &number) < 0)
        return 0;
    if (number < -5 || number > 5000)
        abort();
    const char *body = http_request_body(x, &length);
    json_t *value = json_pack(
        "{s:s?,s:s?,s:s?,s:I,s:I}", "name", http_request_param(x, "name"), "q",
        http_request_query(x, "q"), "token", http_request_bearer(x), "bytes",
        (json_int_t)length, "announced", (json_int_t)http_request_announced_bytes(x));
    if (length && body[length] != '\0')
        abort();
    return http_respond_json(x, 200, value);
}

static int handle_json(struct http_exchange *x)
{
    json_t *value = NULL;
    int r = http_request_json(x, &value);
    return r < 0 ? 0 : http_respond_json(x, 200, value);
}

static int handle_object(struct http_exchange *x)
{
    static const char bytes[OBJECT_BYTES];
    struct sha256 name;
    uint64_t first = 0, length = 0;
    const char *range = http_request_header(x, "Range");
    if (http_range_parse(range, OBJECT_BYTES, &first, &length) == 0 &&
        (length == 0 || first >= OBJECT_BYTES || length > OBJECT_BYTES - first))
        abort();
    int fd = memfd_create("object", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, sizeof(bytes)) != (ssize_t)sizeof(bytes))
        abort();
    sha256_of(bytes, sizeof(bytes), &name);
    return http_respond_object(x, &fd, &name, "video/mp4");
}

static int accept_upload(struct http_exchange *x)
{
    int fd = memfd_create("upload", MFD_CLOEXEC);
    if (fd < 0)
        abort();
    return http_accept_file(x, &fd, 0, 4096);
}

static int handle_upload(struct http_exchange *x)
{
    if (http_request_upload_bytes(x) > 4096)
        abort();
    return http_respond_empty(x, 204);
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .path = "/echo/{name}", .handle = handle_echo, .doc = ""},
    {.method = HTTP_POST,
     .path = "/echo",
     .body = HTTP_BODY_MEMORY,
     .body_limit = 4096,
     .handle = handle_echo,
     .doc = ""},
    {.method = HTTP_POST,
     .path = "/json",
     .body = HTTP_BODY_MEMORY,
     .body_limit = 4096,
     .handle = handle_json,
     .doc = ""},
    {.method = HTTP_GET, .path = "/object", .handle = handle_object, .doc = ""},
    {.method = HTTP_PUT,
     .path = "/upload",
     .body = HTTP_BODY_FILE,
     .body_limit = 4096,
     .handle = handle_upload,
     .accept = accept_upload,
     .doc = ""},
};
static const struct http_route_group group = {routes, ARRAY_LENGTH(routes)};
static const struct http_route_group *const groups[] = {&group};
static const struct http_service service = {.groups = groups, .group_count = 1};

static struct sockaddr_in address(void)
{
    static struct http_server *server;
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct http_server_options options = {.listen = "127.0.0.1:0", .workers = 1};
    struct diag diag;
    if (!server && http_server_create(&options, &service, &server, &diag) < 0)
        abort();
    at.sin_port = htons((uint16_t)atoi(strrchr(http_server_address(server), ':') + 1));
    return at;
}

/* What comes back until the server closes; false: nothing came for so long. */
static bool ask(const void *data, size_t size, bool half_close, int patience_ms,
                char *answer, size_t room)
{
    const struct sockaddr_in at = address();
    const struct timeval patience = {.tv_sec = patience_ms / 1000,
                                     .tv_usec = patience_ms % 1000 * 1000};
    /* Each from an address of its own: ports are not free again for a minute. */
    static uint16_t count;
    const struct sockaddr_in from = {.sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(0x7f010000U | ++count)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&from, sizeof(from)) < 0 ||
        connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
        abort();
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    size_t used = 0;
    ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
    /* The library takes this for a client that has gone: some get no answer. */
    if (half_close && n == (ssize_t)size)
        shutdown(fd, SHUT_WR);
    while ((n = recv(fd, answer + used, room - 1 - used, 0)) > 0)
        if ((used += (size_t)n) == room - 1)
            used = 0; /* only the end is looked at */
    bool silent = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    answer[used] = '\0';
    close(fd);
    return !silent;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char next[] = "GET /echo/next HTTP/1.1\r\nHost: x\r\nConnection: "
                               "close\r\n\r\n";
    static char answer[65536];
    static unsigned count;
    (void)ask(data, size, true, 20, answer,
              sizeof(answer)); /* it may wait for the rest */
    if (++count % 64 == 0 &&
        (!ask(next, sizeof(next) - 1, false, 10000, answer, sizeof(answer)) ||
         !strstr(answer, "next")))
        abort();
    return 0;
}
