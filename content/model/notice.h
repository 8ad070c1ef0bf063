#pragma once
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is announced by form: loans, jobs, training, and what a commune has to say. Every
 * field has one meaning and a measure; there is no room for anything else, advertising
 * least of all. One table per type says its fields, and serves documents, tables of
 * office programs and their templates. */

struct arena;

enum notice_type { NOTICE_LOAN, NOTICE_JOB, NOTICE_TRAINING, NOTICE_COMMUNE };
enum { NOTICE_TYPE_COUNT = NOTICE_COMMUNE + 1 };

/* Texts are never NULL, "" when absent; figures are 0 then. Days since 1970-01-01, local.
 */
struct notice {
    const char *id; /* unique in its release */
    enum notice_type type;
    const char *title;        /* the programme, the position, the course, the matter */
    int64_t from_day;         /* announced */
    int64_t until_day;        /* the last day of it */
    const char *area;         /* whom it is for; "": all that its release is for */
    const char *organisation; /* who lends, employs, teaches, announces */
    const char *address, *contact, *telephone;
    const char *audience;  /* who may: a condition as text */
    const char *text;      /* what for; requirements; the matter itself */
    const char *trade;     /* job, training */
    const char *workplace; /* job: where; training: where it is held */
    bool overseas;         /* job */
    int64_t places;        /* job, training */
    int64_t starts_day;    /* training */
    int64_t days;          /* training: how long */
    int64_t amount_vnd;    /* loan: at most */
    int64_t rate_bp;       /* loan: a year */
    int64_t months;        /* loan: at most */
    bool sample;           /* of a demonstration, to be marked as such */
};

enum notice_value {
    NOTICE_TEXT,  /* one line; no links, no exclamation marks */
    NOTICE_PROSE, /* paragraphs */
    NOTICE_TELEPHONE,
    NOTICE_IDENTIFIER,
    NOTICE_DAY,
    NOTICE_FIGURE, /* a whole number from 1; VND, months, days, places */
    NOTICE_RATE,   /* basis points */
    NOTICE_FLAG,
};

struct notice_field {
    const char *key;   /* of the document */
    const char *label; /* of the table's column, Vietnamese */
    const char *example;
    enum notice_value value;
    bool required;
    int64_t most; /* bytes of a text; of a figure its greatest */
    size_t offset;
};

struct notice_form {
    const char *name;                         /* "job" */
    const struct notice_field *const *fields; /* NULL-terminated, as one fills them in */
};
extern const struct notice_form notice_forms[NOTICE_TYPE_COUNT];

enum { NOTICES_MAX = 500 }; /* of one release */

/* What is wrong with a text as the value of a field, as the end of "expected ..."; NULL:
 * nothing. The text is borrowed. */
const char *notice_text_fault(const struct notice_field *f, const char *text);

/* {"type": "job", "id": ..., ...}; errors stick in `r`. Texts are copied. */
void notice_parse(struct json_reader *r, struct arena *a, struct notice *ret);

/* "2026-12-31"; -EINVAL. */
MUST_CHECK int notice_day_parse(const char *text, int64_t *ret);

/* ---- what a unit shows ---- */

struct programme;

/* Those in force for the programme's unit at an instant, the newest first, of several of
 * a day the one that ends first. At most `max`; they live as long as `p`. */
size_t notices_in_force(const struct programme *p, int64_t at_ms,
                        const struct notice **ret, size_t max);
