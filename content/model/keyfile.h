#pragma once
#include "content/model/key.h"

/* A secret key sealed with a passphrase, in one JSON format for tramtinctl and the
 * signer: Argon2id (RFC 9106) gives the key of XChaCha20-Poly1305; role, name and public
 * key are authenticated with it. See docs/documents.md. */

struct diag;

struct keyfile {
    char role[16];  /* "root", "registrar", "author" */
    char name[128]; /* of the person */
    struct public_key key;
};

/* *ret is the caller's text (free). -ENOMEM. */
MUST_CHECK int keyfile_seal(const struct secret_key *secret, const char *role,
                            const char *name, const char *passphrase, char **ret);

/* What can be read without the passphrase. -EINVAL with a sentence. */
MUST_CHECK int keyfile_peek(const char *text, size_t length, struct keyfile *ret,
                            struct diag *diag);

/* -EACCES "wrong passphrase", -EINVAL with a sentence. */
MUST_CHECK int keyfile_open(const char *text, size_t length, const char *passphrase,
                            struct keyfile *ret, struct secret_key *ret_secret,
                            struct diag *diag);
