#pragma once
#include "base/attr.h"
#include "player/shared.h"

#include <stdbool.h>

/* A process started before SDL and before any thread, with FFmpeg loaded, that forks
 * workers: they share its pages, start in a few milliseconds and inherit nothing of the
 * kiosk's. */

struct zygote;
struct diag;

/* A decoder hook for tests: runs in the worker, inside its sandbox, after every frame. */
typedef void (*worker_hook)(void *shared, int shared_fd);

/* Call first thing in main. On success *ret is the caller's. */
MUST_CHECK int zygote_start(struct zygote **ret);
MUST_CHECK int zygote_start_hooked(worker_hook hook, struct zygote **ret);
void zygote_stop(struct zygote *z); /* accepts NULL; ends all workers */

/* Ask for a worker; does not wait for it. `media_fd` and `shared_fd` are duplicated,
 * *ret_fd is the caller's end of a socket that hangs up when the worker is gone: a byte
 * written to it wakes the worker. `id` names the worker for zygote_kill. */
MUST_CHECK int zygote_spawn(struct zygote *z, const struct worker_order *order,
                            int media_fd, int shared_fd, uint64_t *ret_id, int *ret_fd);
void zygote_kill(struct zygote *z, uint64_t id);

/* False once its process has died: no more workers come, those there are go on. */
bool zygote_alive(struct zygote *z);
