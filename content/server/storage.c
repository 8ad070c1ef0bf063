/* Which database, by the settings. */
#include "content/server/storage.h"

#include "base/db/db.h"
#include "base/diag.h"
#include "base/file.h"
#include "content/server/settings.h"
#include "content/store/depot.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

int storage_open_depot(const struct server_settings *settings, struct depot **ret,
                       struct diag *diag)
{
    char path[PATH_MAX];
    int r = file_make_folders(settings->data, 0750);
    if (r < 0)
        return diag_set(diag, r, "cannot make '%s': %s", settings->data, strerror(-r));
    if (settings_is_postgres(settings))
        return depot_open(&db_postgres, settings->database, ret, diag);
    snprintf(path, sizeof(path), "%s/tramtin.db", settings->data);
    return depot_open(&db_sqlite, path, ret, diag);
}
