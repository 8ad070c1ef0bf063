#pragma once
#include "base/attr.h"
#include "content/policy/view.h"

/* One household at one screen: its answers, what follows from them, and what to ask next.
 * One thread at a time. Nothing is allocated after it is created, and all that was
 * answered is overwritten by policy_session_wipe and _destroy. It borrows the view. */

struct diag;
struct policy_session;

MUST_CHECK int policy_session_create(const struct policy_view *view,
                                     struct policy_session **ret);
void policy_session_wipe(struct policy_session *s);
void policy_session_destroy(struct policy_session *s); /* accepts NULL */
const struct policy_view *policy_session_view(const struct policy_session *s);

/* ---- answers ---- */

/* Every answer has a slot. A list has one for the number of its members (its fact's),
 * then one for each field of each member. */
enum policy_answer {
    POLICY_OPEN,    /* not asked */
    POLICY_UNKNOWN, /* asked; "không biết" */
    POLICY_KNOWN,
};

size_t policy_session_slots(const struct policy_session *s);
/* What the slot is about: the fact, or a list's field with its list and member (from 0).
 */
const struct policy_fact *policy_session_fact(const struct policy_session *s, size_t slot,
                                              const struct policy_fact **ret_list,
                                              size_t *ret_member);
/* An answer as the fact's type has it: 0 or 1, a number, a day, a choice's index, the
 * number of members. -ERANGE outside of low..high, -EINVAL when there is no such slot. */
MUST_CHECK int policy_session_answer(struct policy_session *s, size_t slot,
                                     int64_t answer);
void policy_session_answer_unknown(struct policy_session *s, size_t slot);
void policy_session_forget(struct policy_session *s, size_t slot); /* back: open again */
/* *ret only when known; may be NULL. */
enum policy_answer policy_session_get(const struct policy_session *s, size_t slot,
                                      int64_t *ret);

/* Answers as JSON, {"fact": value, "list": [{"field": value}]}; null is "không biết",
 * what is absent is open. Replaces all answers. -EINVAL with the path. */
MUST_CHECK int policy_session_read(struct policy_session *s, const json_t *answers,
                                   struct diag *diag);

/* ---- results ---- */

enum policy_outcome {
    POLICY_ELIGIBLE,     /* đủ điều kiện */
    POLICY_INELIGIBLE,   /* không đủ điều kiện */
    POLICY_UNDECIDED,    /* cần thêm thông tin */
    POLICY_NOT_IN_FORCE, /* chưa có căn cứ hiệu lực */
};

struct policy_result {
    enum policy_outcome outcome;
    const struct policy_version *version; /* NULL when nothing is in force */
    /* Its own conditions hold or may hold, but this one is due instead: better of its
     * group, or excluding it. NULL otherwise. */
    const struct policy *instead;
};

/* One for each policy, in the pack's order. Valid until the next call with `s`. */
const struct policy_result *policy_session_evaluate(struct policy_session *s);

enum policy_reason_kind { POLICY_ALL_OF, POLICY_ANY_OF, POLICY_NOT, POLICY_CLAUSE };
enum policy_truth { POLICY_TRUE, POLICY_FALSE, POLICY_NOT_KNOWN };

/* The tree of reasons, flat: what is under an entry follows it with a greater depth. */
struct policy_reason {
    enum policy_reason_kind kind;
    enum policy_truth truth;
    unsigned depth;
    bool decisive;                      /* the result would not stand without it */
    const struct policy_clause *clause; /* POLICY_CLAUSE: its sentence is in `text` */
    const struct policy_text *text;
};

#define POLICY_REASONS_MAX 120
/* How many; 0 where nothing is in force. After policy_session_evaluate. */
size_t policy_session_reasons(const struct policy_session *s, size_t policy,
                              struct policy_reason ret[POLICY_REASONS_MAX]);

/* The amount of benefit `index`. False: there is none to show (none in the rule, not
 * known yet, or not verified: "hỏi cán bộ"). After policy_session_evaluate. */
bool policy_session_amount(const struct policy_session *s, size_t policy, size_t index,
                           int64_t *ret_vnd);

/* The sentence of benefit `index` in a language, with the amount in its place written as
 * "1.500.000 đồng" (in others than vi "1,500,000 VND"), or `ask` ("hỏi cán bộ") where
 * there is none to show. False when it did not fit: then it is cut at a character. After
 * policy_session_evaluate. */
bool policy_session_benefit(const struct policy_session *s, size_t policy, size_t index,
                            const char *language, const char *ask, char *ret,
                            size_t size);

/* ---- questions ---- */

#define POLICY_NO_SLOT SIZE_MAX
/* The open slot whose answer settles most undecided policies; POLICY_NO_SLOT when nothing
 * that is open matters any more. */
size_t policy_session_next(struct policy_session *s);
/* The same for one policy: what would decide it. */
size_t policy_session_deciding(struct policy_session *s, size_t policy);
