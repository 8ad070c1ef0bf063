#pragma once
#include <stdint.h>

/* Waiting longer after each failure, jittered so that a thousand units that lost the same
 * server do not return in the same second. Never zero. */

struct backoff {
    uint32_t least_ms, most_ms; /* of the exponential; 0: 1,000 and 300,000 */
    uint32_t failures;
    uint64_t random; /* state; any value, different on each unit */
};

void backoff_init(struct backoff *b, uint32_t least_ms, uint32_t most_ms, uint64_t seed);

/* After a failure: how long to wait, between half and the whole of least * 2^failures,
 * capped at most_ms; at least 1 ms whatever the numbers. */
uint32_t backoff_next_ms(struct backoff *b);
void backoff_succeeded(struct backoff *b);
