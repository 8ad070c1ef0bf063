#pragma once
#include "kiosk/touch/page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a resident can do at the screen. One file per service, one line in the table of
 * service.c. A service builds its page from its state and says what a touch changes;
 * both are quick, do no input or output, and run in the main thread. */

struct notice;
struct policy_view;
struct settings;
struct slide;

/* What services may know of the world. All borrowed for the call. */
struct service_world {
    const struct settings *settings;   /* NULL: none yet */
    const struct slide *const *slides; /* of today's rundown that hold figures */
    size_t slide_count;
    const struct policy_view *policies;  /* of today; outlives the session; NULL: none */
    const struct notice *const *notices; /* in force, the newest first */
    size_t notice_count;
    int64_t today;  /* days since 1970-01-01, local; 0 without a trusted clock */
    int64_t now_ms; /* wall clock */
    bool clock_trusted;
};

/* One service's part of a session. */
struct service_context {
    const struct service_world *world;
    void
        *state; /* `state_size` bytes, zero when the session begins, wiped when it ends */
};

struct service {
    const char *name;  /* "loans" */
    const char *title; /* source of the catalogue */
    const char *detail;
    enum icon icon;
    bool leading; /* the one that home puts first */
    size_t state_size;
    /* Gives back what `state` holds, before it is wiped; NULL: nothing. */
    void (*end)(void *state);
    /* Fills the page; out of memory is the page's to remember. */
    void (*build)(const struct service_context *c, struct page *p);
    /* A target of the service's own was touched (verb >= VERB_SCREEN). */
    void (*act)(const struct service_context *c, struct action action);
    /* One step back inside the service; false: it is at its beginning. NULL: no steps. */
    bool (*back)(const struct service_context *c);
    /* Whether it has anything to offer now; NULL: always. */
    bool (*offered)(const struct service_world *w);
    /* How much of it is new, for home; NULL: nothing ever is. */
    size_t (*news)(const struct service_world *w);
};

extern const struct service *const services[]; /* NULL-terminated, in the order of home */
size_t service_count(void);

extern const struct service service_policies, service_loans, service_jobs,
    service_commune, service_figures, service_contact;
