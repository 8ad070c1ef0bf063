#pragma once
#include "base/attr.h"

/* Sanitizers want much address space and a place for their reports. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANDBOX_SANITIZED
#endif
#endif

/* What a worker may do: compute, allocate, read and write descriptors it has, wait.
 * Opening files, sockets, ptrace, changing file sizes, running programs: refused with
 * EPERM or the end of the worker. Threads may be made (decoders have some), processes
 * not. */

/* Cannot be undone; also for threads made later. */
MUST_CHECK int sandbox_enter(void);

/* Limits of memory, descriptors and core files; before sandbox_enter. */
MUST_CHECK int sandbox_limit(void);
