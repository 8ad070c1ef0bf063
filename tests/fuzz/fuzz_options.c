/* Any text as a configuration file, and as a command line (arguments end at a newline):
 * refused with a sentence, or within its bounds. */
#include "base/diag.h"
#include "base/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct values {
    bool flag;
    const char *text, *listen;
    int64_t number;
};

static const struct option_key keys[] = {
    {"flag", OPTION_FLAG, offsetof(struct values, flag), NULL, 0, 0, NULL, "a flag"},
    {"text", OPTION_TEXT, offsetof(struct values, text), NULL, 0, 0, "TEXT", "a text"},
    {"listen", OPTION_TEXT, offsetof(struct values, listen), "127.0.0.1:0", 0, 0, "ADDR",
     "another"},
    {"number", OPTION_INTEGER, offsetof(struct values, number), "7", -10, 100, "N",
     "a number"},
};

#define ARGUMENTS_MAX 16

static void check(int r, const struct diag *diag, const struct values *v)
{
    if (r < 0 && !diag->text[0])
        abort();
    if (v->number < -10 || v->number > 100 || (v->text && strlen(v->text) > 1 << 20))
        abort();
}

static void read_file(struct options *o, const uint8_t *data, size_t size,
                      const struct values *v)
{
    char path[64];
    struct diag diag = {""};
    int fd = memfd_create("conf", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    check(options_read_file(o, path, &diag), &diag, v);
    close(fd);
}

static void read_arguments(struct options *o, const uint8_t *data, size_t size,
                           const struct values *v)
{
    char *argv[ARGUMENTS_MAX + 2] = {(char *)"program"};
    int argc = 1;
    struct diag diag = {""};
    char *text = malloc(size + 1);
    if (!text)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    char *rest = text;
    for (char *one; argc <= ARGUMENTS_MAX && (one = strsep(&rest, "\n"));)
        argv[argc++] = one;
    check(options_read_command_line(o, argc, argv, &diag), &diag, v);
    const char *const *arguments;
    if (options_arguments(o, &arguments) > ARGUMENTS_MAX)
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct values v = {0};
    struct options *o = NULL;
    if (options_create(keys, ARRAY_LENGTH(keys), &v, &o) < 0)
        abort();
    if (size > 0 && data[0] == '-')
        read_arguments(o, data, size, &v);
    else
        read_file(o, data, size, &v);
    options_destroy(o);
    return 0;
}
