#pragma once
#include "content/policy/graph.h"
#include "content/policy/pack_internal.h"
#include "content/policy/view.h"

/* For content/policy's own files. */

#define PROBES_MAX 8

/* A policy on the view's day. */
struct view_policy {
    const struct policy_version *version; /* NULL: nothing is in force */
    uint16_t *clauses;                    /* node of each */
    uint16_t own;                         /* its own conditions */
    uint16_t final;                       /* and not beaten or excluded by another */
    uint16_t worth;
    uint16_t *amounts;    /* node of each benefit's amount */
    bool *amount_is_open; /* a number of it is not verified: not to be shown */
};

/* One answer: whose it is, and answers that stand for all (one for each way its
 * conditions can turn). */
struct view_slot {
    const struct policy_fact *fact; /* of the list's member: the field */
    const struct policy_fact *list; /* NULL: not about a member */
    size_t member;
    int64_t probes[PROBES_MAX];
    size_t probe_count;
};

struct policy_view {
    struct arena *arena;
    const struct policy_pack *pack;
    int64_t day;
    struct graph graph;
    struct view_policy *policies;
    struct view_slot *slots;
};

/* view_probes.c: fills the probes of every slot. */
MUST_CHECK int view_find_probes(struct policy_view *v);
