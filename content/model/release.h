#pragma once
#include "content/model/item.h"
#include "scheduler/plan.h"

/* What an approver signed. Kinds are a table: a new one is one file kind_<name>.c and one
 * line in release.c. */

struct notice;
struct release;

struct release_kind {
    const char *name; /* "campaign" */
    int64_t validity_max_days;
    /* How many different people must have signed, by level; 0: this level is not for it.
     */
    int signatures[3];
    /* Shown when a resident asks, instead of played: content/model/shown.h. */
    bool shown;
    /* Reads `body` into the release. Errors stick in the reader. */
    void (*parse)(struct json_reader *r, struct release *release);
    /* Puts the release's rule into a plan; NULL when it has none. */
    int (*plan)(const struct release *release, struct plan_builder *b, struct diag *diag);
};

extern const struct release_kind *const release_kinds[]; /* NULL-terminated */

struct settings {
    struct text_list ticker;
    int64_t transition_ms;
    int rotation;          /* 0, 90, 180, 270 */
    int volume_ceiling_bp; /* 10000: as loud as it gets */
    /* "" when absent; hours as people say them: "Thứ hai đến thứ sáu, 7 giờ 30". */
    const char *contact_name, *contact_office, *contact_telephone, *contact_hours;
    int64_t download_limit_kbps; /* 0: none */
    struct day_window *download_windows;
    size_t download_window_count; /* 0: always */
};

struct withdrawn_line {
    const char *line;
    int64_t revision; /* and all before it */
};

struct release {
    struct arena *arena;
    const struct release_kind *kind;
    int64_t issued_ms;
    struct release_rule rule; /* line, revision, level, area, title, target, times */
    struct model_item *items; /* every item of the release, in order */
    size_t item_count;
    union {
        struct campaign_rule campaign;   /* items and release are filled when planned */
        struct timetable_rule timetable; /* likewise */
        struct {
            struct settings_rule rule;
            struct settings settings;
        } settings;
        struct {
            struct withdrawn_line *lines;
            size_t count;
            bool cut;
        } withdrawal;
        struct {
            const char *text; /* for content/policy to parse */
        } policy_pack;
        struct {
            const struct notice *notices;
            size_t count;
        } notices;
    } body;
};

MUST_CHECK int release_parse(const char *text, size_t length, struct release **ret,
                             struct diag *diag);
void release_destroy(struct release *r); /* accepts NULL */

/* {"areas": [...], ...} of releases and manifests. */
void target_parse(struct json_reader *r, const char *key, struct arena *a,
                  struct target *ret);

extern const struct release_kind kind_campaign, kind_timetable, kind_settings,
    kind_withdrawal, kind_policy_pack, kind_notices;
