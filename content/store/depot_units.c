/* Units: keys that wait, tokens, what they last told, what they played. */
#include "base/timestamp.h"
#include "content/model/report.h"
#include "content/store/depot_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ENROLMENTS_MOST = 2000 };

int depot_unit_of_token(struct depot *d, const struct sha256 *token, char ret_unit[65])
{
    struct db_query q;
    db_query_begin(&q, d->db, "SELECT unit FROM units WHERE token = ?");
    db_bind_hash(&q, token);
    bool found = db_query_step(&q);
    if (found)
        db_column_text(&q, 0, ret_unit, 65);
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_enrolment_note(struct depot *d, const struct depot_enrolment *e)
{
    struct db_query q;
    db_query_begin(&q, d->db, "SELECT count(*) FROM enrolments WHERE key <> ?");
    db_bind_text(&q, e->key);
    bool full = db_query_step(&q) && db_column_int(&q, 0) >= ENROLMENTS_MOST;
    if (full && q.error == 0)
        q.error = -ENOSPC;
    db_query_next(&q,
                  "INSERT INTO enrolments (key, kind, version, remote, since) VALUES (?, "
                  "?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET version = "
                  "excluded.version, remote = excluded.remote");
    db_bind_text(&q, e->key);
    db_bind_text(&q, e->kind);
    db_bind_text(&q, e->version);
    db_bind_text(&q, e->remote);
    db_bind_int(&q, e->since_ms);
    db_query_run(&q);
    return db_query_end(&q);
}

int depot_enrolment_forget(struct depot *d, const char *key)
{
    struct db_query q;
    db_query_begin(&q, d->db, "DELETE FROM enrolments WHERE key = ?");
    db_bind_text(&q, key);
    db_query_run(&q);
    bool found = db_query_changes(&q) > 0;
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_enrolments(struct depot *d, json_t **ret)
{
    struct db_query q;
    json_t *array = json_array();
    db_query_begin(
        &q, d->db,
        "SELECT key, kind, version, remote, since FROM enrolments ORDER BY since");
    while (db_query_step(&q)) {
        char since[TIMESTAMP_TEXT_SIZE];
        timestamp_format(db_column_int(&q, 4), since);
        json_array_append_new(array, json_pack("{s:s,s:s,s:s,s:s,s:s}", "key",
                                               db_column_borrow(&q, 0), "kind",
                                               db_column_borrow(&q, 1), "version",
                                               db_column_borrow(&q, 2), "remote",
                                               db_column_borrow(&q, 3), "since", since));
    }
    int r = db_query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}

int depot_unit_enrolled(struct depot *d, const char *unit, const char *key,
                        const struct sha256 *token, int64_t now_ms)
{
    struct db_query q;
    db_query_begin(&q, d->db, NULL);
    db_transaction_begin(&q);
    /* A unit with a new key is a new installation: its reports count from 1 again. */
    db_query_next(&q, "INSERT INTO units (unit, key, token, seen) VALUES (?, ?, ?, ?) ON "
                      "CONFLICT (unit) DO UPDATE SET token = excluded.token, seen = "
                      "excluded.seen, report = CASE WHEN units.key = excluded.key THEN "
                      "units.report ELSE 0 END, key = excluded.key");
    db_bind_text(&q, unit);
    db_bind_text(&q, key);
    db_bind_hash(&q, token);
    db_bind_int(&q, now_ms);
    db_query_run(&q);
    db_query_next(&q, "DELETE FROM enrolments WHERE key = ?");
    db_bind_text(&q, key);
    db_query_run(&q);
    db_transaction_commit(&q);
    return db_query_end(&q);
}

int depot_unit_seen(struct depot *d, const char *unit, int64_t manifest, int64_t now_ms)
{
    struct db_query q;
    db_query_begin(&q, d->db, "UPDATE units SET seen = ?, manifest = ? WHERE unit = ?");
    db_bind_int(&q, now_ms);
    db_bind_int(&q, manifest);
    db_bind_text(&q, unit);
    db_query_run(&q);
    return db_query_end(&q);
}

int depot_unit_get(struct depot *d, const char *unit, struct depot_unit *ret)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "SELECT unit, seen, manifest, report, health FROM units WHERE unit = ?");
    db_bind_text(&q, unit);
    bool found = db_query_step(&q);
    if (found) {
        db_column_text(&q, 0, ret->unit, sizeof(ret->unit));
        ret->seen_ms = db_column_int(&q, 1);
        ret->manifest = db_column_int(&q, 2);
        ret->report = db_column_int(&q, 3);
        db_column_text(&q, 4, ret->health, sizeof(ret->health));
    }
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

/* Health as JSON with the first `faults_most` faults. */
static char *health_with(const struct report *report, size_t faults_most)
{
    const struct health *h = report->health;
    json_t *faults = json_array();
    for (size_t i = 0; i < h->fault_count && i < faults_most; i++) {
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

/* As many of the faults, the newest first, as the column's readers have room for. */
static char *health_text(const struct report *report)
{
    size_t most = sizeof(((struct depot_unit *)NULL)->health);
    for (size_t faults = 8;; faults--) {
        char *text = health_with(report, faults);
        if (!text || strlen(text) < most || faults == 0)
            return text;
        free(text);
    }
}

static void add_plays(struct db_query *q, const struct report *report)
{
    for (size_t i = 0; i < report->play_count; i++) {
        const struct play *p = &report->plays[i];
        db_query_next(
            q, "INSERT INTO plays (unit, unit_key, report, position, started, ended, "
               "planned, line, revision, item, media, why, completed, clock, note) "
               "VALUES (?, (SELECT key FROM units WHERE unit = ?), ?, ?, ?, ?, ?, ?, ?, "
               "?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
        db_bind_text(q, report->unit);
        db_bind_text(q, report->unit);
        db_bind_int(q, report->number);
        db_bind_int(q, (int64_t)i);
        db_bind_int(q, p->start_ms);
        db_bind_int(q, p->end_ms);
        db_bind_int(q, p->planned_start_ms);
        db_bind_text(q, p->line);
        db_bind_int(q, p->revision);
        db_bind_text(q, p->item);
        db_bind_text(q, p->sha256);
        db_bind_text(q, p->why);
        db_bind_int(q, p->completed);
        db_bind_text(q, p->clock);
        db_bind_text(q, p->note);
        db_query_run(q);
    }
    for (size_t i = 0; i < report->ack_count; i++) {
        db_query_next(
            q, "INSERT INTO acknowledgements (unit, document, at) VALUES (?, ?, ?) "
               "ON CONFLICT DO NOTHING");
        db_bind_text(q, report->unit);
        db_bind_hash(q, &report->acks[i].document);
        db_bind_int(q, report->acks[i].at_ms);
        db_query_run(q);
    }
}

static void add_report(struct db_query *q, const struct report *report, int64_t now_ms)
{
    char *health = report->health ? health_text(report) : NULL;
    db_query_next(
        q, "UPDATE units SET report = ?, seen = ?, health = CASE WHEN ? <> '' THEN "
           "? ELSE health END WHERE unit = ?");
    db_bind_int(q, report->number);
    db_bind_int(q, now_ms);
    db_bind_text(q, health ? health : "");
    db_bind_text(q, health ? health : "");
    db_bind_text(q, report->unit);
    db_query_run(q);
    free(health);
    add_plays(q, report);
    db_transaction_commit(q);
}

int depot_report_add(struct depot *d, const struct report *report, int64_t now_ms,
                     int64_t *ret_number)
{
    struct db_query q;
    db_query_begin(&q, d->db, NULL);
    db_transaction_begin(&q);
    db_query_next(&q, "SELECT report FROM units WHERE unit = ?");
    db_bind_text(&q, report->unit);
    if (!db_query_step(&q)) {
        int r = db_query_end(&q);
        return r < 0 ? r : -ENOENT;
    }
    int64_t last = db_column_int(&q, 0);
    bool any = last < 0; /* restored: see depot_after_restore */
    int verdict = 0;
    if (!any && report->number <= last)
        verdict = -EEXIST;
    else if (!any && report->number > last + 1)
        verdict = -ERANGE;
    else
        add_report(&q, report, now_ms);
    int r = db_query_end(&q);
    if (r < 0)
        return r;
    *ret_number = verdict ? last : report->number;
    return verdict;
}

int depot_plays(struct depot *d, const char *unit, int64_t from_ms, int64_t until_ms,
                json_t **ret)
{
    struct db_query q;
    json_t *array = json_array();
    db_query_begin(
        &q, d->db,
        "SELECT started, ended, planned, line, revision, item, media, why, "
        "completed, clock, note FROM plays WHERE unit = ? AND started >= ? AND "
        "started < ? ORDER BY started");
    db_bind_text(&q, unit);
    db_bind_int(&q, from_ms);
    db_bind_int(&q, until_ms);
    while (db_query_step(&q)) {
        char times[3][TIMESTAMP_TEXT_SIZE];
        for (int i = 0; i < 3; i++)
            timestamp_format(db_column_int(&q, i), times[i]);
        json_array_append_new(
            array,
            json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:b,s:s,s:s}", "start", times[0],
                      "end", times[1], "planned_start", times[2], "line",
                      db_column_borrow(&q, 3), "revision",
                      (json_int_t)db_column_int(&q, 4), "item", db_column_borrow(&q, 5),
                      "sha256", db_column_borrow(&q, 6), "why", db_column_borrow(&q, 7),
                      "completed", (int)db_column_int(&q, 8), "clock",
                      db_column_borrow(&q, 9), "note", db_column_borrow(&q, 10)));
    }
    int r = db_query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}
