/* Signage's world on a real unit: objects of the sync, workers, slides, the play log. */
#include "kiosk/station.h"

#include "base/diag.h"
#include "base/log.h"
#include "base/text.h"
#include "kiosk/slides/slide.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct held_programme *held_ref(struct held_programme *h)
{
    h->references++;
    return h;
}

void held_unref(void *held)
{
    struct held_programme *h = held;
    if (!h || --h->references > 0)
        return;
    programme_destroy(h->programme);
    free(h);
}

const char *station_place(const struct station *s)
{
    if (s->config->name)
        return s->config->name;
    const char *name = s->held ? programme_unit_name(s->held->programme) : NULL;
    return name && *name ? name : "Trạm Tin";
}

/* ---- slides and title cards, drawn in the background ---- */

struct slide_job {
    struct show_job show; /* first */
    struct theme theme;
    char place[128];
    const struct slide *slide; /* of `held` */
    struct held_programme *held;
};

static void slide_job_run(struct job *j)
{
    struct slide_job *s = (struct slide_job *)j;
    struct canvas *c;
    if (canvas_create(s->theme.width, s->theme.height, &c) < 0)
        return;
    const struct slide_page page = {
        .canvas = c, .theme = &s->theme, .place = s->place, .picture = s->show.picture};
    slide_draw(&page, s->slide);
    s->show.canvas = c;
}

static void slide_job_destroy(struct job *j)
{
    struct slide_job *s = (struct slide_job *)j;
    canvas_destroy(s->show.picture);
    canvas_destroy(s->show.canvas);
    held_unref(s->held);
    free(s);
}

static int slide_open(struct station *s, const struct slide *slide, struct show **ret,
                      struct diag *diag)
{
    struct slide_job *job = calloc(1, sizeof(*job));
    if (!job)
        return -ENOMEM;
    job->show.job = (struct job){slide_job_run, slide_job_destroy};
    job->theme = s->theme;
    job->slide = slide;
    job->held = held_ref(s->held);
    (void)snprintf(job->place, sizeof(job->place), "%s", station_place(s));
    struct show_job *take = &job->show;
    int r = -ENOENT;
    if (slide->layout == SLIDE_PICTURE && slide->asset.bytes > 0) {
        struct clip_spec spec = {.kind = CLIP_IMAGE, .name = "picture of a slide"};
        spec.duration_us = INT64_C(3600000000);
        spec.fd = sync_object_open(s->sync, &slide->asset.sha256);
        if (spec.fd >= 0)
            r = show_open_job_with_picture(&s->maker, &spec, &take, ret, diag);
    }
    if (r < 0 && take) /* without a picture, or before it has arrived */
        r = show_open_job(&s->maker, &take, ret);
    if (take)
        take->job.destroy(&take->job);
    return r;
}

static const struct asset_ref *item_asset(const struct model_item *item)
{
    return item->asset.bytes > 0 ? &item->asset : NULL;
}

/* What one sees while one listens. */
struct sound_job {
    struct show_job show; /* first */
    struct theme theme;
    char title[300], place[128];
};

static void sound_job_run(struct job *j)
{
    struct sound_job *s = (struct sound_job *)j;
    const struct screen_facts facts = {.title = *s->title ? s->title : NULL,
                                       .subtitle = s->place};
    struct canvas *c;
    if (screen_render(&screen_sound, &s->theme, &facts, &c) == 0)
        s->show.canvas = c;
}

static void sound_job_destroy(struct job *j)
{
    struct sound_job *s = (struct sound_job *)j;
    canvas_destroy(s->show.canvas);
    free(s);
}

static int sound_card_send(struct station *s, const struct item *item, struct show *show)
{
    struct sound_job *job = calloc(1, sizeof(*job));
    if (!job)
        return -ENOMEM;
    job->show.job = (struct job){sound_job_run, sound_job_destroy};
    job->theme = s->theme;
    (void)text_copy(job->title, sizeof(job->title), item->title);
    (void)text_copy(job->place, sizeof(job->place), station_place(s));
    struct show_job *take = &job->show;
    int r = show_set_card(&s->maker, show, &take);
    if (take)
        take->job.destroy(&take->job);
    return r;
}

/* What is opened to be played stays in the store until its show is over. */
struct pin {
    struct sync *sync;
    struct sha256 name;
};

