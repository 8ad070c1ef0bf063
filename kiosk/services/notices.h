#pragma once
#include "content/model/notice.h"
#include "kiosk/services/service.h"

/* What the services that show notices share: the lines of a list, and one notice whole.
 */

/* Announced in the last NOTICE_NEW_DAYS days. */
enum { NOTICE_NEW_DAYS = 7 };

size_t notices_count(const struct service_world *w, enum notice_type type);
size_t notices_new_count(const struct service_world *w, enum notice_type type);

/* Lines of a list: each opens its notice by `verb` (value: 1 + its index in the world).
 */
struct notice_lines {
    enum notice_type type;
    const char *head; /* with how many there are; NULL: none */
    int verb;
    /* Which of them; NULL: all. */
    bool (*passes)(const struct service_world *w, const void *state,
                   const struct notice *n);
    const void *state;
};
/* How many there are; nothing is built when there are none. */
size_t notice_lines_build(const struct service_world *w, const struct notice_lines *l,
                          struct page *p);

/* Title, what its form says, whom to ask. */
void notice_build(const struct service_world *w, const struct notice *n, struct page *p);

/* The notice that a state holds as 1 + index; NULL: none, or no more. */
const struct notice *notice_open(const struct service_world *w, size_t open);
