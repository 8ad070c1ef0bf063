/* Whether one decoding thread keeps up. Judged by processor time, not by the clock: a
 * busy machine must not look like a slow one. The first picture costs more than most, so
 * this errs towards more threads. */
#include "player/worker_internal.h"

#include <time.h>

#define THREADS_IF_SLOW 2

static bool trial_runs(const struct worker *w, const struct track *t)
{
    return t == &w->video && !w->trial.over && w->order->kind != CLIP_IMAGE;
}

static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t worker_trial_begin(const struct worker *w, const struct track *t)
{
    return trial_runs(w, t) ? cpu_ns() : 0;
}

void worker_trial_end(struct worker *w, const struct track *t, int64_t began_ns)
{
    if (trial_runs(w, t))
        w->trial.cpu_ns += cpu_ns() - began_ns;
}

static void trial_release(struct trial *t)
{
    for (size_t i = 0; i < t->count; i++)
        av_packet_free(&t->packets[i]);
    t->count = 0;
    t->over = true;
}

void worker_trial_keep(struct worker *w, const struct track *t, const AVPacket *p)
{
    struct trial *trial = &w->trial;
    if (!trial_runs(w, t) || !p)
        return;
    AVPacket *copy = trial->count < TRIAL_PACKETS_MAX ? av_packet_clone(p) : NULL;
    if (copy)
        trial->packets[trial->count++] = copy;
    else
        trial_release(trial);
}

static int64_t frame_ns(const struct worker *w)
{
    AVRational rate = w->format->streams[w->video.stream]->avg_frame_rate;
    if (rate.num <= 0 || rate.den <= 0)
        return 40000000;
    return av_rescale(1000000000, rate.den, rate.num);
}

/* Back to the front of the queue, in order. */
static void packets_return(struct packets *q, struct trial *t)
{
    for (size_t i = t->count; i > 0; i--) {
        q->head = (q->head + PACKETS_MAX - 1) % PACKETS_MAX;
        q->list[q->head] = t->packets[i - 1];
        q->bytes += (size_t)t->packets[i - 1]->size;
        q->count++;
    }
    t->count = 0;
    t->over = true;
}

bool worker_trial_judge(struct worker *w, struct track *t)
{
    struct trial *trial = &w->trial;
    if (!trial_runs(w, t))
        return false;
    bool slow = trial->count > 0 &&
                trial->cpu_ns / (int64_t)trial->count > frame_ns(w) / 2 &&
                t->packets.count + trial->count <= PACKETS_MAX;
    if (!slow) {
        trial_release(trial);
        return false;
    }
    packets_return(&t->packets, trial);
    t->flushing = false;
    worker_reopen_video(w, THREADS_IF_SLOW);
    return true;
}
