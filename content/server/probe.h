#pragma once
#include "base/attr.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What a media file is, by ffprobe in the sandbox. */

struct diag;

/* What is opened at all. No playlists: HLS, concat and the like name other files. */
extern const char probe_formats[];

enum probe_kind { PROBE_NOTHING, PROBE_VIDEO, PROBE_AUDIO, PROBE_IMAGE };

struct probe {
    enum probe_kind kind;
    int width, height; /* of the first picture stream, before any rotation */
    double frame_rate;
    char rate_text[32]; /* "30000/1001" */
    int64_t duration_ms;
    bool is_png;
    /* As it stands: a video or sound of the house's own profile, which goes out without
     * being encoded again. The index need not be in front. */
    bool fits_house;
};

/* `folder`: somewhere to bind as output. -EBADMSG with a sentence when it cannot be read,
 * -ECANCELED, or why ffprobe could not be run. */
MUST_CHECK int probe_run(const char *path, const char *folder, const atomic_bool *cancel,
                         struct probe *ret, struct diag *diag);
