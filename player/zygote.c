/* The zygote: forks workers on request. The kiosk's main thread talks to it. */
#include "player/zygote.h"

#include "base/file.h"
#include "player/sandbox.h"
#include "player/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS_MAX 64

struct zygote {
    int fd;
    pid_t pid;
    uint64_t next_id;
};

struct request {
    uint64_t id;
    bool kill;
    struct worker_order order;
};

struct children {
    struct {
        uint64_t id;
        pid_t pid;
    } list[WORKERS_MAX];
    size_t count;
};

enum { FD_MEDIA, FD_SHARED, FD_CONTROL, FD_COUNT };

static int receive(int fd, struct request *request, int fds[FD_COUNT])
{
    struct iovec data = {request, sizeof(*request)};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int) * FD_COUNT)];
    } control;
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    ssize_t n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    if (n != (ssize_t)sizeof(*request))
        return n < 0 ? -errno : -EPIPE;
    for (int i = 0; i < FD_COUNT; i++)
        fds[i] = -1;
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    if (c && c->cmsg_type == SCM_RIGHTS &&
        c->cmsg_len == CMSG_LEN(sizeof(int) * FD_COUNT))
        memcpy(fds, CMSG_DATA(c), sizeof(int) * FD_COUNT);
    return 0;
}

/* A hostile worker must not fill the log; a sanitizer's report must get out. */
static bool quiet_errors(int null)
{
#ifdef SANDBOX_SANITIZED
    (void)null;
    return true;
#else
    return dup2(null, 2) >= 0;
#endif
}

NORETURN static void become_worker(const struct request *request, const int fds[FD_COUNT],
                                   worker_hook hook)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "tramtin-worker");
    /* Only what was sent: out of the way first, it may lie on 0 to 5. */
    int high[FD_COUNT];
    for (int i = 0; i < FD_COUNT; i++)
        high[i] = fcntl(fds[i], F_DUPFD, 100);
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || !quiet_errors(null))
        _exit(1);
    for (int i = 0; i < FD_COUNT; i++)
        if (high[i] < 0 || dup2(high[i], 3 + i) < 0)
            _exit(1);
    if (close_range(3 + FD_COUNT, ~0U, 0) < 0)
        _exit(1);
    worker_main(&request->order, 3 + FD_MEDIA, 3 + FD_SHARED, 3 + FD_CONTROL, hook);
}

static void spawn(const struct request *request, int fds[FD_COUNT],
                  struct children *children, worker_hook hook)
{
    if (fds[FD_CONTROL] < 0 || children->count == WORKERS_MAX)
        return;
    pid_t pid = fork();
    if (pid == 0)
        become_worker(request, fds, hook);
    if (pid > 0) {
        children->list[children->count].id = request->id;
        children->list[children->count++].pid = pid;
    }
}

static void reap(struct children *children)
{
    for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;)
        for (size_t i = 0; i < children->count; i++)
            if (children->list[i].pid == pid) {
                children->list[i] = children->list[--children->count];
                break;
            }
}

static void kill_worker(const struct children *children, uint64_t id)
{
    for (size_t i = 0; i < children->count; i++)
        if (children->list[i].id == id)
            kill(children->list[i].pid, SIGKILL);
}

NORETURN static void run(int fd, worker_hook hook)
{
    prctl(PR_SET_NAME, "tramtin-zygote");
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGINT, SIG_IGN); /* the kiosk decides when to go */
    signal(SIGTERM, SIG_IGN);
    int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    struct children children = {0};
    /* One arena: a worker's threads are few and memory is dear. */
    mallopt(M_ARENA_MAX, 1);
    worker_preload();
    for (;;) {
        struct pollfd p[] = {{.fd = fd, .events = POLLIN},
                             {.fd = signals, .events = POLLIN}};
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            break;
        struct signalfd_siginfo info;
        while (read(signals, &info, sizeof(info)) > 0)
            reap(&children);
        if (!(p[0].revents & (POLLIN | POLLHUP)))
            continue;
        struct request request;
        int fds[FD_COUNT] = {-1, -1, -1};
        if (receive(fd, &request, fds) < 0)
            break;
        if (request.kill)
            kill_worker(&children, request.id);
        else
            spawn(&request, fds, &children, hook);
        for (int i = 0; i < FD_COUNT; i++)
            file_closep(&fds[i]);
    }
    for (size_t i = 0; i < children.count; i++)
        kill(children.list[i].pid, SIGKILL);
    _exit(0);
}

int zygote_start_hooked(worker_hook hook, struct zygote **ret)
{
    struct zygote *z = calloc(1, sizeof(*z));
    if (!z)
        return -ENOMEM;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        free(z);
        return -errno;
    }
    pid_t parent = getpid();
    z->pid = fork();
    if (z->pid < 0) {
        int r = -errno;
        close(pair[0]);
        close(pair[1]);
        free(z);
        return r;
    }
    if (z->pid == 0) {
        close(pair[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0);
        run(pair[1], hook);
    }
    close(pair[1]);
    z->fd = pair[0];
    *ret = z;
    return 0;
}

int zygote_start(struct zygote **ret)
{
    return zygote_start_hooked(NULL, ret);
}

void zygote_stop(struct zygote *z)
{
    if (!z)
        return;
    shutdown(z->fd, SHUT_RDWR); /* even if somebody else holds a copy */
    close(z->fd);
    waitpid(z->pid, NULL, 0);
    free(z);
}

static int send_request(struct zygote *z, const struct request *request, const int *fds)
{
    struct iovec data = {(void *)request, sizeof(*request)};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int) * FD_COUNT)];
    } control = {0};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (fds) {
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * FD_COUNT);
        memcpy(CMSG_DATA(c), fds, sizeof(int) * FD_COUNT);
    }
    ssize_t n = sendmsg(z->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    return n == (ssize_t)sizeof(*request) ? 0 : -errno;
}

int zygote_spawn(struct zygote *z, const struct worker_order *order, int media_fd,
                 int shared_fd, uint64_t *ret_id, int *ret_fd)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        return -errno;
    struct request request = {.id = ++z->next_id, .order = *order};
    const int fds[FD_COUNT] = {media_fd, shared_fd, pair[1]};
    int r = send_request(z, &request, fds);
    close(pair[1]);
    if (r < 0) {
        close(pair[0]);
        return r;
    }
    *ret_id = request.id;
    *ret_fd = pair[0];
    return 0;
}

void zygote_kill(struct zygote *z, uint64_t id)
{
    struct request request = {.id = id, .kill = true};
    /* If the zygote is gone, so is the worker. */
    (void)!send_request(z, &request, NULL);
}

bool zygote_alive(struct zygote *z)
{
    siginfo_t info = {0};
    /* Left to be waited for: zygote_stop does. */
    return waitid(P_PID, (id_t)z->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}
