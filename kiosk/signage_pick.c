/* What comes next: the rundown's entry, or what stands in for it. */
#include "base/diag.h"
#include "base/text.h"
#include "kiosk/signage_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BAD_FOR_US INT64_C(600000000)
#define RETRY_LEAST_US INT64_C(5000000) /* a stand-in is not shown for less */
enum { STAND_IN_LOOK = 40, FILLER_LOOK_MS = 3600000 }; /* entries, plan's time ahead */

void signage_mark_bad(struct signage *s, const struct item *item)
{
    unsigned i = s->bad_next++ % BAD_MAX;
    (void)text_copy(s->bad[i].id, sizeof(s->bad[i].id), item->id);
    s->bad[i].until_us = signage_now_us(s) + BAD_FOR_US;
}

static bool item_is_bad(const struct signage *s, const struct item *item)
{
    for (unsigned i = 0; i < BAD_MAX; i++)
        if (s->bad[i].until_us > signage_now_us(s) && strcmp(s->bad[i].id, item->id) == 0)
            return true;
    return false;
}

static bool item_is_card(const struct item *item)
{
    return strcmp(item->type, "card") == 0;
}

static bool can_stand_in(struct signage *s, const struct item *item,
                         const struct item *missing)
{
    return !item_is_card(item) && strcmp(item->id, missing->id) != 0 &&
           !item_is_bad(s, item) && s->world.present(s->world.context, item);
}

/* The filler is there for when nothing else is, whatever the slot holds. */
static const struct item *filler_find(struct signage *s, const struct item *missing)
{
    struct rundown *r = NULL;
    const struct item *found = NULL;
    if (plan_rundown_untimed(s->source->plan, s->source->unit, 0, FILLER_LOOK_MS, &r) < 0)
        return NULL;
    for (size_t i = 0; i < rundown_count(r) && i < STAND_IN_LOOK && !found; i++)
        if (can_stand_in(s, rundown_entry(r, i)->item, missing))
            found = rundown_entry(r, i)->item; /* the plan's */
    rundown_destroy(r);
    return found;
}

/* Something of the coming entries that is here and works, else of the filler; NULL:
 * nothing. */
static const struct item *stand_in_find(struct signage *s, const struct entry *missing)
{
    bool after = false;
    int looked = 0;
    for (size_t i = 0; i < rundown_count(s->rundown) && looked < STAND_IN_LOOK; i++) {
        const struct entry *e = rundown_entry(s->rundown, i);
        after = after || e->start_ms >= missing->end_ms;
        if (!after)
            continue;
        looked++;
        if (e->rule != WHY_PRIORITY_HARD && e->rule != WHY_PRIORITY_SOFT &&
            can_stand_in(s, e->item, missing->item))
            return e->item;
    }
    return filler_find(s, missing->item);
}

static int next_open_card(struct signage *s)
{
    s->next.card = true;
    s->next.item = &item_last_resort;
    return 0;
}

/* Open `item` into s->next, which lasts until s->next.end_us. */
static int next_open(struct signage *s, const struct item *item, int64_t seek_ms,
                     int64_t at_us, struct diag *diag)
{
    if (item_is_card(item))
        return next_open_card(s);
    s->next.item = item;
    return s->world.open(s->world.context, item, seek_ms * 1000, s->next.end_us - at_us,
                         &s->next.show, diag);
}

/* The planned item did not open: say so in the log of plays, and look for another. */
static int next_open_instead(struct signage *s, int64_t at_us, int error,
                             const struct diag *diag)
{
    struct piece *n = &s->next;
    const char *why = error == -ENOENT ? "file missing" : diag_text(diag);
    if (s->missing_ms != n->entry.start_ms) { /* once for each entry */
        struct piece failed = *n;
        failed.item = n->entry.item;
        failed.start_ms = clock_wall_ms(s->world.clock);
        signage_record(s, &failed, failed.start_us, false, why);
        s->missing_ms = n->entry.start_ms;
    }
    const struct item *item = stand_in_find(s, &n->entry);
    /* Then the planned one is tried again: its file may be on its way. */
    int64_t length_us = item ? item->duration_ms * 1000 : 0;
    if (length_us >= RETRY_LEAST_US && n->end_us - at_us > length_us + RETRY_LEAST_US)
        n->end_us = at_us + length_us;
    (void)snprintf(n->note, sizeof(n->note), "in place of %s: %s", n->entry.item->id,
                   why);
    struct diag ignored;
    if (item && next_open(s, item, 0, at_us, &ignored) == 0)
        return 0;
    return next_open_card(s);
}

void signage_prepare(struct signage *s, int64_t at_us)
{
    int64_t at_ms = signage_boundary_ms(s, at_us);
    const struct entry *e = s->rundown ? rundown_at(s->rundown, at_ms) : NULL;
    if (!e)
        return;
    struct piece *n = &s->next;
    *n = (struct piece){.source = s->source,
                        .entry = *e,
                        .start_us = at_us,
                        .end_us = e->end_ms * 1000 + s->offset_us};
    s->source->references++;
    struct diag diag = {""};
    int r;
    if (s->reason) { /* what was planned broke a moment ago and is recorded */
        const struct item *item = stand_in_find(s, e);
        (void)snprintf(n->note, sizeof(n->note), "in place of %s: %s", e->item->id,
                       s->reason);
        r = item ? next_open(s, item, 0, at_us, &diag) : -ENOENT;
        if (r < 0)
            r = next_open_card(s);
    } else {
        int64_t late_ms = at_ms - e->start_ms;
        n->joined = late_ms > 1000;
        r = next_open(s, e->item, e->offset_ms + (late_ms > 0 ? late_ms : 0), at_us,
                      &diag);
        if (r < 0)
            r = next_open_instead(s, at_us, r, &diag);
    }
    if (r < 0) {
        piece_release(n);
        s->retry_us = signage_now_us(s) + 1000000;
        return;
    }
    s->reason = NULL;
    s->has_next = true;
}
