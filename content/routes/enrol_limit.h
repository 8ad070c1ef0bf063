#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Nobody has to prove anything before asking to be enrolled, so each address may ask only
 * so often. Two addresses may share a line of the table: then the later one begins anew,
 * which errs towards letting units in. Any thread; all zero is ready. */

enum { ENROL_MOST_PER_MINUTE = 60, ENROL_LINES = 1024 };

struct enrol_limit {
    pthread_mutex_t lock; /* guards all below */
    struct enrol_line {
        char remote[64];
        int64_t since_ms;
        unsigned count;
    } lines[ENROL_LINES];
};

/* Counts this one; false when it is too many, with the seconds after which it may ask. */
bool enrol_limit_allows(struct enrol_limit *l, const char *remote, int64_t now_ms,
                        unsigned *ret_retry_s);
