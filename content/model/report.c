/* Reports: form only. */
#include "content/model/report.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/model/parse.h"

#include <errno.h>
#include <string.h>

static const char *const clocks[] = {"none", "set", "rtc", "ntp", NULL};

static void parse_play(struct json_reader *r, struct arena *a, struct play *p)
{
    p->start_ms = json_read_time(r, "start");
    p->end_ms = json_read_time(r, "end");
    p->planned_start_ms = json_read_time(r, "planned_start");
    p->line = arena_text(a, json_read_text_or(r, "line", 64, ""));
    p->revision = json_read_int_or(r, "revision", 0, INT64_C(1) << 53, 0);
    p->item = arena_text(a, json_read_identifier(r, "item"));
    p->sha256 = arena_text(a, json_read_text_or(r, "sha256", 64, ""));
    p->why = arena_text(a, json_read_text(r, "why", 32));
    p->completed = json_read_bool(r, "completed");
    p->clock = clocks[json_read_choice(r, "clock", clocks)];
    p->note = arena_text(a, json_read_text_or(r, "note", 300, ""));
    if (!r->error && p->end_ms < p->start_ms)
        json_reader_fail(r, "end", "before start");
}

static const struct health *parse_health(struct document_parse *p)
{
    if (!json_reader_has(&p->reader, "health"))
        return NULL;
    struct json_reader r;
    json_reader_child(&r, &p->reader, "health", json_read_object(&p->reader, "health"));
    struct health *h = arena_alloc(p->arena, sizeof(*h));
    if (!h)
        return NULL;
    h->version = arena_text(p->arena, json_read_text(&r, "version", 64));
    h->uptime_s = json_read_int(&r, "uptime_s", 0, INT64_MAX);
    h->manifest = json_read_int(&r, "manifest", 0, INT64_MAX);
    h->disk_free_bytes = json_read_int(&r, "disk_free_bytes", 0, INT64_MAX);
    const json_t *faults = json_read_array_or_empty(&r, "faults", 100);
    struct fault *list = arena_array(p->arena, json_array_size(faults), sizeof(list[0]));
    for (size_t i = 0; list && !r.error && i < json_array_size(faults); i++) {
        struct json_reader one;
        json_reader_element(&one, &r, "faults", i, json_array_get(faults, i));
        list[i].what = arena_text(p->arena, json_read_text(&one, "what", 600));
        list[i].since_ms = json_read_time(&one, "since");
        list[i].count = json_read_int(&one, "count", 1, INT64_MAX);
        r.error = json_reader_finish(&one);
    }
    h->faults = list;
    h->fault_count = json_array_size(faults);
    int e = json_reader_finish(&r);
    if (e < 0 && !p->reader.error)
        p->reader.error = e;
    return h;
}

static void parse_plays(struct document_parse *p, struct report *report)
{
    const json_t *array = json_read_array_or_empty(&p->reader, "plays", REPORT_PLAYS_MAX);
    size_t count = json_array_size(array);
    struct play *plays = arena_array(p->arena, count, sizeof(plays[0]));
    for (size_t i = 0; plays && !p->reader.error && i < count; i++) {
        struct json_reader one;
        json_reader_element(&one, &p->reader, "plays", i, json_array_get(array, i));
        parse_play(&one, p->arena, &plays[i]);
        p->reader.error = json_reader_finish(&one);
    }
    report->plays = plays;
    report->play_count = count;
}

static void parse_acks(struct document_parse *p, struct report *report)
{
    const json_t *array = json_read_array_or_empty(&p->reader, "acks", 2000);
    size_t count = json_array_size(array);
    struct acknowledgement *acks = arena_array(p->arena, count, sizeof(acks[0]));
    for (size_t i = 0; acks && !p->reader.error && i < count; i++) {
        struct json_reader one;
        json_reader_element(&one, &p->reader, "acks", i, json_array_get(array, i));
        json_read_hex(&one, "document", acks[i].document.bytes, 32);
        acks[i].at_ms = json_read_time(&one, "at");
        p->reader.error = json_reader_finish(&one);
    }
    report->acks = acks;
    report->ack_count = count;
}

