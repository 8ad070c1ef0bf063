/* Lists of texts and targets, read into an arena. */
#include "base/arena.h"
#include "base/text.h"
#include "content/model/release.h"

#include <string.h>

struct text_list texts_parse(struct json_reader *r, const char *key, struct arena *a,
                             size_t max_count, size_t max_bytes)
{
    const json_t *array = json_read_array_or_empty(r, key, max_count);
    size_t count = json_array_size(array);
    const char **texts = count ? arena_array(a, count, sizeof(texts[0])) : NULL;
    if (!texts)
        return (struct text_list){0};
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_string(value) || json_string_length(value) > max_bytes) {
            json_reader_fail(r, key, "[%zu]: expected a text of at most %zu bytes", i,
                             max_bytes);
            return (struct text_list){0};
        }
        texts[i] = arena_text(a, json_string_value(value));
    }
    return (struct text_list){texts, count};
}

struct text_list identifiers_parse(struct json_reader *r, const char *key,
                                   struct arena *a, size_t max_count)
{
    struct text_list list = texts_parse(r, key, a, max_count, 64);
    for (size_t i = 0; i < list.count; i++)
        if (!list.texts[i] || !text_is_identifier(list.texts[i])) {
            json_reader_fail(r, key, "[%zu]: expected 1 to 64 of a-z 0-9 - _ .", i);
            return (struct text_list){0};
        }
    return list;
}

static unsigned kinds_parse(struct json_reader *r)
{
    static const char *const names[] = {"kiosk", "board", "radio"};
    const json_t *array = json_read_array_or_empty(r, "kinds", 3);
    unsigned kinds = 0;
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *text = json_string_value(json_array_get(array, i));
        unsigned bit = 0;
        for (size_t k = 0; text && k < ARRAY_LENGTH(names); k++)
            if (strcmp(text, names[k]) == 0)
                bit = 1U << k;
        if (!bit)
            json_reader_fail(r, "kinds", "[%zu]: expected kiosk, board or radio", i);
        kinds |= bit;
    }
    return kinds;
}

void target_parse(struct json_reader *r, const char *key, struct arena *a,
                  struct target *ret)
{
    memset(ret, 0, sizeof(*ret));
    if (!json_reader_has(r, key))
        return;
    struct json_reader t;
    json_reader_child(&t, r, key, json_read_object(r, key));
    ret->areas = identifiers_parse(&t, "areas", a, 200);
    ret->kinds = kinds_parse(&t);
    ret->tags_all = identifiers_parse(&t, "tags_all", a, 20);
    ret->tags_any = identifiers_parse(&t, "tags_any", a, 20);
    ret->languages = identifiers_parse(&t, "languages", a, 20);
    ret->units = identifiers_parse(&t, "units", a, 10000);
    int e = json_reader_finish(&t);
    if (e < 0 && !r->error)
        r->error = e;
}
