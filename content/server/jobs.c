/* The thread of media jobs. */
#include "content/server/jobs.h"

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
#include <unistd.h>

enum { PROGRESS_STEP_BP = 100 };

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
    else /* ours, not the file's; the person may try again */
        r = depot_asset_set(j->depot, asset->id, "refused", 0,
                            "the server could not convert the file; its log says why",
                            "");
    free(text);
    return r;
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
    log_write(r == 0 || r == -EBADMSG ? LOG_INFO : LOG_ERROR, "ingest",
              r == 0 ? "media is ready" : "media was refused", "upload=%s reason=\"%s\"",
              asset->id, r < 0 ? diag_text(&diag) : "");
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
        int r = depot_asset_next(j->depot, &asset);
        if (r == 0)
            work_on(j, &asset);
        pthread_mutex_lock(&j->lock);
        while (r < 0 && !j->due && !atomic_load(&j->cancel))
            pthread_cond_wait(&j->wanted, &j->lock);
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
