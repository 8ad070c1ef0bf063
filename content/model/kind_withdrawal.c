/* Kind withdrawal: takes releases back. Its effect is applied by
 * content/model/programme.c. */
#include "base/arena.h"
#include "content/model/kind.h"

static void parse(struct json_reader *r, struct release *release)
{
    const json_t *array = json_read_array(r, "lines", 200);
    size_t count = json_array_size(array);
    struct withdrawn_line *lines = arena_array(release->arena, count, sizeof(lines[0]));
    for (size_t i = 0; lines && !r->error && i < count; i++) {
        struct json_reader one;
        json_reader_element(&one, r, "lines", i, json_array_get(array, i));
        lines[i].line = arena_text(release->arena, json_read_identifier(&one, "line"));
        lines[i].revision = json_read_int(&one, "revision", 1, INT64_C(1) << 53);
        kind_reader_done(r, &one);
    }
    release->body.withdrawal.lines = lines;
    release->body.withdrawal.count = count;
    release->body.withdrawal.cut = json_read_bool_or(r, "cut", false);
}

const struct release_kind kind_withdrawal = {
    .name = "withdrawal",
    .validity_max_days = 1100,
    .signatures = {1, 1, 1},
    .parse = parse,
};
