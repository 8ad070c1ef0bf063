#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A program's configuration: one table of keys serves the command line (--key VALUE), the
 * configuration file (`key = value` lines, # comments), --help and the sample file. The
 * command line wins over the file. What is unknown is refused with line and column. */

struct diag;

enum option_type {
    OPTION_FLAG,    /* bool; takes no value on the command line */
    OPTION_TEXT,    /* const char * */
    OPTION_INTEGER, /* int64_t, min..max */
};

struct option_key {
    const char *name; /* "listen" */
    enum option_type type;
    size_t offset;        /* into the program's options struct */
    const char *fallback; /* as text; NULL: NULL, 0 or false */
    int64_t min, max;     /* OPTION_INTEGER */
    const char *metavar;  /* "ADDR:PORT" */
    const char *help;     /* one line */
};

struct options; /* owns the texts that the struct points to */

/* Fill `target` with defaults. */
MUST_CHECK int options_create(const struct option_key *keys, size_t count, void *target,
                              struct options **ret);
void options_destroy(struct options *o); /* accepts NULL */

/* `key = value` lines; -EINVAL with "file:line:column: sentence". */
MUST_CHECK int options_read_file(struct options *o, const char *path, struct diag *diag);

/* --key VALUE, --key=VALUE, --flag. Arguments that are no options are collected in order:
 * options_arguments. "--" ends options. */
MUST_CHECK int options_read_command_line(struct options *o, int argc, char *const *argv,
                                         struct diag *diag);
size_t options_arguments(const struct options *o, const char *const **ret);

void options_print_help(const struct options *o, FILE *to);
void options_print_sample(const struct options *o, FILE *to);
