/* The thread of media jobs. */
#include "content/server/jobs.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/log.h"
#include "content/server/ingest.h"
#include "content/store/depot.h"
#include "content/store/objects.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    PROGRESS_STEP_BP = 100,
    RETRY_FIRST_MS = 5000, /* after a fault of our own; doubled each time */
    RETRY_MOST_MS = 3600000,
    LOOK_AGAIN_S = 2, /* for what has become due */
};

struct jobs {
    struct depot *depot;
    struct object_folder *objects;
    const char *data;
    pthread_t thread;
    atomic_bool cancel;
    const char *current; /* id of the upload; only this thread */
    int shown_bp;

    pthread_mutex_t lock; /* guards `due` */
    pthread_cond_t wanted;
    bool due;
};

static void on_progress(void *context, int progress_bp)
{
    struct jobs *j = context;
    if (progress_bp < j->shown_bp + PROGRESS_STEP_BP)
        return;
    j->shown_bp = progress_bp;
    /* Only for the eye: if it fails the end will tell. */
    (void)!depot_asset_set(j->depot, j->current, "working", progress_bp, "", "");
}

static int conclude(struct jobs *j, const struct depot_asset *asset, int error,
                    json_t *result, const struct diag *diag)
{
    char *text = result ? json_dumps(result, JSON_COMPACT) : NULL;
    int r;
    if (error == 0 && text)
        r = depot_asset_set(j->depot, asset->id, "ready", 10000, "", text);
    else if (error == -EBADMSG)
        r = depot_asset_set(j->depot, asset->id, "refused", 0, diag_text(diag), "");
    else
        r = -EINVAL;
    free(text);
    return r;
}

/* Ours, not the file's: it is kept and tried again. */
static void defer(struct jobs *j, const struct depot_asset *asset,
                  const struct diag *diag)
{
    struct diag sentence = {""};
    int64_t wait_ms = RETRY_FIRST_MS;
    for (int64_t i = 0; i < asset->attempts && wait_ms < RETRY_MOST_MS; i++)
        wait_ms *= 2;
    if (wait_ms > RETRY_MOST_MS)
        wait_ms = RETRY_MOST_MS;
    diag_set(&sentence, 0,
             "the server cannot convert the file yet, the file is kept and tried again "
             "in %lld s: %.200s",
             (long long)wait_ms / 1000, diag_text(diag));
    log_write(LOG_ERROR, "ingest", "the server is at fault; tried again",
              "upload=%s attempts=%lld wait_ms=%lld reason=\"%s\"", asset->id,
              (long long)asset->attempts + 1, (long long)wait_ms, diag_text(diag));
    int r = depot_asset_defer(j->depot, asset->id, diag_text(&sentence),
                              clock_wall_ms(clock_system()) + wait_ms);
    if (r < 0)
        log_write(LOG_ERROR, "ingest", "cannot note a failure", "upload=%s error=\"%s\"",
                  asset->id, strerror(-r));
}

static void work_on(struct jobs *j, const struct depot_asset *asset)
{
    char input[PATH_MAX], folder[PATH_MAX];
    struct diag diag = {""};
    json_t *result = NULL;
    snprintf(input, sizeof(input), "%s/uploads/%s", j->data, asset->id);
    snprintf(folder, sizeof(folder), "%s/uploads/%s.work", j->data, asset->id);
    struct ingest job = {.input = input,
                         .folder = folder,
                         .sha256 = asset->sha256,
                         .objects = j->objects,
                         .cancel = &j->cancel,
                         .progress = on_progress,
                         .context = j};
    j->current = asset->id;
    j->shown_bp = -PROGRESS_STEP_BP;
    on_progress(j, 0);
    int r = ingest_run(&job, &result, &diag);
    if (r == -ECANCELED || atomic_load(&j->cancel)) {
        json_decref(result);
        return;
    }
    if (r < 0 && r != -EBADMSG) {
        defer(j, asset, &diag);
        return;
    }
    log_write(LOG_INFO, "ingest", r == 0 ? "media is ready" : "media was refused",
              "upload=%s reason=\"%s\"", asset->id, r < 0 ? diag_text(&diag) : "");
    if (conclude(j, asset, r, result, &diag) == 0)
        unlink(input);
    json_decref(result);
}

static void *run(void *context)
{
    struct jobs *j = context;
    pthread_setname_np(pthread_self(), "jobs");
    pthread_mutex_lock(&j->lock);
    while (!atomic_load(&j->cancel)) {
        struct depot_asset asset;
        j->due = false;
        pthread_mutex_unlock(&j->lock);
        int r = depot_asset_next(j->depot, clock_wall_ms(clock_system()), &asset);
        if (r == 0)
            work_on(j, &asset);
        pthread_mutex_lock(&j->lock);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += LOOK_AGAIN_S;
        while (r < 0 && !j->due && !atomic_load(&j->cancel) &&
               pthread_cond_timedwait(&j->wanted, &j->lock, &until) != ETIMEDOUT)
            ;
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

int jobs_create(struct depot *depot, struct object_folder *objects, const char *data,
                struct jobs **ret)
{
    struct jobs *j = calloc(1, sizeof(*j));
    if (!j)
        return -ENOMEM;
    j->depot = depot;
    j->objects = objects;
    j->data = data;
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->wanted, NULL);
    int r = pthread_create(&j->thread, NULL, run, j);
    if (r != 0) {
        free(j);
        return -r;
    }
    *ret = j;
    return 0;
}

void jobs_destroy(struct jobs *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    atomic_store(&j->cancel, true);
    pthread_cond_signal(&j->wanted);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->thread, NULL);
    pthread_cond_destroy(&j->wanted);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

void jobs_queued(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->due = true;
    pthread_cond_signal(&j->wanted);
    pthread_mutex_unlock(&j->lock);
}
