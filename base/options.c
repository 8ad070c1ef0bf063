/* A program's configuration from defaults, a file and the command line. Start-up only. */
#include "base/options.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const struct option_key *keys;
    size_t count;
    void *target;
    char **texts; /* one per key, ours, or NULL */
    bool *given;  /* on the command line: a file does not override */
    const char **arguments;
    size_t argument_count;
};

static int set_value(struct options *o, size_t index, const char *text, struct diag *diag)
{
    const struct option_key *key = &o->keys[index];
    void *field = (char *)o->target + key->offset;
    int64_t number;
    switch (key->type) {
    case OPTION_FLAG:
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
            return diag_set(diag, -EINVAL, "%s: expected true or false", key->name);
        *(bool *)field = strcmp(text, "true") == 0;
        return 0;
    case OPTION_INTEGER:
        if (text_to_int64(text, key->min, key->max, &number) < 0)
            return diag_set(diag, -EINVAL, "%s: expected an integer from %lld to %lld",
                            key->name, (long long)key->min, (long long)key->max);
        *(int64_t *)field = number;
        return 0;
    case OPTION_TEXT:
        break;
    }
    char *copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    free(o->texts[index]);
    o->texts[index] = copy;
    *(const char **)field = copy;
    return 0;
}

static int set_defaults(struct options *o)
{
    for (size_t i = 0; i < o->count; i++) {
        const struct option_key *key = &o->keys[i];
        void *field = (char *)o->target + key->offset;
        if (key->fallback) {
            int r = set_value(o, i, key->fallback, NULL);
            if (r < 0)
                return r;
        } else if (key->type == OPTION_TEXT) {
            *(const char **)field = NULL;
        } else if (key->type == OPTION_INTEGER) {
            *(int64_t *)field = 0;
        } else {
            *(bool *)field = false;
        }
    }
    return 0;
}

int options_create(const struct option_key *keys, size_t count, void *target,
                   struct options **ret)
{
    struct options *o = calloc(1, sizeof(*o));
    if (!o)
        return -ENOMEM;
    o->keys = keys;
    o->count = count;
    o->target = target;
    o->texts = calloc(count, sizeof(o->texts[0]));
    o->given = calloc(count, sizeof(o->given[0]));
    int r = o->texts && o->given ? set_defaults(o) : -ENOMEM;
    if (r < 0) {
        options_destroy(o);
        return r;
    }
    *ret = o;
    return 0;
}

void options_destroy(struct options *o)
{
    if (!o)
        return;
    for (size_t i = 0; o->texts && i < o->count; i++)
        free(o->texts[i]);
    free(o->texts);
    free(o->given);
    free(o->arguments);
    free(o);
}

static size_t find_key(const struct options *o, const char *name, size_t length)
{
    size_t i = 0;
    while (i < o->count && (strncmp(o->keys[i].name, name, length) != 0 ||
                            o->keys[i].name[length] != '\0'))
        i++;
    return i;
}

static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static int read_line(struct options *o, char *line, struct diag *diag, size_t *ret_column)
{
    char *start = trim(line);
    *ret_column = (size_t)(start - line) + 1;
    if (*start == '\0' || *start == '#')
        return 0;
    char *equals = strchr(start, '=');
    if (!equals)
        return diag_set(diag, -EINVAL, "expected 'key = value'");
    *equals = '\0';
    char *name = trim(start);
    size_t index = find_key(o, name, strlen(name));
    if (index == o->count)
        return diag_set(diag, -EINVAL, "unknown key '%.64s'", name);
    if (o->given[index])
        return 0;
    *ret_column = (size_t)(equals + 1 - line) + 1;
    return set_value(o, index, trim(equals + 1), diag);
}

int options_read_file(struct options *o, const char *path, struct diag *diag)
{
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    int r = file_read(path, 256 * 1024, &text, &length);
    if (r < 0)
        return diag_set(diag, r, "cannot read '%s': %s", path, strerror(-r));
    if (!text_is_utf8(text, length))
        return diag_set(diag, -EINVAL, "%s: not valid UTF-8", path);
    size_t number = 0;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        size_t column;
        number++;
        r = read_line(o, line, diag, &column);
        if (r < 0)
            return diag_context(diag, r, "%s:%zu:%zu", path, number, column);
    }
    return 0;
}

static int read_option(struct options *o, int argc, char *const *argv, int *at,
                       struct diag *diag)
{
    const char *name = argv[*at] + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    size_t index = find_key(o, name, length);
    if (index == o->count)
        return diag_set(diag, -EINVAL, "unknown option '--%.*s', see --help", (int)length,
                        name);
    const char *value = equals ? equals + 1 : NULL;
    if (!value && o->keys[index].type == OPTION_FLAG)
        value = "true";
    if (!value && *at + 1 < argc)
        value = argv[++*at];
    if (!value)
        return diag_set(diag, -EINVAL, "--%s: expected %s", o->keys[index].name,
                        o->keys[index].metavar ? o->keys[index].metavar : "a value");
    o->given[index] = true;
    return set_value(o, index, value, diag);
}

int options_read_command_line(struct options *o, int argc, char *const *argv,
                              struct diag *diag)
{
    free(o->arguments);
    o->arguments = calloc((size_t)argc + 1, sizeof(o->arguments[0]));
    o->argument_count = 0;
    if (!o->arguments)
        return -ENOMEM;
    bool only_arguments = false;
    for (int i = 1; i < argc; i++) {
        bool is_option = !only_arguments && argv[i][0] == '-' && argv[i][1] != '\0';
        if (!is_option) {
            o->arguments[o->argument_count++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            only_arguments = true;
        } else if (argv[i][1] != '-') {
            return diag_set(diag, -EINVAL, "unknown option '%s', see --help", argv[i]);
        } else {
            int r = read_option(o, argc, argv, &i, diag);
            if (r < 0)
                return r;
        }
    }
    return 0;
}

size_t options_arguments(const struct options *o, const char *const **ret)
{
    *ret = o->arguments;
    return o->argument_count;
}

void options_print_help(const struct options *o, FILE *to)
{
    for (size_t i = 0; i < o->count; i++) {
        const struct option_key *key = &o->keys[i];
        char left[64];
        snprintf(left, sizeof(left), "--%s%s%s", key->name, key->metavar ? " " : "",
                 key->metavar ? key->metavar : "");
        fprintf(to, "  %-28s %s", left, key->help);
        if (key->fallback && key->type != OPTION_FLAG)
            fprintf(to, " (default %s)", key->fallback);
        fputc('\n', to);
    }
}

void options_print_sample(const struct options *o, FILE *to)
{
    for (size_t i = 0; i < o->count; i++) {
        const struct option_key *key = &o->keys[i];
        fprintf(to, "# %s\n#%s = %s\n\n", key->help, key->name,
                key->fallback ? key->fallback : "");
    }
}
