#pragma once
#include "base/attr.h"

#include <stdbool.h>

/* SIGTERM, SIGINT and SIGHUP as a descriptor. Call before any thread is made: they are
 * blocked from then on. Returns the descriptor, the caller's, or a negative errno. */
MUST_CHECK int signals_open(void);
bool signals_received(int fd); /* never waits */
