/* The chain: every field with its length, so that no two lines have the same bytes. */
#include "content/model/audit.h"

#include "base/buf.h"

#include <string.h>

enum { LINE_MOST = 65536 };

int audit_hash(const struct audit_line *line, const struct sha256 *before,
               struct sha256 *ret)
{
    const char *const fields[] = {line->person, line->token, line->what, line->subject};
    char hex[SHA256_HEX_SIZE];
    struct buf text = BUF_INIT(LINE_MOST);
    sha256_to_hex(before, hex);
    int r = buf_printf(&text, "tramtin-audit-1 %s %lld %lld", hex,
                       (long long)line->number, (long long)line->at_ms);
    for (size_t i = 0; r == 0 && i < ARRAY_LENGTH(fields); i++)
        r = buf_printf(&text, " %zu:%s", strlen(fields[i]), fields[i]);
    if (r == 0)
        sha256_of(text.data, text.length, ret);
    buf_release(&text);
    return r;
}
