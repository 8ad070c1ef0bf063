#pragma once
#include "content/policy/session.h"
#include "kiosk/services/service.h"

/* What the pages of the policies share. */

enum {
    VERB_ANSWER = VERB_SCREEN, /* value: as the fact's type has it */
    VERB_UNKNOWN,
    VERB_DIGIT,    /* value: a digit, or -1: take one back */
    VERB_DONE,     /* what was typed is the answer */
    VERB_RESULTS,  /* show them */
    VERB_CONTINUE, /* go on asking */
    VERB_POLICY,   /* value: 1 + index */
    VERB_TAKE,     /* the results on one's own telephone */
    VERB_CLOSED,   /* what is not due */
};

enum { HISTORY_MAX = 256 };

struct policies {
    struct policy_session *session; /* NULL until the first page */
    size_t history[HISTORY_MAX];    /* slots, in the order they were answered */
    size_t history_count;
    bool results;   /* instead of the next question */
    bool take;      /* ... as a code to scan */
    bool closed;    /* ... those that are not due */
    size_t open;    /* 1 + index of a policy; 0: none */
    char typed[24]; /* digits */
    bool refused;   /* what was typed is no answer */
};

/* Whether it is said to be due: "được hưởng", "được xét", "được đăng ký". */
const char *policies_class_text(enum policy_class class);
void policies_results_build(const struct policies *s, struct page *p);
void policies_take_build(const struct policies *s, struct page *p);
void policies_detail_build(const struct policies *s, struct page *p);
