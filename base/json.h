#pragma once
#include "base/attr.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* JSON from outside, by Jansson, strictly: depth and node limits are applied by a scan
 * before anything is allocated (1 MiB of `{},` would cost 79 MB), duplicate keys are
 * refused with their path, text is valid UTF-8 without NUL. */

struct diag;

struct json_limits {
    size_t bytes;
    unsigned depth;
    unsigned nodes; /* values and keys */
};

extern const struct json_limits json_limits_document; /* 1 MiB, 16, 20,000 */

/* *ret is the caller's (json_decref). -EINVAL with line, column and path in `diag`,
 * -EFBIG beyond a limit. */
MUST_CHECK int json_parse(const char *text, size_t length,
                          const struct json_limits *limits, json_t **ret,
                          struct diag *diag);

/* Compact text. *ret is the caller's (free). */
MUST_CHECK int json_write(const json_t *value, char **ret);

/* For CLEANUP: json_decrefp is Jansson's own. */

/* Reading an object field by field. Each reader remembers its path and which keys were
 * asked for; json_reader_finish refuses the others. The first error sticks: later calls
 * return neutral values, so a parser can read all fields and check once.
 *
 *     struct json_reader r;
 *     json_reader_init(&r, value, "release", diag);
 *     const char *line = json_read_identifier(&r, "line");
 *     int64_t revision = json_read_int(&r, "revision", 1, INT64_MAX);
 *     return json_reader_finish(&r);
 *
 * Texts are borrowed from the JSON value. */
#define JSON_READER_KEYS 40
struct json_reader {
    const json_t *object;
    char path[192];
    struct diag *diag;
    int error;
    unsigned used;
    const char *keys[JSON_READER_KEYS];
};

void json_reader_init(struct json_reader *r, const json_t *value, const char *path,
                      struct diag *diag);
/* 0, or the first error; -EINVAL with the path of an unknown key. */
MUST_CHECK int json_reader_finish(struct json_reader *r);
/* Record an error of the caller's own about `key`: "path.key: sentence". Returns -EINVAL.
 */
int json_reader_fail(struct json_reader *r, const char *key, const char *format, ...)
    PRINTF_LIKE(3, 4);
bool json_reader_has(struct json_reader *r, const char *key);

/* Required fields. */
const char *json_read_text(struct json_reader *r, const char *key, size_t max_bytes);
const char *json_read_identifier(struct json_reader *r, const char *key);
int64_t json_read_int(struct json_reader *r, const char *key, int64_t min, int64_t max);
double json_read_number(struct json_reader *r, const char *key, double min, double max);
bool json_read_bool(struct json_reader *r, const char *key);
int64_t json_read_time(struct json_reader *r, const char *key); /* ms since the epoch */
/* Exactly `length` bytes of lower-case hex. */
void json_read_hex(struct json_reader *r, const char *key, uint8_t *ret, size_t length);
/* One of `names` (NULL-terminated); its index. */
int json_read_choice(struct json_reader *r, const char *key, const char *const *names);
const json_t *json_read_array(struct json_reader *r, const char *key, size_t max_count);
const json_t *json_read_object(struct json_reader *r, const char *key);

/* Optional fields: absent gives the default. */
const char *json_read_text_or(struct json_reader *r, const char *key, size_t max_bytes,
                              const char *fallback);
int64_t json_read_int_or(struct json_reader *r, const char *key, int64_t min, int64_t max,
                         int64_t fallback);
double json_read_number_or(struct json_reader *r, const char *key, double min, double max,
                           double fallback);
bool json_read_bool_or(struct json_reader *r, const char *key, bool fallback);
int64_t json_read_time_or(struct json_reader *r, const char *key, int64_t fallback);
int json_read_choice_or(struct json_reader *r, const char *key, const char *const *names,
                        int fallback);
const json_t *json_read_array_or_empty(struct json_reader *r, const char *key,
                                       size_t max_count);

/* A reader for element `index` of an array field, or for an object field. They share the
 * parent's diag; call json_reader_finish on each. */
void json_reader_element(struct json_reader *child, const struct json_reader *parent,
                         const char *key, size_t index, const json_t *value);
void json_reader_child(struct json_reader *child, const struct json_reader *parent,
                       const char *key, const json_t *value);
