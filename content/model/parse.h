#pragma once
#include "base/json.h"

/* What every document parser does first and last; for content/model's own files. */

struct arena;

#define ARENA_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct document_parse {
    json_t *value;
    struct arena *arena; /* set to NULL by the parser that keeps it */
    struct json_reader reader;
};

/* Parses the text, makes an arena and reads `type`. document_release also after an error.
 */
MUST_CHECK int document_begin(struct document_parse *p, const char *text, size_t length,
                              const char *type, struct diag *diag);
/* version, issued, expires. */
void document_dates(struct document_parse *p, int64_t *version, int64_t *issued_ms,
                    int64_t *expires_ms);
MUST_CHECK int document_end(struct document_parse *p);
void document_release(struct document_parse *p);
