/* logic: one condition on its own, for whoever writes a policy pack. */
#include "base/file.h"
#include "base/text.h"
#include "content/ctl/ctl.h"
#include "content/policy/date.h"
#include "content/policy/logic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct json_limits logic_limits = {
    .bytes = 1024 * 1024, .depth = 32, .nodes = 20000};

/* The text itself, or @FILE. json_parse wants an object or a list: a lone value is put
 * into a list of one. */
static int read_argument(const char *argument, json_t **ret)
{
    CLEANUP(text_free) char *text = NULL;
    CLEANUP(text_free) char *wrapped = NULL;
    CLEANUP(json_decrefp) json_t *list = NULL;
    struct diag d = {""};
    size_t length;
    if (*argument == '@') {
        int r = file_read(argument + 1, logic_limits.bytes, &text, &length);
        if (r < 0)
            return ctl_fail(CTL_REFUSED, "cannot read '%s': %s", argument + 1,
                            strerror(-r));
        argument = text;
    }
    if (asprintf(&wrapped, "[%s]", argument) < 0)
        return ctl_fail(CTL_REFUSED, "out of memory");
    if (json_parse(wrapped, strlen(wrapped), &logic_limits, &list, &d) < 0)
        return ctl_fail(CTL_REFUSED, "%.60s: %s", argument, diag_text(&d));
    if (json_array_size(list) != 1)
        return ctl_fail(CTL_REFUSED, "%.60s: expected one JSON value", argument);
    *ret = json_incref(json_array_get(list, 0));
    return 0;
}

static int logic(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *expression = NULL;
    CLEANUP(json_decrefp) json_t *data = NULL;
    CLEANUP(json_decrefp) json_t *value = NULL;
    CLEANUP(text_free) char *text = NULL;
    struct diag d = {""};
    int64_t day = (ctl_now_ms() + 7 * INT64_C(3600000)) / INT64_C(86400000);
    if (c->v.as_of && day_parse(c->v.as_of, &day) < 0)
        return ctl_fail(CTL_USAGE, "--as-of: expected a day like 2026-11-24");
    int code = read_argument(c->arguments[0], &expression);
    if (code == 0)
        code = read_argument(c->arguments[1], &data);
    if (code != 0)
        return code;
    if (logic_evaluate(expression, data, day, &value, &d) < 0)
        return ctl_fail(CTL_REFUSED, "%s", diag_text(&d));
    if (json_write(value, &text) < 0)
        return ctl_fail(CTL_REFUSED, "out of memory");
    puts(text);
    return CTL_DONE;
}

static const struct option_key keys[] = {{"as-of", OPTION_TEXT, CTL_AT(as_of), NULL, 0, 0,
                                          "DATE",
                                          "what as_of and age count to; else today"}};

static const struct command commands[] = {
    {"logic", "EXPR DATA", "the value of one condition, as a policy pack writes it",
     "EXPR and DATA are JSON, or @FILE. Prints true, false, a number or a day; null when "
     "what\nis missing in DATA leaves it open:\n\n"
     "  tramtinctl logic '{\"and\": [{\"var\": \"a\"}, {\"<\": [{\"var\": \"n\"}, 3]}]}' "
     "'{\"n\": 5}'      false\n"
     "  tramtinctl logic '{\">=\": [{\"age\": [{\"var\": \"born\"}, \"up\"]}, 70]}' \\\n"
     "      '{\"born\": \"1956-02-29\"}' --as-of 2026-02-28              false",
     keys, ARRAY_LENGTH(keys), 2, 2, logic},
};
const struct command_group commands_logic = {commands, ARRAY_LENGTH(commands)};
