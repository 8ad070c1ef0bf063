/* Any bytes as JSON: no crash, and what is accepted survives writing and reading. */
#include "base/diag.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag diag = {""};
    json_t *value = NULL, *again = NULL;
    char *text = NULL;
    if (json_parse((const char *)data, size, &json_limits_document, &value, &diag) < 0)
        return 0;
    if ((json_is_object(value) || json_is_array(value)) &&
        json_write(value, &text) == 0 && strlen(text) < json_limits_document.bytes &&
        json_parse(text, strlen(text), &json_limits_document, &again, &diag) < 0)
        abort();
    json_decref(again);
    json_decref(value);
    free(text);
    return 0;
}
