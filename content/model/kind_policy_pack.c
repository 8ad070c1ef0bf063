/* Kind policy_pack: the rules that a kiosk judges a household by. The pack travels as one
 * text, so that it is signed whole and needs no second fetch; what it says is the
 * business of content/policy, which both its author's tool and the kiosk ask. */
#include "base/arena.h"
#include "content/model/kind.h"

/* So that the envelope stays below its megabyte. */
#define TEXT_BYTES_MAX ((size_t)600 * 1024)

static void parse(struct json_reader *r, struct release *release)
{
    const char *text = json_read_text(r, "pack", TEXT_BYTES_MAX);
    if (!r->error && !*text)
        json_reader_fail(r, "pack", "empty");
    release->body.policy_pack.text = arena_text(release->arena, text);
}

const struct release_kind kind_policy_pack = {
    .name = "policy_pack",
    .validity_max_days = 400,
    .signatures = {2, 0, 0},
    .shown = true,
    .parse = parse,
};
