#pragma once
#include "content/model/notice.h"
#include "kiosk/print/printer.h"
#include "kiosk/show.h"
#include "kiosk/touch/session.h"
#include "kiosk/voice.h"

/* The parts of the touch screen; for station_touch*.c. */

struct held_programme;
struct station;

enum { SLIDES_MAX = 24, NOTICES_SHOWN_MAX = 400 };

struct touch {
    struct session *session;
    struct page_view view;      /* of the page that is seen */
    struct canvas *canvas;      /* NULL: nothing is seen yet */
    struct show_job *job;       /* the page being drawn; NULL: none */
    bool stale;                 /* the page has changed since it was sent to be drawn */
    int64_t paced_us;           /* the countdown's last second */
    struct service_world world; /* made when a session begins, lasts as long */
    const struct slide *slides[SLIDES_MAX];
    const struct notice *notices[NOTICES_SHOWN_MAX];
    struct held_programme *held;
    struct policy_pack *pack;
    struct policy_view *policies;
    struct voice *voice;          /* NULL: none */
    struct printer *printer;      /* NULL: none */
    enum printer_state printing;  /* as the page shows it */
    const struct entry *bulletin; /* on the air meanwhile; only compared, never read */
    char banner[256];             /* its title */
};

/* station_touch_out.c: reading aloud and printing. A session begins, ends; before and
 * after the session acts; now and then. */
void touch_out_begin(struct station *s);
void touch_out_end(struct touch *t);
void touch_out_before(struct station *s, struct action a, int64_t now_us);
void touch_out_after(struct station *s, struct action a, int64_t now_us);
void touch_out_follow(struct touch *t, int64_t now_us);
