/* Items: the common part and the table of types. */
#include "content/model/item.h"

#include "base/arena.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct item_type video = {"video", item_media_parse};
static const struct item_type audio = {"audio", item_media_parse};
static const struct item_type image = {"image", item_media_parse};
static const struct item_type slide = {"slide", item_slide_parse};

const struct item_type *const item_types[] = {&video, &audio, &image, &slide, NULL};

static const struct item_type *find_type(struct json_reader *r)
{
    const char *name = json_read_text(r, "type", 32);
    for (size_t i = 0; item_types[i]; i++)
        if (strcmp(item_types[i]->name, name) == 0)
            return item_types[i];
    json_reader_fail(r, "type", "'%.32s' is not an item type", name);
    return NULL;
}

void asset_parse(struct json_reader *r, const char *key, struct arena *a,
                 struct asset_ref *ret)
{
    struct json_reader asset;
    json_reader_child(&asset, r, key, json_read_object(r, key));
    json_read_hex(&asset, "sha256", ret->sha256.bytes, 32);
    ret->bytes = json_read_int(&asset, "bytes", 1, INT64_C(1) << 40);
    ret->media = arena_text(a, json_read_text(&asset, "media", 64));
    int e = json_reader_finish(&asset);
    if (e < 0 && !r->error)
        r->error = e;
}

/* The type's file reads what is its own. */
void item_media_parse(struct json_reader *r, struct arena *a, struct model_item *item)
{
    asset_parse(r, "asset", a, &item->asset);
}

static void parse_item(struct json_reader *r, struct arena *a, struct model_item *item)
{
    static const char *const resumes[] = {"restart", "resume", "drop", NULL};
    item->type = find_type(r);
    if (!item->type)
        return;
    item->item.id = arena_text(a, json_read_identifier(r, "id"));
    item->item.type = item->type->name;
    item->item.title = arena_text(a, json_read_text_or(r, "title", 300, ""));
    item->item.duration_ms = json_read_int(r, "duration_ms", 1000, 14400000);
    item->item.resume = (enum item_resume)json_read_choice_or(r, "resume", resumes, 0);
    item->gain_db = json_read_number_or(r, "gain_db", -40, 20, 0);
    item->languages = identifiers_parse(r, "languages", a, 10);
    item->item.sha256 = "";
    item->type->parse(r, a, item);
    if (item->asset.bytes) {
        char hex[SHA256_HEX_SIZE];
        sha256_to_hex(&item->asset.sha256, hex);
        item->item.sha256 = arena_text(a, hex);
    }
    item->item.content = item;
}

struct model_item *items_parse(struct json_reader *r, const char *key, size_t max_count,
                               struct arena *a, size_t *ret_count)
{
    const json_t *array = json_read_array(r, key, max_count);
    size_t count = json_array_size(array);
    struct model_item *items = arena_array(a, count, sizeof(items[0]));
    *ret_count = 0;
    for (size_t i = 0; items && !r->error && i < count; i++) {
        struct json_reader one;
        json_reader_element(&one, r, key, i, json_array_get(array, i));
        parse_item(&one, a, &items[i]);
        r->error = json_reader_finish(&one);
        for (size_t k = 0; !r->error && k < i; k++)
            if (strcmp(items[k].item.id, items[i].item.id) == 0)
                json_reader_fail(r, key, "[%zu]: the same id as [%zu]", i, k);
    }
    if (r->error || !items)
        return NULL;
    *ret_count = count;
    return items;
}

const struct item *items_for_plan(struct arena *a, const struct model_item *items,
                                  size_t count)
{
    struct item *list = arena_array(a, count, sizeof(list[0]));
    for (size_t i = 0; list && i < count; i++)
        list[i] = items[i].item;
    return list;
}
