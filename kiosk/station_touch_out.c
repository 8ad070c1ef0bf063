/* What a page is besides a picture: words that are read aloud, and paper. */
#include "kiosk/station_touch_internal.h"

#include "base/log.h"
#include "kiosk/services/days.h"
#include "kiosk/station.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The page as it is; nothing of it is kept. */
static void page_print(struct station *s, int64_t now_us)
{
    struct touch *t = s->touch;
    struct page *page = NULL;
    char day[DAYS_TEXT_SIZE] = "";
    if (t->world.today)
        days_text(t->world.today, day);
    const struct receipt_head head = {station_place(s), day};
    int r = session_page(t->session, &t->world, now_us, &page);
    if (r == 0)
        r = printer_print(t->printer, &page, &head);
    if (r < 0 && r != -EBUSY) /* the page before is still being printed */
        log_write(LOG_WARNING, "touch", "cannot print", "error=\"%s\"", strerror(-r));
    page_destroy(page);
}

/* ---- aloud ---- */

static bool is_reading(const struct touch *t)
{
    struct page_look look = {.theme = NULL};
    session_look(t->session, &look);
    return look.reading;
}

static void reading_stop(struct touch *t)
{
    voice_stop(t->voice);
    session_reading_done(t->session);
}

static void reading_begin(struct station *s, int64_t now_us)
{
    struct touch *t = s->touch;
    struct page *page = NULL;
    char *text = NULL;
    int r = session_page(t->session, &t->world, now_us, &page);
    if (r == 0)
        r = page_speech(page, &text);
    if (r == 0)
        r = voice_say(t->voice, page_language(page), &text);
    if (r < 0) {
        log_write(LOG_WARNING, "touch", "cannot read aloud", "error=\"%s\"",
                  strerror(-r));
        session_reading_done(t->session);
    }
    page_destroy(page);
}

static void reading_follow(struct touch *t, int64_t now_us)
{
    if (!t->voice || voice_update(t->voice, now_us) || !is_reading(t))
        return;
    session_reading_done(t->session);
    t->stale = true;
}

/* What became of the printer's page; a fault is told once. */
static void printer_follow(struct touch *t)
{
    enum printer_state now = t->printer ? printer_state(t->printer) : PRINTER_READY;
    if (now == t->printing)
        return;
    t->printing = now;
    t->stale = true;
    if (now == PRINTER_FAILED)
        log_write(LOG_WARNING, "touch", "cannot print", "error=\"%s\"",
                  strerror(-printer_error(t->printer)));
}

void touch_out_begin(struct station *s)
{
    struct touch *t = s->touch;
    if (!t->voice && s->maker.mixer) /* none: there is no button */
        (void)!voice_create(s->config->voice, s->maker.zygote, s->maker.mixer, &t->voice);
}

void touch_out_end(struct touch *t)
{
    voice_stop(t->voice);
}

void touch_out_before(struct station *s, struct action a, int64_t now_us)
{
    struct touch *t = s->touch;
    if (a.verb == VERB_PRINT && t->printer)
        page_print(s, now_us);
    if (t->voice && a.verb != VERB_READ && is_reading(t))
        reading_stop(t); /* another page */
}

void touch_out_after(struct station *s, struct action a, int64_t now_us)
{
    struct touch *t = s->touch;
    if (!t->voice || a.verb != VERB_READ)
        return;
    if (is_reading(t))
        reading_begin(s, now_us);
    else
        voice_stop(t->voice);
}

void touch_out_follow(struct touch *t, int64_t now_us)
{
    reading_follow(t, now_us);
    printer_follow(t);
}
