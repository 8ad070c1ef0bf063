#pragma once
#include "base/attr.h"
#include "kiosk/draw/canvas.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pictures that the kiosk makes itself. One file per screen, one line in the table of
 * screen.c. Any thread draws (one canvas, one thread). */

enum screen_mood { MOOD_PLAIN, MOOD_GOOD, MOOD_WARN, MOOD_FAULT };

struct screen_line {
    const char *label, *text;
    enum screen_mood mood;
};

/* What a screen may show. All borrowed; NULL or 0 when not known. */
struct screen_facts {
    const char *place;  /* where the unit stands, or its name */
    int64_t local_ms;   /* local time as if it were UTC */
    bool clock_trusted; /* false: no time is shown */

    const char *contact_name, *contact_office, *contact_telephone; /* card */

    const char *code, *server; /* enrol: XXXX-XXXX-XXXX and where to */
    const char *state;         /* one sentence */
    enum screen_mood state_mood;

    const char *title, *subtitle; /* sound: what is heard */

    const struct screen_line *lines; /* overlay */
    size_t line_count;
};

struct screen {
    const char *name;
    void (*draw)(struct canvas *c, const struct theme *t,
                 const struct screen_facts *facts);
    /* Its size; NULL: the whole canvas of the theme. */
    struct box (*box)(const struct theme *t);
};
extern const struct screen screen_enrol, screen_card, screen_sound, screen_overlay,
    screen_clock;

/* NULL when there is none of that name. */
const struct screen *screen_find(const char *name);

/* Where the screen lies on the theme's canvas. */
struct box screen_box(const struct screen *s, const struct theme *t);

/* A new canvas of the screen's size, drawn. *ret is the caller's. -ENOMEM. */
MUST_CHECK int screen_render(const struct screen *s, const struct theme *t,
                             const struct screen_facts *facts, struct canvas **ret);

/* "Thứ Hai, 23/11/2026". */
void screen_date_text(int64_t local_ms, char ret[64]);
/* "17:30". */
void screen_time_text(int64_t local_ms, char ret[16]);
