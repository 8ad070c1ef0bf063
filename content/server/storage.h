#pragma once
#include "base/attr.h"

/* The one place where the program opens its database: a file in the data folder, or what
 * the settings name instead. */

struct depot;
struct diag;
struct server_settings;

/* Makes the data folder too. *ret is the caller's (depot_close). */
MUST_CHECK int storage_open_depot(const struct server_settings *settings,
                                  struct depot **ret, struct diag *diag);
