#pragma once
#include "base/attr.h"

/* A bounded queue of pointers between threads. What is sent belongs to the receiver. */

struct queue;

/* `destroy` frees what is left at queue_destroy. *ret is the caller's. */
MUST_CHECK int queue_create(unsigned capacity, void (*destroy)(void *),
                            struct queue **ret);
void queue_destroy(struct queue *q); /* accepts NULL; no thread may be using it */

/* Moves *take into the queue and sets it to NULL. -EAGAIN when full: *take stays. */
MUST_CHECK int queue_send(struct queue *q, void **take);

/* The oldest message, or NULL when empty. The caller owns it. */
void *queue_receive(struct queue *q);

int queue_fd(const struct queue *q); /* readable while there is something to receive */
