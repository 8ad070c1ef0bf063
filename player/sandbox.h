#pragma once
#include "base/attr.h"

/* What a worker may do: compute, allocate, read and write descriptors it has, wait.
 * Opening files, sockets, ptrace, changing file sizes, running programs: refused with
 * EPERM or the end of the worker. Threads may be made (decoders have some), processes
 * not. */

/* Cannot be undone; also for threads made later. */
MUST_CHECK int sandbox_enter(void);

/* Limits of memory, descriptors and core files; before sandbox_enter. */
MUST_CHECK int sandbox_limit(void);
