#pragma once
#include "base/attr.h"
#include "player/zygote.h"

/* A worker process: decodes one open descriptor into shared memory, inside its sandbox.
 */

/* In the zygote: load what every worker needs. */
void worker_preload(void);

/* In the forked worker; never returns. */
NORETURN void worker_main(const struct worker_order *order, int media_fd, int shared_fd,
                          int control_fd, worker_hook hook);
