#pragma once
#include "base/attr.h"
#include "content/model/key.h"

struct diag;

/* The server's own key, with which it signs manifests. It lies in the data folder, read
 * by nobody else. The root lists its public half. */

/* Made at the first call. */
MUST_CHECK int identity_open(const char *data, struct secret_key *ret, struct diag *diag);

#define IDENTITY_TEXT_SIZE 130
/* To carry it in a backup, and back; -EINVAL. */
void identity_write(const struct secret_key *key, char ret[IDENTITY_TEXT_SIZE]);
MUST_CHECK int identity_restore(const char *data, const char *text);
