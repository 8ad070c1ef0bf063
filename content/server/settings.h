#pragma once
#include "base/attr.h"

#include <stdbool.h>
#include <stdint.h>

/* What the server was told: one table for the command line and the file. */

struct diag;
struct options;

struct server_settings {
    const char *data, *database, *listen; /* database: a URL, or NULL */
    int64_t workers, connections, upload_most_mb, manifest_days, keep_days;
    const char *log_level;
    /* What to do instead of serving. */
    const char *config, *restore, *backup, *create_admin;
    bool check_config, print_config, print_routes, show_key, version, help;
};

/* *ret owns the texts in *settings. -EINVAL with the sentence. */
MUST_CHECK int settings_read(int argc, char *const *argv,
                             struct server_settings *settings, struct options **ret,
                             struct diag *diag);
/* The database is PostgreSQL's, by its URL. */
bool settings_is_postgres(const struct server_settings *settings);
/* What is right by itself but wrong together. */
MUST_CHECK int settings_check(const struct server_settings *settings, struct diag *diag);
