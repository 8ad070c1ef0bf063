/* Uploads on their way to being media that may be played. */
#include "content/store/internal.h"

#include <errno.h>

int depot_asset_add(struct depot *d, const struct depot_asset *asset)
{
    struct query q;
    query_begin(&q, d,
                "INSERT INTO assets (id, name, bytes, sha256, state, progress, sentence, "
                "result, created) VALUES (?, ?, ?, ?, 'uploading', 0, '', '', ?)");
    bind_text(&q, asset->id);
    bind_text(&q, asset->name);
    bind_int(&q, asset->bytes);
    bind_text(&q, asset->sha256);
    bind_int(&q, asset->created_ms);
    query_run(&q);
    return query_end(&q);
}

int depot_asset_set(struct depot *d, const char *id, const char *state,
                    int64_t progress_bp, const char *sentence, const char *result)
{
    struct query q;
    query_begin(&q, d,
                "UPDATE assets SET state = ?, progress = ?, sentence = ?, result = ? "
                "WHERE id = ?");
    bind_text(&q, state);
    bind_int(&q, progress_bp);
    bind_text(&q, sentence);
    bind_text(&q, result);
    bind_text(&q, id);
    query_run(&q);
    bool found = query_changes(&q) > 0;
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

#define ASSET_COLUMNS                                                                    \
    "id, name, bytes, sha256, state, progress, sentence, result, created"

static void read_asset(struct query *q, struct depot_asset *ret)
{
    column_text(q, 0, ret->id, sizeof(ret->id));
    column_text(q, 1, ret->name, sizeof(ret->name));
    ret->bytes = column_int(q, 2);
    column_text(q, 3, ret->sha256, sizeof(ret->sha256));
    column_text(q, 4, ret->state, sizeof(ret->state));
    ret->progress_bp = column_int(q, 5);
    column_text(q, 6, ret->sentence, sizeof(ret->sentence));
    column_text(q, 7, ret->result, sizeof(ret->result));
    ret->created_ms = column_int(q, 8);
}

int depot_asset_get(struct depot *d, const char *id, struct depot_asset *ret)
{
    struct query q;
    query_begin(&q, d, "SELECT " ASSET_COLUMNS " FROM assets WHERE id = ?");
    bind_text(&q, id);
    bool found = query_step(&q);
    if (found)
        read_asset(&q, ret);
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_asset_next(struct depot *d, struct depot_asset *ret)
{
    struct query q;
    query_begin(&q, d,
                "SELECT " ASSET_COLUMNS " FROM assets WHERE state IN ('queued', "
                "'working') ORDER BY created, id LIMIT 1");
    bool found = query_step(&q);
    if (found)
        read_asset(&q, ret);
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_assets_visit(struct depot *d, unsigned limit,
                       int (*visit)(void *context, const struct depot_asset *asset),
                       void *context)
{
    struct query q;
    query_begin(&q, d,
                "SELECT " ASSET_COLUMNS " FROM assets ORDER BY created DESC, id LIMIT ?");
    bind_int(&q, limit);
    int r = 0;
    while (r == 0 && query_step(&q)) {
        struct depot_asset asset;
        read_asset(&q, &asset);
        r = visit(context, &asset);
    }
    int error = query_end(&q);
    return error < 0 ? error : r;
}
