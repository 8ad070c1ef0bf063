#pragma once
#include "base/attr.h"
#include "content/model/key.h"

#include <stdint.h>

/* Makes and signs manifests: one thread that begins whenever something was accepted, and
 * every few minutes because periods begin and end. Units with the same content share one
 * manifest and one signature; a unit whose content is as before keeps the one it has. */

struct clock;
struct manifests;
struct registry;

struct manifests_config {
    struct registry *registry;
    const struct clock *clock;
    struct secret_key key; /* the server's */
    int64_t lifetime_ms;   /* for acceptance; renewed at half of it */
    void *context;
    /* Keep it: `units` (count of them) have it from now on. 0 or a negative errno: then
     * it is tried again later. */
    int (*keep)(void *context, int64_t number, int64_t issued_ms,
                const struct sha256 *content, const char *text, size_t length,
                const char *const *units, size_t count);
    /* The unit has a new one: wake its long poll. */
    void (*wake)(void *context, const char *unit);
    /* Something went wrong, for the log. */
    void (*failed)(void *context, const char *sentence);
};

/* `config` is copied. *ret is the caller's. Does nothing before manifests_start. */
MUST_CHECK int manifests_create(const struct manifests_config *config,
                                struct manifests **ret);
MUST_CHECK int manifests_start(struct manifests *m);
void manifests_stop(
    struct manifests *m); /* ends the thread; accepts NULL; once more is nothing */
void manifests_destroy(struct manifests *m); /* stops; accepts NULL */
void manifests_changed(struct manifests *m); /* any thread; returns at once */
/* What the thread does, once, now. 0, or the first error. */
MUST_CHECK int manifests_build(struct manifests *m);
