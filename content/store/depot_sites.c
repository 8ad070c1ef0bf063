/* Sites. */
#include "content/store/depot_internal.h"

#include <errno.h>

int depot_site_put(struct depot *d, const struct depot_site *site)
{
    struct db_query q;
    db_query_begin(
        &q, d->db,
        "INSERT INTO sites (id, name, area, address, contact) VALUES (?, ?, ?, ?, "
        "?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, area = "
        "excluded.area, address = excluded.address, contact = excluded.contact");
    db_bind_text(&q, site->id);
    db_bind_text(&q, site->name);
    db_bind_text(&q, site->area);
    db_bind_text(&q, site->address);
    db_bind_text(&q, site->contact);
    db_query_run(&q);
    return db_query_end(&q);
}

int depot_site_area(struct depot *d, const char *id, char ret[65])
{
    struct db_query q;
    db_query_begin(&q, d->db, "SELECT area FROM sites WHERE id = ?");
    db_bind_text(&q, id);
    bool found = db_query_step(&q);
    if (found)
        db_column_text(&q, 0, ret, 65);
    int r = db_query_end(&q);
    return r < 0 ? r : found ? 0 : -ENOENT;
}

int depot_sites(struct depot *d, json_t **ret)
{
    struct db_query q;
    json_t *array = json_array();
    db_query_begin(&q, d->db,
                   "SELECT id, name, area, address, contact FROM sites ORDER BY id");
    while (db_query_step(&q))
        json_array_append_new(
            array,
            json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", db_column_borrow(&q, 0), "name",
                      db_column_borrow(&q, 1), "area", db_column_borrow(&q, 2), "address",
                      db_column_borrow(&q, 3), "contact", db_column_borrow(&q, 4)));
    int r = db_query_end(&q);
    if (r < 0)
        json_decref(array);
    else
        *ret = array;
    return r;
}
