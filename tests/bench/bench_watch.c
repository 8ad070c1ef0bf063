/* Runs a player and reads from the display, about 200 times a second, which picture it
 * shows (tests/bench/pattern.h):
 *   bench_watch CLIPS FRAMES TIMEOUT_S COMMAND...
 * prints: first picture (ms after exec), median and longest gap between clips (ms, from
 * the first sight of a clip's last picture to the next clip's first), pictures missed,
 * time black between first and last picture (ms), boundaries seen. LOG=FILE in the
 * environment: every change with its time. */
#include "tests/bench/pattern.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    CLIPS_MAX = 1 << PATTERN_CLIP_BITS,
    FRAMES_MAX = 1 << PATTERN_FRAME_BITS,
    PERIOD_US = 5000,
    SEEN_BLACK = -1,
    SEEN_OTHER = -2,
};

struct screen {
    Display *display;
    XImage *image;
    XShmSegmentInfo memory;
};

struct record {
    int clips, frames;
    int64_t start_us, seen_us[CLIPS_MAX][FRAMES_MAX]; /* first sight; 0: never */
    int64_t first_us, black_us, black_since_us;
    int last; /* what was seen last */
    FILE *log;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool screen_open(struct screen *s)
{
    s->display = XOpenDisplay(NULL);
    if (!s->display || !XShmQueryExtension(s->display))
        return false;
    int screen = DefaultScreen(s->display);
    s->image = XShmCreateImage(s->display, DefaultVisual(s->display, screen),
                               (unsigned)DefaultDepth(s->display, screen), ZPixmap, NULL,
                               &s->memory, PATTERN_BLOCKS * PATTERN_BLOCK, 1);
    if (!s->image)
        return false;
    s->memory.shmid =
        shmget(IPC_PRIVATE, (size_t)s->image->bytes_per_line, IPC_CREAT | 0600);
    s->memory.shmaddr = s->image->data = shmat(s->memory.shmid, NULL, 0);
    shmctl(s->memory.shmid, IPC_RMID, NULL);
    return XShmAttach(s->display, &s->memory) && XSync(s->display, False);
}

/* Clip * FRAMES_MAX + frame, or SEEN_. */
static int screen_read(struct screen *s)
{
    if (!XShmGetImage(s->display, DefaultRootWindow(s->display), s->image, 0,
                      PATTERN_BLOCK / 2, AllPlanes))
        return SEEN_OTHER;
    unsigned bits = 0;
    bool black = true;
    for (int i = 0; i < PATTERN_BLOCKS; i++) {
        unsigned long p = XGetPixel(s->image, i * PATTERN_BLOCK + PATTERN_BLOCK / 2, 0);
        unsigned green = p >> 8 & 255;
        bits |= (unsigned)(green > 127) << i;
        black = black && green < 24;
    }
    if (black)
        return SEEN_BLACK;
    unsigned clip = bits >> 2 & (CLIPS_MAX - 1);
    unsigned frame = bits >> (2 + PATTERN_CLIP_BITS) & (FRAMES_MAX - 1);
    if (pattern_bits(clip, frame) != bits)
        return SEEN_OTHER;
    return (int)(clip * FRAMES_MAX + frame);
}

static void record_add(struct record *r, int seen, int64_t at)
{
    if (seen == r->last)
        return;
    if (r->log)
        fprintf(r->log, "%lld %d %d\n", (long long)(at - r->start_us),
                seen < 0 ? seen : seen / FRAMES_MAX, seen < 0 ? 0 : seen % FRAMES_MAX);
    if (r->last == SEEN_BLACK && r->first_us && seen >= 0)
        r->black_us += at - r->black_since_us;
    if (seen == SEEN_BLACK)
        r->black_since_us = at;
    r->last = seen;
    if (seen < 0)
        return;
    if (!r->first_us)
        r->first_us = at;
    int64_t *first = &r->seen_us[seen / FRAMES_MAX][seen % FRAMES_MAX];
    if (!*first)
        *first = at;
}

static bool record_complete(const struct record *r, int64_t now)
{
    int64_t last = r->seen_us[r->clips - 1][r->frames - 1];
    return last && now > last + 300000;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* From the first sight of the last picture seen of one clip to the first of the next. */
static int record_gaps(const struct record *r, double gaps[CLIPS_MAX])
{
    int n = 0;
    for (int clip = 0; clip + 1 < r->clips; clip++) {
        int64_t last = 0, first = 0;
        for (int i = 0; i < r->frames; i++) {
            if (r->seen_us[clip][i])
                last = r->seen_us[clip][i];
            if (!first)
                first = r->seen_us[clip + 1][i];
        }
        if (last && first)
            gaps[n++] = (double)(first - last) / 1e3;
    }
    qsort(gaps, (size_t)n, sizeof(*gaps), by_value);
    return n;
}

static void record_print(const struct record *r)
{
    int missed = 0;
    for (int clip = 0; clip < r->clips; clip++)
        for (int i = 0; i < r->frames; i++)
            missed += r->seen_us[clip][i] == 0;
    double gaps[CLIPS_MAX];
    int n = record_gaps(r, gaps);
    printf("%.1f %.1f %.1f %d %.1f %d\n",
           r->first_us ? (double)(r->first_us - r->start_us) / 1e3 : -1.0,
           n ? gaps[n / 2] : -1.0, n ? gaps[n - 1] : -1.0, missed,
           (double)r->black_us / 1e3, n);
}

static pid_t run(char **command)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    setpgid(0, 0);
    int null = open("/dev/null", O_WRONLY); /* our figures only on standard output */
    dup2(null, STDOUT_FILENO);
    execvp(command[0], command);
    fprintf(stderr, "cannot run %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

static void stop(pid_t child)
{
    kill(-child, SIGTERM);
    for (int i = 0; i < 100; i++) {
        if (waitpid(child, NULL, WNOHANG) != 0)
            break;
        nanosleep(&(struct timespec){0, 20000000}, NULL);
    }
    kill(-child, SIGKILL);
}

int main(int argc, char **argv)
{
    static struct record r;
    struct screen s = {0};
    if (argc < 5) {
        fputs("usage: bench_watch CLIPS FRAMES TIMEOUT_S COMMAND...\n", stderr);
        return 2;
    }
    r.clips = atoi(argv[1]);
    r.frames = atoi(argv[2]);
    if (r.clips < 1 || r.clips > CLIPS_MAX || r.frames < 1 || r.frames > FRAMES_MAX)
        return 2;
    if (!screen_open(&s)) {
        fputs("cannot read the display\n", stderr);
        return 1;
    }
    r.log = getenv("LOG") ? fopen(getenv("LOG"), "w") : NULL;
    r.last = SEEN_OTHER;
    r.start_us = now_us();
    int64_t end = r.start_us + (int64_t)atoi(argv[3]) * 1000000, next = r.start_us;
    pid_t child = run(argv + 4);
    bool running = true;
    while (running && now_us() < end && !record_complete(&r, now_us())) {
        int seen = screen_read(&s);
        record_add(&r, seen, now_us());
        next += PERIOD_US;
        struct timespec t = {next / 1000000, next % 1000000 * 1000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
        running = waitpid(child, NULL, WNOHANG) == 0;
    }
    if (running)
        stop(child);
    record_print(&r);
    if (r.log)
        fclose(r.log);
    return 0;
}
