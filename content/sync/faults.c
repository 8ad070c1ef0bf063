/* What went wrong: each once, with since when and how often, newest first. */
#include "content/sync/internal.h"

#include "base/text.h"
#include "base/timestamp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void record(struct sync *s, const char *sentence)
{
    struct shared *shared = &s->shared;
    int64_t now_ms = clock_wall_ms(s->clock);
    pthread_mutex_lock(&shared->lock);
    struct sync_status *status = &shared->status;
    struct sync_fault fault = {.since_ms = now_ms};
    text_copy(fault.what, sizeof(fault.what), sentence);
    unsigned at = 0;
    while (at < status->fault_count && strcmp(status->faults[at].what, fault.what) != 0)
        at++;
    if (at < status->fault_count)
        fault = status->faults[at];
    else if (status->fault_count < SYNC_FAULTS)
        status->fault_count++;
    else
        at = SYNC_FAULTS - 1; /* the oldest makes room */
    fault.count++;
    fault.last_ms = now_ms;
    memmove(&status->faults[1], &status->faults[0], at * sizeof(fault));
    status->faults[0] = fault;
    pthread_mutex_unlock(&shared->lock);
}

void fault_record(struct sync *s, const char *format, ...)
{
    char sentence[sizeof(((struct sync_fault *)0)->what)];
    va_list list;
    va_start(list, format);
    vsnprintf(sentence, sizeof(sentence), format, list);
    va_end(list);
    record(s, sentence);
    s->reporter.news = true;
}

void fault_forget_old(struct sync *s)
{
    struct shared *shared = &s->shared;
    int64_t now_ms = clock_wall_ms(s->clock);
    pthread_mutex_lock(&shared->lock);
    struct sync_status *status = &shared->status;
    /* Newest first; a clock that was set back makes them all new again. */
    while (status->fault_count > 0 &&
           now_ms - status->faults[status->fault_count - 1].last_ms > MS_PER_DAY)
        status->fault_count--;
    pthread_mutex_unlock(&shared->lock);
}

void sync_report_fault(struct sync *s, const char *sentence)
{
    record(s, sentence);
}
