/* The log: one line per event on standard error. */
#include "base/log.h"

#include "base/timestamp.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static _Atomic enum log_level threshold = LOG_INFO;

/* The last line's sentence, to count repeats instead of writing them. */
static struct {
    pthread_mutex_t lock;
    char module[32], sentence[128]; /* guarded by lock */
    int64_t second;                 /* guarded by lock */
    unsigned repeats;               /* guarded by lock */
} last = {.lock = PTHREAD_MUTEX_INITIALIZER};

void log_set_level(enum log_level level)
{
    atomic_store(&threshold, level);
}

/* Line breaks and control characters of outside text must not forge lines. */
static void flatten(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = ' ';
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* True when the line is a repeat within the same second and need not be written. */
static bool is_repeat_locked(const char *module, const char *sentence, int64_t second)
{
    if (second == last.second &&
        strncmp(module, last.module, sizeof(last.module) - 1) == 0 &&
        strncmp(sentence, last.sentence, sizeof(last.sentence) - 1) == 0) {
        last.repeats++;
        return true;
    }
    if (last.repeats > 0)
        fprintf(stderr, "%*s (and %u more like the line above)\n", 26, "", last.repeats);
    last.repeats = 0;
    last.second = second;
    snprintf(last.module, sizeof(last.module), "%s", module);
    snprintf(last.sentence, sizeof(last.sentence), "%s", sentence);
    return false;
}

void log_write(enum log_level level, const char *module, const char *sentence,
               const char *fields, ...)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    if (level > atomic_load(&threshold))
        return;
    char rest[1024] = "";
    if (fields) {
        va_list args;
        va_start(args, fields);
        vsnprintf(rest, sizeof(rest), fields, args);
        va_end(args);
        flatten(rest);
    }
    int64_t now = now_ms();
    char stamp[TIMESTAMP_TEXT_SIZE];
    timestamp_format(now, stamp);
    pthread_mutex_lock(&last.lock);
    if (!is_repeat_locked(module, sentence, now / 1000))
        fprintf(stderr, "%-24s %-7s %s: %s%s%s\n", stamp, names[level], module, sentence,
                rest[0] ? " " : "", rest);
    pthread_mutex_unlock(&last.lock);
}
