/* The worker threads and the thread that watches deadlines. Handlers run here and nowhere
 * else, so that an event thread never waits for the database or a disk. */
#include "content/http/internal.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum { TICK_LEAST_US = 20000, TICK_MOST_US = 1000000 };

int64_t http_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int http_workers_submit(struct http_exchange *x)
{
    struct http_server *s = x->server;
    pthread_mutex_lock(&s->lock);
    bool stopping = s->stopping;
    if (!stopping)
        s->suspended++;
    pthread_mutex_unlock(&s->lock);
    if (stopping)
        return -EAGAIN;
    x->phase = HTTP_PHASE_WORKING;
    /* Not under our lock: the library takes its own, and calls us with it elsewhere. */
    MHD_suspend_connection(x->connection);
    pthread_mutex_lock(&s->lock);
    http_queue_push_locked(s, x);
    pthread_mutex_unlock(&s->lock);
    return 0;
}

/* The exchange goes back to its event thread; it may be gone when this returns. */
static void hand_back(struct http_server *s, struct http_exchange *x,
                      enum http_phase phase)
{
    x->phase = phase;
    MHD_resume_connection(x->connection);
    pthread_mutex_lock(&s->lock);
    if (--s->suspended == 0) {
        pthread_cond_broadcast(&s->drained);
        if (s->stopping)
            pthread_cond_broadcast(&s->work);
    }
    pthread_mutex_unlock(&s->lock);
}

/* Park, unless there was a wake since the handler looked, or we are stopping. */
static void park(struct http_server *s, struct http_exchange *x)
{
    pthread_mutex_lock(&s->lock);
    if (s->stopping)
        x->expired = true;
    if (s->stopping || s->generation != x->generation)
        http_queue_push_locked(s, x);
    else
        http_lot_park_locked(s, x);
    pthread_mutex_unlock(&s->lock);
}

static void fail(struct http_exchange *x, int error)
{
    const struct http_service *service = x->server->service;
    if (service->failed)
        service->failed(service->context, http_method_name(x->method),
                        x->match.route->path, error);
    if (error == -ENOMEM || error == -EAGAIN || error == -EBUSY || error == -ENOTCONN)
        http_respond_problem(x, 503, "the server is busy, please try again");
    else
        http_respond_problem(x, 500, "the server could not answer; its log says why");
}

static int call_handler(struct http_exchange *x)
{
    const struct http_service *service = x->server->service;
    const struct http_route *route = x->match.route;
    if (!x->authorised && service->authorise) {
        int r = service->authorise(x);
        if (r < 0)
            return r;
    }
    x->authorised = true;
    if (route->body == HTTP_BODY_FILE && x->upload_fd < 0)
        return route->accept(x);
    return route->handle(x);
}

static void run(struct http_server *s, struct http_exchange *x)
{
    int64_t begin_us = http_now_us();
    bool had_file = x->upload_fd >= 0;
    free(x->topic);
    x->topic = NULL;
    int r = call_handler(x);
    bool accepted = !had_file && x->upload_fd >= 0;
    if (r < 0 && !x->response)
        fail(x, r);
    else if (!x->response && !accepted && (!x->topic || x->expired))
        fail(x, -EPROTO); /* a handler that did not answer */
    int64_t took_us = http_now_us() - begin_us;
    http_count(s, x, x->response ? x->status : 0, took_us);
    if (!x->response && accepted)
        hand_back(s, x, HTTP_PHASE_ACCEPTED);
    else if (!x->response && x->topic)
        park(s, x);
    else /* also when there was no memory for a sentence: then the event thread closes */
        hand_back(s, x, HTTP_PHASE_READY);
}

static void *worker_main(void *context)
{
    struct http_server *s = context;
    pthread_setname_np(pthread_self(), "http-worker");
    pthread_mutex_lock(&s->lock);
    for (;;) {
        struct http_exchange *x = http_queue_pop_locked(s);
        if (!x && s->stopping && s->suspended == 0)
            break;
        if (!x) {
            pthread_cond_wait(&s->work, &s->lock);
            continue;
        }
        x->generation = s->generation;
        pthread_mutex_unlock(&s->lock);
        run(s, x);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static struct timespec to_timespec(int64_t us)
{
    return (struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
}

static void *ticker_main(void *context)
{
    struct http_server *s = context;
    pthread_setname_np(pthread_self(), "http-deadlines");
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        pthread_mutex_unlock(&s->lock);
        int64_t now_us = http_now_us();
        int64_t soonest = http_connections_expire(s, now_us);
        pthread_mutex_lock(&s->lock);
        int64_t parked = http_lot_expire_locked(s, now_us);
        if (parked < soonest)
            soonest = parked;
        /* Never in a hurry, never asleep so long that a new connection is forgotten. */
        if (soonest < now_us + TICK_LEAST_US)
            soonest = now_us + TICK_LEAST_US;
        if (soonest > now_us + TICK_MOST_US)
            soonest = now_us + TICK_MOST_US;
        s->next_tick_us = soonest;
        struct timespec until = to_timespec(soonest);
        if (!s->stopping)
            pthread_cond_timedwait(&s->tick, &s->lock, &until);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

int http_workers_start(struct http_server *s)
{
    for (unsigned i = 0; i < s->options.workers + 1; i++) {
        int r = pthread_create(&s->threads[i], NULL, i ? worker_main : ticker_main, s);
        if (r != 0)
            return -r;
        s->thread_count++;
    }
    return 0;
}

void http_workers_drain(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    http_lot_expire_locked(s, INT64_MAX);
    pthread_cond_broadcast(&s->work);
    pthread_cond_broadcast(&s->tick);
    while (s->suspended > 0)
        pthread_cond_wait(&s->drained, &s->lock);
    /* The answers are with the event threads now; give them a moment to leave. */
    int64_t until_us = http_now_us() + (int64_t)s->options.drain_ms * 1000;
    struct timespec until = to_timespec(until_us);
    while (s->exchanges > 0 &&
           pthread_cond_timedwait(&s->drained, &s->lock, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&s->lock);
}

void http_workers_join(struct http_server *s)
{
    for (unsigned i = 0; i < s->thread_count; i++)
        pthread_join(s->threads[i], NULL);
    s->thread_count = 0;
}
