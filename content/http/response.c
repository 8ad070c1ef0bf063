/* Building answers. A response of the library belongs to no thread, so workers build it
 * whole and the event thread only queues it. */
#include "base/diag.h"
#include "base/json.h"
#include "content/http/internal.h"
#include "content/http/range.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PARK_MOST_MS = 60000 };

static int answer(struct http_exchange *x, unsigned status, struct MHD_Response *response)
{
    if (!response)
        return -ENOMEM;
    if (x->response)
        MHD_destroy_response(x->response);
    x->response = response;
    x->status = status;
    return 0;
}

int http_respond_header(struct http_exchange *x, const char *name, const char *value)
{
    if (!x->response || MHD_add_response_header(x->response, name, value) != MHD_YES)
        return -ENOMEM;
    return 0;
}

int http_respond_empty(struct http_exchange *x, unsigned status)
{
    return answer(x, status,
                  MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT));
}

int http_respond_bytes(struct http_exchange *x, unsigned status, const char *media,
                       const void *data, size_t length)
{
    int r = answer(x, status,
                   MHD_create_response_from_buffer(length, (void *)(uintptr_t)data,
                                                   MHD_RESPMEM_MUST_COPY));
    if (r == 0)
        r = http_respond_header(x, MHD_HTTP_HEADER_CONTENT_TYPE, media);
    if (r == 0)
        r = http_respond_header(x, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (r == 0) /* nothing we send is for a browser to guess at */
        r = http_respond_header(x, "X-Content-Type-Options", "nosniff");
    return r;
}

static int respond_json(struct http_exchange *x, unsigned status, const char *media,
                        json_t *value)
{
    char *text = NULL;
    int r = value ? json_write(value, &text) : -ENOMEM;
    json_decref(value);
    if (r == 0)
        r = http_respond_bytes(x, status, media, text, strlen(text));
    free(text);
    return r;
}

int http_respond_json(struct http_exchange *x, unsigned status, json_t *value)
{
    return respond_json(x, status, "application/json", value);
}

int http_respond_problem(struct http_exchange *x, unsigned status, const char *format,
                         ...)
{
    char sentence[640];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    json_t *problem = json_pack("{s:s,s:s,s:i,s:s}", "type", "about:blank", "title",
                                MHD_get_reason_phrase_for(status), "status", (int)status,
                                "detail", sentence);
    if (!problem) /* cut within a character */
        problem = json_pack("{s:s,s:i}", "type", "about:blank", "status", (int)status);
    return respond_json(x, status, "application/problem+json", problem);
}

int http_respond_diag(struct http_exchange *x, int error, const struct diag *diag)
{
    return http_respond_problem(x, error == -EFBIG ? 413 : 400, "%s", diag_text(diag));
}

/* Does a list of entity tags hold ours? */
static bool lists_tag(const char *header, const char *tag)
{
    return header && (strcmp(header, "*") == 0 || strstr(header, tag) != NULL);
}

static int answer_part(struct http_exchange *x, int *fd, uint64_t first, uint64_t length,
                       uint64_t size)
{
    char text[96];
    int r = answer(x, 206, MHD_create_response_from_fd_at_offset64(length, *fd, first));
    if (r < 0)
        return r;
    *fd = -1;
    snprintf(text, sizeof(text), "bytes %llu-%llu/%llu", (unsigned long long)first,
             (unsigned long long)(first + length - 1), (unsigned long long)size);
    return http_respond_header(x, MHD_HTTP_HEADER_CONTENT_RANGE, text);
}

static int answer_beyond(struct http_exchange *x, uint64_t size)
{
    char text[48];
    int r = http_respond_problem(x, 416, "the range begins beyond the end (%llu bytes)",
                                 (unsigned long long)size);
    snprintf(text, sizeof(text), "bytes */%llu", (unsigned long long)size);
    return r < 0 ? r : http_respond_header(x, MHD_HTTP_HEADER_CONTENT_RANGE, text);
}

static int answer_whole(struct http_exchange *x, int *fd, uint64_t size)
{
    int r = answer(x, 200, MHD_create_response_from_fd64(size, *fd));
    if (r == 0)
        *fd = -1;
    return r;
}

static int answer_object(struct http_exchange *x, int *fd, uint64_t size, const char *tag)
{
    uint64_t first, length;
    if (lists_tag(http_request_header(x, MHD_HTTP_HEADER_IF_NONE_MATCH), tag))
        return http_respond_empty(x, 304);
    const char *range = http_request_header(x, MHD_HTTP_HEADER_RANGE);
    const char *if_range = http_request_header(x, MHD_HTTP_HEADER_IF_RANGE);
    if (if_range && strcmp(if_range, tag) != 0)
        range = NULL;
    int r = http_range_parse(range, size, &first, &length);
    if (r == -ERANGE)
        return answer_beyond(x, size);
    return r == 0 ? answer_part(x, fd, first, length, size) : answer_whole(x, fd, size);
}

int http_respond_object(struct http_exchange *x, int *fd, const struct sha256 *name,
                        const char *media)
{
    struct stat st;
    char tag[SHA256_HEX_SIZE + 2] = "\"";
    if (fstat(*fd, &st) < 0)
        return -errno;
    sha256_to_hex(name, tag + 1);
    tag[SHA256_HEX_SIZE] = '"';
    tag[SHA256_HEX_SIZE + 1] = '\0';
    int r = answer_object(x, fd, (uint64_t)st.st_size, tag);
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    if (r < 0 || x->status == 416)
        return r;
    r = http_respond_header(x, MHD_HTTP_HEADER_ETAG, tag);
    if (r == 0)
        r = http_respond_header(x, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
    if (r == 0)
        r = http_respond_header(x, MHD_HTTP_HEADER_CACHE_CONTROL,
                                "public, max-age=31536000, immutable");
    if (r == 0 && x->status != 304)
        r = http_respond_header(x, MHD_HTTP_HEADER_CONTENT_TYPE, media);
    return r < 0 ? r : http_respond_header(x, "X-Content-Type-Options", "nosniff");
}

int http_respond_file(struct http_exchange *x, int *fd, const char *media)
{
    struct stat st;
    if (fstat(*fd, &st) < 0)
        return -errno;
    int r = answer_whole(x, fd, (uint64_t)st.st_size);
    if (r == 0)
        r = http_respond_header(x, MHD_HTTP_HEADER_CONTENT_TYPE, media);
    return r < 0 ? r : http_respond_header(x, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

int http_park(struct http_exchange *x, const char *topic, int64_t wait_ms)
{
    x->topic = strdup(topic);
    if (!x->topic)
        return -ENOMEM;
    if (x->park_until_us)
        return 0; /* woken for nothing: the first deadline stands */
    if (wait_ms > PARK_MOST_MS)
        wait_ms = PARK_MOST_MS;
    uint16_t random = 0;
    (void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
    int64_t jitter_us = wait_ms * 100 * random / UINT16_MAX; /* up to a tenth */
    x->park_until_us = http_now_us() + wait_ms * 1000 - jitter_us;
    return 0;
}

int http_accept_file(struct http_exchange *x, int *fd, uint64_t offset, uint64_t limit)
{
    x->upload_fd = *fd;
    x->upload_offset = offset;
    x->upload_limit = limit;
    *fd = -1;
    return 0;
}
