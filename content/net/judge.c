/* What an ended transfer means: curl's codes and HTTP's statuses as errno and sentence.
 */
#include "content/net/internal.h"

#include <errno.h>
#include <string.h>

struct judgement {
    int from;
    int error;
    const char *sentence;
};

static const struct judgement codes[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, -EINVAL, "only http and https are spoken"},
    {CURLE_URL_MALFORMAT, -EINVAL, "not a URL"},
    {CURLE_COULDNT_RESOLVE_HOST, -EHOSTUNREACH, "host not found"},
    {CURLE_COULDNT_RESOLVE_PROXY, -EHOSTUNREACH, "proxy not found"},
    {CURLE_COULDNT_CONNECT, -ECONNREFUSED, "cannot connect"},
    {CURLE_OUT_OF_MEMORY, -ENOMEM, "out of memory"},
    {CURLE_GOT_NOTHING, -ECONNRESET, "server closed without an answer"},
    {CURLE_PARTIAL_FILE, -ECONNRESET, "server closed in the middle of its answer"},
    {CURLE_RECV_ERROR, -ECONNRESET, "connection broke while receiving"},
    {CURLE_SEND_ERROR, -ECONNRESET, "connection broke while sending"},
    {CURLE_WEIRD_SERVER_REPLY, -EPROTO, "server does not speak HTTP"},
    {CURLE_BAD_CONTENT_ENCODING, -EPROTO, "answer cannot be decoded"},
    {CURLE_SSL_CONNECT_ERROR, -EPROTO, "TLS failed"},
    {CURLE_PEER_FAILED_VERIFICATION, -EPROTO, "server's certificate is not trusted"},
    {CURLE_SSL_CACERT_BADFILE, -EPROTO, "cannot read the trusted certificates"},
    {CURLE_FILESIZE_EXCEEDED, -EFBIG, "answer is too large"},
};

static const struct judgement statuses[] = {
    {401, -EACCES, NULL}, {403, -EACCES, NULL}, {404, -ENOENT, NULL},
    {408, -EAGAIN, NULL}, {410, -ENOENT, NULL}, {416, -ERANGE, NULL},
    {429, -EAGAIN, NULL}, {502, -EAGAIN, NULL}, {503, -EAGAIN, NULL},
    {504, -EAGAIN, NULL},
};

static const struct judgement *find(const struct judgement *table, size_t count, int from)
{
    for (size_t i = 0; i < count; i++)
        if (table[i].from == from)
            return &table[i];
    return NULL;
}

/* "http://host:port/path?query" as "host:port": paths may be long, queries private. */
static void host_of(const struct net_transfer *t, char *ret, size_t size)
{
    char *url = NULL;
    ret[0] = '\0';
    curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
    if (!url)
        return;
    const char *from = strstr(url, "://");
    from = from ? from + 3 : url;
    size_t length = strcspn(from, "/?#");
    const char *at = memchr(from, '@', length);
    if (at) {
        length -= (size_t)(at + 1 - from);
        from = at + 1;
    }
    if (length >= size)
        length = size - 1;
    memcpy(ret, from, length);
    ret[length] = '\0';
}

static int judge_timeout(struct net_transfer *t, const char *host)
{
    const struct net_request *q = &t->request;
    curl_off_t connected_us = 0;
    curl_easy_getinfo(t->easy, CURLINFO_CONNECT_TIME_T, &connected_us);
    if (connected_us == 0)
        return diag_set(&t->answer.diag, -ETIMEDOUT, "no connection in time: %s", host);
    if (strstr(t->why, "too slow"))
        return diag_set(&t->answer.diag, -ETIMEDOUT,
                        "stalled: less than %u bytes/s for %u s: %s",
                        q->stall_bytes_per_s, q->stall_s, host);
    return diag_set(&t->answer.diag, -ETIMEDOUT, "no answer in time: %s", host);
}

static int judge_code(struct net_transfer *t, CURLcode code)
{
    char host[256];
    host_of(t, host, sizeof(host));
    if (t->error) { /* ours: curl only knows that a callback stopped it */
        if (!t->answer.diag.text[0])
            diag_set(&t->answer.diag, 0, "cannot write the answer: %s",
                     strerror(-t->error));
        return t->error;
    }
    if (code == CURLE_OPERATION_TIMEDOUT)
        return judge_timeout(t, host);
    long os = 0;
    curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os);
    if (code == CURLE_COULDNT_CONNECT && os != 0 && os != ECONNREFUSED)
        return diag_set(&t->answer.diag, -EHOSTUNREACH, "%s: %s", strerror((int)os),
                        host);
    if (code == CURLE_COULDNT_CONNECT)
        return diag_set(&t->answer.diag, -ECONNREFUSED, "connection refused: %s", host);
    const struct judgement *j = find(codes, sizeof(codes) / sizeof(codes[0]), (int)code);
    if (j)
        return diag_set(&t->answer.diag, j->error, "%s: %s", j->sentence, host);
    return diag_set(&t->answer.diag, -EIO, "%s: %s",
                    t->why[0] ? t->why : curl_easy_strerror(code), host);
}

void net_judge(struct net_transfer *t, CURLcode code)
{
    struct net_answer *a = &t->answer;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &a->status);
    if (code == CURLE_OK && a->status > 0 && !t->head_ended)
        code = CURLE_PARTIAL_FILE;
    if (code != CURLE_OK) {
        a->error = judge_code(t, code);
        return;
    }
    if (a->status >= 200 && a->status < 300)
        return;
    if (a->status < 200) {
        a->error = diag_set(&a->diag, -EPROTO, "server does not speak HTTP");
    } else if (a->status < 400) {
        a->error = diag_set(&a->diag, -EPROTO,
                            "server answered %ld, a redirect, which "
                            "is refused",
                            a->status);
    } else {
        const struct judgement *j =
            find(statuses, sizeof(statuses) / sizeof(statuses[0]), (int)a->status);
        a->error = diag_set(&a->diag, j ? j->error : -EREMOTEIO, "server answered %ld",
                            a->status);
    }
}
