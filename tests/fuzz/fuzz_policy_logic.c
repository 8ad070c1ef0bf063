/* Any text [expression, data]: a value or a sentence; and the value with nothing known is
 * unknown or the same. */
#include "base/diag.h"
#include "base/json.h"
#include "content/policy/logic.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct json_limits limits = {.bytes = 65536, .depth = 32, .nodes = 2000};
    struct diag diag = {""};
    json_t *pair = NULL, *value = NULL, *blind = NULL, *nothing = json_object();
    if (json_parse((const char *)data, size, &limits, &pair, &diag) == 0) {
        const json_t *expression = json_array_get(pair, 0),
                     *facts = json_array_get(pair, 1);
        diag.text[0] = '\0';
        int r = expression ? logic_evaluate(expression, facts, 20000, &value, &diag) : 0;
        if (r < 0 && !diag.text[0])
            abort();
        if (value && logic_evaluate(expression, nothing, 20000, &blind, &diag) == 0 &&
            !json_is_null(blind) && !json_equal(blind, value))
            abort();
    }
    json_decref(blind);
    json_decref(value);
    json_decref(nothing);
    json_decref(pair);
    return 0;
}
