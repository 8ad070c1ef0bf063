/* Reads and makes tables of notices. What a cell says becomes the document's value here;
 * what the value may be is said by the form. */
#include "content/model/notice_table.h"

#include "base/buf.h"
#include "base/csv.h"
#include "base/diag.h"
#include "base/timestamp.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct table {
    const struct notice_form *form;
    const struct notice_field *columns[CSV_CELLS_MAX];
    size_t column_count;
    int64_t today;
    json_t *notices;
    struct buf *faults;
    size_t fault_count;
};

/* ---- one cell ---- */

/* Writes "2026-12-31" for 31/12/2026, 31-12-2026, 31.12.2026 and itself. */
static bool day_convert(const char *text, char ret[16])
{
    int day, month, year, end = 0;
    int64_t found;
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || text[end]) {
        end = 0;
        if (sscanf(text, "%2d%*1[/.-]%2d%*1[/.-]%4d%n", &day, &month, &year, &end) != 3 ||
            text[end])
            return false;
    }
    if (year < 1970 || month < 1 || day < 1)
        return false;
    (void)snprintf(ret, 16, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
    return notice_day_parse(ret, &found) == 0;
}

/* 100000000, 100.000.000, 100 000 000 đ */
static bool figure_convert(const char *text, int64_t *ret)
{
    int64_t value = 0;
    size_t group = 0; /* digits since a separator; counts only after the first one */
    bool grouped = false;
    const char *c = text;
    for (; *c; c++) {
        if (*c >= '0' && *c <= '9') {
            if (value > INT64_MAX / 10 - 1)
                return false;
            value = value * 10 + (*c - '0');
            group++;
        } else if (strchr("., ", *c) && c[1] >= '0' && c[1] <= '9') {
            if (group == 0 || group > 3 || (grouped && group != 3))
                return false;
            grouped = true;
            group = 0;
        } else {
            break;
        }
    }
    if (c == text || (grouped && group != 3))
        return false;
    c += strspn(c, " ");
    if (*c && strcmp(c, "đ") != 0 && strcmp(c, "đồng") != 0)
        return false;
    *ret = value;
    return true;
}

/* "6,6", "6.60 %" */
static bool rate_convert(const char *text, int64_t *ret)
{
    int64_t bp = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9' && bp < 10000; c++)
        bp = bp * 10 + (*c - '0');
    if (c == text)
        return false;
    bp *= 100;
    if (*c == ',' || *c == '.') {
        c++;
        for (int scale = 10; scale > 0; scale /= 10)
            if (*c >= '0' && *c <= '9')
                bp += (*c++ - '0') * scale;
    }
    c += strspn(c, " ");
    c += *c == '%';
    *ret = bp;
    return !*c;
}

static bool flag_convert(const char *text, bool *ret)
{
    static const char *const yes[] = {"có", "Có", "CÓ", "x", "X", "1", "yes", "true"};
    static const char *const no[] = {"không", "Không", "KHÔNG", "0", "no", "false"};
    for (size_t i = 0; i < ARRAY_LENGTH(yes); i++)
        if (strcmp(text, yes[i]) == 0)
            return *ret = true;
    *ret = false;
    for (size_t i = 0; i < ARRAY_LENGTH(no); i++)
        if (strcmp(text, no[i]) == 0)
            return true;
    return false;
}

/* The document's value of a cell that is not empty; NULL with the end of "expected ..."
 * in *ret_fault. */
static json_t *value_of(const struct notice_field *f, const char *text,
                        const char **ret_fault)
{
    char day[16];
    int64_t figure = 0;
    bool flag;
    switch (f->value) {
    case NOTICE_DAY:
        *ret_fault = "a day like 31/12/2026";
        return day_convert(text, day) ? json_string(day) : NULL;
    case NOTICE_FIGURE:
        *ret_fault = "a whole number from 1";
        if (!figure_convert(text, &figure) || figure < 1)
            return NULL;
        *ret_fault = "a smaller number";
        return figure <= f->most ? json_integer(figure) : NULL;
    case NOTICE_RATE:
        *ret_fault = "per cent a year, like 6,6";
        return rate_convert(text, &figure) && figure <= f->most ? json_integer(figure)
                                                                : NULL;
    case NOTICE_FLAG:
        *ret_fault = "có or không";
        return flag_convert(text, &flag) ? json_boolean(flag) : NULL;
    default:
        *ret_fault = notice_text_fault(f, text);
        return *ret_fault ? NULL : json_string(text);
    }
}

/* ---- the table ---- */

static int fault_add(struct table *t, size_t line, const char *column, const char *text,
                     const char *expected)
{
    static const size_t most = 50;
    if (t->fault_count++ >= most)
        return 0;
    if (*text)
        return buf_printf(t->faults, "line %zu, column \"%s\": '%.60s': expected %s\n",
                          line, column, text, expected);
    return buf_printf(t->faults, "line %zu, column \"%s\": expected %s\n", line, column,
                      expected);
}

static const struct notice_field *field_named(const struct notice_form *form,
                                              const char *name)
{
    for (const struct notice_field *const *f = form->fields; *f; f++)
        if (strcasecmp((*f)->label, name) == 0 || strcasecmp((*f)->key, name) == 0)
            return *f;
    return NULL;
}

static bool has_column(const struct table *t, const struct notice_field *f)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i] == f)
            return true;
    return false;
}

/* What may be left to us. */
static bool is_given(const struct notice_field *f)
{
    return strcmp(f->key, "id") == 0 || strcmp(f->key, "from_day") == 0;
}

