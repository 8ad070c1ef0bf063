/* tramtin-kiosk: options, then the mode. */
#include "base/clock.h"
#include "base/diag.h"
#include "base/log.h"
#include "base/options.h"
#include "base/version.h"
#include "kiosk/draw_mode.h"
#include "kiosk/kiosk.h"
#include "kiosk/print/printer.h"
#include "player/zygote.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANEW_AFTER_US INT64_C(10000000)

#define KEY(member) offsetof(struct kiosk_config, member)
static const struct option_key keys[] = {
    {"state", OPTION_TEXT, KEY(state), "/var/lib/tramtin-kiosk", 0, 0, "DIR",
     "where keys, objects and the play log live"},
    {"server", OPTION_TEXT, KEY(server), NULL, 0, 0, "URL",
     "the content server, http:// or https://"},
    {"root", OPTION_TEXT, KEY(root), NULL, 0, 0, "FINGERPRINT",
     "SHA-256 of the root that this installation trusts; remembered"},
    {"mode", OPTION_TEXT, KEY(mode), "signage", 0, 0, "MODE",
     "signage: plays; touch: also serves whoever touches the screen"},
    {"screen-inches", OPTION_INTEGER, KEY(screen_inches), "22", 5, 120, "N",
     "diagonal of the screen: buttons measure 20 mm on it"},
    {"voice", OPTION_TEXT, KEY(voice), "espeak-ng", 0, 0, "PROGRAM",
     "what reads pages aloud: espeak-ng, or a program that takes its options"},
    {"printer", OPTION_TEXT, KEY(printer), NULL, 0, 0, "TARGET",
     "a receipt printer (ESC/POS): /dev/usb/lp0, or tcp:ADDRESS:9100"},
    {"printer-dots", OPTION_INTEGER, KEY(printer_dots), "576", 64, 4096, "N",
     "how wide it prints: 576 on 80 mm of paper, 384 on 58 mm"},
    {"name", OPTION_TEXT, KEY(name), NULL, 0, 0, "TEXT",
     "what the screen calls the place; else its name in the placement"},
    {"play", OPTION_FLAG, KEY(play), NULL, 0, 0, NULL,
     "play the files that follow, without a server"},
    {"once", OPTION_FLAG, KEY(once), NULL, 0, 0, NULL, "with --play: end after the last"},
    {"stats", OPTION_TEXT, KEY(stats), NULL, 0, 0, "FILE",
     "with --play: write counts as JSON at the end"},
    {"size", OPTION_TEXT, KEY(size), NULL, 0, 0, "WxH",
     "a window; else the whole screen"},
    {"rotate", OPTION_INTEGER, KEY(rotate), "-1", -1, 270, "DEGREES",
     "0, 90, 180 or 270, clockwise; -1: as the settings say"},
    {"driver", OPTION_TEXT, KEY(driver), NULL, 0, 0, "NAME",
     "surface, renderer or memory; else the first that works"},
    {"no-audio", OPTION_FLAG, KEY(no_audio), NULL, 0, 0, NULL, "stay silent"},
    {"sound", OPTION_TEXT, KEY(sound), "sdl", 0, 0, "SINK",
     "where sound goes: sdl, null, or file with --sound-file"},
    {"sound-file", OPTION_TEXT, KEY(sound_file), "sound.wav", 0, 0, "FILE",
     "with --sound file: a WAV file of what would be heard"},
    {"screenshot", OPTION_TEXT, KEY(screenshot), NULL, 0, 0, "FILE",
     "write what is on the screen as PNG, see --after"},
    {"after", OPTION_INTEGER, KEY(after_s), "5", 0, 86400, "S",
     "when the screenshot is taken"},
    {"draw", OPTION_TEXT, KEY(draw), NULL, 0, 0, "NAME",
     "draw a screen, or the slide of a JSON file, into --screenshot and end"},
    {"log-level", OPTION_TEXT, KEY(log_level), "info", 0, 0, "LEVEL",
     "error, warning, info or debug"},
    {"version", OPTION_FLAG, KEY(version), NULL, 0, 0, NULL, "print the version and end"},
    {"help", OPTION_FLAG, KEY(help), NULL, 0, 0, NULL, "print this and end"},
};

static const struct kiosk_mode *const modes[] = {&mode_signage, &mode_touch, &mode_play};

enum { EXIT_USAGE = 2 };

