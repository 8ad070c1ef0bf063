/* Documents in the order of their acceptance, releases on their way, manifests. */
#include "base/timestamp.h"
#include "content/store/depot_internal.h"

#include <errno.h>

int depot_document_add(struct depot *d, const struct depot_document *document)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "INSERT INTO documents (position, name, type, accepted) SELECT "
        "COALESCE(MAX(position), 0) + 1, ?, ?, ? FROM documents WHERE 1 = 1 ON "
        "CONFLICT (name) DO NOTHING");
    db_bind_hash(&q, &document->name);
    db_bind_text(&q, document->type);
    db_bind_int(&q, document->accepted_ms);
    db_query_run(&q);
    return db_query_end(&q);
}

int depot_documents_visit(struct depot *d,
                          int (*visit)(void *context,
                                       const struct depot_document *document),
                          void *context)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "SELECT name, type, accepted FROM documents ORDER BY position");
    int r = 0;
    while (r == 0 && db_query_step(&q)) {
        struct depot_document document;
        db_column_hash(&q, 0, &document.name);
        db_column_text(&q, 1, document.type, sizeof(document.type));
        document.accepted_ms = db_column_int(&q, 2);
        r = visit(context, &document);
    }
    int error = db_query_end(&q);
    return error < 0 ? error : r;
}

int depot_release_put(struct depot *d, const struct depot_release *release)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "INSERT INTO releases (id, envelope, line, revision, kind, level, area, "
        "title, created, published) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON "
        "CONFLICT (id) DO UPDATE SET envelope = excluded.envelope, published = "
        "excluded.published");
    db_bind_hash(&q, &release->id);
    db_bind_hash(&q, &release->envelope);
    db_bind_text(&q, release->line);
    db_bind_int(&q, release->revision);
    db_bind_text(&q, release->kind);
    db_bind_text(&q, release->level);
    db_bind_text(&q, release->area);
    db_bind_text(&q, release->title);
    db_bind_int(&q, release->created_ms);
    db_bind_int(&q, release->published);
    db_query_run(&q);
    return db_query_end(&q);
}

#define RELEASE_COLUMNS                                                                  \
    "id, envelope, line, revision, kind, level, area, title, created, published"

static void read_release(struct db_query *q, struct depot_release *ret)
{
    db_column_hash(q, 0, &ret->id);
    db_column_hash(q, 1, &ret->envelope);
    db_column_text(q, 2, ret->line, sizeof(ret->line));
    ret->revision = db_column_int(q, 3);
    db_column_text(q, 4, ret->kind, sizeof(ret->kind));
    db_column_text(q, 5, ret->level, sizeof(ret->level));
    db_column_text(q, 6, ret->area, sizeof(ret->area));
    db_column_text(q, 7, ret->title, sizeof(ret->title));
    ret->created_ms = db_column_int(q, 8);
    ret->published = db_column_int(q, 9) != 0;
}

int depot_release_get(struct depot *d, const struct sha256 *id, struct depot_release *ret)
{
    struct db_query q;
    db_query_begin(&q, d->db, "SELECT " RELEASE_COLUMNS " FROM releases WHERE id = ?");
    db_bind_hash(&q, id);
    bool found = db_query_step(&q);
    if (found)
        read_release(&q, ret);
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_releases_visit(struct depot *d, const char *line, unsigned limit,
                         int (*visit)(void *context, const struct depot_release *release),
                         void *context)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   line ? "SELECT " RELEASE_COLUMNS
                          " FROM releases WHERE line = ? ORDER BY "
                          "revision DESC, created DESC LIMIT ?"
                        : "SELECT " RELEASE_COLUMNS
                          " FROM releases ORDER BY created DESC, id LIMIT ?");
    if (line)
        db_bind_text(&q, line);
    db_bind_int(&q, limit);
    int r = 0;
    while (r == 0 && db_query_step(&q)) {
        struct depot_release release;
        read_release(&q, &release);
        r = visit(context, &release);
    }
    int error = db_query_end(&q);
    return error < 0 ? error : r;
}

