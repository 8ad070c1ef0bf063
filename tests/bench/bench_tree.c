/* Runs a command and adds up what it and all its descendants use:
 *   bench_tree TIMEOUT_S COMMAND...
 * prints: CPU seconds, median PSS while running (MB), seconds it ran. Descendants that
 * leave their parent are ours too (child subreaper). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES_MAX = 4096, SAMPLES_MAX = 4096 };

struct process {
    int pid, parent;
    unsigned long long ticks, started;
    bool alive;
};

/* Everything seen so far; the dead keep what they had used when last seen. */
struct tree {
    struct process seen[PROCESSES_MAX];
    int count;
    double pss[SAMPLES_MAX];
    int samples;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool process_read(int pid, struct process *p)
{
    char path[64], text[1024];
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[n] = '\0';
    const char *after = strrchr(text, ')'); /* the name may hold anything */
    unsigned long long user, system;
    if (!after || sscanf(after + 2,
                         "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d "
                         "%*d %*d %*d %*d %llu",
                         &p->parent, &user, &system, &p->started) != 4)
        return false;
    p->pid = pid;
    p->ticks = user + system;
    p->alive = true;
    return true;
}

static double process_pss_mb(int pid)
{
    char path[64], line[256];
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
    FILE *f = fopen(path, "r");
    double kb = 0;
    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "Pss: %lf", &kb) == 1)
            break;
    if (f)
        fclose(f);
    return kb / 1024;
}

static struct process *tree_find(struct tree *t, const struct process *p)
{
    for (int i = 0; i < t->count; i++)
        if (t->seen[i].pid == p->pid && t->seen[i].started == p->started)
            return &t->seen[i];
    return NULL;
}

static bool tree_holds(const struct tree *t, int pid)
{
    if (pid == getpid())
        return true;
    for (int i = 0; i < t->count; i++)
        if (t->seen[i].alive && t->seen[i].pid == pid)
            return true;
    return false;
}

/* Parents have lower numbers than their children but for wrap-around and re-parenting, so
 * a few passes find all. */
static void tree_sample(struct tree *t)
{
    for (int i = 0; i < t->count; i++)
        t->seen[i].alive = false;
    int found = 1;
    while (found > 0) {
        found = 0;
        DIR *d = opendir("/proc");
        struct dirent *e;
        while (d && (e = readdir(d))) {
            struct process p;
            int pid = (int)strtol(e->d_name, NULL, 10);
            if (pid <= 0 || pid == getpid() || !process_read(pid, &p))
                continue;
            struct process *known = tree_find(t, &p);
            if ((known && known->alive) || (!known && !tree_holds(t, p.parent)) ||
                (!known && t->count == PROCESSES_MAX))
                continue;
            found++;
            if (known)
                *known = p;
            else
                t->seen[t->count++] = p;
        }
        if (d)
            closedir(d);
    }
}

static void tree_sample_pss(struct tree *t)
{
    double sum = 0;
    for (int i = 0; i < t->count; i++)
        if (t->seen[i].alive)
            sum += process_pss_mb(t->seen[i].pid);
    if (t->samples < SAMPLES_MAX)
        t->pss[t->samples++] = sum;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void tree_stop(struct tree *t, int signal)
{
    for (int i = 0; i < t->count; i++)
        if (t->seen[i].alive)
            kill(t->seen[i].pid, signal);
}

int main(int argc, char **argv)
{
    static struct tree t;
    if (argc < 3) {
        fputs("usage: bench_tree TIMEOUT_S COMMAND...\n", stderr);
        return 2;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    double start = now_s(), end = start + atof(argv[1]);
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY); /* our figures only on standard output */
        dup2(null, STDOUT_FILENO);
        execvp(argv[2], argv + 2);
        fprintf(stderr, "cannot run %s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    for (int i = 0; now_s() < end; i++) {
        nanosleep(&(struct timespec){0, 50000000}, NULL);
        tree_sample(&t);
        if (i % 20 == 19)
            tree_sample_pss(&t);
        siginfo_t info = {0};
        if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info.si_pid == child)
            break; /* not reaped: its last figures can still be read */
    }
    double ran = now_s() - start;
    tree_sample(&t);
    unsigned long long ticks = 0;
    for (int i = 0; i < t.count; i++)
        ticks += t.seen[i].ticks;
    tree_stop(&t, SIGTERM);
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    tree_sample(&t);
    tree_stop(&t, SIGKILL);
    qsort(t.pss, (size_t)t.samples, sizeof(*t.pss), by_value);
    printf("%.2f %.1f %.2f\n", (double)ticks / (double)sysconf(_SC_CLK_TCK),
           t.samples ? t.pss[t.samples / 2] : 0.0, ran);
    return 0;
}