static int usage_error(const char *sentence)
{
    (void)fprintf(stderr, "tramtin-kiosk: %s\n", sentence);
    return EXIT_USAGE;
}

static void help_print(const struct options *o)
{
    (void)puts(
        "Usage: tramtin-kiosk --server URL [--root FINGERPRINT] [OPTION]...\n"
        "       tramtin-kiosk --play FILE... [OPTION]...\n\n"
        "Shows the programme of a public information unit. Without an identity it\n"
        "shows a code: type it into `tramtinctl unit enrol` to take it into service.\n"
        "F12, or five taps into the top left corner, shows the technician's panel.\n");
    options_print_help(o, stdout);
}

static int log_level_of(const char *name, enum log_level *ret)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    for (unsigned i = 0; i < ARRAY_LENGTH(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum log_level)i;
            return 0;
        }
    }
    return -1;
}

/* Values that the table cannot check. NULL: all is well; else what is wrong. */
static const char *config_check(struct kiosk_config *c)
{
    enum log_level level;
    char rest;
    if (log_level_of(c->log_level, &level) < 0)
        return "--log-level: expected error, warning, info or debug";
    log_set_level(level);
    if (c->size &&
        (sscanf(c->size, "%dx%d%c", &c->width, &c->height, &rest) != 2 || c->width < 16 ||
         c->height < 16 || c->width > 8192 || c->height > 8192))
        return "--size: expected WxH from 16x16 to 8192x8192";
    if (c->rotate >= 0 && c->rotate % 90 != 0)
        return "--rotate: expected 0, 90, 180 or 270";
    if (c->play && c->file_count == 0)
        return "--play: expected files";
    if (!c->play && c->file_count > 0)
        return "files are only for --play";
    if (!c->play && !c->draw && !c->server)
        return "--server is needed, see --help";
    if (c->server && strncmp(c->server, "http://", 7) != 0 &&
        strncmp(c->server, "https://", 8) != 0)
        return "--server: expected http://HOST[:PORT] or https://HOST[:PORT]";
    if (c->printer && !printer_target_valid(c->printer))
        return "--printer: expected a device like /dev/usb/lp0, or tcp:ADDRESS:PORT";
    if (c->draw && (!c->screenshot || !c->size))
        return "--draw needs --screenshot and --size";
    return NULL;
}

static int mode_run(const struct kiosk_config *config)
{
    if (config->draw)
        return draw_mode_run(config);
    const struct kiosk_mode *mode = NULL;
    for (unsigned i = 0; i < ARRAY_LENGTH(modes); i++)
        if (strcmp(modes[i]->name, config->play ? "play" : config->mode) == 0)
            mode = modes[i];
    if (!mode)
        return usage_error("--mode: expected signage or touch");
    /* Before SDL and before any thread: decoders are forked from it. */
    struct zygote *zygote = NULL;
    int r = zygote_start(&zygote);
    if (r < 0)
        return usage_error("cannot start the decoders' parent");
    int status = mode->run(config, zygote);
    zygote_stop(zygote);
    return status;
}

/* The program anew, in the same process: the decoders' parent must be forked before any
 * thread. Not when it has only just begun: whoever supervises us waits longer each time.
 */
static int begin_anew(char **argv, int64_t began_us)
{
    if (clock_monotonic_us(clock_system()) - began_us < ANEW_AFTER_US)
        return EXIT_FAILURE;
    execv("/proc/self/exe", argv);
    (void)fprintf(stderr, "tramtin-kiosk: cannot begin anew: %s\n", strerror(errno));
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    int64_t began_us = clock_monotonic_us(clock_system());
    struct kiosk_config config = {0}; /* the table fills what it names */
    struct options *options;
    struct diag diag = {""};
    if (options_create(keys, ARRAY_LENGTH(keys), &config, &options) < 0)
        return usage_error("out of memory");
    int status;
    const char *wrong;
    if (options_read_command_line(options, argc, argv, &diag) < 0) {
        status = usage_error(diag_text(&diag));
    } else if (config.help) {
        help_print(options);
        status = EXIT_SUCCESS;
    } else if (config.version) {
        (void)printf("tramtin-kiosk %s\n", version_text());
        status = EXIT_SUCCESS;
    } else {
        config.file_count = options_arguments(options, &config.files);
        wrong = config_check(&config);
        status = wrong ? usage_error(wrong) : mode_run(&config);
    }
    options_destroy(options);
    return status == EXIT_AGAIN ? begin_anew(argv, began_us) : status;
}
