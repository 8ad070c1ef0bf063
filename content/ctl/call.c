/* Calls to the server. */
#include "content/ctl/ctl.h"

#include "base/text.h"
#include "base/version.h"
#include "content/net/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The server's own sentence, if it sent one. */
static void say(const struct net_answer *a, const char *path)
{
    struct diag d;
    json_t *problem = NULL;
    if (a->body.data && json_parse(a->body.data, a->body.length, &json_limits_document,
                                   &problem, &d) == 0) {
        const char *detail = json_string_value(json_object_get(problem, "detail"));
        if (detail) {
            ctl_fail(0, "%s", detail);
            json_decref(problem);
            return;
        }
        json_decref(problem);
    }
    if (a->status)
        ctl_fail(0, "%s: %s", path, diag_text(&a->diag));
    else
        ctl_fail(0, "cannot reach the server, is --server right and is it running? %s",
                 diag_text(&a->diag));
}

static int call(const struct ctl *c, const char *method, const char *path,
                const char *body, struct net_answer *answer)
{
    if (!c->v.server)
        return ctl_fail(CTL_USAGE, "--server: which server? (or set TRAMTIN_SERVER)");
    char url[1024];
    snprintf(url, sizeof(url), "%s%s", c->v.server, path);
    struct net_request request = {.method = method,
                                  .url = url,
                                  .bearer = c->v.token,
                                  .body = body,
                                  .body_length = body ? strlen(body) : 0,
                                  .max_bytes = 64 << 20,
                                  .stall_bytes_per_s = 1,
                                  .stall_s = 60};
    char agent[64];
    snprintf(agent, sizeof(agent), "tramtinctl/%s", version_text());
    int r = net_fetch(&request, agent, answer);
    if (r == 0)
        return 0;
    say(answer, path);
    return answer->status ? CTL_REFUSED : CTL_UNREACHABLE;
}

int ctl_call_text(const struct ctl *c, const char *method, const char *path,
                  const char *body, json_t **ret)
{
    static const struct json_limits limits = {
        .bytes = 64 << 20, .depth = 20, .nodes = 8 << 20};
    struct net_answer answer = {0};
    struct diag d = {""};
    int code = call(c, method, path, body, &answer);
    *ret = NULL;
    if (code == 0 && answer.body.length &&
        json_parse(answer.body.data, answer.body.length, &limits, ret, &d) < 0)
        code =
            ctl_fail(CTL_UNREACHABLE, "the server answered no JSON: %s", diag_text(&d));
    buf_release(&answer.body);
    return code;
}

int ctl_call(const struct ctl *c, const char *method, const char *path,
             const json_t *body, json_t **ret)
{
    CLEANUP(text_free) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    return ctl_call_text(c, method, path, text, ret);
}

int ctl_fetch_envelope(const struct ctl *c, const char *sha256, struct envelope **ret)
{
    char path[128];
    struct sha256 want, got;
    struct net_answer answer = {0};
    struct diag d = {""};
    if (sha256_from_hex(sha256, &want) < 0)
        return ctl_fail(CTL_UNREACHABLE, "the server named no document");
    snprintf(path, sizeof(path), "/objects/%s", sha256);
    int code = call(c, "GET", path, NULL, &answer);
    if (code == 0) {
        sha256_of(answer.body.data, answer.body.length, &got);
        if (!sha256_equal(&want, &got))
            code = ctl_fail(CTL_REFUSED, "the server sent other bytes than '%s'", sha256);
        else if (envelope_parse(answer.body.data, answer.body.length, ret, &d) < 0)
            code = ctl_fail(CTL_REFUSED, "%s", diag_text(&d));
    }
    buf_release(&answer.body);
    return code;
}
