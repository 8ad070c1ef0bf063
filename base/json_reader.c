/* Reading objects field by field, with the path of what is wrong. Pure. */
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "base/timestamp.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void json_reader_init(struct json_reader *r, const json_t *value, const char *path,
                      struct diag *diag)
{
    memset(r, 0, sizeof(*r));
    r->object = value;
    r->diag = diag;
    text_copy(r->path, sizeof(r->path), path);
    if (!json_is_object(value))
        r->error = diag_set(diag, -EINVAL, "%s: expected an object", r->path);
}

int json_reader_finish(struct json_reader *r)
{
    if (r->error)
        return r->error;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)r->object, key, value)
    {
        unsigned i = 0;
        while (i < r->used && strcmp(r->keys[i], key) != 0)
            i++;
        if (i == r->used) {
            r->error = diag_set(r->diag, -EINVAL, "%s.%.64s: unknown key", r->path, key);
            return r->error;
        }
    }
    return 0;
}

int json_reader_fail(struct json_reader *r, const char *key, const char *format, ...)
{
    if (r->error)
        return r->error;
    char sentence[256];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof(sentence), format, args);
    va_end(args);
    r->error = diag_set(r->diag, -EINVAL, "%s.%s: %s", r->path, key, sentence);
    return r->error;
}

/* The value of `key`, remembered as known; NULL when absent or after an error. */
static const json_t *lookup(struct json_reader *r, const char *key)
{
    if (r->error)
        return NULL;
    unsigned i = 0;
    while (i < r->used && strcmp(r->keys[i], key) != 0)
        i++;
    if (i == r->used) {
        if (r->used == JSON_READER_KEYS) {
            r->error = diag_set(r->diag, -EOVERFLOW, "%s: too many keys", r->path);
            return NULL;
        }
        r->keys[r->used++] = key;
    }
    return json_object_get(r->object, key);
}

static const json_t *required(struct json_reader *r, const char *key)
{
    const json_t *value = lookup(r, key);
    if (!value)
        json_reader_fail(r, key, "missing");
    return value;
}

bool json_reader_has(struct json_reader *r, const char *key)
{
    return lookup(r, key) != NULL;
}

static const char *as_text(struct json_reader *r, const char *key, const json_t *value,
                           size_t max_bytes)
{
    if (!json_is_string(value)) {
        json_reader_fail(r, key, "expected a text");
        return "";
    }
    if (json_string_length(value) > max_bytes) {
        json_reader_fail(r, key, "longer than %zu bytes", max_bytes);
        return "";
    }
    return json_string_value(value);
}

static int64_t as_int(struct json_reader *r, const char *key, const json_t *value,
                      int64_t min, int64_t max)
{
    if (!json_is_integer(value) || json_integer_value(value) < min ||
        json_integer_value(value) > max) {
        json_reader_fail(r, key, "expected an integer from %lld to %lld", (long long)min,
                         (long long)max);
        return min;
    }
    return json_integer_value(value);
}

static double as_number(struct json_reader *r, const char *key, const json_t *value,
                        double min, double max)
{
    double number = json_number_value(value);
    if (!json_is_number(value) || !isfinite(number) || number < min || number > max) {
        json_reader_fail(r, key, "expected a number from %g to %g", min, max);
        return min;
    }
    return number;
}

static bool as_bool(struct json_reader *r, const char *key, const json_t *value)
{
    if (!json_is_boolean(value))
        json_reader_fail(r, key, "expected true or false");
    return json_is_true(value);
}

static int64_t as_time(struct json_reader *r, const char *key, const json_t *value)
{
    int64_t ms = 0;
    if (!json_is_string(value) || timestamp_parse(json_string_value(value), &ms) < 0)
        json_reader_fail(r, key, "expected a time like 2026-11-23T17:30:00+07:00");
    return ms;
}

static int as_choice(struct json_reader *r, const char *key, const json_t *value,
                     const char *const *names)
{
    char all[160] = "";
    size_t n = 0;
    const char *text = json_string_value(value);
    for (int i = 0; names[i]; i++) {
        if (text && strcmp(text, names[i]) == 0)
            return i;
        if (n < sizeof(all))
            n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s", i ? ", " : "",
                                  names[i]);
    }
    json_reader_fail(r, key, "expected one of %s", all);
    return 0;
}

static const json_t *as_array(struct json_reader *r, const char *key, const json_t *value,
                              size_t max_count)
{
    if (!json_is_array(value))
        json_reader_fail(r, key, "expected a list");
    else if (json_array_size(value) > max_count)
        json_reader_fail(r, key, "more than %zu entries", max_count);
    else
        return value;
    return NULL;
}

