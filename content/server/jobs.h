#pragma once
#include "base/attr.h"

/* One media job at a time: a thread that takes the oldest upload that is complete. What
 * was being worked on when the server ended begins again. */

struct depot;
struct jobs;
struct object_folder;

/* `data`: the data folder; borrowed. *ret is the caller's. */
MUST_CHECK int jobs_create(struct depot *depot, struct object_folder *objects,
                           const char *data, struct jobs **ret);
void jobs_destroy(struct jobs *j); /* cancels and waits; accepts NULL */
void jobs_queued(struct jobs *j);  /* any thread; returns at once */
