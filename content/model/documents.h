#pragma once
#include "content/model/key.h"
#include "scheduler/rule.h"
#include "scheduler/zone.h"

#include <stddef.h>

/* The documents of trust, parsed. Each owns all it points to and is freed whole. Parsers
 * check the form only; who signed is the business of content/model/trust.h. Wire formats:
 * docs/documents.md. All parsers: 0, or -EINVAL/-EFBIG with the path of what is wrong. */

struct arena;
struct diag;

struct named_key {
    struct public_key key;
    const char *name;
};

struct root {
    struct arena *arena;
    int64_t version, issued_ms, expires_ms;
    size_t threshold;
    struct named_key *keys, *registrars, *servers;
    size_t key_count, registrar_count, server_count;
};

MUST_CHECK int root_parse(const char *text, size_t length, struct root **ret,
                          struct diag *diag);
void root_destroy(struct root *r);

enum author_state { AUTHOR_ACTIVE, AUTHOR_RETIRED, AUTHOR_COMPROMISED };

struct author {
    struct public_key key;
    const char *person;
    struct text_list kinds, areas;
    enum level level;
    int64_t from_ms, until_ms;
    enum author_state state;
    int64_t since_ms;
    struct sha256 *keep; /* releases that stay in spite of a compromised key */
    size_t keep_count;
};

struct keyring {
    struct arena *arena;
    int64_t version, issued_ms, expires_ms;
    struct author *authors;
    size_t count;
};

MUST_CHECK int keyring_parse(const char *text, size_t length, struct keyring **ret,
                             struct diag *diag);
void keyring_destroy(struct keyring *k);

struct area {
    const char *id, *name, *name_en; /* name_en may be NULL */
    const char *parent;              /* NULL: the top */
    int64_t from_ms, until_ms;
    struct text_list predecessors;
};

struct areas {
    struct arena *arena;
    int64_t version, issued_ms, expires_ms;
    struct zone zone;
    struct area *list;
    size_t count;
};

/* Also refuses loops, unknown parents and ids that appear twice. */
MUST_CHECK int areas_parse(const char *text, size_t length, struct areas **ret,
                           struct diag *diag);
void areas_destroy(struct areas *a);
const struct area *areas_find(const struct areas *a, const char *id); /* NULL: unknown */

#define AREA_PATH_MAX 12
/* From `id` to the top, as long as each is valid at `at_ms`; the number of ids in ret. */
size_t areas_path(const struct areas *a, const char *id, int64_t at_ms,
                  const char *ret[AREA_PATH_MAX]);
/* `id` is `top` or lies under it, now or at any time. */
bool areas_is_under(const struct areas *a, const char *id, const char *top);

struct placed_unit {
    const char *unit, *name, *area, *site;
    struct public_key key;
    enum unit_kind kind;
    struct text_list tags, languages;
    int64_t from_ms, until_ms;
};

struct placement {
    struct arena *arena;
    const char *area;
    int64_t version, issued_ms, expires_ms;
    struct placed_unit *units;
    size_t count;
};

MUST_CHECK int placement_parse(const char *text, size_t length, struct placement **ret,
                               struct diag *diag);
void placement_destroy(struct placement *p);

const char *unit_kind_name(enum unit_kind kind); /* "kiosk", "board", "radio" */
const char *level_name(enum level level);        /* "routine", "priority", "emergency" */
