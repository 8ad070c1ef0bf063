/* What a handler may know about the request. While a worker has the exchange its
 * connection is suspended, so reading the library's copy of the headers is safe. */
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "content/http/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>

enum http_method http_request_method(const struct http_exchange *x)
{
    return x->method;
}

const struct http_route *http_request_route(const struct http_exchange *x)
{
    return x->match.route;
}

const char *http_request_param(const struct http_exchange *x, const char *name)
{
    for (unsigned i = 0; i < x->match.param_count; i++)
        if (strlen(name) == x->match.params[i].name_length &&
            strncmp(name, x->match.params[i].name, x->match.params[i].name_length) == 0)
            return x->match.params[i].value;
    return NULL;
}

const char *http_request_query(const struct http_exchange *x, const char *name)
{
    return MHD_lookup_connection_value(x->connection, MHD_GET_ARGUMENT_KIND, name);
}

int http_request_query_int(struct http_exchange *x, const char *name, int64_t min,
                           int64_t max, int64_t fallback, int64_t *ret)
{
    const char *text = http_request_query(x, name);
    int64_t value = fallback;
    if (text && text_to_int64(text, min, max, &value) < 0) {
        http_respond_problem(x, 400, "%s: expected an integer from %lld to %lld", name,
                             (long long)min, (long long)max);
        return -EINVAL;
    }
    *ret = value;
    return 0;
}

const char *http_request_header(const struct http_exchange *x, const char *name)
{
    return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

const char *http_request_bearer(const struct http_exchange *x)
{
    const char *text = http_request_header(x, MHD_HTTP_HEADER_AUTHORIZATION);
    if (!text || strncasecmp(text, "Bearer ", 7) != 0)
        return NULL;
    text += 7;
    return text + strspn(text, " ");
}

static bool is_loopback(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET)
        return (ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >>
                24) == 127;
    return a->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(
               &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

void http_request_remote(const struct http_exchange *x, char ret[64])
{
    text_copy(ret, 64, "unknown");
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr)
        return;
    const struct sockaddr *a = info->client_addr;
    /* Only a proxy of our own may say who it speaks for; it appends, so the last counts.
     */
    const char *forwarded = http_request_header(x, "X-Forwarded-For");
    if (forwarded && is_loopback(a)) {
        const char *comma = strrchr(forwarded, ',');
        const char *last = comma ? comma + 1 : forwarded;
        (void)text_copy(ret, 64, last + strspn(last, " "));
        return;
    }
    getnameinfo(a,
                a->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                         : sizeof(struct sockaddr_in),
                ret, 64, NULL, 0, NI_NUMERICHOST);
}

const char *http_request_body(const struct http_exchange *x, size_t *ret_length)
{
    *ret_length = x->body.length;
    return x->body.data ? x->body.data : "";
}

int http_request_json(struct http_exchange *x, json_t **ret)
{
    struct diag diag = {""};
    size_t length;
    const char *text = http_request_body(x, &length);
    int r = json_parse(text, length, &json_limits_document, ret, &diag);
    if (r < 0)
        http_respond_diag(x, r, &diag);
    return r;
}

uint64_t http_request_upload_bytes(const struct http_exchange *x)
{
    return x->upload_bytes;
}

int64_t http_request_announced_bytes(const struct http_exchange *x)
{
    const char *text = http_request_header(x, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t bytes;
    return text && text_to_int64(text, 0, INT64_MAX, &bytes) == 0 ? bytes : -1;
}

bool http_request_expired(const struct http_exchange *x)
{
    return x->expired;
}

void *http_request_context(const struct http_exchange *x)
{
    return x->server->service->context;
}

struct http_server *http_request_server(const struct http_exchange *x)
{
    return x->server;
}

void http_request_set_principal(struct http_exchange *x, void *take,
                                void (*destroy)(void *))
{
    x->principal = take;
    x->principal_destroy = destroy;
}

void *http_request_principal(const struct http_exchange *x)
{
    return x->principal;
}
