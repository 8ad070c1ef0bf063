/* Clip, canvas, or a canvas to come. */
#include "kiosk/show.h"

#include <errno.h>
#include <stdlib.h>

struct show {
    struct clip *clip;
    struct canvas *canvas; /* the picture, or the card behind a clip without one */
    struct show_job *job;  /* under way in the background */
    bool failed, started;
};

static int show_create(struct show **ret)
{
    *ret = calloc(1, sizeof(**ret));
    return *ret ? 0 : -ENOMEM;
}

int show_open_clip(const struct show_maker *maker, const struct clip_spec *spec,
                   struct canvas **card, struct show **ret, struct diag *diag)
{
    struct show *s;
    int r = show_create(&s);
    if (r < 0)
        return r;
    r = clip_open(maker->zygote, maker->mixer, spec, &s->clip, diag);
    if (r < 0) {
        free(s);
        return r;
    }
    if (card) {
        s->canvas = *card;
        *card = NULL;
    }
    *ret = s;
    return 0;
}

int show_open_canvas(struct canvas **canvas, struct show **ret)
{
    struct show *s;
    int r = show_create(&s);
    if (r < 0)
        return r;
    s->canvas = *canvas;
    *canvas = NULL;
    *ret = s;
    return 0;
}

int show_open_job(const struct show_maker *maker, struct show_job **take,
                  struct show **ret)
{
    struct show *s;
    int r = show_create(&s);
    if (r < 0)
        return r;
    struct show_job *sent = *take;
    sent->show = s;
    struct job *j = &sent->job;
    r = background_send(maker->background, &j);
    if (r < 0) {
        sent->show = NULL;
        free(s);
        return r;
    }
    s->job = sent;
    *take = NULL;
    *ret = s;
    return 0;
}

void show_job_done(struct show_job *job)
{
    if (job->show) {
        job->show->job = NULL;
        job->show->canvas = job->canvas;
        job->show->failed = !job->canvas;
        job->canvas = NULL;
    }
    job->job.destroy(&job->job);
}

void show_destroy(struct show *s)
{
    if (!s)
        return;
    if (s->job)
        s->job->show = NULL; /* comes back later and finds nobody */
    clip_destroy(s->clip);
    canvas_destroy(s->canvas);
    free(s);
}

enum show_state show_poll(struct show *s)
{
    if (s->clip) {
        static const enum show_state states[] = {[CLIP_OPENING] = SHOW_OPENING,
                                                 [CLIP_READY] = SHOW_READY,
                                                 [CLIP_PLAYING] = SHOW_PLAYING,
                                                 [CLIP_ENDED] = SHOW_ENDED,
                                                 [CLIP_FAILED] = SHOW_FAILED};
        return states[clip_poll(s->clip)];
    }
    if (s->failed)
        return SHOW_FAILED;
    if (!s->canvas)
        return SHOW_OPENING;
    return s->started ? SHOW_PLAYING : SHOW_READY;
}

const char *show_error(const struct show *s)
{
    return s->clip ? clip_error(s->clip) : "cannot draw the picture";
}

int show_fd(const struct show *s)
{
    return s->clip ? clip_fd(s->clip) : -1;
}

void show_start(struct show *s, int64_t at_us)
{
    s->started = true;
    if (s->clip)
        clip_start(s->clip, at_us);
}

bool show_frame(struct show *s, int64_t now_us, struct frame *ret)
{
    if (s->clip && clip_frame(s->clip, now_us, ret))
        return true;
    if (!s->canvas)
        return false;
    canvas_frame(s->canvas, ret);
    return true;
}

int64_t show_next_us(const struct show *s)
{
    return s->clip ? clip_next_frame_us(s->clip) : INT64_MAX;
}

bool show_is_clip(const struct show *s)
{
    return s->clip != NULL;
}

void show_count(const struct show *s, struct clip_counts *ret)
{
    if (s->clip)
        clip_count(s->clip, ret);
    else
        *ret = (struct clip_counts){0};
}
