/* Who asks, and may they. Tokens are 256 random bits; the database holds their hash only,
 * so whoever reads it cannot ask in anybody's name. */
#include "base/clock.h"
#include "base/text.h"
#include "content/model/key.h"
#include "content/routes/routes.h"
#include "content/store/depot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static int refuse(struct http_exchange *x, unsigned status, const char *sentence)
{
    http_respond_problem(x, status, "%s", sentence);
    if (status == 401)
        http_respond_header(x, "WWW-Authenticate", "Bearer");
    return -EACCES;
}

static int authorise_unit(struct http_exchange *x, const struct sha256 *token)
{
    struct routes_context *c = http_request_context(x);
    struct principal *p = calloc(1, sizeof(*p));
    if (!p)
        return -ENOMEM;
    int r = depot_unit_of_token(c->depot, token, p->unit);
    if (r < 0) {
        free(p);
        return r == -ENOENT ? refuse(x, 401, "this token is no unit's; enrol again") : r;
    }
    http_request_set_principal(x, p, free);
    return 0;
}

/* Who is about to write what; what is not recorded does not happen. */
static int record(struct http_exchange *x, const struct person *person,
                  const struct sha256 *token)
{
    struct routes_context *c = http_request_context(x);
    const struct http_route *route = http_request_route(x);
    const char *open = strchr(route->path, '{');
    char what[HTTP_PATH_MAX + 16], name[64];
    const char *subject = NULL;
    if (route->method == HTTP_GET)
        return 0;
    if (open) {
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(open + 1, "}"), open + 1);
        subject = http_request_param(x, name);
    }
    snprintf(what, sizeof(what), "%s %s", http_method_name(route->method), route->path);
    return depot_audit_add(c->depot, clock_wall_ms(c->clock), person->name, token, what,
                           subject ? subject : "");
}

static int authorise_person(struct http_exchange *x, const struct sha256 *token,
                            enum permission needed)
{
    struct routes_context *c = http_request_context(x);
    struct principal *p = calloc(1, sizeof(*p));
    if (!p)
        return -ENOMEM;
    int r = depot_person_of_token(c->depot, token, clock_wall_ms(c->clock), &p->person);
    if (r == 0) {
        http_request_set_principal(x, p, free);
        if (permission_of_role(p->person.role) < needed)
            return refuse(x, 403, "your role does not allow this");
        r = access_judge(x);
        return r == 0 ? record(x, &p->person, token) : r;
    }
    free(p);
    return r == -ENOENT ? refuse(x, 401, "this token is not known") : r;
}

int routes_authorise(struct http_exchange *x)
{
    enum permission needed = (enum permission)http_request_route(x)->permission;
    struct sha256 hash;
    if (needed == PERMISSION_NONE)
        return 0;
    const char *token = http_request_bearer(x);
    if (!token)
        return refuse(x, 401, "a token is needed: Authorization: Bearer TOKEN");
    sha256_of(token, strlen(token), &hash);
    return needed == PERMISSION_UNIT ? authorise_unit(x, &hash)
                                     : authorise_person(x, &hash, needed);
}

int routes_token_create(char ret[ROUTES_TOKEN_SIZE], struct sha256 *ret_hash)
{
    uint8_t bytes[32];
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        return -EIO;
    text_from_hex_bytes(bytes, sizeof(bytes), ret);
    key_wipe(bytes, sizeof(bytes));
    sha256_of(ret, strlen(ret), ret_hash);
    return 0;
}