const char *json_read_text(struct json_reader *r, const char *key, size_t max_bytes)
{
    const json_t *value = required(r, key);
    return value ? as_text(r, key, value, max_bytes) : "";
}

const char *json_read_text_or(struct json_reader *r, const char *key, size_t max_bytes,
                              const char *fallback)
{
    const json_t *value = lookup(r, key);
    return value ? as_text(r, key, value, max_bytes) : fallback;
}

const char *json_read_identifier(struct json_reader *r, const char *key)
{
    const char *text = json_read_text(r, key, 64);
    if (!r->error && !text_is_identifier(text))
        json_reader_fail(r, key, "expected 1 to 64 of a-z 0-9 - _ .");
    return r->error ? "" : text;
}

int64_t json_read_int(struct json_reader *r, const char *key, int64_t min, int64_t max)
{
    const json_t *value = required(r, key);
    return value ? as_int(r, key, value, min, max) : min;
}

int64_t json_read_int_or(struct json_reader *r, const char *key, int64_t min, int64_t max,
                         int64_t fallback)
{
    const json_t *value = lookup(r, key);
    return value ? as_int(r, key, value, min, max) : fallback;
}

double json_read_number(struct json_reader *r, const char *key, double min, double max)
{
    const json_t *value = required(r, key);
    return value ? as_number(r, key, value, min, max) : min;
}

double json_read_number_or(struct json_reader *r, const char *key, double min, double max,
                           double fallback)
{
    const json_t *value = lookup(r, key);
    return value ? as_number(r, key, value, min, max) : fallback;
}

bool json_read_bool(struct json_reader *r, const char *key)
{
    const json_t *value = required(r, key);
    return value && as_bool(r, key, value);
}

bool json_read_bool_or(struct json_reader *r, const char *key, bool fallback)
{
    const json_t *value = lookup(r, key);
    return value ? as_bool(r, key, value) : fallback;
}

int64_t json_read_time(struct json_reader *r, const char *key)
{
    const json_t *value = required(r, key);
    return value ? as_time(r, key, value) : 0;
}

int64_t json_read_time_or(struct json_reader *r, const char *key, int64_t fallback)
{
    const json_t *value = lookup(r, key);
    return value ? as_time(r, key, value) : fallback;
}

void json_read_hex(struct json_reader *r, const char *key, uint8_t *ret, size_t length)
{
    memset(ret, 0, length);
    const json_t *value = required(r, key);
    if (value && (!json_is_string(value) ||
                  text_to_hex_bytes(json_string_value(value), ret, length) < 0))
        json_reader_fail(r, key, "expected %zu lower-case hex digits", 2 * length);
}

int json_read_choice(struct json_reader *r, const char *key, const char *const *names)
{
    const json_t *value = required(r, key);
    return value ? as_choice(r, key, value, names) : 0;
}

int json_read_choice_or(struct json_reader *r, const char *key, const char *const *names,
                        int fallback)
{
    const json_t *value = lookup(r, key);
    return value ? as_choice(r, key, value, names) : fallback;
}

const json_t *json_read_array(struct json_reader *r, const char *key, size_t max_count)
{
    const json_t *value = required(r, key);
    return value ? as_array(r, key, value, max_count) : NULL;
}

const json_t *json_read_array_or_empty(struct json_reader *r, const char *key,
                                       size_t max_count)
{
    const json_t *value = lookup(r, key);
    return value ? as_array(r, key, value, max_count) : NULL;
}

const json_t *json_read_object(struct json_reader *r, const char *key)
{
    const json_t *value = required(r, key);
    if (value && !json_is_object(value)) {
        json_reader_fail(r, key, "expected an object");
        return NULL;
    }
    return value;
}

void json_reader_element(struct json_reader *child, const struct json_reader *parent,
                         const char *key, size_t index, const json_t *value)
{
    char path[sizeof(child->path)];
    snprintf(path, sizeof(path), "%.120s.%.40s[%zu]", parent->path, key, index);
    json_reader_init(child, value, path, parent->diag);
}

void json_reader_child(struct json_reader *child, const struct json_reader *parent,
                       const char *key, const json_t *value)
{
    char path[sizeof(child->path)];
    snprintf(path, sizeof(path), "%.120s.%.40s", parent->path, key);
    json_reader_init(child, value, path, parent->diag);
}