int depot_manifest_add(struct depot *d, int64_t number, int64_t issued_ms,
                       const struct sha256 *content, const struct sha256 *name,
                       const char *const *units, size_t count)
{
    struct db_query q;
    db_query_begin(&q, d->db, NULL);
    db_transaction_begin(&q);
    db_query_next(&q,
                  "INSERT INTO manifests (number, issued, content, name, units) VALUES "
                  "(?, ?, ?, ?, ?)");
    db_bind_int(&q, number);
    db_bind_int(&q, issued_ms);
    db_bind_hash(&q, content);
    db_bind_hash(&q, name);
    db_bind_int(&q, (int64_t)count);
    db_query_run(&q);
    for (size_t i = 0; i < count; i++) {
        db_query_next(&q, "INSERT INTO unit_manifests (unit, number) VALUES (?, ?) ON "
                          "CONFLICT (unit) DO UPDATE SET number = excluded.number");
        db_bind_text(&q, units[i]);
        db_bind_int(&q, number);
        db_query_run(&q);
    }
    db_transaction_commit(&q);
    return db_query_end(&q);
}

static void read_manifest(struct db_query *q, struct depot_manifest *ret)
{
    ret->number = db_column_int(q, 0);
    ret->issued_ms = db_column_int(q, 1);
    db_column_hash(q, 2, &ret->content);
    db_column_hash(q, 3, &ret->name);
}

int depot_manifests_visit(struct depot *d,
                          int (*visit)(void *context, const char *unit,
                                       const struct depot_manifest *manifest),
                          void *context)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "SELECT m.number, m.issued, m.content, m.name, u.unit FROM unit_manifests "
        "u JOIN manifests m ON m.number = u.number ORDER BY m.number, u.unit");
    int r = 0;
    while (r == 0 && db_query_step(&q)) {
        struct depot_manifest manifest;
        char unit[65];
        read_manifest(&q, &manifest);
        db_column_text(&q, 4, unit, sizeof(unit));
        r = visit(context, unit, &manifest);
    }
    int error = db_query_end(&q);
    return error < 0 ? error : r;
}

int depot_manifests_forget(struct depot *d, int64_t before_ms, int64_t *ret_count)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "DELETE FROM manifests WHERE issued < ? AND number NOT IN (SELECT "
                   "number FROM unit_manifests)");
    db_bind_int(&q, before_ms);
    db_query_run(&q);
    *ret_count = db_query_changes(&q);
    return db_query_end(&q);
}

int depot_names_visit(struct depot *d,
                      int (*visit)(void *context, const struct sha256 *name),
                      void *context)
{
    struct db_query q;
    db_query_begin(&q, d->db,
                   "SELECT name FROM documents UNION ALL SELECT envelope FROM releases "
                   "UNION ALL SELECT name FROM manifests");
    int r = 0;
    while (r == 0 && db_query_step(&q)) {
        struct sha256 name;
        db_column_hash(&q, 0, &name);
        r = visit(context, &name);
    }
    int error = db_query_end(&q);
    return error < 0 ? error : r;
}

int depot_manifest_get(struct depot *d, int64_t number, struct depot_manifest *ret)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "SELECT number, issued, content, name FROM manifests WHERE number = ?");
    db_bind_int(&q, number);
    bool found = db_query_step(&q);
    if (found)
        read_manifest(&q, ret);
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_manifests(struct depot *d, unsigned limit, json_t **ret)
{
    struct db_query q;
    json_t *array = json_array();
    db_query_begin(
        &q, d->db,
        "SELECT number, issued, name, units FROM manifests ORDER BY number DESC "
        "LIMIT ?");
    db_bind_int(&q, limit);
    while (db_query_step(&q)) {
        char issued[TIMESTAMP_TEXT_SIZE];
        timestamp_format(db_column_int(&q, 1), issued);
        json_array_append_new(array,
                              json_pack("{s:I,s:s,s:s,s:I}", "number",
                                        (json_int_t)db_column_int(&q, 0), "issued",
                                        issued, "sha256", db_column_borrow(&q, 2),
                                        "units", (json_int_t)db_column_int(&q, 3)));
    }
    int r = db_query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}
