/* A count per address and minute. */
#include "content/routes/enrol_limit.h"

#include "base/text.h"

#include <string.h>

enum { WINDOW_MS = 60000 };

/* FNV-1a: only to spread; whoever aims at another's line helps that one. */
static unsigned line_of(const char *remote)
{
    uint32_t hash = 2166136261U;
    for (; *remote; remote++)
        hash = (hash ^ (unsigned char)*remote) * 16777619U;
    return hash % ENROL_LINES;
}

bool enrol_limit_allows(struct enrol_limit *l, const char *remote, int64_t now_ms,
                        unsigned *ret_retry_s)
{
    struct enrol_line *line = &l->lines[line_of(remote)];
    pthread_mutex_lock(&l->lock);
    if (strcmp(line->remote, remote) != 0 || now_ms - line->since_ms >= WINDOW_MS) {
        (void)text_copy(line->remote, sizeof(line->remote), remote);
        line->since_ms = now_ms;
        line->count = 0;
    }
    bool allows = line->count < ENROL_MOST_PER_MINUTE;
    line->count += allows;
    *ret_retry_s = (unsigned)((line->since_ms + WINDOW_MS - now_ms) / 1000 + 1);
    pthread_mutex_unlock(&l->lock);
    return allows;
}
