/* Touches the screen as a finger would (XTEST) and watches what follows.
 *   bench_touch toggle X Y RX RY RW RH COUNT
 *     touches X,Y and waits until the rectangle RX,RY RW x RH has changed, COUNT times;
 *     prints median, 99th percentile and maximum in milliseconds, and how many times
 *     nothing changed within two seconds
 *   bench_touch storm WIDTH HEIGHT COUNT SEED
 *     touches places at random, a hundred a second; not the technician's corner */
#include "tests/support/random.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GIVE_UP_US INT64_C(2000000)
enum { COUNT_MAX = 10000, STORM_PERIOD_US = 10000, LOOK_PERIOD_US = 500 };

struct region {
    int x, y;
    unsigned width, height;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void sleep_us(int64_t us)
{
    const struct timespec t = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&t, NULL);
}

static void touch(Display *d, int x, int y)
{
    XTestFakeMotionEvent(d, -1, x, y, 0);
    XTestFakeButtonEvent(d, 1, True, 0);
    XTestFakeButtonEvent(d, 1, False, 0);
    XSync(d, False);
}

static uint64_t region_hash(Display *d, const struct region *r)
{
    XImage *image = XGetImage(d, DefaultRootWindow(d), r->x, r->y, r->width, r->height,
                              AllPlanes, ZPixmap);
    uint64_t hash = 14695981039346656037ULL;
    if (!image)
        return 0;
    size_t bytes = (size_t)image->bytes_per_line * (size_t)image->height;
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ (unsigned char)image->data[i]) * 1099511628211ULL;
    XDestroyImage(image);
    return hash;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int toggle(Display *d, char **a)
{
    struct region r = {atoi(a[4]), atoi(a[5]), (unsigned)atoi(a[6]),
                       (unsigned)atoi(a[7])};
    int count = atoi(a[8]), seen = 0, stuck = 0;
    static int64_t took[COUNT_MAX];
    struct random random = {1};
    for (int i = 0; i < count && i < COUNT_MAX; i++) {
        uint64_t before = region_hash(d, &r);
        int64_t begin = now_us(), now = begin;
        touch(d, atoi(a[2]), atoi(a[3]));
        while (region_hash(d, &r) == before && now - begin < GIVE_UP_US) {
            sleep_us(LOOK_PERIOD_US);
            now = now_us();
        }
        now = now_us();
        if (now - begin >= GIVE_UP_US)
            stuck++;
        else
            took[seen++] = now - begin;
        sleep_us(150000 + (int64_t)(random_next(&random) % 100000));
    }
    qsort(took, (size_t)seen, sizeof(took[0]), by_size);
    if (seen == 0)
        printf("- - - %d\n", stuck);
    else
        printf("%.1f %.1f %.1f %d\n", (double)took[seen / 2] / 1000,
               (double)took[(seen - 1) * 99 / 100] / 1000, (double)took[seen - 1] / 1000,
               stuck);
    return 0;
}

static int storm(Display *d, char **a)
{
    uint64_t width = (uint64_t)atoi(a[2]), height = (uint64_t)atoi(a[3]);
    struct random random = {(uint64_t)atoi(a[5])};
    for (int i = 0; i < atoi(a[4]); i++) {
        uint64_t x = random_next(&random) % width, y = random_next(&random) % height;
        if (x < width / 6 && y < height / 6)
            continue;
        touch(d, (int)x, (int)y);
        sleep_us(STORM_PERIOD_US);
    }
    return 0;
}

int main(int argc, char **argv)
{
    Display *d = XOpenDisplay(NULL);
    int event, error, major, minor, status = 2;
    if (!d || !XTestQueryExtension(d, &event, &error, &major, &minor)) {
        fprintf(stderr, "bench_touch: no display with XTEST\n");
        return 2;
    }
    if (argc == 9 && strcmp(argv[1], "toggle") == 0)
        status = toggle(d, argv);
    else if (argc == 6 && strcmp(argv[1], "storm") == 0)
        status = storm(d, argv);
    else
        fprintf(stderr, "bench_touch: see its first lines\n");
    XCloseDisplay(d);
    return status;
}
