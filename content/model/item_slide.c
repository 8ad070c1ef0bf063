/* Slides: pages that the unit draws itself. */
#include "base/arena.h"
#include "base/diag.h"
#include "content/model/item.h"

#include <string.h>

static const char *const layouts[] = {"title",   "text", "table", "bar",
                                      "picture", "qr",   NULL};

#define ROWS_MAX 40
#define COLUMNS_MAX 8

static void parse_row(struct json_reader *r, struct arena *a, enum slide_layout layout,
                      size_t columns, struct slide_row *row)
{
    row->highlight = json_read_bool_or(r, "highlight", false);
    if (layout == SLIDE_TABLE) {
        row->cells = texts_parse(r, "cells", a, COLUMNS_MAX, 200);
        if (!r->error && row->cells.count != columns)
            json_reader_fail(r, "cells", "expected %zu, one per column", columns);
    } else {
        row->label = arena_text(a, json_read_text(r, "label", 200));
        row->value = json_read_number(r, "value", 0, 1e12);
    }
}

static void parse_rows(struct json_reader *r, struct arena *a, struct slide *s)
{
    const json_t *array = json_read_array(r, "rows", ROWS_MAX);
    s->row_count = json_array_size(array);
    s->rows = arena_array(a, s->row_count, sizeof(s->rows[0]));
    for (size_t i = 0; s->rows && !r->error && i < s->row_count; i++) {
        struct json_reader one;
        json_reader_element(&one, r, "rows", i, json_array_get(array, i));
        parse_row(&one, a, s->layout, s->columns.count, &s->rows[i]);
        r->error = json_reader_finish(&one);
    }
    if (!r->error && s->row_count == 0)
        json_reader_fail(r, "rows", "empty");
}

static void parse_slide(struct json_reader *r, struct arena *a, struct slide *s)
{
    s->layout = (enum slide_layout)json_read_choice(r, "layout", layouts);
    s->title = arena_text(a, json_read_text(r, "title", 300));
    s->subtitle = arena_text(a, json_read_text_or(r, "subtitle", 300, ""));
    s->source = arena_text(a, json_read_text_or(r, "source", 300, ""));
    s->caption = s->url = s->unit = "";
    switch (s->layout) {
    case SLIDE_TITLE:
        break;
    case SLIDE_TEXT:
        s->paragraphs = texts_parse(r, "paragraphs", a, 12, 1000);
        if (!r->error && s->paragraphs.count == 0)
            json_reader_fail(r, "paragraphs", "missing");
        break;
    case SLIDE_TABLE:
        s->columns = texts_parse(r, "columns", a, COLUMNS_MAX, 100);
        if (!r->error && s->columns.count == 0)
            json_reader_fail(r, "columns", "missing");
        parse_rows(r, a, s);
        break;
    case SLIDE_BAR:
        s->unit = arena_text(a, json_read_text_or(r, "unit", 20, ""));
        parse_rows(r, a, s);
        break;
    case SLIDE_PICTURE:
        asset_parse(r, "asset", a, &s->asset);
        s->caption = arena_text(a, json_read_text_or(r, "caption", 300, ""));
        break;
    case SLIDE_QR:
        s->url = arena_text(a, json_read_text(r, "url", 1000));
        s->caption = arena_text(a, json_read_text_or(r, "caption", 300, ""));
        s->paragraphs = texts_parse(r, "paragraphs", a, 6, 1000);
        break;
    }
}

int slide_parse(const json_t *value, struct arena *a, const struct slide **ret,
                struct diag *diag)
{
    struct json_reader r;
    json_reader_init(&r, value, "slide", diag);
    struct slide *s = arena_alloc(a, sizeof(*s));
    if (s)
        parse_slide(&r, a, s);
    *ret = s;
    int e = json_reader_finish(&r);
    return e < 0 ? e : arena_failed(a);
}

void item_slide_parse(struct json_reader *r, struct arena *a, struct model_item *item)
{
    struct json_reader one;
    json_reader_child(&one, r, "slide", json_read_object(r, "slide"));
    struct slide *s = arena_alloc(a, sizeof(*s));
    if (s)
        parse_slide(&one, a, s);
    int e = json_reader_finish(&one);
    if (e < 0 && !r->error)
        r->error = e;
    if (!r->error && s) {
        item->slide = s;
        item->asset = s->asset;
    }
}
