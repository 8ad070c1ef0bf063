/* The server's record of writes, read and checked from its first line. */
#include "content/ctl/ctl.h"
#include "content/model/audit.h"

#include <stdio.h>
#include <string.h>

struct chain {
    struct sha256 head;
    int64_t number;
};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text ? text : "";
}

/* 0, or an exit code after saying which line is wrong. */
static int follow(struct chain *chain, const json_t *row)
{
    struct audit_line line = {
        .number = json_integer_value(json_object_get(row, "number")),
        .at_ms = json_integer_value(json_object_get(row, "at_ms")),
        .person = text_of(row, "person"),
        .token = text_of(row, "token"),
        .what = text_of(row, "what"),
        .subject = text_of(row, "subject"),
    };
    struct sha256 said, found;
    if (line.number != chain->number + 1)
        return ctl_fail(CTL_REFUSED, "line %lld is missing",
                        (long long)chain->number + 1);
    if (audit_hash(&line, &chain->head, &found) < 0 ||
        sha256_from_hex(text_of(row, "hash"), &said) < 0 || !sha256_equal(&said, &found))
        return ctl_fail(CTL_REFUSED, "line %lld, or one before it, was changed",
                        (long long)line.number);
    chain->head = found;
    chain->number = line.number;
    return 0;
}

static int audit_verify(struct ctl *c)
{
    struct chain chain = {{{0}}, 0};
    char path[96], hex[SHA256_HEX_SIZE];
    for (bool more = true; more;) {
        CLEANUP(json_decrefp) json_t *answer = NULL;
        snprintf(path, sizeof(path), "/api/v1/audit?after=%lld", (long long)chain.number);
        int code = ctl_call(c, "GET", path, NULL, &answer);
        const json_t *rows = json_object_get(answer, "lines");
        for (size_t i = 0; code == 0 && i < json_array_size(rows); i++)
            code = follow(&chain, json_array_get(rows, i));
        if (code != 0)
            return code;
        more = json_array_size(rows) > 0;
    }
    sha256_to_hex(&chain.head, hex);
    printf("%lld lines, unbroken; the last is %s\n", (long long)chain.number, hex);
    return CTL_DONE;
}

static int audit_show(struct ctl *c)
{
    long long after = 0;
    char path[96];
    for (bool more = true; more;) {
        CLEANUP(json_decrefp) json_t *answer = NULL;
        snprintf(path, sizeof(path), "/api/v1/audit?after=%lld", after);
        int code = ctl_call(c, "GET", path, NULL, &answer);
        if (code != 0)
            return code;
        const json_t *rows = json_object_get(answer, "lines");
        for (size_t i = 0; i < json_array_size(rows); i++) {
            const json_t *row = json_array_get(rows, i);
            after = json_integer_value(json_object_get(row, "number"));
            printf("%6lld  %s  %-16s %s  %s %s\n", after, text_of(row, "at"),
                   text_of(row, "person"), text_of(row, "token"), text_of(row, "what"),
                   text_of(row, "subject"));
        }
        more = json_array_size(rows) > 0;
    }
    return CTL_DONE;
}

static const struct command commands[] = {
    {"audit show", "", "who wrote what, and when", NULL, NULL, 0, 0, 0, audit_show},
    {"audit verify", "", "check the record of writes from its first line",
     "Every line carries the hash of the one before it. Note down what this prints: as "
     "long as\nlater runs still pass through that line, nothing before it was changed or "
     "taken out.",
     NULL, 0, 0, 0, audit_verify},
};
const struct command_group commands_audit = {commands, ARRAY_LENGTH(commands)};