static void pin_release(void *context)
{
    struct pin *p = context;
    sync_object_unpin(p->sync, &p->name);
    free(p);
}

static void pin_for(struct station *s, const struct sha256 *name, struct show *show)
{
    struct pin *p = malloc(sizeof(*p));
    if (!p)
        return; /* the open descriptor keeps it playable all the same */
    *p = (struct pin){s->sync, *name};
    sync_object_pin(s->sync, name);
    show_on_destroy(show, pin_release, p);
}

static int clip_item_open(struct station *s, const struct item *item,
                          const struct model_item *model, int64_t seek_us,
                          int64_t length_us, struct show **ret, struct diag *diag)
{
    const struct asset_ref *asset = item_asset(model);
    if (!asset)
        return -ENOENT;
    struct clip_spec spec = {.fd = sync_object_open(s->sync, &asset->sha256),
                             .name = item->id,
                             .offset_us = seek_us,
                             .duration_us = length_us,
                             .gain_db = model->gain_db};
    if (spec.fd < 0)
        return spec.fd;
    spec.kind = CLIP_VIDEO;
    if (strcmp(item->type, "image") == 0) {
        spec.kind = CLIP_IMAGE;
        spec.offset_us = 0;
    } else if (strcmp(item->type, "audio") == 0) {
        spec.kind = CLIP_AUDIO;
    }
    struct show *show = NULL;
    int r = show_open_clip(&s->maker, &spec, &show, diag);
    if (r == 0 && spec.kind == CLIP_AUDIO)
        r = sound_card_send(s, item, show);
    if (r < 0) {
        show_destroy(show);
        return r;
    }
    pin_for(s, &asset->sha256, show);
    *ret = show;
    return 0;
}

static int world_open(void *context, const struct item *item, int64_t seek_us,
                      int64_t length_us, struct show **ret, struct diag *diag)
{
    struct station *s = context;
    const struct model_item *model = programme_item(item);
    if (!model)
        return -ENOENT;
    if (model->slide)
        return slide_open(s, model->slide, ret, diag);
    return clip_item_open(s, item, model, seek_us, length_us, ret, diag);
}

static bool world_present(void *context, const struct item *item)
{
    struct station *s = context;
    const struct model_item *model = programme_item(item);
    if (!model)
        return false;
    const struct asset_ref *asset = item_asset(model);
    return model->slide || (asset && sync_object_present(s->sync, &asset->sha256));
}

static int64_t world_clock_floor(void *context)
{
    const struct station *s = context;
    return s->status.clock_floor_ms;
}

/* A file that the disk has damaged does not play: the sync looks at its bytes. */
static void suspect(struct station *s, const struct item *item)
{
    const struct model_item *model = item ? programme_item(item) : NULL;
    const struct asset_ref *asset = model ? item_asset(model) : NULL;
    if (asset && sync_object_present(s->sync, &asset->sha256))
        sync_object_suspect(s->sync, &asset->sha256);
}

static void world_played(void *context, const struct signage_play *play)
{
    struct station *s = context;
    const struct entry *e = play->entry;
    const struct play record = {
        .start_ms = play->start_ms,
        .end_ms = play->end_ms,
        .planned_start_ms = e ? e->start_ms : play->start_ms,
        .line = e && e->release ? e->release->line : "",
        .revision = e && e->release ? e->release->revision : 0,
        .item = play->item ? play->item->id : "",
        .sha256 = play->item && play->item->sha256 ? play->item->sha256 : "",
        .why = why_name(e ? e->rule : WHY_LAST_RESORT),
        .completed = play->completed,
        .clock = clock_trust_name(play->clock),
        .note = play->note,
    };
    int r = sync_log_play(s->sync, &record);
    if (r < 0)
        log_write(LOG_ERROR, "kiosk", "cannot record a play", "item=%s error=%s",
                  record.item, strerror(-r));
    if (*play->note && (!e || play->item == e->item)) { /* not what stood in for it */
        char sentence[300];
        (void)snprintf(sentence, sizeof(sentence), "item %s: %s", record.item,
                       play->note);
        sync_report_fault(s->sync, sentence);
        suspect(s, play->item);
    }
}

void station_world_init(struct station *s, struct signage_world *ret)
{
    *ret = (struct signage_world){.context = s,
                                  .clock = s->clock,
                                  .clock_floor_ms = world_clock_floor,
                                  .open = world_open,
                                  .present = world_present,
                                  .played = world_played};
}
