/* A bounded queue of pointers between threads, with a descriptor to poll. */
#include "base/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct queue {
    void (*destroy)(void *);
    int fd;
    pthread_mutex_t lock;
    unsigned capacity, head, count; /* head, count: guarded by lock */
    void *messages[];               /* guarded by lock */
};

int queue_create(unsigned capacity, void (*destroy)(void *), struct queue **ret)
{
    struct queue *q = calloc(1, sizeof(*q) + capacity * sizeof(q->messages[0]));
    if (!q)
        return -ENOMEM;
    q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
    if (q->fd < 0) {
        int r = -errno;
        free(q);
        return r;
    }
    pthread_mutex_init(&q->lock, NULL);
    q->capacity = capacity;
    q->destroy = destroy;
    *ret = q;
    return 0;
}

void queue_destroy(struct queue *q)
{
    if (!q)
        return;
    for (void *message; (message = queue_receive(q));)
        if (q->destroy)
            q->destroy(message);
    close(q->fd);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

int queue_send(struct queue *q, void **take)
{
    pthread_mutex_lock(&q->lock);
    int r = q->count == q->capacity ? -EAGAIN : 0;
    if (r == 0) {
        q->messages[(q->head + q->count++) % q->capacity] = *take;
        *take = NULL;
        /* Cannot block: the counter is far from its maximum. */
        if (eventfd_write(q->fd, 1) < 0)
            r = -errno;
    }
    pthread_mutex_unlock(&q->lock);
    return r;
}

void *queue_receive(struct queue *q)
{
    void *message = NULL;
    pthread_mutex_lock(&q->lock);
    if (q->count > 0) {
        message = q->messages[q->head];
        q->head = (q->head + 1) % q->capacity;
        q->count--;
        eventfd_t one;
        if (eventfd_read(q->fd, &one) < 0)
            abort(); /* counter and count move together under the lock */
    }
    pthread_mutex_unlock(&q->lock);
    return message;
}

int queue_fd(const struct queue *q)
{
    return q->fd;
}
