/* Strict JSON: limits by a scan before anything is allocated, then Jansson. Pure. */
#include "base/json.h"

#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct json_limits json_limits_document = {
    .bytes = 1024 * 1024,
    .depth = 16,
    .nodes = 20000,
};

#define PATH_DEPTH 32
#define PATH_KEY 64

/* Where the scan is: the key or index of each open container. */
struct scan {
    const char *text, *at, *end;
    const struct json_limits *limits;
    unsigned depth, nodes, line;
    struct {
        bool is_object;
        unsigned index;
        char key[PATH_KEY];
    } open[PATH_DEPTH];
};

static const char *scan_path(const struct scan *s, char *path, size_t size)
{
    size_t n = 0;
    path[0] = '\0';
    for (unsigned i = 0; i < s->depth && i < PATH_DEPTH && n < size; i++) {
        int more =
            s->open[i].is_object
                ? snprintf(path + n, size - n, "%s%s", n ? "." : "", s->open[i].key)
                : snprintf(path + n, size - n, "[%u]", s->open[i].index);
        if (more < 0)
            break;
        n += (size_t)more;
    }
    return path[0] ? path : "document";
}

/* `s->at` is behind the opening quote; ends behind the closing one. */
static bool scan_string(struct scan *s, char *key)
{
    const char *from = s->at;
    while (s->at < s->end && *s->at != '"') {
        if (*s->at == '\\')
            s->at++;
        s->at++;
    }
    if (s->at >= s->end)
        return false;
    if (key) {
        size_t n = (size_t)(s->at - from);
        if (n >= PATH_KEY)
            n = PATH_KEY - 1;
        memcpy(key, from, n);
        key[n] = '\0';
    }
    s->at++;
    return true;
}

/* Counts containers, keys and values from their punctuation; grammar is Jansson's job. */
static int scan_limits(struct scan *s, struct diag *diag)
{
    char path[256];
    unsigned max_depth = s->limits->depth < PATH_DEPTH ? s->limits->depth : PATH_DEPTH;
    for (s->line = 1; s->at < s->end;) {
        char c = *s->at++;
        switch (c) {
        case '\n':
            s->line++;
            break;
        case '"':
            s->nodes++;
            if (!scan_string(s, s->depth ? s->open[s->depth - 1].key : NULL))
                return diag_set(diag, -EINVAL, "line %u: text without a closing quote",
                                s->line);
            break;
        case '{':
        case '[':
            s->nodes++;
            if (s->depth == max_depth)
                return diag_set(diag, -EFBIG, "line %u: %s: nested deeper than %u",
                                s->line, scan_path(s, path, sizeof(path)), max_depth);
            s->open[s->depth].is_object = c == '{';
            s->open[s->depth].index = 0;
            s->open[s->depth++].key[0] = '\0';
            break;
        case '}':
        case ']':
            if (s->depth > 0)
                s->depth--;
            break;
        case ',':
            s->nodes++;
            if (s->depth > 0)
                s->open[s->depth - 1].index++;
            break;
        default:
            break;
        }
        if (s->nodes > s->limits->nodes)
            return diag_set(diag, -EFBIG, "line %u: %s: more than %u values", s->line,
                            scan_path(s, path, sizeof(path)), s->limits->nodes);
    }
    return 0;
}

/* Jansson reports a duplicate key only by position: walk there again for its path. */
static int parse_error(const char *text, size_t length, const struct json_limits *limits,
                       const json_error_t *error, struct diag *diag)
{
    size_t upto = error->position > 0 ? (size_t)error->position : 0;
    struct scan s = {.text = text,
                     .at = text,
                     .end = text + (upto < length ? upto : length),
                     .limits = limits};
    char path[256];
    struct diag ignored;
    (void)!scan_limits(&s, &ignored);
    enum json_error_code code = json_error_code(error);
    if (code == json_error_duplicate_key)
        return diag_set(diag, -EINVAL, "line %d: %s: key appears twice", error->line,
                        scan_path(&s, path, sizeof(path)));
    return diag_set(diag, -EINVAL, "line %d, column %d: %s: %s", error->line,
                    error->column, scan_path(&s, path, sizeof(path)), error->text);
}

int json_parse(const char *text, size_t length, const struct json_limits *limits,
               json_t **ret, struct diag *diag)
{
    if (length > limits->bytes)
        return diag_set(diag, -EFBIG, "larger than %zu bytes", limits->bytes);
    if (!text_is_utf8(text, length))
        return diag_set(diag, -EINVAL, "not valid UTF-8");
    struct scan s = {.text = text, .at = text, .end = text + length, .limits = limits};
    int r = scan_limits(&s, diag);
    if (r < 0)
        return r;
    json_error_t error;
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!value)
        return parse_error(text, length, limits, &error, diag);
    *ret = value;
    return 0;
}

int json_write(const json_t *value, char **ret)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!text)
        return -ENOMEM;
    *ret = text;
    return 0;
}
