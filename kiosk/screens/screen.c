/* The table of screens, and how they write dates. */
#include "kiosk/screens/screen.h"

#include "base/timestamp.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct screen *const screens[] = {
    &screen_enrol, &screen_card, &screen_sound, &screen_overlay, &screen_clock,
};

const struct screen *screen_find(const char *name)
{
    for (unsigned i = 0; i < ARRAY_LENGTH(screens); i++)
        if (strcmp(screens[i]->name, name) == 0)
            return screens[i];
    return NULL;
}

struct box screen_box(const struct screen *s, const struct theme *t)
{
    if (s->box)
        return s->box(t);
    return (struct box){0, 0, t->width, t->height};
}

int screen_render(const struct screen *s, const struct theme *t,
                  const struct screen_facts *facts, struct canvas **ret)
{
    struct box b = screen_box(s, t);
    struct canvas *c;
    int r = canvas_create((int)round(b.w), (int)round(b.h), &c);
    if (r < 0)
        return r;
    s->draw(c, t, facts);
    *ret = c;
    return 0;
}

void screen_date_text(int64_t local_ms, char ret[64])
{
    static const char *const weekdays[] = {"Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật",
                                           "Thứ Hai", "Thứ Ba",  "Thứ Tư"};
    int64_t days = local_ms / MS_PER_DAY - (local_ms % MS_PER_DAY < 0), year;
    int month, day;
    timestamp_civil_from_days(days, &year, &month, &day);
    /* 1970-01-01 was a Thursday. */
    (void)snprintf(ret, 64, "%s, %02d/%02d/%04lld", weekdays[((days % 7) + 7) % 7], day,
                   month, (long long)year);
}

void screen_time_text(int64_t local_ms, char ret[16])
{
    int64_t of_day = ((local_ms % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY;
    (void)snprintf(ret, 16, "%02d:%02d", (int)(of_day / 3600000),
                   (int)(of_day / 60000 % 60));
}
