#pragma once
#include "base/db/db.h"
#include "content/store/depot.h"

/* Shared by the files of the depot only. */

struct depot {
    struct db *db;
};
