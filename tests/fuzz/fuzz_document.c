/* Any text as a document: the first byte chooses the type. */
#include "base/diag.h"
#include "content/model/documents.h"
#include "content/model/keyfile.h"
#include "content/model/manifest.h"
#include "content/model/release.h"
#include "content/model/report.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARSE(type)                                                                      \
    static void parse_##type(const char *text, size_t length)                            \
    {                                                                                    \
        struct diag diag = {""};                                                         \
        struct type *document = NULL;                                                    \
        if (type##_parse(text, length, &document, &diag) == 0)                           \
            type##_destroy(document);                                                    \
        else if (!diag.text[0])                                                          \
            abort(); /* refused without a sentence */                                    \
    }

PARSE(root)
PARSE(keyring)
PARSE(areas)
PARSE(placement)
PARSE(release)
PARSE(manifest)
PARSE(report)

static void peek_keyfile(const char *text, size_t length)
{
    struct diag diag = {""};
    struct keyfile about;
    if (keyfile_peek(text, length, &about, &diag) < 0 && !diag.text[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parsers[])(const char *, size_t) = {
        parse_root,    parse_keyring,  parse_areas,  parse_placement,
        parse_release, parse_manifest, parse_report, peek_keyfile,
    };
    if (size == 0)
        return 0;
    size_t which = (size_t)(data[0] - '0') % ARRAY_LENGTH(parsers);
    parsers[which]((const char *)data + 1, size - 1);
    return 0;
}
