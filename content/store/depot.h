#pragma once
#include "base/attr.h"
#include "base/sha256.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the server keeps in its database, one function per thing it does. Any thread; each
 * call is one transaction. Errors: negative errno of content/store, -ENOENT where a row
 * was asked for by name. Lists come as JSON arrays, new references. */

struct db_driver;
struct depot;
struct diag;
struct report;

/* The database, see db_open; made and migrated when it is not as this program wants it.
 * *ret is the caller's. */
MUST_CHECK int depot_open(const struct db_driver *driver, const char *where,
                          struct depot **ret, struct diag *diag);
void depot_close(struct depot *d); /* accepts NULL */
/* A consistent copy in a new file, while others go on. -EOPNOTSUPP for PostgreSQL. */
MUST_CHECK int depot_backup(struct depot *d, const char *path, struct diag *diag);
/* Reads all of it: -EBADMSG when it is damaged. */
MUST_CHECK int depot_check(struct depot *d, struct diag *diag);
/* A copy also carries the objects: small ones with their bytes, media by name only. */
struct depot_object {
    struct sha256 name;
    uint64_t bytes;
    const void *data; /* NULL: by name only */
};
MUST_CHECK int depot_object_add(struct depot *d, const struct depot_object *object);
MUST_CHECK int depot_objects_visit(struct depot *d,
                                   int (*visit)(void *context,
                                                const struct depot_object *object),
                                   void *context);
/* A value of the program's own, carried in a copy: its key. */
MUST_CHECK int depot_value_set(struct depot *d, const char *name, const char *value);
MUST_CHECK int depot_value_get(struct depot *d, const char *name, char *ret, size_t size);
/* After a restore: the carried things are forgotten, and since what units sent meanwhile
 * is lost, each may go on with whatever number it has reached. */
MUST_CHECK int depot_after_restore(struct depot *d);

/* ---- who asks ---- */

enum role { ROLE_VIEWER, ROLE_AUTHOR, ROLE_APPROVER, ROLE_ADMINISTRATOR };
enum { PERSON_ROLES_MAX = 32 };
struct grant {
    enum role role;
    char area[65]; /* there and below; "": everywhere */
};
struct person {
    char name[65];
    enum role role; /* the highest */
    struct grant grants[PERSON_ROLES_MAX];
    size_t grant_count;
};

MUST_CHECK int depot_unit_of_token(struct depot *d, const struct sha256 *token,
                                   char ret_unit[65]);
/* Not of one that has expired by `now_ms`. */
MUST_CHECK int depot_person_of_token(struct depot *d, const struct sha256 *token,
                                     int64_t now_ms, struct person *ret);
MUST_CHECK int depot_person_get(struct depot *d, const char *name, struct person *ret);
/* -EEXIST. `roles` is [{"permission", "area"}], at most PERSON_ROLES_MAX; without an area
 * it holds everywhere. */
MUST_CHECK int depot_person_add(struct depot *d, const char *name, const json_t *roles,
                                int64_t now_ms);
MUST_CHECK int depot_person_disable(struct depot *d, const char *name);
MUST_CHECK int depot_person_token_add(struct depot *d, const char *name,
                                      const struct sha256 *token, int64_t now_ms,
                                      int64_t expires_ms); /* 0: never */
/* `id`: the first 16 hex digits of its hash, as the record of writes shows them. */
MUST_CHECK int depot_person_tokens(struct depot *d, const char *name, json_t **ret);
MUST_CHECK int depot_person_token_revoke(struct depot *d, const char *name,
                                         const char *id);
MUST_CHECK int depot_persons(struct depot *d, json_t **ret);

/* ---- documents ---- */

struct depot_document {
    struct sha256 name;
    char type[16];
    int64_t accepted_ms;
};
MUST_CHECK int depot_document_add(struct depot *d, const struct depot_document *document);
/* In the order in which they were accepted. */
MUST_CHECK int depot_documents_visit(struct depot *d,
                                     int (*visit)(void *context,
                                                  const struct depot_document *document),
                                     void *context);

/* ---- releases, also those that wait for a signature ---- */

struct depot_release {
    struct sha256 id;       /* of the payload */
    struct sha256 envelope; /* the object with the signatures so far */
    char line[65], kind[32], level[16], area[65], title[256];
    int64_t revision, created_ms;
    bool published;
};
MUST_CHECK int depot_release_put(struct depot *d, const struct depot_release *release);
MUST_CHECK int depot_release_get(struct depot *d, const struct sha256 *id,
                                 struct depot_release *ret);
/* Newest first; `line` may be NULL. */
MUST_CHECK int depot_releases_visit(struct depot *d, const char *line, unsigned limit,
                                    int (*visit)(void *context,
                                                 const struct depot_release *release),
                                    void *context);

/* ---- units ---- */

