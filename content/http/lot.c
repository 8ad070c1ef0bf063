/* The queue in front of the workers, and the parking lot: exchanges that wait for a
 * topic, in a hash table of lists. A parked long poll costs its exchange and its
 * connection and nothing else. The server's lock is held throughout. */
#include "content/http/internal.h"

#include <string.h>

static size_t bucket_of(const char *topic)
{
    uint32_t hash = 2166136261U; /* FNV-1a: topics are our own identifiers */
    for (; *topic; topic++)
        hash = (hash ^ (uint8_t)*topic) * 16777619U;
    return hash & (HTTP_LOT_BUCKETS - 1);
}

void http_queue_push_locked(struct http_server *s, struct http_exchange *x)
{
    x->next = NULL;
    x->previous = s->queue_last;
    if (s->queue_last)
        s->queue_last->next = x;
    else
        s->queue_first = x;
    s->queue_last = x;
    s->queued++;
    pthread_cond_signal(&s->work);
}

struct http_exchange *http_queue_pop_locked(struct http_server *s)
{
    struct http_exchange *x = s->queue_first;
    if (!x)
        return NULL;
    s->queue_first = x->next;
    if (s->queue_first)
        s->queue_first->previous = NULL;
    else
        s->queue_last = NULL;
    s->queued--;
    x->next = x->previous = NULL;
    return x;
}

void http_lot_park_locked(struct http_server *s, struct http_exchange *x)
{
    struct http_exchange **head = &s->lot[bucket_of(x->topic)];
    x->previous = NULL;
    x->next = *head;
    if (*head)
        (*head)->previous = x;
    *head = x;
    s->parked++;
    if (x->park_until_us < s->next_tick_us)
        pthread_cond_signal(&s->tick);
}

static void leave_locked(struct http_server *s, struct http_exchange **head,
                         struct http_exchange *x)
{
    if (x->previous)
        x->previous->next = x->next;
    else
        *head = x->next;
    if (x->next)
        x->next->previous = x->previous;
    s->parked--;
    http_queue_push_locked(s, x);
}

void http_server_wake(struct http_server *s, const char *topic)
{
    pthread_mutex_lock(&s->lock);
    s->generation++;
    struct http_exchange **head = &s->lot[bucket_of(topic)];
    for (struct http_exchange *x = *head, *next; x; x = next) {
        next = x->next;
        if (strcmp(x->topic, topic) == 0)
            leave_locked(s, head, x);
    }
    pthread_mutex_unlock(&s->lock);
}

int64_t http_lot_expire_locked(struct http_server *s, int64_t now_us)
{
    int64_t soonest = INT64_MAX;
    for (size_t i = 0; s->parked && i < HTTP_LOT_BUCKETS; i++)
        for (struct http_exchange *x = s->lot[i], *next; x; x = next) {
            next = x->next;
            if (x->park_until_us <= now_us) {
                x->expired = true;
                leave_locked(s, &s->lot[i], x);
            } else if (x->park_until_us < soonest) {
                soonest = x->park_until_us;
            }
        }
    return soonest;
}
