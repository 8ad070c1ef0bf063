#pragma once
#include "base/attr.h"
#include "base/sha256.h"

#include <stdbool.h>

/* Ed25519 keys by libsodium. A key's id is the SHA-256 of its 32 public bytes. */

struct public_key {
    uint8_t bytes[32];
};

struct secret_key {
    uint8_t bytes[64]; /* libsodium's form: seed and public key */
};

#define KEY_HEX_SIZE 65

/* Once at program start; -EIO when the machine gives no random numbers. */
MUST_CHECK int key_init(void);

void key_generate(struct secret_key *ret);
void key_public(const struct secret_key *secret, struct public_key *ret);
void key_id(const struct public_key *key, struct sha256 *ret);
void key_sign(const struct secret_key *secret, const void *message, size_t length,
              uint8_t ret[64]);
bool key_verify(const struct public_key *key, const void *message, size_t length,
                const uint8_t signature[64]);
bool key_equal(const struct public_key *a, const struct public_key *b);
void key_to_hex(const struct public_key *key, char ret[KEY_HEX_SIZE]);
MUST_CHECK int key_from_hex(const char *hex, struct public_key *ret); /* -EINVAL */

/* Overwrites memory that held secrets; also for CLEANUP of a secret_key. */
void key_wipe(void *memory, size_t length);
void key_secret_wipe(struct secret_key *secret);