static int head_read(struct table *t, const struct csv_row *row)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < row->count; i++) {
        const struct notice_field *f = field_named(t->form, row->cells[i]);
        if (!f && *row->cells[i])
            r = fault_add(t, row->line, row->cells[i], "",
                          "a column of this form: `tramtinctl notices template` shows "
                          "them");
        else if (f && has_column(t, f))
            r = fault_add(t, row->line, row->cells[i], "", "each column once");
        t->columns[t->column_count++] = f;
    }
    for (const struct notice_field *const *f = t->form->fields; r == 0 && *f; f++)
        if ((*f)->required && !is_given(*f) && !has_column(t, *f))
            r = fault_add(t, row->line, (*f)->label, "", "a column of this name");
    return r;
}

static int cell_read(struct table *t, const struct csv_row *row, size_t column,
                     json_t *notice)
{
    const struct notice_field *f = t->columns[column];
    const char *fault = NULL, *text = column < row->count ? row->cells[column] : "";
    if (!f)
        return 0;
    if (!*text)
        return f->required && !is_given(f)
                   ? fault_add(t, row->line, f->label, "", "something: it is never empty")
                   : 0;
    json_t *value = value_of(f, text, &fault);
    if (!value)
        return fault_add(t, row->line, f->label, text, fault ? fault : "memory");
    return json_object_set_new(notice, f->key, value) < 0 ? -ENOMEM : 0;
}

static const char *text_at(const json_t *notice, const char *key)
{
    const char *text = json_string_value(json_object_get(notice, key));
    return text ? text : "";
}

/* What a row has without saying so, and what its cells must be to one another. */
static int row_complete(struct table *t, size_t line, json_t *notice)
{
    char id[48], today[16];
    int64_t year;
    int month, day;
    size_t i;
    const json_t *other;
    timestamp_civil_from_days(t->today, &year, &month, &day);
    (void)snprintf(today, sizeof(today), "%04d-%02d-%02d", (int)(year % 10000), month,
                   day);
    (void)snprintf(id, sizeof(id), "%s-%zu", t->form->name, line);
    if ((!json_object_get(notice, "id") &&
         json_object_set_new(notice, "id", json_string(id)) < 0) ||
        (!json_object_get(notice, "from_day") &&
         json_object_set_new(notice, "from_day", json_string(today)) < 0) ||
        json_object_set_new(notice, "type", json_string(t->form->name)) < 0)
        return -ENOMEM;
    const char *until = text_at(notice, "until_day");
    if (*until && strcmp(until, text_at(notice, "from_day")) < 0)
        return fault_add(t, line, "Hết hạn", until, "a day that is not before it begins");
    json_array_foreach(t->notices, i,
                       other) if (strcmp(text_at(other, "id"), text_at(notice, "id")) ==
                                  0) return fault_add(t, line, "Mã",
                                                      text_at(notice, "id"),
                                                      "an id of its own");
    return 0;
}

static int row_read(struct table *t, const struct csv_row *row)
{
    json_t *notice = json_object();
    size_t faults = t->fault_count;
    int r = notice ? 0 : -ENOMEM;
    for (size_t i = t->column_count; r == 0 && i < row->count; i++)
        if (*row->cells[i]) /* separators at the end are common, and nothing */
            r = fault_add(t, row->line, row->cells[i], "",
                          "no more cells than the first line has");
    for (size_t i = 0; r == 0 && i < t->column_count; i++)
        r = cell_read(t, row, i, notice);
    if (r == 0)
        r = row_complete(t, row->line, notice);
    if (r == 0 && t->fault_count == faults)
        return json_array_append_new(t->notices, notice) < 0 ? -ENOMEM : 0;
    json_decref(notice);
    return r;
}

int notice_table_read(const char *bytes, size_t length, enum notice_type type,
                      int64_t today, json_t *notices, struct buf *faults)
{
    struct table t = {.form = &notice_forms[type],
                      .today = today,
                      .notices = notices,
                      .faults = faults};
    CLEANUP(csv_destroyp) struct csv *csv = NULL;
    struct diag diag = {""};
    int r = csv_parse(bytes, length, &csv, &diag);
    if (r < 0) {
        int e = buf_printf(faults, "%s\n", diag_text(&diag));
        return e < 0 ? e : r;
    }
    if (csv_row_count(csv) < 2) {
        r = buf_append_text(faults, "no rows: expected a line of column names and a line "
                                    "for each notice\n");
        return r < 0 ? r : -EINVAL;
    }
    r = head_read(&t, csv_row(csv, 0));
    bool head = t.fault_count == 0; /* otherwise each row would repeat its faults */
    for (size_t i = 1; r == 0 && head && i < csv_row_count(csv); i++)
        r = row_read(&t, csv_row(csv, i));
    return r < 0 ? r : t.fault_count ? -EINVAL : 0;
}

/* ---- templates ---- */

static int cell_write(struct buf *b, const char *text, bool first)
{
    int r = first ? 0 : buf_append_text(b, ",");
    bool quoted = strpbrk(text, ",\"\n") != NULL;
    if (r == 0)
        r = buf_printf(b, "%s%s%s", quoted ? "\"" : "", text, quoted ? "\"" : "");
    return r;
}

int notice_table_template(enum notice_type type, struct buf *ret)
{
    const struct notice_field *const *fields = notice_forms[type].fields;
    /* The mark tells office programs that it is UTF-8. */
    int r = buf_append_text(ret, "\xEF\xBB\xBF");
    for (int example = 0; example < 2; example++) {
        for (size_t i = 0; r == 0 && fields[i]; i++)
            r = cell_write(ret, example ? fields[i]->example : fields[i]->label, i == 0);
        if (r == 0)
            r = buf_append_text(ret, "\r\n");
    }
    return r;
}
