/* Reads the compiled catalogues (GNU gettext's .mo: sorted texts, then their
 * translations), which are part of the program. */
#include "kiosk/touch/language.h"

#include "base/embed.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

EMBED(catalogue_lo, "build/po/lo.mo");
EMBED(catalogue_en, "build/po/en.mo");

const char *const language_codes[LANGUAGE_COUNT] = {"vi", "lo", "en"};
const char *const language_names[LANGUAGE_COUNT] = {"Tiếng Việt", "ພາສາລາວ", "English"};

static const unsigned char *const catalogues[LANGUAGE_COUNT] = {NULL, catalogue_lo,
                                                                catalogue_en};

/* The header's words; the files are ours, of this machine's byte order. */
enum { WORD_COUNT = 2, WORD_SOURCES = 3, WORD_TRANSLATIONS = 4 };

static uint32_t word(const unsigned char *catalogue, size_t index)
{
    uint32_t value;
    memcpy(&value, catalogue + index * sizeof(value), sizeof(value));
    return value;
}

/* Entry `index` of the table at byte `table`: pairs of length and offset. */
static const char *entry(const unsigned char *catalogue, uint32_t table, uint32_t index)
{
    return (const char *)catalogue + word(catalogue, table / 4 + (size_t)index * 2 + 1);
}

const char *language_text(enum language language, const char *vi)
{
    const unsigned char *c = catalogues[language];
    if (!c || !*vi)
        return vi;
    uint32_t low = 0, high = word(c, WORD_COUNT);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(vi, entry(c, word(c, WORD_SOURCES), middle));
        if (order == 0)
            return entry(c, word(c, WORD_TRANSLATIONS), middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return vi;
}
