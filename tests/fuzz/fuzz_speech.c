/* Any text as speech: valid text stays valid, and within its limit. */
#include "base/text.h"
#include "content/speech/normalize.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size), *spoken = NULL;
    if (text && speech_normalize(text, &spoken) == 0) {
        if (!text_is_utf8(spoken, strlen(spoken)))
            abort();
        if (strlen(spoken) > SPEECH_TEXT_BYTES_MAX)
            abort();
        free(spoken);
    }
    free(text);
    return 0;
}
