#pragma once
#include "content/policy/session.h"

/* Packs and households for tests. */

/* Single quotes stand for double ones, so that packs can be written in C. The result is
 * the caller's (free). */
char *policy_quote(const char *text);
/* Fails the test with the sentence when the pack is refused. */
struct policy_pack *policy_pack_of(const char *text);
/* A file of the sources (TRAMTIN_SOURCE). */
struct policy_pack *policy_pack_file(const char *name);
/* The pack and the households that come with the sources (TRAMTIN_SOURCE). */
struct policy_pack *policy_pack_real(void);

struct policy_household {
    char name[256];
    int64_t day;
    json_t *file;
    const json_t *facts;
};
#define POLICY_HOUSEHOLDS_MAX 200
size_t policy_households_read(struct policy_household ret[POLICY_HOUSEHOLDS_MAX]);
void policy_households_release(struct policy_household *list, size_t count);

/* Asks as a kiosk would, from nothing, with the answers of `full`, until nothing matters
 * any more; how many questions that took. *ret_all: how many the whole questionnaire has
 * for this household. */
size_t policy_interview(struct policy_session *s, const struct policy_session *full,
                        size_t *ret_all);
