#pragma once
#include "base/sha256.h"
#include "content/model/envelope.h"

/* A small world for tests: a root, a registrar, two authors, a server key, areas, one
 * unit, and documents signed by them as a unit would receive them. Aborts on errors: its
 * own. */

#define FIELD_DOCUMENTS 64

struct field {
    struct secret_key root, registrar, author, second, server;
    struct secret_key commune; /* an author for A Lưới's routine timetables only */
    struct sha256 fingerprint; /* of the root's payload */
    struct {
        char *text;
        struct sha256 name;
        enum document_type type;
        bool fetched; /* not inline */
    } documents[FIELD_DOCUMENTS];
    size_t count;
};

/* Root, keyring and areas. */
void field_init(struct field *f);
void field_release(struct field *f);
/* The placement of `unit` under this key. */
void field_place(struct field *f, const struct public_key *unit, const char *id);
/* A timetable that plays `items` (JSON array) all day, with `filler` (JSON array). */
void field_add_timetable(struct field *f, const char *line, int revision,
                         const char *items, const char *filler,
                         const struct secret_key *signer);
/* Any document; `payload` is JSON. */
void field_add(struct field *f, enum document_type type, const char *payload,
               const struct secret_key *signer, const struct secret_key *second);
/* The envelope of a manifest that lists all; the caller's (free). */
char *field_manifest(const struct field *f, int64_t number);
