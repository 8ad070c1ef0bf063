#pragma once
#include <stddef.h>
#include <stdint.h>

/* Whom something is for, and who a unit is. All memory is borrowed. */

struct text_list {
    const char *const *texts;
    size_t count;
};

enum unit_kind { UNIT_KIOSK = 1, UNIT_BOARD = 2, UNIT_RADIO = 4 };

/* Where a unit stands for a while; a unit that moves keeps its identity. */
struct unit_stand {
    int64_t from_ms, until_ms;
    struct text_list path; /* area ids, its own area first, the top last */
};

struct unit {
    const char *id;
    enum unit_kind kind;
    struct text_list tags, languages;
    const struct unit_stand *stands;
    size_t stand_count;
};

/* Empty lists and kinds 0 do not restrict. */
struct target {
    struct text_list areas;     /* any of, on the unit's path */
    unsigned kinds;             /* any of enum unit_kind */
    struct text_list tags_all;  /* all of */
    struct text_list tags_any;  /* any of */
    struct text_list languages; /* any of */
    struct text_list units;     /* any of */
};

#define TARGET_NO_MATCH (-1)

/* How near the target is: the index on the unit's path at `at_ms` of the nearest area
 * that the target names (0 is the unit's own area), the length of the path when it names
 * none, or TARGET_NO_MATCH. */
int target_match(const struct target *target, const struct unit *unit, int64_t at_ms);

/* The path at an instant; an empty list while the unit stands nowhere. */
struct text_list unit_path(const struct unit *unit, int64_t at_ms);
