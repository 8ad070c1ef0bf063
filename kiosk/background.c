/* Two queues and a thread between them. */
#include "kiosk/background.h"

#include "base/queue.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { JOBS_MAX = 32 };

struct background {
    struct queue *todo, *done;
    pthread_t thread;
    int stop_fd;
};

static void job_destroy(void *job)
{
    struct job *j = job;
    j->destroy(j);
}

static void *background_main(void *context)
{
    struct background *b = context;
    struct pollfd fds[] = {{.fd = b->stop_fd, .events = POLLIN},
                           {.fd = queue_fd(b->todo), .events = POLLIN}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            break;
        if (fds[0].revents)
            break;
        void *job = queue_receive(b->todo);
        if (!job)
            continue;
        ((struct job *)job)->run(job);
        /* `done` holds as many as can be under way (background_send sees to it). */
        if (queue_send(b->done, &job) < 0)
            job_destroy(job);
    }
    return NULL;
}

int background_create(struct background **ret)
{
    struct background *b = calloc(1, sizeof(*b));
    if (!b)
        return -ENOMEM;
    b->stop_fd = eventfd(0, EFD_CLOEXEC);
    int r = b->stop_fd < 0 ? -errno : queue_create(JOBS_MAX, job_destroy, &b->todo);
    if (r == 0)
        r = queue_create(2 * JOBS_MAX + 1, job_destroy, &b->done);
    if (r == 0) {
        sigset_t all, before; /* signals are the main thread's */
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        r = -pthread_create(&b->thread, NULL, background_main, b);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    if (r < 0) {
        queue_destroy(b->todo);
        queue_destroy(b->done);
        if (b->stop_fd >= 0)
            close(b->stop_fd);
        free(b);
        return r;
    }
    *ret = b;
    return 0;
}

void background_destroy(struct background *b)
{
    if (!b)
        return;
    const uint64_t one = 1;
    if (write(b->stop_fd, &one, sizeof(one)) == (ssize_t)sizeof(one))
        pthread_join(b->thread, NULL);
    queue_destroy(b->todo);
    queue_destroy(b->done);
    close(b->stop_fd);
    free(b);
}

int background_send(struct background *b, struct job **take)
{
    void *job = *take;
    int r = queue_send(b->todo, &job);
    if (r == 0)
        *take = NULL;
    return r;
}

struct job *background_receive(struct background *b)
{
    return queue_receive(b->done);
}

int background_fd(const struct background *b)
{
    return queue_fd(b->done);
}
