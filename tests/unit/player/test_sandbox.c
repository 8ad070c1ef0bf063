#include "tests/support/test.h"

#include "base/clock.h"
#include "base/diag.h"
#include "player/clip.h"
#include "player/shared.h"
#include "player/zygote.h"
#include "tests/support/media_make.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Hooks run in a worker after its first picture, as code of a hostile file would. */

static pid_t tester; /* the process that a hostile worker would like to harm */

struct verdict {
    const char *what;
    bool (*harmless)(int shared_fd); /* runs in the worker */
};

static bool is_refused(long r)
{
    return r < 0 && errno == EPERM;
}

static bool open_is_refused(int fd)
{
    (void)fd;
    return is_refused(open("/etc/hostname", O_RDONLY | O_CLOEXEC)) &&
           is_refused(open("x", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) &&
           is_refused(syscall(SYS_open, "/etc/hostname", O_RDONLY));
}

static bool socket_is_refused(int fd)
{
    (void)fd;
    return is_refused(socket(AF_INET, SOCK_STREAM, 0)) &&
           is_refused(socket(AF_UNIX, SOCK_DGRAM, 0));
}

static bool resizing_is_refused(int fd)
{
    return is_refused(ftruncate(fd, 0)) && is_refused(ftruncate(fd, 1L << 40));
}

static bool ptrace_is_refused(int fd)
{
    (void)fd;
    return is_refused(ptrace(PTRACE_ATTACH, tester, NULL, NULL));
}

static bool only_its_descriptors_are_open(int fd)
{
    char byte;
    (void)fd;
    for (int i = 6; i < 64; i++)
        if (read(i, &byte, 0) != -1 || errno != EBADF)
            return false;
    return true;
}

static const struct verdict verdicts[] = {
    {"open", open_is_refused},
    {"socket", socket_is_refused},
    {"ftruncate", resizing_is_refused},
    {"ptrace", ptrace_is_refused},
    {"descriptors", only_its_descriptors_are_open},
};

/* Writes one letter per verdict where the test can read it, then gives up. */
static void hook_try_all(void *shared, int shared_fd)
{
    struct shared_header *h = shared;
    for (size_t i = 0; i < ARRAY_LENGTH(verdicts); i++)
        h->error[i] = verdicts[i].harmless(shared_fd) ? 'y' : 'n';
    atomic_store(&h->state, WORKER_FAILED);
    _exit(0);
}

static void hook_fork(void *shared, int fd)
{
    (void)shared;
    (void)fd;
    (void)!fork();
}

static void hook_execute(void *shared, int fd)
{
    char *const arguments[] = {NULL};
    (void)shared;
    (void)fd;
    (void)execve("/bin/true", arguments, arguments);
}

static void hook_signal(void *shared, int fd)
{
    (void)shared;
    (void)fd;
    (void)syscall(SYS_tgkill, tester, tester, SIGKILL);
}

static void hook_kill(void *shared, int fd)
{
    (void)shared;
    (void)fd;
    (void)kill(tester, SIGKILL);
}

static void hook_limit(void *shared, int fd)
{
    const struct rlimit none = {0, 0};
    (void)shared;
    (void)fd;
    (void)prlimit(tester, RLIMIT_NOFILE, &none, NULL);
}

static void hook_run_memory(void *shared, int fd)
{
    (void)shared;
    (void)fd;
    (void)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void hook_crash(void *shared, int fd)
{
    (void)shared;
    (void)fd;
    abort();
}

static void hook_hang(void *shared, int fd)
{
    const struct timespec long_time = {3600, 0};
    (void)shared;
    (void)fd;
    (void)nanosleep(&long_time, NULL);
}

static void hook_scribble(void *shared, int fd)
{
    memset(shared, 0xff, sizeof(struct shared_header));
    hook_hang(shared, fd);
}

static void hook_flood(void *shared, int fd)
{
    struct shared_header *h = shared;
    (void)fd;
    atomic_fetch_add(&h->frames_written, UINT64_C(1) << 40);
    atomic_fetch_add(&h->sound_written, UINT64_C(1) << 40);
    hook_hang(shared, fd);
}

static void hook_nonsense(void *shared, int fd)
{
    struct shared_header *h = shared;
    for (int i = 0; i < SHARED_FRAMES; i++) {
        h->frames[i].offset[0] = UINT64_MAX - 64;
        h->frames[i].width = INT32_MAX;
    }
    atomic_store(&h->length_us, INT64_MIN);
    atomic_store(&h->end_us, INT64_MAX);
    atomic_store(&h->state, WORKER_ENDED);
    hook_hang(shared, fd);
}

enum { HOOK_TRY_ALL, HOOK_NONE, HOOK_FIRST_BAD };

static const struct {
    const char *name;
    worker_hook run;
    const char *sentence; /* part of what the clip says */
} hooks[] = {
    {"try all", hook_try_all, ""},
    {"none", NULL, ""},
    {"fork", hook_fork, "the decoder crashed"},
    {"execute", hook_execute, "the decoder crashed"},
    {"signal", hook_signal, "the decoder crashed"},
    {"kill", hook_kill, "the decoder crashed"},
    {"limit", hook_limit, "the decoder crashed"},
    {"run memory", hook_run_memory, "the decoder crashed"},
    {"crash", hook_crash, "the decoder crashed"},
    {"hang", hook_hang, "the decoder hangs"},
    {"scribble", hook_scribble, "the decoder wrote nonsense"},
    {"flood", hook_flood, "the decoder wrote nonsense"},
    {"nonsense", hook_nonsense, "the decoder wrote nonsense"},
};

static struct zygote *zygotes[ARRAY_LENGTH(hooks)];

static int64_t now_us(void)
{
    return clock_monotonic_us(clock_system());
}

static const char *video(void)
{
    media_make("v.mp4", "-f lavfi -i testsrc2=s=64x64:r=25:d=2 -pix_fmt yuv420p "
                        "-c:v libx264");
    return "v.mp4";
}

static struct clip *open_clip(struct zygote *zygote)
{
    struct diag diag;
    struct clip *c;
    struct clip_spec spec = {.kind = CLIP_VIDEO, .name = "v.mp4"};
    spec.fd = open(video(), O_RDONLY | O_CLOEXEC);
    assert_true(spec.fd >= 0);
    assert_int_equal(clip_open(zygote, NULL, &spec, &c, &diag), 0);
    return c;
}

/* As a main loop would: poll, show, until `state` or for 15 s. */
static enum clip_state run_until(struct clip *c, enum clip_state state)
{
    for (int64_t until = now_us() + 15000000; now_us() < until;) {
        struct frame f;
        if (clip_poll(c) >= state)
            break;
        (void)clip_frame(c, now_us(), &f);
        struct pollfd p = {.fd = clip_fd(c), .events = POLLIN};
        (void)poll(&p, 1, 10);
    }
    return clip_poll(c);
}

static void test_sandbox__refuses_what_a_decoder_never_needs(void **state)
{
    (void)state;
    struct worker_order order = {.kind = CLIP_VIDEO};
    int media = open(video(), O_RDONLY | O_CLOEXEC), control;
    int memory = memfd_create("test", MFD_CLOEXEC);
    uint64_t id;
    assert_int_equal(ftruncate(memory, (off_t)SHARED_BYTES), 0);
    struct shared_header *h =
        mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    assert_true(h != MAP_FAILED);
    assert_int_equal(
        zygote_spawn(zygotes[HOOK_TRY_ALL], &order, media, memory, &id, &control), 0);
    struct pollfd p = {.fd = control, .events = POLLIN};
    while (atomic_load(&h->state) != WORKER_FAILED && poll(&p, 1, 10000) == 1 &&
           !(p.revents & POLLHUP))
        ;
    for (size_t i = 0; i < ARRAY_LENGTH(verdicts); i++) {
        if (h->error[i] != 'y')
            print_error("%s: '%c'\n", verdicts[i].what, h->error[i]);
        assert_int_equal(h->error[i], 'y');
    }
    munmap(h, SHARED_BYTES);
    close(memory);
    close(media);
    close(control);
}

static void test_sandbox__a_bad_worker_costs_its_own_clip_and_nothing_else(void **state)
{
    (void)state;
    struct clip *good = open_clip(zygotes[HOOK_NONE]);
    for (size_t i = HOOK_FIRST_BAD; i < ARRAY_LENGTH(hooks); i++) {
        struct clip *bad = open_clip(zygotes[i]);
        enum clip_state s = run_until(bad, CLIP_ENDED);
        if (s != CLIP_FAILED || !strstr(clip_error(bad), hooks[i].sentence))
            print_error("%s: %d %s\n", hooks[i].name, s, clip_error(bad));
        assert_int_equal(s, CLIP_FAILED);
        assert_non_null(strstr(clip_error(bad), hooks[i].sentence));
        clip_destroy(bad);
        assert_int_equal(run_until(good, CLIP_READY), CLIP_READY);
    }
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    assert_true(files.rlim_cur > 0);
    clip_start(good, now_us());
    assert_int_equal(run_until(good, CLIP_ENDED), CLIP_ENDED);
    clip_destroy(good);
}

/* A field of /proc/PID/status, or -1. */
static long status_of(pid_t pid, const char *field)
{
    char path[64], line[256];
    long value = -1;
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, field, strlen(field)) == 0)
            value = strtol(line + strlen(field), NULL, 10);
    if (f)
        (void)fclose(f);
    return value;
}

