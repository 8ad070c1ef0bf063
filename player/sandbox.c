/* seccomp and limits of a worker. */
#include "player/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* What FFmpeg's decoders, malloc and threads need once everything is loaded. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(pread64),
    SCMP_SYS(close),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(futex),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(getrandom),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(membarrier),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage),
};

/* What libraries try as a courtesy: told no, not killed. */
static const int refused[] = {
    SCMP_SYS(open),   SCMP_SYS(openat), SCMP_SYS(socket),   SCMP_SYS(ftruncate),
    SCMP_SYS(ptrace), SCMP_SYS(ioctl),  SCMP_SYS(readlink), SCMP_SYS(access),
    SCMP_SYS(stat),   SCMP_SYS(lseek),  SCMP_SYS(fcntl),    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(prctl),  SCMP_SYS(uname),  SCMP_SYS(mbind),    SCMP_SYS(set_mempolicy),
};

static int add_memory_rules(scmp_filter_ctx filter)
{
    /* Memory yes, code no. */
    int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (r == 0)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return r;
}

/* The kiosk runs as the same user: no signals to it, and no limits set on it. */
static int add_self_rules(scmp_filter_ctx filter)
{
    int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                             SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
    if (r == 0)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2,
                             SCMP_A0(SCMP_CMP_EQ, 0, 0), SCMP_A2(SCMP_CMP_EQ, 0, 0));
    return r;
}

static int add_thread_rules(scmp_filter_ctx filter)
{
    /* clone3 hides its flags in memory: glibc falls back to clone. */
    int r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    if (r == 0)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                             SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    return r;
}

int sandbox_enter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return -ENOMEM;
    int r = 0;
    for (size_t i = 0; r == 0 && i < ARRAY_LENGTH(allowed); i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; r == 0 && i < ARRAY_LENGTH(refused); i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
    if (r == 0)
        r = add_memory_rules(filter);
    if (r == 0)
        r = add_self_rules(filter);
    if (r == 0)
        r = add_thread_rules(filter);
    if (r == 0)
        r = seccomp_load(filter); /* sets no_new_privs */
    seccomp_release(filter);
    return r;
}

int sandbox_limit(void)
{
    const struct {
        int resource;
        rlim_t limit;
    } limits[] = {
#ifndef SANDBOX_SANITIZED
        {RLIMIT_AS, 3UL << 30},
        {RLIMIT_DATA, 1UL << 30},
#endif
        {RLIMIT_CORE, 0},
        {RLIMIT_FSIZE, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(limits); i++) {
        struct rlimit l = {limits[i].limit, limits[i].limit};
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &l) < 0)
            return -errno;
    }
    if (prctl(PR_SET_DUMPABLE, 0) < 0)
        return -errno;
    return 0;
}
