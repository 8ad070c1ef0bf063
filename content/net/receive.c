/* What curl calls while bytes move: headers, body in, body out, progress. */
#include "content/net/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool header_is(const char *data, size_t length, const char *name,
                      const char **value, size_t *value_length)
{
    size_t n = strlen(name);
    if (length <= n || data[n] != ':' || strncasecmp(data, name, n) != 0)
        return false;
    const char *from = data + n + 1, *to = data + length;
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && (to[-1] == '\r' || to[-1] == '\n' || to[-1] == ' '))
        to--;
    *value = from;
    *value_length = (size_t)(to - from);
    return true;
}

static void copy_value(char *to, size_t size, const char *value, size_t length)
{
    /* A value that does not fit is not ours to cut: an ETag must be whole. */
    if (length >= size)
        length = 0;
    memcpy(to, value, length);
    to[length] = '\0';
}

size_t net_receive_header(char *data, size_t size, size_t count, void *context)
{
    struct net_transfer *t = context;
    size_t length = size * count, n;
    const char *value;
    if (length > 5 && memcmp(data, "HTTP/", 5) == 0) {
        /* A new head (after "100 Continue"): what was read belongs to the old one. */
        t->range_from = -1;
        t->head_ended = false;
        t->answer.etag[0] = t->answer.location[0] = '\0';
    } else if (length <= 2 && (data[0] == '\r' || data[0] == '\n')) {
        t->head_ended = true;
    } else if (header_is(data, length, "ETag", &value, &n)) {
        copy_value(t->answer.etag, sizeof(t->answer.etag), value, n);
    } else if (header_is(data, length, "Location", &value, &n)) {
        copy_value(t->answer.location, sizeof(t->answer.location), value, n);
    } else if (header_is(data, length, "Content-Range", &value, &n)) {
        char text[64];
        copy_value(text, sizeof(text), value, n);
        char *end = NULL;
        if (strncasecmp(text, "bytes ", 6) == 0) {
            long long from = strtoll(text + 6, &end, 10);
            t->range_from = end != text + 6 && *end == '-' && from >= 0 ? from : -1;
        }
    }
    return length;
}

static int fail(struct net_transfer *t, int error)
{
    t->error = error;
    return error;
}

/* The answer's head is complete: decide where its body goes. */
static int begin_body(struct net_transfer *t)
{
    t->begun = true;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->answer.status);
    t->to_file = t->file >= 0 && t->answer.status >= 200 && t->answer.status < 300;
    if (!t->to_file)
        return 0;
    if (t->answer.status == 206) {
        if (t->range_from < 0 || (uint64_t)t->range_from != t->write_at) {
            diag_set(&t->answer.diag, 0, "server sent another range than was asked for");
            return fail(t, -EPROTO);
        }
        return 0;
    }
    if (t->write_at == 0)
        return 0;
    t->write_at = 0;
    if (ftruncate(t->file, 0) < 0)
        return fail(t, -errno);
    if (t->request.restarted)
        t->request.restarted(t->request.context);
    return 0;
}

static int write_file(struct net_transfer *t, const char *data, size_t length)
{
    if (t->write_at + length > t->request.file_max) {
        diag_set(&t->answer.diag, 0, "answer is larger than %llu bytes",
                 (unsigned long long)t->request.file_max);
        return fail(t, -EFBIG);
    }
    size_t left = length;
    for (const char *at = data; left > 0;) {
        ssize_t n = pwrite(t->file, at, left, (off_t)t->write_at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(t, -errno);
        at += n;
        left -= (size_t)n;
        t->write_at += (uint64_t)n;
        t->answer.bytes += (uint64_t)n;
    }
    return 0;
}

size_t net_receive_body(char *data, size_t size, size_t count, void *context)
{
    struct net_transfer *t = context;
    size_t length = size * count;
    if (!t->begun && begin_body(t) < 0)
        return 0;
    if (!net_limit_take(t, length))
        return CURL_WRITEFUNC_PAUSE;
    if (!t->to_file) {
        int r = buf_append(&t->answer.body, data, length);
        if (r == -EFBIG)
            diag_set(&t->answer.diag, 0, "answer is larger than %zu bytes",
                     t->answer.body.max);
        return r < 0 ? (fail(t, r), (size_t)0) : length;
    }
    if (write_file(t, data, length) < 0)
        return 0;
    if (t->request.received)
        t->request.received(t->request.context, data, length);
    return length;
}

size_t net_send_body(char *data, size_t size, size_t count, void *context)
{
    struct net_transfer *t = context;
    uint64_t room = size * count, left = t->body_end - t->body_at;
    if (left < room)
        room = left;
    if (room == 0)
        return 0;
    ssize_t n = pread(t->body_file, data, room, (off_t)t->body_at);
    if (n <= 0) {
        diag_set(&t->answer.diag, 0, "cannot read what is to be sent: %s",
                 n < 0 ? strerror(errno) : "it became shorter");
        fail(t, n < 0 ? -errno : -EIO);
        return CURL_READFUNC_ABORT;
    }
    t->body_at += (uint64_t)n;
    return (size_t)n;
}

int net_report_progress(void *context, curl_off_t to_receive, curl_off_t received,
                        curl_off_t to_send, curl_off_t sent)
{
    struct net_transfer *t = context;
    t->request.progress(t->request.context, (uint64_t)sent, (uint64_t)to_send,
                        (uint64_t)received, (uint64_t)to_receive);
    return 0;
}
