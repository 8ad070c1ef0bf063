#pragma once
#include "base/attr.h"
#include "content/policy/pack.h"

/* A pack on one day: the versions and parameters in force, compiled. Immutable: any
 * thread may read; it borrows the pack, which must outlive it. */

struct diag;
struct policy_view;

/* -EINVAL with the path of an expression that is wrong (never after policy_pack_parse),
 * -ENOMEM. */
MUST_CHECK int policy_view_create(const struct policy_pack *pack, int64_t day,
                                  struct policy_view **ret, struct diag *diag);
void policy_view_destroy(struct policy_view *v); /* accepts NULL */

const struct policy_pack *policy_view_pack(const struct policy_view *v);
int64_t policy_view_day(const struct policy_view *v);
/* Whether any condition in force reads the fact (or, of a list, a field of a member). */
bool policy_view_reads(const struct policy_view *v, const struct policy_fact *fact);
size_t policy_view_operations(const struct policy_view *v); /* how many one pass is */
