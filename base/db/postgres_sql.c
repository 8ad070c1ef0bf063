/* From the common SQL to PostgreSQL's: one pass, no grammar. */
#include "base/db/postgres_sql.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Past the closing quote; a doubled quote opens the next part. */
static size_t quoted_length(const char *at)
{
    const char *end = strchr(at + 1, *at);
    return end ? (size_t)(end - at) + 1 : strlen(at);
}

static size_t word_length(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    return length;
}

/* Copies what needs no change: how many characters stay together. */
static size_t piece_length(const char *at)
{
    if (*at == '\'' || *at == '"')
        return quoted_length(at);
    if (at[0] == '-' && at[1] == '-')
        return strcspn(at, "\n");
    size_t word = word_length(at);
    return word > 0 ? word : 1;
}

char *postgres_sql(const char *sql)
{
    /* At worst each character is a question mark, and none has more than 5 digits. */
    size_t size = strlen(sql) * 6 + 1, length = 0;
    char *text = malloc(size);
    unsigned number = 0;
    if (!text)
        return NULL;
    while (*sql) {
        size_t piece = piece_length(sql);
        int written = -1;
        if (*sql == '?') {
            piece += strspn(sql + 1, "0123456789");
            written = piece > 1 ? snprintf(text + length, size - length, "$%.*s",
                                           (int)piece - 1, sql + 1)
                                : snprintf(text + length, size - length, "$%u", ++number);
        } else if (piece == 4 && strncasecmp(sql, "BLOB", 4) == 0) {
            written = snprintf(text + length, size - length, "BYTEA");
        } else {
            memcpy(text + length, sql, piece);
            written = (int)piece;
        }
        length += (size_t)written;
        sql += piece;
    }
    text[length] = '\0';
    return text;
}
