#pragma once
#include "kiosk/services/service.h"
#include "kiosk/touch/page.h"

#include <stdbool.h>
#include <stdint.h>

/* One resident at the screen, from the first touch until they leave: where they are,
 * their language, how they want the screen, what they have said. Lives in one block of
 * memory that is wiped at the end. Knows no display and no clock of its own: it is told.
 * Main thread. */

struct session;

#define SESSION_IDLE_US INT64_C(60000000)      /* then it asks */
#define SESSION_COUNTDOWN_US INT64_C(15000000) /* and then it ends */

/* *ret is the caller's (session_destroy). Not begun. -ENOMEM. */
MUST_CHECK int session_create(struct session **ret);
void session_destroy(struct session *s); /* wipes; accepts NULL */

/* The first touch: home, in the first language. */
void session_begin(struct session *s, int64_t now_us);
bool session_active(const struct session *s);
/* Wipes everything that was said. */
void session_end(struct session *s);

/* Somebody is there. */
void session_stay(struct session *s, int64_t now_us);
/* Time passes: ends the session when nobody answers. True when the page changes. */
bool session_tick(struct session *s, int64_t now_us);
/* When session_tick has something to do; INT64_MAX: never. */
int64_t session_next_us(const struct session *s);

/* The page as it is now. *ret is the caller's. -ENOMEM. */
MUST_CHECK int session_page(const struct session *s, const struct service_world *world,
                            int64_t now_us, struct page **ret);
/* Fills in what the session decides of the look: large, contrast, low, sheet, focus,
 * home, reading. */
void session_look(const struct session *s, struct page_look *look);

/* A target was touched. True when the page changes; VERB_READ and VERB_PRINT are
 * the caller's to do: session_look says whether reading is on. */
bool session_act(struct session *s, const struct service_world *world, struct action a,
                 int64_t now_us);
/* Keys: the next or previous target of the view; what it holds is acted on by the caller.
 */
void session_focus_move(struct session *s, const struct page_view *view, int by);
int session_focus(const struct session *s); /* -1: none */
void session_reading_done(struct session *s);
