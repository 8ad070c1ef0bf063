/* One page at a time: drawn, turned into dots and sent by a thread of its own, with a
 * deadline, because printers are switched off, without paper, or behind a loose cable. */
#include "kiosk/print/printer.h"

#include "base/clock.h"
#include "base/text.h"
#include "kiosk/print/escpos.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEADLINE_US INT64_C(20000000) /* a metre of paper takes ten seconds */
#define BYTES_MAX ((size_t)2 * 1024 * 1024)

struct printer {
    char target[256];
    int dots;
    pthread_t thread;
    int stop_fd; /* readable: give up */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    /* Under the lock: */
    struct page *page; /* to be printed; NULL: none */
    char place[128], day[16];
    bool stop, busy;
    int error;
};

/* ---- sending ---- */

/* Splits "tcp:HOST:PORT"; false: it is none. */
static bool target_split(const char *target, char host[200], const char **ret_port)
{
    const char *colon = strrchr(target, ':');
    if (strncmp(target, "tcp:", 4) != 0 || colon < target + 5 || !colon[1] ||
        (size_t)(colon - target - 4) >= 200)
        return false;
    memcpy(host, target + 4, (size_t)(colon - target - 4));
    host[colon - target - 4] = '\0';
    *ret_port = colon + 1;
    return true;
}

bool printer_target_valid(const char *target)
{
    char host[200];
    const char *port;
    int64_t number;
    if (strlen(target) >= sizeof(((struct printer *)0)->target))
        return false;
    if (target[0] == '/')
        return true;
    return target_split(target, host, &port) &&
           text_to_int64(port, 1, 65535, &number) == 0;
}

/* Until `fd` is ready for `events`: 0, -ETIMEDOUT, or -ECANCELED when told to stop. */
static int ready_wait(const struct printer *p, int fd, short events, int64_t deadline_us)
{
    struct pollfd fds[] = {{.fd = fd, .events = events},
                           {.fd = p->stop_fd, .events = POLLIN}};
    int64_t left_ms = (deadline_us - clock_monotonic_us(clock_system())) / 1000;
    int r = left_ms > 0 ? poll(fds, ARRAY_LENGTH(fds), (int)left_ms) : 0;
    if (r < 0)
        return errno == EINTR ? 0 : -errno;
    if (fds[1].revents)
        return -ECANCELED;
    return r == 0 ? -ETIMEDOUT : 0;
}

static int connect_to(const struct printer *p, const struct addrinfo *a,
                      int64_t deadline_us, int *ret)
{
    int error = 0;
    socklen_t size = sizeof(error);
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int r = connect(fd, a->ai_addr, a->ai_addrlen) < 0 ? -errno : 0;
    if (r == -EINPROGRESS)
        r = ready_wait(p, fd, POLLOUT, deadline_us);
    if (r == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0)
        r = -error;
    if (r < 0) {
        close(fd);
        return r;
    }
    *ret = fd;
    return 0;
}

