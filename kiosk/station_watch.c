/* What the station looks after besides the programme: its sound device, the decoders'
 * parent, the picture that somebody asked for. */
#include "base/diag.h"
#include "base/log.h"
#include "kiosk/station.h"
#include "player/mixer.h"
#include "player/snapshot.h"
#include "player/zygote.h"

#include <errno.h>
#include <string.h>

/* Each change is told once. */
static void sound_watch(struct station *s)
{
    const char *sentence = s->maker.mixer ? mixer_device_sentence(s->maker.mixer) : "";
    if (strcmp(sentence, s->sound_sentence) == 0)
        return;
    s->sound_sentence = sentence;
    if (*sentence) {
        log_write(LOG_WARNING, "kiosk", sentence, NULL);
        sync_report_fault(s->sync, sentence);
    } else {
        log_write(LOG_INFO, "kiosk", "the sound device is back", NULL);
    }
}

int station_watch(struct station *s)
{
    sound_watch(s);
    if (zygote_alive(s->maker.zygote))
        return 0;
    log_write(LOG_ERROR, "kiosk",
              "the process that starts decoders is gone; beginning anew", NULL);
    return -ECHILD;
}

void station_picture_watch(struct station *s, int64_t now_us)
{
    struct diag diag = {""};
    int result;
    const char *path = s->config->screenshot;
    if (path && !s->picture_taken &&
        now_us - s->started_us >= s->config->after_s * 1000000) {
        s->picture_taken = true;
        if (snapshot_start(s->display, path, &s->snapshot, &diag) < 0)
            log_write(LOG_ERROR, "kiosk", "cannot take the screenshot", "error=\"%s\"",
                      diag_text(&diag));
    }
    if (!s->snapshot || !snapshot_poll(s->snapshot, &result, &diag))
        return;
    snapshot_destroy(s->snapshot);
    s->snapshot = NULL;
    if (result < 0)
        log_write(LOG_ERROR, "kiosk", "cannot write the screenshot", "error=\"%s\"",
                  diag_text(&diag));
    else
        log_write(LOG_INFO, "kiosk", "screenshot written", "path=%s", path);
}
