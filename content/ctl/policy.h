#pragma once
#include "content/ctl/ctl.h"
#include "content/model/release.h"
#include "content/policy/session.h"

/* What the policy commands share. */

/* A pack file, or a release of one, parsed and checked; 0 or an exit code after saying
 * why.
 */
MUST_CHECK int ctl_policy_pack(const char *path, struct policy_pack **ret);
/* What an approver should know of the pack in a release before signing it: on standard
 * output. `where` begins a refusal. */
MUST_CHECK int ctl_policy_show(const char *where, const struct release *r);
/* The same judgement without a word when all is well. */
MUST_CHECK int ctl_policy_check(const char *where, const struct release *r);
/* Counts, sources, days of change and missing translations. */
void ctl_policy_summary(const struct policy_pack *pack);
/* DATE of --as-of, or today in Việt Nam. */
MUST_CHECK int ctl_policy_day(const struct ctl *c, int64_t *ret);

/* A file of answers alone, or a household: {"name", "as_of", "facts", "expect"}. */
struct ctl_household {
    char name[200];
    json_t *file;
    const json_t *facts, *expect; /* expect may be NULL */
    int64_t day;                  /* INT64_MIN: the file has none */
};
MUST_CHECK int ctl_household_read(const char *path, struct ctl_household *ret);
void ctl_household_release(struct ctl_household *h);

/* Calls `visit` for each *.json of the folder, in order of name. */
MUST_CHECK int ctl_households(const char *folder,
                              int (*visit)(void *context, const struct ctl_household *h),
                              void *context);

const char *ctl_outcome_name(enum policy_outcome outcome); /* "eligible" */

/* Views and sessions of one pack, made when a day is first asked for. */
#define CTL_DAYS_MAX 100
struct ctl_days {
    const struct policy_pack *pack;
    size_t count;
    struct policy_view *views[CTL_DAYS_MAX];
    struct policy_session *sessions[CTL_DAYS_MAX];
};
/* The household's answers, read into a session of its day (or of `day` if it has none).
 * *ret lives as long as `d`. */
MUST_CHECK int ctl_days_read(struct ctl_days *d, const struct ctl_household *h,
                             int64_t day, struct policy_session **ret);
void ctl_days_release(struct ctl_days *d);

/* ---- printing ---- */
void ctl_policy_print(const struct policy_pack *pack, struct policy_session *s,
                      const char *language);
json_t *ctl_policy_json(const struct policy_pack *pack, struct policy_session *s,
                        const char *language);
/* "cao_tuoi[0].ngay_sinh" */
void ctl_slot_name(const struct policy_session *s, size_t slot, char *ret, size_t size);
