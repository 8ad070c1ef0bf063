#pragma once
#include "content/model/envelope.h"
#include "scheduler/target.h"

/* Which documents are current for an audience; one signature serves all its units. */

struct arena;
struct diag;

struct manifest_document {
    struct sha256 sha256;
    int64_t bytes;
    enum document_type type;
    const char *inline_text; /* NULL: fetch it as an object */
};

struct manifest {
    struct arena *arena; /* NULL when built by hand for manifest_write */
    int64_t number, issued_ms, expires_ms;
    struct target audience;
    struct manifest_document *documents;
    size_t count;
};

#define MANIFEST_DOCUMENTS_MAX 2000
/* Documents up to this size travel inside. */
#define MANIFEST_INLINE_MAX 8192
#define MANIFEST_BYTES_MAX ENVELOPE_BYTES_MAX

MUST_CHECK int manifest_parse(const char *text, size_t length, struct manifest **ret,
                              struct diag *diag);
void manifest_destroy(struct manifest *m); /* accepts NULL */

/* The payload's JSON text; *ret is the caller's (free). */
MUST_CHECK int manifest_write(const struct manifest *m, char **ret);
