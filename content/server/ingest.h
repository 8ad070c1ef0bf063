#pragma once
#include "base/attr.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

/* From a file of a stranger's to media of the house: probe, refuse with a sentence,
 * convert to the house profile, measure loudness, make stills. All of it in the sandbox.
 *
 * Profiles: video H.264 High, at most 1920x1080 (or 1080x1920) and 60 frames a second,
 * yuv420p, at most 4 reference frames, AAC 48 kHz, MP4 with its index in front; sound AAC
 * 48 kHz; pictures JPEG or PNG within 4096x4096. */

struct diag;
struct object_folder;

struct ingest {
    const char *input;  /* the uploaded file */
    const char *folder; /* for working files; made, and removed at the end */
    const char *sha256; /* what the sender says, or "" */
    struct object_folder *objects;
    const atomic_bool *cancel;
    /* Ten-thousandths of the work; may be called often. */
    void (*progress)(void *context, int progress_bp);
    void *context;
};

/* 0 and what docs/api.md shows of a ready asset (a new reference); -EBADMSG: refused,
 * with the sentence for a person; -ECANCELED; other errors are ours. */
MUST_CHECK int ingest_run(const struct ingest *job, json_t **ret, struct diag *diag);
