/* tramtinctl: finds the command in its table, reads its options, runs it. */
#include "base/text.h"
#include "base/version.h"
#include "content/ctl/ctl.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command_group *const groups[] = {
    &commands_key,     &commands_trust,  &commands_unit,    &commands_asset,
    &commands_release, &commands_verify, &commands_server,  &commands_policy,
    &commands_logic,   &commands_audit,  &commands_notices,
};

static const struct option_key common[] = {
    {"server", OPTION_TEXT, CTL_AT(server), NULL, 0, 0, "URL", "or TRAMTIN_SERVER"},
    {"token", OPTION_TEXT, CTL_AT(token), NULL, 0, 0, "TOKEN", "or TRAMTIN_TOKEN"},
    {"passphrase-file", OPTION_TEXT, CTL_AT(passphrase_file), NULL, 0, 0, "FILE",
     "instead of asking; or TRAMTIN_PASSPHRASE_FILE"},
    {"help", OPTION_FLAG, CTL_AT(help), NULL, 0, 0, NULL, "about this command"},
};

#define KEYS_MAX 24

static void print_help(void)
{
    puts(
        "Usage: tramtinctl COMMAND [OPTION]...\n"
        "       tramtinctl COMMAND --help\n\n"
        "Keys, signatures and everything a Trạm Tin server is asked for. The usual way "
        "from\n"
        "nothing to a picture on a screen:\n\n"
        "  key new         root keys (say three), a registrar's, an author's for each "
        "person\n"
        "  root new, sign  who the registrars are; signed by two of the three root keys\n"
        "  keyring new, keyring add, sign   who may approve what, and where\n"
        "  areas new, sign                  the administrative tree\n"
        "  put             bring these to the server\n"
        "  unit enrol      type the code from a unit's screen\n"
        "  asset upload    bring media\n"
        "  release build, release show, sign, release publish\n"
        "  rundown         see what plays, when, and why\n\n"
        "Commands:");
    for (size_t g = 0; g < ARRAY_LENGTH(groups); g++)
        for (size_t i = 0; i < groups[g]->count; i++) {
            const struct command *c = &groups[g]->commands[i];
            char left[64];
            snprintf(left, sizeof(left), "%s %s", c->name, c->arguments);
            printf("  %-28s %s\n", left, c->summary);
        }
    puts("\nExit codes: 0 done; 1 refused, with the reason; 2 wrong usage; 3 the server "
         "could "
         "not be reached.");
}

/* The command whose words the arguments begin with; the longest name wins. */
static const struct command *find(int argc, char **argv, int *ret_words)
{
    char two[128] = "";
    if (argc > 2)
        snprintf(two, sizeof(two), "%s %s", argv[1], argv[2]);
    for (int words = 2; words >= 1; words--) {
        const char *name = words == 2 ? two : argv[1];
        for (size_t g = 0; g < ARRAY_LENGTH(groups); g++)
            for (size_t i = 0; i < groups[g]->count; i++)
                if (strcmp(groups[g]->commands[i].name, name) == 0) {
                    *ret_words = words;
                    return &groups[g]->commands[i];
                }
    }
    return NULL;
}

static void print_command_help(const struct command *command, const struct options *o)
{
    printf("Usage: tramtinctl %s %s [OPTION]...\n\n%s.\n", command->name,
           command->arguments, command->summary);
    if (command->teaching)
        printf("\n%s\n", command->teaching);
    puts("");
    options_print_help(o, stdout);
}

static void from_environment(struct ctl_values *v)
{
    if (!v->server)
        v->server = getenv("TRAMTIN_SERVER");
    if (!v->token)
        v->token = getenv("TRAMTIN_TOKEN");
    if (!v->passphrase_file)
        v->passphrase_file = getenv("TRAMTIN_PASSPHRASE_FILE");
}

static int run(const struct command *command, int argc, char **argv)
{
    struct option_key keys[KEYS_MAX];
    size_t count = command->key_count;
    if (count)
        memcpy(keys, command->keys, count * sizeof(keys[0]));
    memcpy(keys + count, common, sizeof(common));
    count += ARRAY_LENGTH(common);
    struct ctl c = {0};
    struct options *o = NULL;
    struct diag d = {""};
    if (options_create(keys, count, &c.v, &o) < 0)
        return ctl_fail(CTL_REFUSED, "out of memory");
    int code;
    if (options_read_command_line(o, argc, argv, &d) < 0) {
        code = ctl_fail(CTL_USAGE, "%s", diag_text(&d));
    } else if (c.v.help) {
        print_command_help(command, o);
        code = CTL_DONE;
    } else {
        c.argument_count = options_arguments(o, &c.arguments);
        from_environment(&c.v);
        if (c.argument_count < command->least || c.argument_count > command->most)
            code = ctl_fail(CTL_USAGE, "usage: tramtinctl %s %s, see --help",
                            command->name, command->arguments);
        else
            code = command->run(&c);
    }
    options_destroy(o);
    return code;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (key_init() < 0)
        return ctl_fail(CTL_REFUSED, "the machine gives no random numbers");
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help();
        return argc < 2 ? CTL_USAGE : CTL_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("tramtinctl %s\n", version_text());
        return CTL_DONE;
    }
    int words = 0;
    const struct command *command = find(argc, argv, &words);
    if (!command)
        return ctl_fail(CTL_USAGE, "there is no command '%s', see tramtinctl --help",
                        argv[1]);
    return run(command, argc - words, argv + words);
}
