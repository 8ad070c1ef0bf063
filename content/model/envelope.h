#pragma once
#include "content/model/key.h"

#include <stddef.h>

/* DSSE envelopes: bytes that somebody signed. https://github.com/secure-systems-lab/dsse
 */

struct diag;

#define ENVELOPE_BYTES_MAX (1024 * 1024)
#define ENVELOPE_SIGNATURES_MAX 16

enum document_type {
    DOCUMENT_ROOT,
    DOCUMENT_KEYRING,
    DOCUMENT_AREAS,
    DOCUMENT_PLACEMENT,
    DOCUMENT_RELEASE,
    DOCUMENT_MANIFEST,
    DOCUMENT_REPORT,
    DOCUMENT_TYPE_COUNT,
};

const char *document_type_name(enum document_type type); /* "root", ... */
/* -EINVAL when no type has this name. */
MUST_CHECK int document_type_of_name(const char *name, enum document_type *ret);

struct envelope {
    enum document_type type;
    uint8_t *payload; /* owned */
    size_t length;
    size_t signature_count;
    struct {
        struct sha256 key_id;
        uint8_t bytes[64];
    } signatures[ENVELOPE_SIGNATURES_MAX];
};

/* On success *ret is the caller's (envelope_destroy). -EINVAL, -EFBIG with a sentence. */
MUST_CHECK int envelope_parse(const char *text, size_t length, struct envelope **ret,
                              struct diag *diag);
/* An unsigned envelope around a copy of the payload. */
MUST_CHECK int envelope_create(enum document_type type, const char *payload,
                               size_t length, struct envelope **ret);
void envelope_destroy(struct envelope *e); /* accepts NULL */

/* Adds a signature, or replaces the one of the same key. -EOVERFLOW at the maximum. */
MUST_CHECK int envelope_sign(struct envelope *e, const struct secret_key *secret);

/* Adds the signatures of `from` that `e` lacks; -EINVAL unless both hold the same
 * payload. */
MUST_CHECK int envelope_merge(struct envelope *e, const struct envelope *from);

/* Whether this key has signed the payload. */
bool envelope_signed_by(const struct envelope *e, const struct public_key *key);

/* The text whose SHA-256 is the document's name. *ret is the caller's (free). */
MUST_CHECK int envelope_write(const struct envelope *e, char **ret);
