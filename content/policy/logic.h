#pragma once
#include "base/attr.h"

#include <jansson.h>
#include <stdint.h>

struct diag;

/* The value of one expression on data whose keys are its facts; what is absent or null is
 * unknown. *ret is the caller's: true, false, a number, a day as text, or null for
 * unknown. -EINVAL and the like with the sentence. */
MUST_CHECK int logic_evaluate(const json_t *expression, const json_t *data, int64_t day,
                              json_t **ret, struct diag *diag);
