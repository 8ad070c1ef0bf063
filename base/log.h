#pragma once
#include "base/attr.h"

/* One line per event on standard error: time, level, module, sentence, key=value. Only
 * programs log above debug. Never personal data. Safe from any thread. */

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* At start, before threads. Default LOG_INFO. */
void log_set_level(enum log_level level);

/* log_write(LOG_INFO, "sync", "manifest accepted", "number=%lld documents=%u", ...);
 * `fields` may be NULL. Repeats of the same sentence within a second are counted, not
 * written, so that a fault cannot fill a disk. */
void log_write(enum log_level level, const char *module, const char *sentence,
               const char *fields, ...) PRINTF_LIKE(4, 5);
