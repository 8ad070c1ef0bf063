#pragma once
#include "base/attr.h"

/* A thread for what must not hold up the screen: drawing slides, reading files. Jobs run
 * one after another and come back to whoever sent them. */

struct background;

/* Embedded first in the sender's own struct. */
struct job {
    void (*run)(struct job *j);     /* in the background thread */
    void (*destroy)(struct job *j); /* main thread: after it came back, or never ran */
};

/* *ret is the caller's. -EAGAIN, -ENOMEM. */
MUST_CHECK int background_create(struct background **ret);
/* Waits for the job that is running (tens of milliseconds), destroys all others. Accepts
 * NULL. */
void background_destroy(struct background *b);

/* Moves *take (it becomes NULL). -EAGAIN when too much is waiting: *take stays. */
MUST_CHECK int background_send(struct background *b, struct job **take);

/* The next job that is done, or NULL. The caller's: call its destroy. */
struct job *background_receive(struct background *b);
int background_fd(const struct background *b); /* readable when a job is done */
