#pragma once
#include "content/policy/session.h"
#include "content/policy/view_internal.h"

/* For content/policy's own files. */

struct policy_session {
    const struct policy_view *view;
    struct policy_result *results;
    /* One block, so that one call wipes it. */
    void *block;
    size_t block_bytes;
    int64_t *answers; /* of each slot; GRAPH_UNKNOWN unless known */
    int64_t *values;  /* of each node */
    int64_t *trial;   /* of each node, with one answer supposed */
    uint32_t *weight; /* of each slot: undecided policies that it may matter to */
    uint16_t *seen;   /* of each node: the last walk that came by */
    uint16_t *stack;  /* nodes a walk still goes to */
    uint8_t *state;   /* of each slot: enum policy_answer */
    uint8_t *can;     /* of each node: what it can still turn out to be */
};

void session_run(struct policy_session *s); /* answers to values */
