/* Requests on one multi handle, driven by the thread that owns it. */
#include "content/net/net.h"

#include "base/text.h"
#include "content/net/internal.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_DEFAULT_BYTES ((size_t)1 << 20)
#define CONNECT_DEFAULT_MS 10000
/* Large reads: loopback and local caches deliver faster than 16 kB at a time. */
#define READ_BYTES (256L << 10)

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

int net_create(const char *agent, struct net **ret)
{
    pthread_once(&curl_once, start_curl);
    struct net *n = calloc(1, sizeof(*n));
    if (!n)
        return -ENOMEM;
    text_copy(n->agent, sizeof(n->agent), agent);
    n->multi = curl_multi_init();
    if (!n->multi) {
        free(n);
        return -ENOMEM;
    }
    curl_multi_setopt(n->multi, CURLMOPT_MAXCONNECTS, 8L);
    *ret = n;
    return 0;
}

void net_set_limit(struct net *n, uint64_t bytes_per_s)
{
    n->limit_bytes_per_s = bytes_per_s;
}

static void transfer_destroy(struct net_transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    buf_release(&t->answer.body);
    free(t);
}

static void transfer_finish(struct net_transfer *t)
{
    struct net *n = t->net;
    curl_multi_remove_handle(n->multi, t->easy);
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    n->running--;
    n->finished++;
    n->paused -= t->paused;
    t->request.done(t->request.context, &t->answer);
    transfer_destroy(t);
}

void net_cancel(struct net_transfer *t)
{
    t->answer.error = diag_set(&t->answer.diag, -ECANCELED, "cancelled");
    transfer_finish(t);
}

void net_cancel_all(struct net *n)
{
    n->cancelling = true; /* `done` may not start another */
    while (n->transfers)
        net_cancel(n->transfers);
    n->cancelling = false;
}

void net_destroy(struct net *n)
{
    if (!n)
        return;
    net_cancel_all(n);
    curl_multi_cleanup(n->multi);
    free(n);
}

unsigned net_running(const struct net *n)
{
    return n->running;
}

static int add_header(struct net_transfer *t, const char *name, const char *value)
{
    char line[1024];
    int length = snprintf(line, sizeof(line), "%s: %s", name, value);
    if (length < 0 || (size_t)length >= sizeof(line) || strpbrk(line, "\r\n"))
        return -EINVAL;
    struct curl_slist *more = curl_slist_append(t->headers, line);
    if (!more)
        return -ENOMEM;
    t->headers = more;
    return 0;
}

static int set_headers(struct net_transfer *t, const struct net_request *q)
{
    int r = 0;
    char bearer[768];
    if (q->bearer) {
        if ((size_t)snprintf(bearer, sizeof(bearer), "Bearer %s", q->bearer) >=
            sizeof(bearer))
            return -EINVAL;
        r = add_header(t, "Authorization", bearer);
    }
    if (r == 0 && (q->body || q->body_file))
        r = add_header(t, "Content-Type",
                       q->body_type ? q->body_type : "application/json");
    if (r == 0 && q->offset && q->if_etag && q->if_etag[0])
        r = add_header(t, "If-Range", q->if_etag);
    for (size_t i = 0; r == 0 && q->headers && q->headers[i]; i++) {
        if (strpbrk(q->headers[i], "\r\n"))
            return -EINVAL;
        struct curl_slist *more = curl_slist_append(t->headers, q->headers[i]);
        if (!more)
            return -ENOMEM;
        t->headers = more;
    }
    /* No "Expect: 100-continue": it costs a second with servers that ignore it. */
    if (r == 0) {
        struct curl_slist *more = curl_slist_append(t->headers, "Expect:");
        if (!more)
            return -ENOMEM;
        t->headers = more;
    }
    return r;
}

static void set_body(struct net_transfer *t, const struct net_request *q)
{
    CURL *e = t->easy;
    if (q->body_file) {
        curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(e, CURLOPT_READFUNCTION, net_send_body);
        curl_easy_setopt(e, CURLOPT_READDATA, t);
        curl_easy_setopt(e, CURLOPT_INFILESIZE_LARGE, (curl_off_t)q->body_file_bytes);
    } else if (q->body) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body_length);
        curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, q->body);
    }
    if (q->method && strcmp(q->method, "HEAD") == 0)
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    else if (q->method)
        curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, q->method);
}

