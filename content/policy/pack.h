#pragma once
#include "base/attr.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A policy pack, parsed and checked: what is asked, which rules stand from when to when,
 * and what is said about them, in each language. Immutable: any thread may read.
 * Everything lives as long as the pack. How one is written: docs/policy-pack.md. */

struct diag;
struct policy_pack;

#define POLICY_LANGUAGES_MAX 8
#define POLICY_MEMBERS_MAX 12
#define POLICY_PACK_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* One text in the pack's languages; NULL where a translation is missing. */
struct policy_text {
    const char *in[POLICY_LANGUAGES_MAX];
};

enum policy_type {
    POLICY_BOOLEAN,
    POLICY_INTEGER,
    POLICY_VND,
    POLICY_DATE, /* a day; content/policy/date.h */
    POLICY_CHOICE,
    POLICY_LIST, /* of members, each with the list's fields */
};

struct policy_choice {
    const char *value;
    struct policy_text text;
};

/* Something to ask. A list asks how many members there are, then its fields of each. */
struct policy_fact {
    const char *id;
    enum policy_type type;
    struct policy_text question, help; /* help: every entry may be NULL */
    bool sensitive;                    /* shown with the reason why it is asked */
    int64_t low, high;                 /* of the answer; choices: 0 to count - 1 */
    const struct policy_choice *choices;
    size_t choice_count;
    const struct policy_fact *fields; /* POLICY_LIST */
    size_t field_count;
    size_t slot; /* of the answer; see content/policy/session.h */
};

enum policy_state {
    POLICY_CHECKED,    /* an officer compared it with the signed text */
    POLICY_PRESS,      /* seen in the press or on a law portal */
    POLICY_UNVERIFIED, /* no amount of it is shown */
};

struct policy_source {
    const char *id, *document, *article, *clause, *url; /* "" when absent */
    enum policy_state state;
    const char *checked_by; /* "" when absent */
    int64_t checked_day;    /* INT64_MIN when absent */
};

/* One value of a parameter, from day to day, both included. */
struct policy_value {
    int64_t from_day, to_day, number;
    const struct policy_source *source;
};

struct policy_parameter {
    const char *id;
    enum policy_type type; /* boolean, integer, vnd, date */
    const struct policy_value *values;
    size_t count;
};

/* A condition with its own sentence for each answer. */
struct policy_clause {
    const char *id;
    const json_t *expression;
    struct policy_text when_true, when_false, when_unknown;
    const struct policy_source *source;
};

/* "{amount}" in the text stands for the amount. */
struct policy_benefit {
    struct policy_text text;
    const json_t *amount; /* NULL: none */
    const struct policy_source *source;
};

struct policy_version {
    int64_t from_day, to_day; /* to_day DAY_MAX: until further notice */
    const struct policy_clause *clauses;
    size_t clause_count;
    const json_t *rule;  /* of clauses; NULL: all of them */
    const json_t *worth; /* against the others of a best_of group; NULL */
    const struct policy_benefit *benefits;
    size_t benefit_count;
    const struct policy_text *papers, *residual;
    size_t paper_count, residual_count;
};

enum policy_class {
    POLICY_ENTITLED,   /* được hưởng */
    POLICY_CONSIDERED, /* được xét theo chỉ tiêu, danh sách */
    POLICY_REGISTER,   /* được đăng ký */
};

struct policy_topic {
    const char *id;
    struct policy_text title;
};

struct policy_office {
    const char *id;
    struct policy_text name, where;
};

struct policy {
    const char *id;
    struct policy_text title;
    const struct policy_topic *topic;
    const struct policy_office *office;
    enum policy_class class;
    const char *best_of; /* only the worthiest of the group counts; "" */
    const size_t *excluded_by;
    size_t excluded_by_count;
    const struct policy_version *versions; /* in order of time, never overlapping */
    size_t version_count;
};

/* Parses and checks everything: keys, references, types, ranges and overflow of every
 * expression on every day on which a version or a parameter changes. 0, or -EINVAL,
 * -EFBIG with the path of what is wrong, -ENOMEM. */
MUST_CHECK int policy_pack_parse(const char *text, size_t length,
                                 struct policy_pack **ret, struct diag *diag);
void policy_pack_destroy(struct policy_pack *p); /* accepts NULL */

const char *policy_pack_id(const struct policy_pack *p);
const struct policy_text *policy_pack_title(const struct policy_pack *p);
int64_t policy_pack_edition_day(const struct policy_pack *p);
const struct policy *policy_pack_policies(const struct policy_pack *p, size_t *ret_count);
const struct policy_fact *policy_pack_facts(const struct policy_pack *p,
                                            size_t *ret_count);
const struct policy_topic *policy_pack_topics(const struct policy_pack *p,
                                              size_t *ret_count);
const struct policy_source *policy_pack_sources(const struct policy_pack *p,
                                                size_t *ret_count);
const struct policy_parameter *policy_pack_parameters(const struct policy_pack *p,
                                                      size_t *ret_count);
/* NULL-terminated codes; the first is the one every text has. */
const char *const *policy_pack_languages(const struct policy_pack *p);

/* The text in `language`; in the pack's first language where it is missing, which
 * *ret_fallback (may be NULL) tells. "" when there is none at all. */
const char *policy_pack_text(const struct policy_pack *p, const struct policy_text *text,
                             const char *language, bool *ret_fallback);

/* Days on which something changes, in order and once each, in an array of `max`; how many
 * there are. */
size_t policy_pack_changes(const struct policy_pack *p, int64_t *ret, size_t max);

/* NULL: no rule is in force on that day. */
const struct policy_version *policy_version_on(const struct policy *policy, int64_t day);
const struct policy_value *policy_value_on(const struct policy_parameter *parameter,
                                           int64_t day);