struct depot_enrolment {
    char key[65], kind[16], version[64], remote[64];
    int64_t since_ms;
};
/* Again for the same key is success. -ENOSPC when too many wait. */
MUST_CHECK int depot_enrolment_note(struct depot *d, const struct depot_enrolment *e);
MUST_CHECK int depot_enrolment_forget(struct depot *d, const char *key);
MUST_CHECK int depot_enrolments(struct depot *d, json_t **ret);
/* The unit with this key has this token and no other from now on; it waits no more. */
MUST_CHECK int depot_unit_enrolled(struct depot *d, const char *unit, const char *key,
                                   const struct sha256 *token, int64_t now_ms);
MUST_CHECK int depot_unit_seen(struct depot *d, const char *unit, int64_t manifest,
                               int64_t now_ms);
struct depot_unit {
    char unit[65];
    int64_t seen_ms, manifest, report;
    char health[4096]; /* JSON of the last report, "" before it */
};
MUST_CHECK int depot_unit_get(struct depot *d, const char *unit, struct depot_unit *ret);

/* ---- reports ---- */

/* *ret_number is the highest kept. -EEXIST: kept before; -ERANGE: one before it is
 * missing. */
MUST_CHECK int depot_report_add(struct depot *d, const struct report *report,
                                int64_t now_ms, int64_t *ret_number);
MUST_CHECK int depot_plays(struct depot *d, const char *unit, int64_t from_ms,
                           int64_t until_ms, json_t **ret);

/* ---- manifests ---- */

MUST_CHECK int depot_manifest_add(struct depot *d, int64_t number, int64_t issued_ms,
                                  const struct sha256 *content, const struct sha256 *name,
                                  const char *const *units, size_t count);
struct depot_manifest {
    int64_t number, issued_ms;
    struct sha256 content, name;
};
/* The last of each unit; a unit at a time. */
MUST_CHECK int depot_manifests_visit(struct depot *d,
                                     int (*visit)(void *context, const char *unit,
                                                  const struct depot_manifest *manifest),
                                     void *context);
MUST_CHECK int depot_manifests(struct depot *d, unsigned limit, json_t **ret);
/* Forgets those issued before `before_ms` that are no unit's last. */
MUST_CHECK int depot_manifests_forget(struct depot *d, int64_t before_ms,
                                      int64_t *ret_count);
/* The name of every envelope that a row names; some more than once. */
MUST_CHECK int depot_names_visit(struct depot *d,
                                 int (*visit)(void *context, const struct sha256 *name),
                                 void *context);
MUST_CHECK int depot_manifest_get(struct depot *d, int64_t number,
                                  struct depot_manifest *ret);

/* ---- sites: where units stand, for those who drive there ---- */

struct depot_site {
    char id[65], name[256], area[65], address[512], contact[256];
};
MUST_CHECK int depot_site_put(struct depot *d, const struct depot_site *site);
/* -ENOENT. */
MUST_CHECK int depot_site_area(struct depot *d, const char *id, char ret[65]);
MUST_CHECK int depot_sites(struct depot *d, json_t **ret);

/* ---- uploads ---- */

struct depot_asset {
    char id[33], name[256], sha256[65]; /* sha256: what the sender says, or "" */
    int64_t bytes, progress_bp, created_ms;
    char area[65];      /* for whom; "": for everybody */
    char state[16];     /* uploading, queued, working, ready, refused */
    char sentence[512]; /* why it was refused, or what it waits for */
    int64_t attempts;   /* that failed for a fault of the server's */
    char result[4096];  /* JSON object once it is ready, "" before */
};
MUST_CHECK int depot_asset_add(struct depot *d, const struct depot_asset *asset);
MUST_CHECK int depot_asset_set(struct depot *d, const char *id, const char *state,
                               int64_t progress_bp, const char *sentence,
                               const char *result);
MUST_CHECK int depot_asset_get(struct depot *d, const char *id, struct depot_asset *ret);
MUST_CHECK int depot_asset_delete(struct depot *d, const char *id);
/* It stays queued and is not taken up before `due_ms`. */
MUST_CHECK int depot_asset_defer(struct depot *d, const char *id, const char *sentence,
                                 int64_t due_ms);
/* The oldest that is queued and due, or that was worked on when the server ended. */
MUST_CHECK int depot_asset_next(struct depot *d, int64_t now_ms, struct depot_asset *ret);
MUST_CHECK int depot_assets_visit(struct depot *d, unsigned limit,
                                  int (*visit)(void *context,
                                               const struct depot_asset *asset),
                                  void *context);

/* ---- the record of writes: see content/model/audit.h ---- */

MUST_CHECK int depot_audit_add(struct depot *d, int64_t now_ms, const char *person,
                               const struct sha256 *token, const char *what,
                               const char *subject);
/* From the line after number `after` on. */
MUST_CHECK int depot_audit(struct depot *d, int64_t after, unsigned limit, json_t **ret);

/* ---- the rest ---- */

/* Answers a question from the database; *ret_us: how long that took. */
MUST_CHECK int depot_ping(struct depot *d, int64_t *ret_us);
struct depot_figures {
    int64_t units, units_seen, jobs; /* seen: since `since_ms`; jobs: queued or working */
};
MUST_CHECK int depot_figures(struct depot *d, int64_t since_ms,
                             struct depot_figures *ret);
