#pragma once

/* What the screens say, in the resident's language. The sources say it in Vietnamese;
 * kiosk/po/<code>.po translate (gettext's format, carried inside the program). Pure; any
 * thread. */

enum language { LANGUAGE_VI, LANGUAGE_LO, LANGUAGE_EN, LANGUAGE_COUNT };

extern const char *const language_codes[LANGUAGE_COUNT]; /* "vi", "lo", "en" */
extern const char *const language_names[LANGUAGE_COUNT]; /* in the language itself */

/* `vi` in `language`; `vi` itself where nobody has translated it. Borrowed, static. */
const char *language_text(enum language language, const char *vi);

/* Marks a text of a table for the catalogues (xgettext -k_ -kN_). */
#define N_(vi) vi
