/* Shared phrases of the routes. */
#include "content/routes/answers.h"

#include "base/diag.h"
#include "base/timestamp.h"

#include <errno.h>

int answer_refused(struct http_exchange *x, int error, const struct diag *diag)
{
    switch (error) {
    case -EKEYREJECTED:
    case -ESTALE:
    case -ETIME:
    case -EINVAL:
    case -EFBIG:
        return http_respond_problem(x, 422, "%s", diag_text(diag));
    case -ENOENT:
        return http_respond_problem(x, 409, "%s", diag_text(diag));
    default:
        return error;
    }
}

json_t *answer_time(int64_t ms)
{
    char text[TIMESTAMP_TEXT_SIZE];
    timestamp_format(ms, text);
    return json_string(text);
}

json_t *answer_name(const struct sha256 *name)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(name, hex);
    return json_string(hex);
}

int query_time(struct http_exchange *x, const char *name, int64_t fallback,
               int64_t *ret_ms)
{
    const char *text = http_request_query(x, name);
    int64_t ms = fallback;
    if (text && timestamp_parse(text, &ms) < 0) {
        http_respond_problem(x, 400, "%s: expected a time like 2026-11-23T17:30:00Z",
                             name);
        return -EINVAL;
    }
    *ret_ms = ms;
    return 0;
}
