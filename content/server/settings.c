/* The server's table of options. Start-up only. */
#include "content/server/settings.h"

#include "base/diag.h"
#include "base/log.h"
#include "base/options.h"
#include "base/text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define AT(field) offsetof(struct server_settings, field)

static const struct option_key keys[] = {
    {"data", OPTION_TEXT, AT(data), "/var/lib/tramtin", 0, 0, "DIR",
     "folder of the database, objects and the server's key"},
    {"database", OPTION_TEXT, AT(database), NULL, 0, 0, "URL",
     "postgresql://USER@HOST/NAME instead of a file in the data folder"},
    {"listen", OPTION_TEXT, AT(listen), "127.0.0.1:8080", 0, 0, "ADDR:PORT",
     "where to listen; port 0 takes a free one and prints it"},
    {"workers", OPTION_INTEGER, AT(workers), "4", 1, 64, "N", "threads that answer"},
    {"connections", OPTION_INTEGER, AT(connections), "20000", 16, 1000000, "N",
     "open connections at most; twice the units"},
    {"upload-most-mb", OPTION_INTEGER, AT(upload_most_mb), "8192", 1, 1000000, "N",
     "largest media file that may be uploaded"},
    {"manifest-days", OPTION_INTEGER, AT(manifest_days), "30", 1, 400, "N",
     "how long a unit may take to fetch a manifest before it is too old to accept"},
    {"keep-days", OPTION_INTEGER, AT(keep_days), "14", 2, 3650, "N",
     "how long superseded manifests and objects that nothing names are kept"},
    {"log-level", OPTION_TEXT, AT(log_level), "info", 0, 0, "LEVEL",
     "error, warning, info or debug"},
    {"config", OPTION_TEXT, AT(config), NULL, 0, 0, "FILE",
     "read these options from a file, `key = value` lines"},
    {"check-config", OPTION_FLAG, AT(check_config), NULL, 0, 0, NULL,
     "check options and file, then end: 0 right, 2 wrong"},
    {"print-config", OPTION_FLAG, AT(print_config), NULL, 0, 0, NULL,
     "print a configuration file with every key"},
    {"print-routes", OPTION_FLAG, AT(print_routes), NULL, 0, 0, NULL,
     "print every address that is answered"},
    {"create-admin", OPTION_TEXT, AT(create_admin), NULL, 0, 0, "NAME",
     "make an administrator and print the token, this once"},
    {"show-key", OPTION_FLAG, AT(show_key), NULL, 0, 0, NULL,
     "print the public half of the server's key, for the root"},
    {"backup", OPTION_TEXT, AT(backup), NULL, 0, 0, "FILE",
     "write a backup, also while the server runs"},
    {"restore", OPTION_TEXT, AT(restore), NULL, 0, 0, "FILE",
     "restore a backup into an empty data folder"},
    {"version", OPTION_FLAG, AT(version), NULL, 0, 0, NULL, "print the version"},
    {"help", OPTION_FLAG, AT(help), NULL, 0, 0, NULL, "print this"},
};

static const char *const levels[] = {
    [LOG_ERROR] = "error",
    [LOG_WARNING] = "warning",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};

static int read_all(int argc, char *const *argv, struct server_settings *settings,
                    struct options *o, struct diag *diag)
{
    const char *const *arguments;
    int r = options_read_command_line(o, argc, argv, diag);
    if (r == 0 && options_arguments(o, &arguments) > 0)
        r = diag_set(diag, -EINVAL, "unknown argument '%s', see --help", arguments[0]);
    if (r == 0 && settings->config)
        r = options_read_file(o, settings->config, diag);
    return r;
}

bool settings_is_postgres(const struct server_settings *settings)
{
    static const char *const schemes[] = {"postgresql://", "postgres://"};
    for (size_t i = 0; settings->database && i < ARRAY_LENGTH(schemes); i++)
        if (strncmp(settings->database, schemes[i], strlen(schemes[i])) == 0)
            return true;
    return false;
}

int settings_read(int argc, char *const *argv, struct server_settings *settings,
                  struct options **ret, struct diag *diag)
{
    struct options *o = NULL;
    int r = options_create(keys, ARRAY_LENGTH(keys), settings, &o);
    if (r < 0)
        return diag_set(diag, r, "out of memory");
    r = read_all(argc, argv, settings, o, diag);
    if (r < 0) {
        options_destroy(o);
        return r;
    }
    *ret = o;
    return 0;
}

/* No part of the URL is repeated: it may hold a password. */
static int check_database(const struct server_settings *settings, struct diag *diag)
{
    if (!settings->database)
        return 0;
    if (!settings_is_postgres(settings))
        return diag_set(diag, -EINVAL, "database: expected postgresql://...");
    if (settings->backup || settings->restore)
        return diag_set(diag, -EINVAL,
                        "a PostgreSQL database is backed up with pg_dump and restored "
                        "with pg_restore, beside a copy of the data folder");
    return 0;
}

int settings_check(const struct server_settings *settings, struct diag *diag)
{
    bool level = false;
    for (size_t i = 0; i < ARRAY_LENGTH(levels); i++)
        if (strcmp(settings->log_level, levels[i]) == 0) {
            log_set_level((enum log_level)i);
            level = true;
        }
    if (!level)
        return diag_set(diag, -EINVAL,
                        "log-level: expected error, warning, info or debug");
    if (!settings->data[0])
        return diag_set(diag, -EINVAL, "data: expected a folder");
    int r = check_database(settings, diag);
    if (r < 0)
        return r;
    const char *port = strrchr(settings->listen, ':');
    int64_t number;
    if (!port || text_to_int64(port + 1, 0, UINT16_MAX, &number) < 0)
        return diag_set(diag, -EINVAL,
                        "listen: expected ADDRESS:PORT, the port from 0 to 65535");
    int instead = (settings->restore != NULL) + (settings->backup != NULL) +
                  (settings->create_admin != NULL) + settings->show_key;
    if (instead > 1)
        return diag_set(diag, -EINVAL,
                        "--restore, --backup, --create-admin and --show-key exclude each "
                        "other");
    return 0;
}
