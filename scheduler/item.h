#pragma once
#include <stdint.h>

/* One thing to show or say, as far as the rundown needs to know it. */

enum item_resume {
    ITEM_RESTART, /* after an interruption: from its beginning */
    ITEM_RESUME,  /* from where it was */
    ITEM_DROP,    /* not again */
};

struct item {
    const char *id;     /* unique within its release */
    const char *type;   /* "video", "slide", ...: a name of the model's item table */
    const char *title;  /* may be "" */
    const char *sha256; /* hex of its media object; "" where it has none */
    int64_t duration_ms;
    enum item_resume resume;
    const void *content; /* the model's; the scheduler only carries it. Lives with the
                            plan's source (the programme) */
};

/* What is shown when nothing else can be: drawn by the kiosk itself, type "card". */
extern const struct item item_last_resort;
