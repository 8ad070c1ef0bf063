/* Reads tables in place: cells are parts of one text, ended where they stop. */
#include "base/csv.h"

#include "base/charset.h"
#include "base/diag.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct csv {
    char *text;
    struct csv_row *rows;
    size_t count, room;
};

struct reader {
    char *at, *to; /* what is read next; where the cell's next byte goes */
    size_t line;
    char separator;
    struct diag *diag;
    const char *cells[CSV_CELLS_MAX];
    size_t count;
};

static char separator_of(const char *text)
{
    static const char separators[] = ",;\t";
    size_t line = strcspn(text, "\r\n"), most = 0;
    char best = ',';
    for (const char *s = separators; *s; s++) {
        size_t count = 0;
        for (size_t i = 0; i < line; i++)
            count += text[i] == *s;
        if (count > most) {
            most = count;
            best = *s;
        }
    }
    return best;
}

/* A quoted cell, to its closing quote; two quotes are one. */
static int quoted_read(struct reader *r)
{
    size_t begun = r->line;
    for (r->at++; *r->at; r->at++) {
        if (*r->at == '"' && *++r->at != '"')
            return 0;
        r->line += *r->at == '\n';
        *r->to++ = *r->at;
    }
    return diag_set(r->diag, -EINVAL, "line %zu: a quote is opened and not closed",
                    begun);
}

/* Ends the cell at `to`, without the blanks around it. */
static const char *trimmed(char *cell, char *to)
{
    while (to > cell && strchr(" \t\r\n", to[-1]))
        to--;
    *to = '\0';
    return cell + strspn(cell, " \t\r\n");
}

static bool cell_ends(const struct reader *r)
{
    return !*r->at || *r->at == r->separator || *r->at == '\n' ||
           (*r->at == '\r' && r->at[1] == '\n');
}

static int cell_read(struct reader *r, char *ret_end)
{
    char *cell = r->to = r->at;
    while (*r->at == ' ')
        r->at++;
    if (*r->at == '"') {
        int e = quoted_read(r);
        if (e < 0)
            return e;
        while (*r->at == ' ')
            r->at++;
        if (!cell_ends(r))
            return diag_set(r->diag, -EINVAL,
                            "line %zu: something follows a closing "
                            "quote",
                            r->line);
    }
    while (!cell_ends(r))
        *r->to++ = *r->at++;
    if (*r->at == '\r')
        r->at++;
    *ret_end = *r->at;
    if (*r->at)
        r->at++;
    if (r->count == CSV_CELLS_MAX)
        return diag_set(r->diag, -EFBIG, "line %zu: more than %d columns", r->line,
                        CSV_CELLS_MAX);
    r->cells[r->count++] = trimmed(cell, r->to);
    return 0;
}

static int row_keep(struct csv *c, const struct reader *r, size_t line)
{
    bool content = false;
    for (size_t i = 0; i < r->count; i++)
        content |= *r->cells[i] != '\0';
    if (!content)
        return 0;
    if (c->count == CSV_ROWS_MAX)
        return diag_set(r->diag, -EFBIG, "more than %zu rows", CSV_ROWS_MAX);
    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : 64;
        struct csv_row *rows = reallocarray(c->rows, room, sizeof(*rows));
        if (!rows)
            return -ENOMEM;
        c->rows = rows;
        c->room = room;
    }
    const char **cells = calloc(r->count, sizeof(*cells));
    if (!cells)
        return -ENOMEM;
    memcpy(cells, r->cells, r->count * sizeof(*cells));
    c->rows[c->count++] = (struct csv_row){line, r->count, cells};
    return 0;
}

static int rows_read(struct csv *c, struct diag *diag)
{
    struct reader r = {
        .at = c->text, .line = 1, .separator = separator_of(c->text), .diag = diag};
    while (*r.at) {
        size_t line = r.line;
        char end = 0;
        int e;
        r.count = 0;
        do
            e = cell_read(&r, &end);
        while (e == 0 && end == r.separator);
        r.line++;
        if (e == 0)
            e = row_keep(c, &r, line);
        if (e < 0)
            return e;
    }
    return 0;
}

int csv_parse(const char *bytes, size_t length, struct csv **ret, struct diag *diag)
{
    struct csv *c = calloc(1, sizeof(*c));
    size_t text_length;
    if (!c)
        return diag_set(diag, -ENOMEM, "out of memory");
    int r = charset_to_utf8(bytes, length, &c->text, &text_length, diag);
    if (r == 0)
        r = rows_read(c, diag);
    if (r < 0) {
        csv_destroy(c);
        return r;
    }
    *ret = c;
    return 0;
}

void csv_destroy(struct csv *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        free((void *)(uintptr_t)c->rows[i].cells);
    free(c->rows);
    free(c->text);
    free(c);
}

size_t csv_row_count(const struct csv *c)
{
    return c->count;
}

const struct csv_row *csv_row(const struct csv *c, size_t index)
{
    return &c->rows[index];
}
