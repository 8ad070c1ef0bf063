#pragma once
#include "content/model/key.h"

/* The code on an enrolling unit's screen: it commits to the unit's key and to the root
 * that the unit trusts, so nobody in between can swap either. */

#define ENROL_CODE_SIZE 15 /* XXXX-XXXX-XXXX */

void enrol_code(const struct public_key *unit, const struct sha256 *root_fingerprint,
                char ret[ENROL_CODE_SIZE]);

/* Reads what somebody typed: case, spaces and hyphens do not matter, O is 0, I and L
 * are 1. -EINVAL when it cannot be a code. */
MUST_CHECK int enrol_code_normalise(const char *typed, char ret[ENROL_CODE_SIZE]);
