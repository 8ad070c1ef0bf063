#pragma once
#include "base/attr.h"
#include "kiosk/touch/language.h"

#include <stdbool.h>
#include <stdint.h>

/* Reads aloud: text becomes sound in a synthesiser of its own process, and is played like
 * any clip, louder than the programme beneath. Neither text nor sound touches a disk or a
 * command line. Main thread; never waits. */

struct mixer;
struct voice;
struct zygote;

/* `engine`: espeak-ng, or a program with its options (-v VOICE -s SPEED --stdin
 * --stdout), found in PATH. All borrowed. *ret is the caller's. -ENOENT when there is no
 * such program, -EAGAIN, -ENOMEM. */
MUST_CHECK int voice_create(const char *engine, struct zygote *zygote,
                            struct mixer *mixer, struct voice **ret);
void voice_destroy(struct voice *v); /* accepts NULL; wipes */

/* Whether there is a voice for the language. */
bool voice_speaks(enum language language);

/* Says one sentence a line, instead of what is being said. Moves *take, wipes it when
 * done. -EAGAIN while too much is waiting. */
MUST_CHECK int voice_say(struct voice *v, enum language language, char **take);
void voice_stop(struct voice *v); /* accepts NULL */

/* Moves on; false: nothing is being said (any more). */
bool voice_update(struct voice *v, int64_t now_us);
