#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program's configuration and its modes: one file mode_<name>.c and one line in
 * main.c each. */

struct zygote;

struct kiosk_config {
    const char *state, *server, *mode, *root, *name;
    const char *driver, *size;
    const char *screenshot;
    const char *draw;
    const char *stats;
    const char *log_level;
    const char *sound, *sound_file;
    const char *printer; /* NULL: none */
    const char *voice;   /* the synthesiser's program; "": none */
    int64_t after_s, rotate, screen_inches, printer_dots;
    bool play, once, no_audio, fullscreen, version, help;
    int width, height; /* of `size`; 0, 0: the whole screen */
    const char *const *files;
    size_t file_count;
};

/* A mode ends with this when the program must begin anew (EX_TEMPFAIL of sysexits.h). */
#define EXIT_AGAIN 75

struct kiosk_mode {
    const char *name;
    /* Until a signal ends it. Returns the program's exit code, or EXIT_AGAIN. */
    int (*run)(const struct kiosk_config *config, struct zygote *zygote);
};
extern const struct kiosk_mode mode_signage, mode_touch, mode_play;
