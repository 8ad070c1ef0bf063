/* Clip, canvas, or a canvas to come. */
#include "kiosk/show.h"

#include "base/diag.h"
#include "player/display.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define PICTURE_MAX 1920.0 /* a picture on a slide is never larger than this */
DEFINE_CLEANUP(struct display *, display_destroy);

struct show {
    struct clip *clip;
    struct canvas *canvas; /* the picture, or the card behind a clip without one */
    struct show_job *job;  /* under way in the background */
    struct clip *image;    /* being decoded for `waiting` */
    struct show_job *waiting;
    struct background *background;
    bool failed, started;
    void (*release)(void *context); /* NULL: nothing to give back */
    void *context;
};

static int show_create(struct show **ret)
{
    *ret = calloc(1, sizeof(**ret));
    return *ret ? 0 : -ENOMEM;
}

int show_open_clip(const struct show_maker *maker, const struct clip_spec *spec,
                   struct show **ret, struct diag *diag)
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

int show_set_card(const struct show_maker *maker, struct show *s, struct show_job **take)
{
    struct show_job *sent = *take;
    struct job *j = &sent->job;
    sent->show = s;
    int r = background_send(maker->background, &j);
    if (r < 0) {
        sent->show = NULL;
        return r;
    }
    s->job = sent;
    *take = NULL;
    return 0;
}

int show_open_job(const struct show_maker *maker, struct show_job **take,
                  struct show **ret)
{
    struct show *s;
    int r = show_create(&s);
    if (r < 0)
        return r;
    r = show_set_card(maker, s, take);
    if (r < 0) {
        free(s);
        return r;
    }
    *ret = s;
    return 0;
}

int show_open_job_with_picture(const struct show_maker *maker,
                               const struct clip_spec *spec, struct show_job **take,
                               struct show **ret, struct diag *diag)
{
    struct show *s;
    int r = show_create(&s);
    if (r < 0)
        return r;
    r = clip_open(maker->zygote, NULL, spec, &s->image, diag);
    if (r < 0) {
        free(s);
        return r;
    }
    s->background = maker->background;
    s->waiting = *take;
    s->waiting->show = s;
    *take = NULL;
    *ret = s;
    return 0;
}

/* A frame as a canvas of its own: the memory display knows every pixel layout. */
static struct canvas *frame_to_canvas(const struct frame *f)
{
    double part =
        fmin(1, fmin(PICTURE_MAX / f->display_width, PICTURE_MAX / f->display_height));
    const struct display_config config = {.driver = "memory",
                                          .width = (int)fmax(1, f->display_width * part),
                                          .height =
                                              (int)fmax(1, f->display_height * part)};
    CLEANUP(display_destroyp) struct display *d = NULL;
    struct canvas *c = NULL;
    struct diag ignored;
    if (display_create(&config, &d, &ignored) < 0)
        return NULL;
    display_begin(d);
    display_draw(d, f, (struct rect){0, 0, config.width, config.height}, 255);
    uint8_t *pixels;
    int width, height;
    if (display_present(d) < 0 || display_read(d, &pixels, &width, &height) < 0)
        return NULL;
    if (canvas_create(width, height, &c) == 0)
        canvas_set_pixels(c, pixels);
    free(pixels);
    return c;
}

/* Once the image is there, or is known not to come, the drawing may begin. */
static void image_follow(struct show *s)
{
    enum clip_state state = clip_poll(s->image);
    struct frame frame;
    if (state == CLIP_OPENING)
        return;
    if (state == CLIP_READY)
        clip_start(s->image, 0);
    if (state != CLIP_FAILED) {
        if (!clip_frame(s->image, INT64_C(1), &frame))
            return;
        s->waiting->picture = frame_to_canvas(&frame);
    }
    clip_destroy(s->image);
    s->image = NULL;
    struct job *j = &s->waiting->job;
    s->job = s->waiting;
    s->waiting = NULL;
    if (background_send(s->background, &j) < 0) {
        s->failed = true;
        s->job = NULL;
        j->destroy(j);
    }
}

void show_job_done(struct show_job *job)
{
    if (job->show) {
        job->show->job = NULL;
        job->show->canvas = job->canvas;
        job->show->failed = !job->canvas && !job->show->clip;
        job->canvas = NULL;
    }
    job->job.destroy(&job->job);
}

void show_on_destroy(struct show *s, void (*release)(void *context), void *context)
{
    s->release = release;
    s->context = context;
}

void show_destroy(struct show *s)
{
    if (!s)
        return;
    if (s->job)
        s->job->show = NULL; /* comes back later and finds nobody */
    if (s->waiting)
        s->waiting->job.destroy(&s->waiting->job);
    clip_destroy(s->image);
    clip_destroy(s->clip);
    canvas_destroy(s->canvas);
    if (s->release)
        s->release(s->context);
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
    if (s->image)
        image_follow(s);
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
    const struct clip *c = s->clip ? s->clip : s->image;
    return c ? clip_fd(c) : -1;
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
