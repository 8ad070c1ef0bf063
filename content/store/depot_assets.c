/* Uploads on their way to being media that may be played. */
#include "content/store/depot_internal.h"

#include <errno.h>

int depot_asset_add(struct depot *d, const struct depot_asset *asset)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "INSERT INTO assets (id, name, bytes, sha256, state, progress, sentence, "
        "result, created, area) VALUES (?, ?, ?, ?, 'uploading', 0, '', '', ?, ?)");
    db_bind_text(&q, asset->id);
    db_bind_text(&q, asset->name);
    db_bind_int(&q, asset->bytes);
    db_bind_text(&q, asset->sha256);
    db_bind_int(&q, asset->created_ms);
    db_bind_text(&q, asset->area);
    db_query_run(&q);
    return db_query_end(&q);
}

int depot_asset_set(struct depot *d, const char *id, const char *state,
                    int64_t progress_bp, const char *sentence, const char *result)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "UPDATE assets SET state = ?, progress = ?, sentence = ?, result = ? "
                   "WHERE id = ?");
    db_bind_text(&q, state);
    db_bind_int(&q, progress_bp);
    db_bind_text(&q, sentence);
    db_bind_text(&q, result);
    db_bind_text(&q, id);
    db_query_run(&q);
    bool found = db_query_changes(&q) > 0;
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

#define ASSET_COLUMNS                                                                    \
    "id, name, bytes, sha256, state, progress, sentence, result, created, area, "        \
    "attempts"

static void read_asset(struct db_query *q, struct depot_asset *ret)
{
    db_column_text(q, 0, ret->id, sizeof(ret->id));
    db_column_text(q, 1, ret->name, sizeof(ret->name));
    ret->bytes = db_column_int(q, 2);
    db_column_text(q, 3, ret->sha256, sizeof(ret->sha256));
    db_column_text(q, 4, ret->state, sizeof(ret->state));
    ret->progress_bp = db_column_int(q, 5);
    db_column_text(q, 6, ret->sentence, sizeof(ret->sentence));
    db_column_text(q, 7, ret->result, sizeof(ret->result));
    ret->created_ms = db_column_int(q, 8);
    db_column_text(q, 9, ret->area, sizeof(ret->area));
    ret->attempts = db_column_int(q, 10);
}

int depot_asset_get(struct depot *d, const char *id, struct depot_asset *ret)
{
    struct db_query q;
    db_query_begin(&q, d->db, "SELECT " ASSET_COLUMNS " FROM assets WHERE id = ?");
    db_bind_text(&q, id);
    bool found = db_query_step(&q);
    if (found)
        read_asset(&q, ret);
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_asset_delete(struct depot *d, const char *id)
{
    struct db_query q;
    db_query_begin(&q, d->db, "DELETE FROM assets WHERE id = ?");
    db_bind_text(&q, id);
    db_query_run(&q);
    bool found = db_query_changes(&q) > 0;
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_asset_defer(struct depot *d, const char *id, const char *sentence,
                      int64_t due_ms)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "UPDATE assets SET state = 'queued', progress = 0, sentence = ?, due = "
        "?, attempts = attempts + 1 WHERE id = ?");
    db_bind_text(&q, sentence);
    db_bind_int(&q, due_ms);
    db_bind_text(&q, id);
    db_query_run(&q);
    bool found = db_query_changes(&q) > 0;
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_asset_next(struct depot *d, int64_t now_ms, struct depot_asset *ret)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "SELECT " ASSET_COLUMNS " FROM assets WHERE state IN ('queued', "
                   "'working') AND due <= ? ORDER BY created, id LIMIT 1");
    db_bind_int(&q, now_ms);
    bool found = db_query_step(&q);
    if (found)
        read_asset(&q, ret);
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_assets_visit(struct depot *d, unsigned limit,
                       int (*visit)(void *context, const struct depot_asset *asset),
                       void *context)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "SELECT " ASSET_COLUMNS
                   " FROM assets ORDER BY created DESC, id LIMIT ?");
    db_bind_int(&q, limit);
    int r = 0;
    while (r == 0 && db_query_step(&q)) {
        struct depot_asset asset;
        read_asset(&q, &asset);
        r = visit(context, &asset);
    }
    int error = db_query_end(&q);
    return error < 0 ? error : r;
}
