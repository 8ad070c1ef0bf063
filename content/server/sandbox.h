#pragma once
#include "base/attr.h"
#include "base/buf.h"

#include <stdatomic.h>
#include <stdint.h>

/* A program that reads files of strangers runs in bubblewrap: no network, no files but
 * one to read (/in) and one folder to write (/out), a limit on time and on what it
 * writes. */

struct sandbox_job {
    const char *input;       /* file on our side */
    const char *output;      /* folder on our side */
    const char *const *argv; /* NULL-terminated; paths are /in and /out/... */
    int64_t limit_ms;
    uint64_t output_most_bytes; /* of each file that it writes */
    const atomic_bool *cancel;
    /* Each line that it prints, without its end; may be NULL. */
    void (*line)(void *context, const char *line);
    void *context;
};

/* 0 when it ended well. -EBADMSG: it ran and ended with an error, which says something
 * about its input; -ETIME: it ran for too long; -ECANCELED. All others are this machine's
 * faults: -ENOENT a program is missing, -EAGAIN the sandbox could not be made, -ENOSPC
 * the disk of `output` is full. */
MUST_CHECK int sandbox_run(const struct sandbox_job *job);
