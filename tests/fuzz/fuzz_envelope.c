/* Any bytes as an envelope: what is accepted survives writing and reading. */
#include "base/diag.h"
#include "content/model/envelope.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag diag = {""};
    struct envelope *e = NULL, *again = NULL;
    char *text = NULL;
    if (envelope_parse((const char *)data, size, &e, &diag) < 0)
        return 0;
    if (envelope_write(e, &text) < 0 || strlen(text) > ENVELOPE_BYTES_MAX)
        goto done;
    if (envelope_parse(text, strlen(text), &again, &diag) < 0 ||
        again->length != e->length ||
        (e->length && memcmp(again->payload, e->payload, e->length) != 0) ||
        again->signature_count != e->signature_count)
        abort();
done:
    envelope_destroy(again);
    envelope_destroy(e);
    free(text);
    return 0;
}