static void set_limits(struct net_transfer *t, const struct net_request *q)
{
    CURL *e = t->easy;
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(q->connect_ms ? q->connect_ms : CONNECT_DEFAULT_MS));
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)q->total_ms);
    curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)q->stall_bytes_per_s);
    curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)q->stall_s);
    curl_easy_setopt(e, CURLOPT_BUFFERSIZE, READ_BYTES);
    if (q->offset) {
        char range[32];
        snprintf(range, sizeof(range), "%llu-", (unsigned long long)q->offset);
        curl_easy_setopt(e, CURLOPT_RANGE, range);
    }
}

static int set_up(struct net_transfer *t, const struct net_request *q)
{
    CURL *e = t->easy;
    int r = set_headers(t, q);
    if (r < 0)
        return r;
    if (curl_easy_setopt(e, CURLOPT_URL, q->url) != CURLE_OK)
        return -EINVAL;
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_PRIVATE, t);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->why);
    curl_easy_setopt(e, CURLOPT_USERAGENT, t->net->agent);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, net_receive_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, net_receive_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
    if (q->progress) {
        curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, net_report_progress);
        curl_easy_setopt(e, CURLOPT_XFERINFODATA, t);
    }
    set_body(t, q);
    set_limits(t, q);
    return 0;
}

static struct net_transfer *transfer_create(struct net *n, const struct net_request *q)
{
    struct net_transfer *t = calloc(1, sizeof(*t));
    CURL *easy = curl_easy_init();
    if (!t || !easy) {
        free(t);
        curl_easy_cleanup(easy);
        return NULL;
    }
    t->net = n;
    t->easy = easy;
    t->request = *q;
    t->file = q->file ? *q->file : -1;
    t->body_file = q->body_file ? *q->body_file : -1;
    t->write_at = q->offset;
    t->body_at = q->body_file_offset;
    t->body_end = q->body_file_offset + q->body_file_bytes;
    t->range_from = -1;
    t->answer.body.max = q->max_bytes ? q->max_bytes : BODY_DEFAULT_BYTES;
    return t;
}

int net_start(struct net *n, const struct net_request *q, struct net_transfer **ret,
              struct diag *diag)
{
    if (n->cancelling)
        return diag_set(diag, -ECANCELED, "cancelled");
    struct net_transfer *t = transfer_create(n, q);
    if (!t)
        return diag_set(diag, -ENOMEM, "out of memory");
    int r = set_up(t, q);
    if (r == 0 && curl_multi_add_handle(n->multi, t->easy) != CURLM_OK)
        r = -ENOMEM;
    if (r < 0) {
        transfer_destroy(t);
        return diag_set(diag, r, r == -EINVAL ? "not a URL or header" : "out of memory");
    }
    t->next = n->transfers;
    t->link = &n->transfers;
    if (t->next)
        t->next->link = &t->next;
    n->transfers = t;
    n->running++;
    if (ret)
        *ret = t;
    return 0;
}

static void collect(struct net *n)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(n->multi, &left));) {
        if (m->msg != CURLMSG_DONE)
            continue;
        struct net_transfer *t = NULL;
        CURLcode code = m->data.result; /* m dies with the handle's removal */
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        net_judge(t, code);
        transfer_finish(t);
    }
}

int net_run(struct net *n, int timeout_ms)
{
    n->finished = 0;
    int running;
    if (curl_multi_perform(n->multi, &running) != CURLM_OK)
        return -EIO;
    collect(n);
    if (n->finished)
        return 0;
    timeout_ms = net_limit_wait_ms(n, timeout_ms);
    if (curl_multi_poll(n->multi, NULL, 0, timeout_ms, NULL) != CURLM_OK)
        return -EIO;
    net_limit_resume(n);
    if (curl_multi_perform(n->multi, &running) != CURLM_OK)
        return -EIO;
    collect(n);
    return 0;
}

void net_wake(struct net *n)
{
    curl_multi_wakeup(n->multi);
}
