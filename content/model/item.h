#pragma once
#include "base/json.h"
#include "base/sha256.h"
#include "scheduler/item.h"
#include "scheduler/target.h"

/* One thing to show or say, with all that playing it needs. Types are a table: a new one
 * is one file item_<type>.c and one line in item.c. */

struct arena;
struct model_item;

struct asset_ref {
    struct sha256 sha256;
    int64_t bytes; /* 0: none */
    const char *media;
};

struct item_type {
    const char *name; /* "video" */
    /* Reads the type's own keys. Errors stick in the reader. */
    void (*parse)(struct json_reader *r, struct arena *a, struct model_item *item);
};

extern const struct item_type *const item_types[]; /* NULL-terminated */

struct model_item {
    struct item item; /* item.content points back here */
    const struct item_type *type;
    struct asset_ref asset; /* bytes 0 where there is none */
    double gain_db;
    struct text_list languages;
    const struct slide *slide; /* type slide */
};

/* `count` items from an array field; NULL after an error. */
struct model_item *items_parse(struct json_reader *r, const char *key, size_t max_count,
                               struct arena *a, size_t *ret_count);
/* The scheduler's view of the same items, in the arena. */
const struct item *items_for_plan(struct arena *a, const struct model_item *items,
                                  size_t count);
void asset_parse(struct json_reader *r, const char *key, struct arena *a,
                 struct asset_ref *ret);

enum slide_layout {
    SLIDE_TITLE,
    SLIDE_TEXT,
    SLIDE_TABLE,
    SLIDE_BAR,
    SLIDE_PICTURE,
    SLIDE_QR,
};

struct slide_row {
    struct text_list cells; /* SLIDE_TABLE */
    const char *label;      /* SLIDE_BAR */
    double value;           /* SLIDE_BAR */
    bool highlight;
};

struct slide {
    enum slide_layout layout;
    const char *title, *subtitle, *source; /* "" when absent */
    struct text_list paragraphs;           /* SLIDE_TEXT, SLIDE_QR */
    struct text_list columns;              /* SLIDE_TABLE */
    const char *unit;                      /* SLIDE_BAR: "%" */
    struct slide_row *rows;
    size_t row_count;
    struct asset_ref asset;    /* SLIDE_PICTURE */
    const char *caption, *url; /* SLIDE_PICTURE, SLIDE_QR */
};

void item_media_parse(struct json_reader *r, struct arena *a, struct model_item *item);
void item_slide_parse(struct json_reader *r, struct arena *a, struct model_item *item);
/* A slide alone, for tools that draw one; *ret lives in the arena. */
MUST_CHECK int slide_parse(const json_t *value, struct arena *a, const struct slide **ret,
                           struct diag *diag);
/* Lists of texts, in the arena. */
struct text_list texts_parse(struct json_reader *r, const char *key, struct arena *a,
                             size_t max_count, size_t max_bytes);
struct text_list identifiers_parse(struct json_reader *r, const char *key,
                                   struct arena *a, size_t max_count);
