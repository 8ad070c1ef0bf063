/* What trust must remember beside the documents themselves. */
#include "content/model/trust_internal.h"

#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "base/timestamp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MARKS_MAX 20000

static int remember_line(struct trust *t, const char *line, const char *area,
                         int64_t revision)
{
    for (size_t i = 0; i < t->line_count; i++)
        if (strcmp(t->lines[i].line, line) == 0) {
            if (revision > t->lines[i].revision)
                t->lines[i].revision = revision;
            text_copy(t->lines[i].area, sizeof(t->lines[i].area), area);
            return 0;
        }
    struct line_mark *lines =
        t->line_count < MARKS_MAX
            ? realloc(t->lines, (t->line_count + 1) * sizeof(lines[0]))
            : NULL;
    if (!lines)
        return -ENOMEM;
    t->lines = lines;
    text_copy(lines[t->line_count].line, sizeof(lines[0].line), line);
    text_copy(lines[t->line_count].area, sizeof(lines[0].area), area);
    lines[t->line_count].forgotten = 0;
    lines[t->line_count++].revision = revision;
    return 0;
}

static int remember_withdrawal(struct trust *t, const struct withdrawal_mark *mark)
{
    for (size_t i = 0; i < t->withdrawal_count; i++) {
        const struct withdrawal_mark *w = &t->withdrawals[i];
        if (strcmp(w->line, mark->line) == 0 && w->revision == mark->revision &&
            sha256_equal(&w->document, &mark->document))
            return 0;
    }
    struct withdrawal_mark *list =
        t->withdrawal_count < MARKS_MAX
            ? realloc(t->withdrawals, (t->withdrawal_count + 1) * sizeof(list[0]))
            : NULL;
    if (!list)
        return -ENOMEM;
    t->withdrawals = list;
    list[t->withdrawal_count++] = *mark;
    return 0;
}

void trust_note_forgotten(struct trust *t, const struct release_rule *rule)
{
    for (size_t i = 0; i < t->line_count; i++)
        if (strcmp(t->lines[i].line, rule->line) == 0 &&
            rule->revision > t->lines[i].forgotten)
            t->lines[i].forgotten = rule->revision;
}

int trust_remember(struct trust *t, const struct release *release,
                   const struct sha256 *name)
{
    int r =
        remember_line(t, release->rule.line, release->rule.area, release->rule.revision);
    if (release->kind != &kind_withdrawal)
        return r;
    for (size_t i = 0; r == 0 && i < release->body.withdrawal.count; i++) {
        const struct withdrawn_line *l = &release->body.withdrawal.lines[i];
        struct withdrawal_mark mark = {
            .revision = l->revision,
            .from_ms = release->rule.effective_ms,
            .until_ms = release->rule.valid_until_ms,
            .cut = release->body.withdrawal.cut,
            .document = *name,
        };
        text_copy(mark.area, sizeof(mark.area), release->rule.area);
        text_copy(mark.line, sizeof(mark.line), l->line);
        r = remember_withdrawal(t, &mark);
    }
    return r;
}

static json_t *time_value(int64_t ms)
{
    char text[TIMESTAMP_TEXT_SIZE];
    timestamp_format(ms, text);
    return json_string(text);
}

int trust_state_write(const struct trust *t, char **ret)
{
    json_t *lines = json_array(), *withdrawals = json_array();
    for (size_t i = 0; i < t->line_count; i++)
        json_array_append_new(lines, json_pack("{s:s,s:s,s:I}", "line", t->lines[i].line,
                                               "area", t->lines[i].area, "revision",
                                               (json_int_t)t->lines[i].revision));
    for (size_t i = 0; i < t->withdrawal_count; i++) {
        const struct withdrawal_mark *w = &t->withdrawals[i];
        if (w->until_ms <= t->clock_floor_ms)
            continue; /* has expired: no clock is below the floor */
        char document[SHA256_HEX_SIZE];
        sha256_to_hex(&w->document, document);
        json_array_append_new(withdrawals,
                              json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:b}", "document",
                                        document, "line", w->line, "area", w->area,
                                        "revision", (json_int_t)w->revision, "from",
                                        time_value(w->from_ms), "until",
                                        time_value(w->until_ms), "cut", w->cut));
    }
    CLEANUP(json_decrefp)
    json_t *value = json_pack(
        "{s:I, s:o, s:o, s:o}", "manifest", (json_int_t)t->manifest_number, "clock_floor",
        time_value(t->clock_floor_ms), "lines", lines, "withdrawals", withdrawals);
    return value ? json_write(value, ret) : -ENOMEM;
}

static void read_lines(struct json_reader *r, struct trust *t)
{
    const json_t *array = json_read_array(r, "lines", MARKS_MAX);
    for (size_t i = 0; !r->error && i < json_array_size(array); i++) {
        struct json_reader one;
        json_reader_element(&one, r, "lines", i, json_array_get(array, i));
        const char *line = json_read_identifier(&one, "line");
        const char *area = json_read_identifier(&one, "area");
        int64_t revision = json_read_int(&one, "revision", 1, INT64_MAX);
        r->error = json_reader_finish(&one);
        if (!r->error)
            r->error = remember_line(t, line, area, revision);
    }
}

static void read_withdrawals(struct json_reader *r, struct trust *t)
{
    const json_t *array = json_read_array(r, "withdrawals", MARKS_MAX);
    for (size_t i = 0; !r->error && i < json_array_size(array); i++) {
        struct json_reader one;
        struct withdrawal_mark mark = {0};
        json_reader_element(&one, r, "withdrawals", i, json_array_get(array, i));
        text_copy(mark.line, sizeof(mark.line), json_read_identifier(&one, "line"));
        text_copy(mark.area, sizeof(mark.area), json_read_identifier(&one, "area"));
        json_read_hex(&one, "document", mark.document.bytes, 32);
        mark.revision = json_read_int(&one, "revision", 1, INT64_MAX);
        mark.from_ms = json_read_time(&one, "from");
        mark.until_ms = json_read_time(&one, "until");
        mark.cut = json_read_bool(&one, "cut");
        r->error = json_reader_finish(&one);
        if (!r->error)
            r->error = remember_withdrawal(t, &mark);
    }
}

int trust_state_read(struct trust *t, const char *text, size_t length, struct diag *diag)
{
    static const struct json_limits limits = {
        .bytes = 16 << 20, .depth = 4, .nodes = 400000};
    CLEANUP(json_decrefp) json_t *value = NULL;
    int r = json_parse(text, length, &limits, &value, diag);
    if (r < 0)
        return r;
    struct json_reader reader;
    json_reader_init(&reader, value, "trust state", diag);
    t->manifest_number = json_read_int(&reader, "manifest", 0, INT64_MAX);
    t->clock_floor_ms = json_read_time(&reader, "clock_floor");
    read_lines(&reader, t);
    read_withdrawals(&reader, t);
    return json_reader_finish(&reader);
}
