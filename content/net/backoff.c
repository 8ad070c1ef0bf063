/* Exponential back-off with jitter. */
#include "content/net/backoff.h"

#define LEAST_DEFAULT_MS 1000
#define MOST_DEFAULT_MS 300000

void backoff_init(struct backoff *b, uint32_t least_ms, uint32_t most_ms, uint64_t seed)
{
    *b = (struct backoff){
        .least_ms = least_ms ? least_ms : LEAST_DEFAULT_MS,
        .most_ms = most_ms ? most_ms : MOST_DEFAULT_MS,
        .random = seed,
    };
}

/* splitmix64: jitter needs to differ, not to be secret. */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t backoff_next_ms(struct backoff *b)
{
    uint64_t least = b->least_ms ? b->least_ms : 1;
    uint64_t most = b->most_ms > least ? b->most_ms : least;
    /* 32 doublings exceed any uint32_t, so the shift cannot overflow 64 bits. */
    uint64_t whole = least << (b->failures < 32 ? b->failures : 32);
    if (whole > most)
        whole = most;
    if (b->failures < UINT32_MAX)
        b->failures++;
    uint64_t half = whole / 2;
    uint64_t wait = half + random_next(&b->random) % (whole - half + 1);
    return wait ? (uint32_t)wait : 1;
}

void backoff_succeeded(struct backoff *b)
{
    b->failures = 0;
}
