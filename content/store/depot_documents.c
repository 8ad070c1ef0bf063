/* Documents in the order of their acceptance, releases on their way, manifests. */
#include "base/timestamp.h"
#include "content/store/internal.h"

#include <errno.h>

int depot_document_add(struct depot *d, const struct depot_document *document)
{
    struct query q;
    query_begin(
        &q, d,
        "INSERT INTO documents (name, type, accepted) VALUES (?, ?, ?) ON CONFLICT "
        "(name) DO NOTHING");
    bind_hash(&q, &document->name);
    bind_text(&q, document->type);
    bind_int(&q, document->accepted_ms);
    query_run(&q);
    return query_end(&q);
}

int depot_documents_visit(struct depot *d,
                          int (*visit)(void *context,
                                       const struct depot_document *document),
                          void *context)
{
    struct query q;
    query_begin(&q, d, "SELECT name, type, accepted FROM documents ORDER BY position");
    int r = 0;
    while (r == 0 && query_step(&q)) {
        struct depot_document document;
        column_hash(&q, 0, &document.name);
        column_text(&q, 1, document.type, sizeof(document.type));
        document.accepted_ms = column_int(&q, 2);
        r = visit(context, &document);
    }
    int error = query_end(&q);
    return error < 0 ? error : r;
}

int depot_release_put(struct depot *d, const struct depot_release *release)
{
    struct query q;
    query_begin(&q, d,
                "INSERT INTO releases (id, envelope, line, revision, kind, level, area, "
                "title, created, published) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON "
                "CONFLICT (id) DO UPDATE SET envelope = excluded.envelope, published = "
                "excluded.published");
    bind_hash(&q, &release->id);
    bind_hash(&q, &release->envelope);
    bind_text(&q, release->line);
    bind_int(&q, release->revision);
    bind_text(&q, release->kind);
    bind_text(&q, release->level);
    bind_text(&q, release->area);
    bind_text(&q, release->title);
    bind_int(&q, release->created_ms);
    bind_int(&q, release->published);
    query_run(&q);
    return query_end(&q);
}

#define RELEASE_COLUMNS                                                                  \
    "id, envelope, line, revision, kind, level, area, title, created, published"

static void read_release(struct query *q, struct depot_release *ret)
{
    column_hash(q, 0, &ret->id);
    column_hash(q, 1, &ret->envelope);
    column_text(q, 2, ret->line, sizeof(ret->line));
    ret->revision = column_int(q, 3);
    column_text(q, 4, ret->kind, sizeof(ret->kind));
    column_text(q, 5, ret->level, sizeof(ret->level));
    column_text(q, 6, ret->area, sizeof(ret->area));
    column_text(q, 7, ret->title, sizeof(ret->title));
    ret->created_ms = column_int(q, 8);
    ret->published = column_int(q, 9) != 0;
}

int depot_release_get(struct depot *d, const struct sha256 *id, struct depot_release *ret)
{
    struct query q;
    query_begin(&q, d, "SELECT " RELEASE_COLUMNS " FROM releases WHERE id = ?");
    bind_hash(&q, id);
    bool found = query_step(&q);
    if (found)
        read_release(&q, ret);
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_releases_visit(struct depot *d, const char *line, unsigned limit,
                         int (*visit)(void *context, const struct depot_release *release),
                         void *context)
{
    struct query q;
    query_begin(&q, d,
                line ? "SELECT " RELEASE_COLUMNS " FROM releases WHERE line = ? ORDER BY "
                       "revision DESC, created DESC LIMIT ?"
                     : "SELECT " RELEASE_COLUMNS
                       " FROM releases ORDER BY created DESC, id LIMIT ?");
    if (line)
        bind_text(&q, line);
    bind_int(&q, limit);
    int r = 0;
    while (r == 0 && query_step(&q)) {
        struct depot_release release;
        read_release(&q, &release);
        r = visit(context, &release);
    }
    int error = query_end(&q);
    return error < 0 ? error : r;
}

int depot_manifest_add(struct depot *d, int64_t number, int64_t issued_ms,
                       const struct sha256 *content, const struct sha256 *name,
                       const char *const *units, size_t count)
{
    struct query q;
    query_begin(&q, d, NULL);
    transaction_begin(&q);
    query_next(&q, "INSERT INTO manifests (number, issued, content, name, units) VALUES "
                   "(?, ?, ?, ?, ?)");
    bind_int(&q, number);
    bind_int(&q, issued_ms);
    bind_hash(&q, content);
    bind_hash(&q, name);
    bind_int(&q, (int64_t)count);
    query_run(&q);
    for (size_t i = 0; i < count; i++) {
        query_next(&q, "INSERT INTO unit_manifests (unit, number) VALUES (?, ?) ON "
                       "CONFLICT (unit) DO UPDATE SET number = excluded.number");
        bind_text(&q, units[i]);
        bind_int(&q, number);
        query_run(&q);
    }
    transaction_commit(&q);
    return query_end(&q);
}

static void read_manifest(struct query *q, struct depot_manifest *ret)
{
    ret->number = column_int(q, 0);
    ret->issued_ms = column_int(q, 1);
    column_hash(q, 2, &ret->content);
    column_hash(q, 3, &ret->name);
}

int depot_manifests_visit(struct depot *d,
                          int (*visit)(void *context, const char *unit,
                                       const struct depot_manifest *manifest),
                          void *context)
{
    struct query q;
    query_begin(
        &q, d,
        "SELECT m.number, m.issued, m.content, m.name, u.unit FROM unit_manifests "
        "u JOIN manifests m ON m.number = u.number ORDER BY m.number, u.unit");
    int r = 0;
    while (r == 0 && query_step(&q)) {
        struct depot_manifest manifest;
        char unit[65];
        read_manifest(&q, &manifest);
        column_text(&q, 4, unit, sizeof(unit));
        r = visit(context, unit, &manifest);
    }
    int error = query_end(&q);
    return error < 0 ? error : r;
}

int depot_manifest_get(struct depot *d, int64_t number, struct depot_manifest *ret)
{
    struct query q;
    query_begin(&q, d,
                "SELECT number, issued, content, name FROM manifests WHERE number = ?");
    bind_int(&q, number);
    bool found = query_step(&q);
    if (found)
        read_manifest(&q, ret);
    int r = query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_manifests(struct depot *d, unsigned limit, json_t **ret)
{
    struct query q;
    json_t *array = json_array();
    query_begin(&q, d,
                "SELECT number, issued, name, units FROM manifests ORDER BY number DESC "
                "LIMIT ?");
    bind_int(&q, limit);
    while (query_step(&q)) {
        char issued[TIMESTAMP_TEXT_SIZE];
        timestamp_format(column_int(&q, 1), issued);
        json_array_append_new(array, json_pack("{s:I,s:s,s:s,s:I}", "number",
                                               (json_int_t)column_int(&q, 0), "issued",
                                               issued, "sha256", column_borrow(&q, 2),
                                               "units", (json_int_t)column_int(&q, 3)));
    }
    int r = query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}
