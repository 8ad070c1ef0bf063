/* Units: keys that wait, tokens, what they last told, what they played. */
#include "base/timestamp.h"
#include "content/model/report.h"
#include "content/store/internal.h"

#include <errno.h>
#include <string.h>

enum { ENROLMENTS_MOST = 2000 };

int depot_unit_of_token(struct depot *d, const struct sha256 *token, char ret_unit[65])
{
    struct query q;
    query_begin(&q, d, "SELECT unit FROM units WHERE token = ?");
    bind_hash(&q, token);
    bool found = query_step(&q);
    if (found)
        column_text(&q, 0, ret_unit, 65);
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_enrolment_note(struct depot *d, const struct depot_enrolment *e)
{
    struct query q;
    query_begin(&q, d, "SELECT count(*) FROM enrolments WHERE key <> ?");
    bind_text(&q, e->key);
    bool full = query_step(&q) && column_int(&q, 0) >= ENROLMENTS_MOST;
    if (full && q.error == 0)
        q.error = -ENOSPC;
    query_next(&q,
               "INSERT INTO enrolments (key, kind, version, remote, since) VALUES (?, "
               "?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET version = "
               "excluded.version, remote = excluded.remote");
    bind_text(&q, e->key);
    bind_text(&q, e->kind);
    bind_text(&q, e->version);
    bind_text(&q, e->remote);
    bind_int(&q, e->since_ms);
    query_run(&q);
    return query_end(&q);
}

int depot_enrolment_forget(struct depot *d, const char *key)
{
    struct query q;
    query_begin(&q, d, "DELETE FROM enrolments WHERE key = ?");
    bind_text(&q, key);
    query_run(&q);
    bool found = query_changes(&q) > 0;
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_enrolments(struct depot *d, json_t **ret)
{
    struct query q;
    json_t *array = json_array();
    query_begin(
        &q, d, "SELECT key, kind, version, remote, since FROM enrolments ORDER BY since");
    while (query_step(&q)) {
        char since[TIMESTAMP_TEXT_SIZE];
        timestamp_format(column_int(&q, 4), since);
        json_array_append_new(
            array, json_pack("{s:s,s:s,s:s,s:s,s:s}", "key", column_borrow(&q, 0), "kind",
                             column_borrow(&q, 1), "version", column_borrow(&q, 2),
                             "remote", column_borrow(&q, 3), "since", since));
    }
    int r = query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}

int depot_unit_enrolled(struct depot *d, const char *unit, const char *key,
                        const struct sha256 *token, int64_t now_ms)
{
    struct query q;
    query_begin(&q, d, NULL);
    transaction_begin(&q);
    /* A unit with a new key is a new installation: its reports count from 1 again. */
    query_next(&q, "INSERT INTO units (unit, key, token, seen) VALUES (?, ?, ?, ?) ON "
                   "CONFLICT (unit) DO UPDATE SET token = excluded.token, seen = "
                   "excluded.seen, report = CASE WHEN units.key = excluded.key THEN "
                   "units.report ELSE 0 END, key = excluded.key");
    bind_text(&q, unit);
    bind_text(&q, key);
    bind_hash(&q, token);
    bind_int(&q, now_ms);
    query_run(&q);
    query_next(&q, "DELETE FROM enrolments WHERE key = ?");
    bind_text(&q, key);
    query_run(&q);
    transaction_commit(&q);
    return query_end(&q);
}

int depot_unit_seen(struct depot *d, const char *unit, int64_t manifest, int64_t now_ms)
{
    struct query q;
    query_begin(&q, d, "UPDATE units SET seen = ?, manifest = ? WHERE unit = ?");
    bind_int(&q, now_ms);
    bind_int(&q, manifest);
    bind_text(&q, unit);
    query_run(&q);
    return query_end(&q);
}

int depot_unit_get(struct depot *d, const char *unit, struct depot_unit *ret)
{
    struct query q;
    query_begin(&q, d,
                "SELECT unit, seen, manifest, report, health FROM units WHERE unit = ?");
    bind_text(&q, unit);
    bool found = query_step(&q);
    if (found) {
        column_text(&q, 0, ret->unit, sizeof(ret->unit));
        ret->seen_ms = column_int(&q, 1);
        ret->manifest = column_int(&q, 2);
        ret->report = column_int(&q, 3);
        column_text(&q, 4, ret->health, sizeof(ret->health));
    }
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

/* Health as JSON that fits the column's readers: the newest faults first, as they come.
 */
static char *health_text(const struct report *report)
{
    const struct health *h = report->health;
    json_t *faults = json_array();
    for (size_t i = 0; i < h->fault_count && i < 8; i++) {
        char since[TIMESTAMP_TEXT_SIZE];
        timestamp_format(h->faults[i].since_ms, since);
        json_array_append_new(faults, json_pack("{s:s,s:s,s:I}", "what",
                                                h->faults[i].what, "since", since,
                                                "count", (json_int_t)h->faults[i].count));
    }
    json_t *value = json_pack(
        "{s:s,s:I,s:I,s:I,s:s,s:o}", "version", h->version, "uptime_s",
        (json_int_t)h->uptime_s, "manifest", (json_int_t)h->manifest, "disk_free_bytes",
        (json_int_t)h->disk_free_bytes, "clock", report->clock, "faults", faults);
    char *text = json_dumps(value, JSON_COMPACT);
    json_decref(value);
    return text;
}

static void add_plays(struct query *q, const struct report *report)
{
    for (size_t i = 0; i < report->play_count; i++) {
        const struct play *p = &report->plays[i];
        query_next(q,
                   "INSERT INTO plays (unit, report, position, started, ended, planned, "
                   "line, revision, item, media, why, completed, clock, note) VALUES "
                   "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
        bind_text(q, report->unit);
        bind_int(q, report->number);
        bind_int(q, (int64_t)i);
        bind_int(q, p->start_ms);
        bind_int(q, p->end_ms);
        bind_int(q, p->planned_start_ms);
        bind_text(q, p->line);
        bind_int(q, p->revision);
        bind_text(q, p->item);
        bind_text(q, p->sha256);
        bind_text(q, p->why);
        bind_int(q, p->completed);
        bind_text(q, p->clock);
        bind_text(q, p->note);
        query_run(q);
    }
    for (size_t i = 0; i < report->ack_count; i++) {
        query_next(q,
                   "INSERT INTO acknowledgements (unit, document, at) VALUES (?, ?, ?) "
                   "ON CONFLICT DO NOTHING");
        bind_text(q, report->unit);
        bind_hash(q, &report->acks[i].document);
        bind_int(q, report->acks[i].at_ms);
        query_run(q);
    }
}

static void add_report(struct query *q, const struct report *report, int64_t now_ms)
{
    char *health = report->health ? health_text(report) : NULL;
    query_next(q,
               "UPDATE units SET report = ?, seen = ?, health = CASE WHEN ? <> '' THEN "
               "? ELSE health END WHERE unit = ?");
    bind_int(q, report->number);
    bind_int(q, now_ms);
    bind_text(q, health ? health : "");
    bind_text(q, health ? health : "");
    bind_text(q, report->unit);
    query_run(q);
    free(health);
    add_plays(q, report);
    transaction_commit(q);
}

int depot_report_add(struct depot *d, const struct report *report, int64_t now_ms,
                     int64_t *ret_number)
{
    struct query q;
    query_begin(&q, d, NULL);
    transaction_begin(&q);
    query_next(&q, "SELECT report FROM units WHERE unit = ?");
    bind_text(&q, report->unit);
    if (!query_step(&q)) {
        int r = query_end(&q);
        return r < 0 ? r : -ENOENT;
    }
    int64_t last = column_int(&q, 0);
    bool any = last < 0; /* restored: see depot_after_restore */
    int verdict = 0;
    if (!any && report->number <= last)
        verdict = -EEXIST;
    else if (!any && report->number > last + 1)
        verdict = -ERANGE;
    else
        add_report(&q, report, now_ms);
    int r = query_end(&q);
    if (r < 0)
        return r;
    *ret_number = verdict ? last : report->number;
    return verdict;
}

int depot_plays(struct depot *d, const char *unit, int64_t from_ms, int64_t until_ms,
                json_t **ret)
{
    struct query q;
    json_t *array = json_array();
    query_begin(&q, d,
                "SELECT started, ended, planned, line, revision, item, media, why, "
                "completed, clock, note FROM plays WHERE unit = ? AND started >= ? AND "
                "started < ? ORDER BY started");
    bind_text(&q, unit);
    bind_int(&q, from_ms);
    bind_int(&q, until_ms);
    while (query_step(&q)) {
        char times[3][TIMESTAMP_TEXT_SIZE];
        for (int i = 0; i < 3; i++)
            timestamp_format(column_int(&q, i), times[i]);
        json_array_append_new(
            array,
            json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:b,s:s,s:s}", "start", times[0],
                      "end", times[1], "planned_start", times[2], "line",
                      column_borrow(&q, 3), "revision", (json_int_t)column_int(&q, 4),
                      "item", column_borrow(&q, 5), "sha256", column_borrow(&q, 6), "why",
                      column_borrow(&q, 7), "completed", (int)column_int(&q, 8), "clock",
                      column_borrow(&q, 9), "note", column_borrow(&q, 10)));
    }
    int r = query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}
