/* What several kinds read alike. */
#include "content/model/kind.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/timestamp.h"
#include "scheduler/recurrence.h"

#include <stdio.h>
#include <string.h>

void kind_reader_done(struct json_reader *parent, struct json_reader *child)
{
    int e = json_reader_finish(child);
    if (e < 0 && !parent->error)
        parent->error = e;
}

/* "2026-01-05" as a local day. */
static bool parse_day(const char *text, int64_t *ret)
{
    char with_time[32];
    int64_t ms;
    if (!text || strlen(text) != 10)
        return false;
    snprintf(with_time, sizeof(with_time), "%sT00:00", text);
    if (timestamp_parse_local(with_time, &ms) < 0)
        return false;
    *ret = ms / MS_PER_DAY;
    return true;
}

void kind_when_parse(struct json_reader *r, struct arena *a, struct recurrence_rule *ret)
{
    const char *start = json_read_text(r, "start", 32);
    if (!r->error && timestamp_parse_local(start, &ret->start_local_ms) < 0)
        json_reader_fail(r, "start", "expected a local time like 2026-01-05T05:00");
    ret->rrule = arena_text(a, json_read_text_or(r, "rrule", 512, ""));
    struct text_list days = texts_parse(r, "exdates", a, 400, 10);
    int64_t *list = arena_array(a, days.count, sizeof(list[0]));
    for (size_t i = 0; list && i < days.count; i++)
        if (!parse_day(days.texts[i], &list[i]))
            json_reader_fail(r, "exdates", "[%zu]: expected a day like 2026-01-05", i);
    ret->except_days = list;
    ret->except_count = days.count;
    if (r->error)
        return;
    struct recurrence *check = NULL;
    struct diag d = {""};
    if (recurrence_create(ret->rrule, ret->start_local_ms, list, days.count, &check, &d) <
        0)
        json_reader_fail(r, "rrule", "%s", diag_text(&d));
    recurrence_destroy(check);
}

struct day_window *kind_windows_parse(struct json_reader *r, const char *key,
                                      struct arena *a, size_t *ret_count)
{
    const json_t *array = json_read_array_or_empty(r, key, 20);
    size_t count = json_array_size(array);
    struct day_window *list = arena_array(a, count, sizeof(list[0]));
    *ret_count = 0;
    for (size_t i = 0; list && !r->error && i < count; i++) {
        struct json_reader one;
        json_reader_element(&one, r, key, i, json_array_get(array, i));
        const char *from = json_read_text(&one, "from", 5);
        const char *until = json_read_text(&one, "until", 5);
        if (!one.error && timestamp_parse_daytime(from, &list[i].from_ms) < 0)
            json_reader_fail(&one, "from", "expected a time like 05:00");
        if (!one.error && timestamp_parse_daytime(until, &list[i].until_ms) < 0)
            json_reader_fail(&one, "until", "expected a time like 21:00");
        kind_reader_done(r, &one);
    }
    if (!r->error)
        *ret_count = count;
    return list;
}