static int target_open(const struct printer *p, int64_t deadline_us, int *ret)
{
    char host[200];
    const char *port;
    if (!target_split(p->target, host, &port)) {
        *ret = open(p->target, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        return *ret < 0 ? -errno : 0;
    }
    /* An address, not a name: looking one up could wait past every deadline. */
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return -EHOSTUNREACH;
    int r = -EHOSTUNREACH;
    for (const struct addrinfo *a = list; a && r < 0 && r != -ECANCELED; a = a->ai_next)
        r = connect_to(p, a, deadline_us, ret);
    freeaddrinfo(list);
    return r;
}

static int bytes_send(const struct printer *p, int fd, const struct buf *b,
                      int64_t deadline_us)
{
    size_t sent = 0;
    while (sent < b->length) {
        ssize_t n = send(fd, b->data + sent, b->length - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == ENOTSOCK)
            n = write(fd, b->data + sent, b->length - sent);
        if (n > 0) {
            sent += (size_t)n;
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return -errno;
        int r = ready_wait(p, fd, POLLOUT, deadline_us);
        if (r < 0)
            return r;
    }
    return 0;
}

static int page_print(const struct printer *p, const struct page *page,
                      const struct receipt_head *head)
{
    CLEANUP(canvas_destroyp) struct canvas *c = NULL;
    struct buf bytes = BUF_INIT(BYTES_MAX);
    int64_t deadline_us = clock_monotonic_us(clock_system()) + DEADLINE_US;
    int fd = -1;
    int r = receipt_draw(page, head, p->dots, &c);
    if (r == 0)
        r = escpos_write(c, &bytes);
    if (r == 0)
        r = target_open(p, deadline_us, &fd);
    if (r == 0)
        r = bytes_send(p, fd, &bytes, deadline_us);
    if (fd >= 0 && close(fd) < 0 && r == 0)
        r = -errno;
    buf_release(&bytes);
    return r;
}

/* ---- the thread ---- */

static void *printer_run(void *argument)
{
    struct printer *p = argument;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->stop) {
        if (!p->page) {
            (void)pthread_cond_wait(&p->wake, &p->lock);
            continue;
        }
        struct page *page = p->page;
        char place[sizeof(p->place)], day[sizeof(p->day)];
        memcpy(place, p->place, sizeof(place));
        memcpy(day, p->day, sizeof(day));
        p->page = NULL;
        (void)pthread_mutex_unlock(&p->lock);
        int r = page_print(p, page, &(struct receipt_head){place, day});
        page_destroy(page);
        (void)pthread_mutex_lock(&p->lock);
        p->busy = false;
        p->error = r;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

int printer_create(const char *target, int dots, struct printer **ret)
{
    if (!printer_target_valid(target) || dots < 64 || dots > 4096)
        return -EINVAL;
    struct printer *p = calloc(1, sizeof(*p));
    if (!p)
        return -ENOMEM;
    (void)text_copy(p->target, sizeof(p->target), target);
    p->dots = dots;
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->wake, NULL);
    p->stop_fd = eventfd(0, EFD_CLOEXEC);
    int r = p->stop_fd < 0 ? -errno : -pthread_create(&p->thread, NULL, printer_run, p);
    if (r < 0) {
        if (p->stop_fd >= 0)
            close(p->stop_fd);
        pthread_cond_destroy(&p->wake);
        pthread_mutex_destroy(&p->lock);
        free(p);
        return r;
    }
    *ret = p;
    return 0;
}

void printer_destroy(struct printer *p)
{
    if (!p)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->stop = true;
    (void)pthread_cond_signal(&p->wake);
    (void)pthread_mutex_unlock(&p->lock);
    (void)eventfd_write(p->stop_fd, 1);
    (void)pthread_join(p->thread, NULL);
    page_destroy(p->page);
    close(p->stop_fd);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

int printer_print(struct printer *p, struct page **take, const struct receipt_head *head)
{
    (void)pthread_mutex_lock(&p->lock);
    int r = p->busy ? -EBUSY : 0;
    if (r == 0) {
        p->busy = true;
        p->error = 0;
        p->page = *take;
        *take = NULL;
        (void)text_copy(p->place, sizeof(p->place), head->place);
        (void)text_copy(p->day, sizeof(p->day), head->day);
        (void)pthread_cond_signal(&p->wake);
    }
    (void)pthread_mutex_unlock(&p->lock);
    return r;
}

enum printer_state printer_state(struct printer *p)
{
    (void)pthread_mutex_lock(&p->lock);
    enum printer_state state = p->busy    ? PRINTER_BUSY
                               : p->error ? PRINTER_FAILED
                                          : PRINTER_READY;
    (void)pthread_mutex_unlock(&p->lock);
    return state;
}

int printer_error(struct printer *p)
{
    (void)pthread_mutex_lock(&p->lock);
    int error = p->error;
    (void)pthread_mutex_unlock(&p->lock);
    return error;
}