/* The youngest worker that descends from this program through a zygote; 0: none. */
static pid_t find_worker(void)
{
    pid_t found = 0;
    DIR *d = opendir("/proc");
    for (const struct dirent *e; (e = readdir(d));) {
        pid_t pid = (pid_t)strtol(e->d_name, NULL, 10), zygote = 0;
        if (pid > 0)
            zygote = (pid_t)status_of(pid, "PPid:");
        /* The dead have no memory; those that are being killed are older. */
        if (zygote > 1 && pid > found && status_of(zygote, "PPid:") == getpid() &&
            status_of(pid, "VmSize:") > 0)
            found = pid;
    }
    closedir(d);
    return found;
}

/* ThreadSanitizer has a thread of its own, from before main. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RUNTIME_THREADS 1
#endif
#endif
#ifndef RUNTIME_THREADS
#define RUNTIME_THREADS 0
#endif

static void test_sandbox__is_around_every_thread_of_a_worker_that_plays(void **state)
{
    (void)state;
    struct clip *c = open_clip(zygotes[HOOK_NONE]);
    assert_int_equal(run_until(c, CLIP_READY), CLIP_READY);
    clip_start(c, now_us());
    pid_t worker = find_worker();
    assert_true(worker > 0);
    assert_int_equal(status_of(worker, "Seccomp:"), 2);
    assert_int_equal(status_of(worker, "NoNewPrivs:"), 1);
    char path[64];
    int threads = 0, outside = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)worker);
    DIR *d = opendir(path);
    for (const struct dirent *e; (e = readdir(d));) {
        pid_t thread = (pid_t)strtol(e->d_name, NULL, 10);
        if (thread <= 0)
            continue;
        threads++;
        outside += status_of(thread, "Seccomp:") != 2;
    }
    closedir(d);
    assert_true(threads > 0);
    assert_int_equal(outside, RUNTIME_THREADS);
    clip_destroy(c);
}

static void test_zygote_stop__takes_its_workers_with_it(void **state)
{
    (void)state;
    struct zygote *z = zygotes[HOOK_NONE];
    struct clip *c = open_clip(z);
    assert_int_equal(run_until(c, CLIP_READY), CLIP_READY);
    zygote_stop(z);
    zygotes[HOOK_NONE] = NULL;
    assert_int_equal(run_until(c, CLIP_FAILED), CLIP_FAILED);
    assert_non_null(strstr(clip_error(c), "crashed"));
    clip_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sandbox__refuses_what_a_decoder_never_needs),
        cmocka_unit_test(test_sandbox__a_bad_worker_costs_its_own_clip_and_nothing_else),
        cmocka_unit_test(test_sandbox__is_around_every_thread_of_a_worker_that_plays),
        cmocka_unit_test(test_zygote_stop__takes_its_workers_with_it),
    };
    tester = getpid();
    for (size_t i = 0; i < ARRAY_LENGTH(hooks); i++)
        if (zygote_start_hooked(hooks[i].run, &zygotes[i]) < 0)
            return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(hooks); i++)
        zygote_stop(zygotes[i]);
    return failed;
}
