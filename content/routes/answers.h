#pragma once
#include "base/attr.h"
#include "base/sha256.h"
#include "content/http/exchange.h"

/* Small things that several groups of routes say in the same way. */

struct diag;

/* What trust said about a document: 422 with its sentence, 409 before there is a root;
 * other errors are given back. */
int answer_refused(struct http_exchange *x, int error, const struct diag *diag);

/* RFC 3339 in UTC, hex; new references. */
json_t *answer_time(int64_t ms);
json_t *answer_name(const struct sha256 *name);

/* An optional time in the query: `fallback` when absent; -EINVAL with the answer given.
 */
MUST_CHECK int query_time(struct http_exchange *x, const char *name, int64_t fallback,
                          int64_t *ret_ms);