int report_parse(const char *text, size_t length, struct report **ret, struct diag *diag)
{
    CLEANUP(document_release) struct document_parse p;
    int r = document_begin(&p, text, length, "report", diag);
    if (r < 0)
        return r;
    struct report *report = arena_alloc(p.arena, sizeof(*report));
    if (!report)
        return -ENOMEM;
    report->unit = arena_text(p.arena, json_read_identifier(&p.reader, "unit"));
    report->number = json_read_int(&p.reader, "number", 1, INT64_C(1) << 53);
    report->sent_ms = json_read_time(&p.reader, "sent");
    report->clock = clocks[json_read_choice(&p.reader, "clock", clocks)];
    parse_plays(&p, report);
    report->health = parse_health(&p);
    parse_acks(&p, report);
    r = document_end(&p);
    if (r < 0)
        return r;
    report->arena = p.arena;
    p.arena = NULL;
    *ret = report;
    return 0;
}

void report_destroy(struct report *r)
{
    if (r)
        arena_destroy(r->arena);
}

static json_t *time_value(int64_t ms)
{
    char text[TIMESTAMP_TEXT_SIZE];
    timestamp_format(ms, text);
    return json_string(text);
}

static json_t *write_plays(const struct report *r)
{
    json_t *array = json_array();
    for (size_t i = 0; i < r->play_count; i++) {
        const struct play *p = &r->plays[i];
        json_t *one =
            json_pack("{s:o, s:o, s:o, s:s, s:s, s:b, s:s}", "start",
                      time_value(p->start_ms), "end", time_value(p->end_ms),
                      "planned_start", time_value(p->planned_start_ms), "item", p->item,
                      "why", p->why, "completed", p->completed, "clock", p->clock);
        if (one && p->line[0]) {
            json_object_set_new(one, "line", json_string(p->line));
            json_object_set_new(one, "revision", json_integer(p->revision));
        }
        if (one && p->sha256[0])
            json_object_set_new(one, "sha256", json_string(p->sha256));
        if (one && p->note[0])
            json_object_set_new(one, "note", json_string(p->note));
        json_array_append_new(array, one);
    }
    return array;
}

static json_t *write_health(const struct health *h)
{
    json_t *faults = json_array();
    for (size_t i = 0; i < h->fault_count; i++)
        json_array_append_new(faults,
                              json_pack("{s:s, s:o, s:I}", "what", h->faults[i].what,
                                        "since", time_value(h->faults[i].since_ms),
                                        "count", (json_int_t)h->faults[i].count));
    return json_pack("{s:s, s:I, s:I, s:I, s:o}", "version", h->version, "uptime_s",
                     (json_int_t)h->uptime_s, "manifest", (json_int_t)h->manifest,
                     "disk_free_bytes", (json_int_t)h->disk_free_bytes, "faults", faults);
}

int report_write(const struct report *r, char **ret)
{
    CLEANUP(json_decrefp)
    json_t *value = json_pack("{s:s, s:s, s:I, s:o, s:s}", "type", "report", "unit",
                              r->unit, "number", (json_int_t)r->number, "sent",
                              time_value(r->sent_ms), "clock", r->clock);
    if (!value)
        return -ENOMEM;
    if (r->play_count)
        json_object_set_new(value, "plays", write_plays(r));
    if (r->health)
        json_object_set_new(value, "health", write_health(r->health));
    json_t *acks = r->ack_count ? json_array() : NULL;
    for (size_t i = 0; i < r->ack_count; i++) {
        char hex[SHA256_HEX_SIZE];
        sha256_to_hex(&r->acks[i].document, hex);
        json_array_append_new(acks, json_pack("{s:s, s:o}", "document", hex, "at",
                                              time_value(r->acks[i].at_ms)));
    }
    if (acks)
        json_object_set_new(value, "acks", acks);
    return json_write(value, ret);
}
