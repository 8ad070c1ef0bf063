/* Kind notices: loans, jobs, training and announcements, each with its own days. */
#include "base/arena.h"
#include "content/model/kind.h"
#include "content/model/notice.h"

#include <string.h>

static void parse(struct json_reader *r, struct release *release)
{
    const json_t *array = json_read_array(r, "notices", NOTICES_MAX);
    bool sample = json_read_bool_or(r, "sample", false);
    size_t count = json_array_size(array);
    struct notice *notices = arena_array(release->arena, count, sizeof(notices[0]));
    for (size_t i = 0; notices && !r->error && i < count; i++) {
        struct json_reader one;
        json_reader_element(&one, r, "notices", i, json_array_get(array, i));
        notice_parse(&one, release->arena, &notices[i]);
        notices[i].sample = sample;
        for (size_t k = 0; !one.error && k < i; k++)
            if (strcmp(notices[k].id, notices[i].id) == 0)
                json_reader_fail(&one, "id", "'%s' is taken by [%zu]", notices[i].id, k);
        kind_reader_done(r, &one);
    }
    release->body.notices.notices = notices;
    release->body.notices.count = count;
}

const struct release_kind kind_notices = {
    .name = "notices",
    .validity_max_days = 400,
    .signatures = {2, 0, 0},
    .shown = true,
    .parse = parse,
};
