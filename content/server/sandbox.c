/* Running bubblewrap: start, read lines, wait. */
#include "content/server/sandbox.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    ARGUMENTS_MOST = 128,
    LINE_MOST = 4096,
    POLL_MS = 100,
    STATUS_FD = 3,   /* inside: bubblewrap tells there whether the program ran */
    NOT_FOUND = 127, /* how prlimit and nice end when there is no such program */
    SPACE_LEAST_BYTES = 16 * 1024 * 1024, /* less: what failed may have failed for that */
};

static const char *const before[] = {
    "bwrap",
    "--json-status-fd",
    "3", /* STATUS_FD */
    "--unshare-all",
    "--die-with-parent",
    "--new-session",
    "--ro-bind",
    "/usr",
    "/usr",
    "--ro-bind-try",
    "/etc/alternatives",
    "/etc/alternatives",
    "--symlink",
    "usr/lib",
    "/lib",
    "--symlink",
    "usr/lib64",
    "/lib64",
    "--symlink",
    "usr/bin",
    "/bin",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--tmpfs",
    "/tmp",
    "--clearenv",
    "--setenv",
    "PATH",
    "/usr/bin",
};

/* The whole command. prlimit sets what bubblewrap does not. */
static int compose(const struct sandbox_job *job, char *limit, const char **ret)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(before); i++)
        ret[n++] = before[i];
    const char *const own[] = {
        "--ro-bind",       job->input, "/in", "--bind",  job->output, "/out",
        "--chdir",         "/out",     "--",  "prlimit", limit,       "--core=0",
        "--as=4294967296", "nice",     "-n",  "10"};
    for (size_t i = 0; i < ARRAY_LENGTH(own); i++)
        ret[n++] = own[i];
    for (size_t i = 0; job->argv[i]; i++) {
        if (n + 1 >= ARGUMENTS_MOST)
            return -E2BIG;
        ret[n++] = job->argv[i];
    }
    ret[n] = NULL;
    return 0;
}

static int start(const struct sandbox_job *job, int output_fd, int status_fd, pid_t *ret)
{
    const char *argv[ARGUMENTS_MOST];
    char limit[64];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    snprintf(limit, sizeof(limit), "--fsize=%llu",
             (unsigned long long)job->output_most_bytes);
    int r = compose(job, limit, argv);
    if (r < 0)
        return r;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output_fd, 1);
    posix_spawn_file_actions_adddup2(&actions, output_fd, 2);
    posix_spawn_file_actions_adddup2(&actions, status_fd, STATUS_FD);
    posix_spawnattr_init(&attributes);
    sigemptyset(&none); /* ours are blocked for sigwait */
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    extern char **environ;
    r = posix_spawnp(ret, "bwrap", &actions, &attributes, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return -r;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Lines as they come; the rest of a line that is too long is dropped. */
static void give_lines(const struct sandbox_job *job, char *line, size_t *length,
                       const char *data, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (data[i] != '\n' && data[i] != '\r') {
            if (*length < LINE_MOST - 1)
                line[(*length)++] = data[i];
            continue;
        }
        line[*length] = '\0';
        if (*length > 0 && job->line)
            job->line(job->context, line);
        *length = 0;
    }
}

/* Until the program closes its end. */
static int read_all(const struct sandbox_job *job, int fd)
{
    char line[LINE_MOST], data[4096];
    size_t length = 0;
    int64_t end_ms = now_ms() + job->limit_ms;
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (atomic_load(job->cancel))
            return -ECANCELED;
        if (now_ms() > end_ms)
            return -ETIME;
        if (poll(&p, 1, POLL_MS) <= 0)
            continue;
        ssize_t n = read(fd, data, sizeof(data));
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n == 0) {
            give_lines(job, line, &length, "\n", 1);
            return 0;
        }
        if (n > 0)
            give_lines(job, line, &length, data, (size_t)n);
    }
}

/* What bubblewrap told: `{"child-pid": ...}` when the program began, `{"exit-code": N}`
 * when it ended. The pipe holds a few hundred bytes, and who wrote them is dead. */
static void read_status(int fd, bool *ret_began, int *ret_code)
{
    char text[4096];
    ssize_t n = read(fd, text, sizeof(text) - 1);
    text[n > 0 ? n : 0] = '\0';
    *ret_began = strstr(text, "\"child-pid\"") != NULL;
    const char *code = strstr(text, "\"exit-code\"");
    if (!code || sscanf(code, "\"exit-code\": %d", ret_code) != 1)
        *ret_code = -1;
}

static bool is_full(const char *folder)
{
    struct statvfs st;
    return statvfs(folder, &st) == 0 &&
           (uint64_t)st.f_bavail * st.f_frsize < SPACE_LEAST_BYTES;
}

/* Whose fault an end is: the input's or this machine's. */
static int judge_end(const struct sandbox_job *job, int r, int status, int status_fd)
{
    bool began;
    int code;
    read_status(status_fd, &began, &code);
    if (r == -ETIME)
        return began ? r : -EAGAIN;
    if (r < 0)
        return r;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    if (code < 0)
        return -EAGAIN;
    if (code == NOT_FOUND)
        return -ENOENT;
    return is_full(job->output) ? -ENOSPC : -EBADMSG;
}

int sandbox_run(const struct sandbox_job *job)
{
    int ends[2], told[2];
    pid_t pid = -1;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    CLEANUP(file_closep) int reading = ends[0];
    if (pipe2(told, O_CLOEXEC | O_NONBLOCK) < 0) {
        close(ends[1]);
        return -errno;
    }
    CLEANUP(file_closep) int status_fd = told[0];
    int r = start(job, ends[1], told[1], &pid);
    close(ends[1]);
    close(told[1]);
    if (r < 0)
        return r;
    r = read_all(job, reading);
    if (r < 0) /* what is inside dies with it */
        kill(pid, SIGKILL);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return judge_end(job, r, status, status_fd);
}
