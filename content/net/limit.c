/* The rate that all bulk transfers of a net share: an allowance that refills with time;
 * who finds it used up is paused. (curl's own limit is per transfer and lets a second's
 * worth through at once.) */
#include "content/net/internal.h"

#include <time.h>

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void refill(struct net *n)
{
    int64_t now = now_us();
    double rate = (double)n->limit_bytes_per_s;
    n->allowance += rate * (double)(now - n->allowance_us) / 1e6;
    n->allowance_us = now;
    /* What was not used for a quarter of a second is lost, so no burst is longer. */
    if (n->allowance > rate / 4)
        n->allowance = rate / 4;
}

bool net_limit_take(struct net_transfer *t, size_t bytes)
{
    struct net *n = t->net;
    if (!t->request.bulk || !n->limit_bytes_per_s)
        return true;
    refill(n);
    if (n->allowance <= 0) {
        if (!t->paused)
            n->paused++;
        t->paused = true;
        return false;
    }
    n->allowance -= (double)bytes;
    return true;
}

int net_limit_wait_ms(struct net *n, int timeout_ms)
{
    if (!n->paused || !n->limit_bytes_per_s)
        return n->paused ? 0 : timeout_ms;
    refill(n);
    double wait_ms = -n->allowance * 1e3 / (double)n->limit_bytes_per_s + 1;
    if (wait_ms < 1)
        wait_ms = 1;
    return wait_ms < timeout_ms ? (int)wait_ms : timeout_ms;
}

void net_limit_resume(struct net *n)
{
    if (!n->paused)
        return;
    if (n->limit_bytes_per_s) {
        refill(n);
        if (n->allowance <= 0)
            return;
    }
    for (struct net_transfer *t = n->transfers; t; t = t->next) {
        if (!t->paused)
            continue;
        t->paused = false;
        n->paused--;
        /* Hands over what was held back; may pause again. */
        curl_easy_pause(t->easy, CURLPAUSE_CONT);
    }
}
