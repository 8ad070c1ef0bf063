/* Keys by libsodium. Stateless after key_init. */
#include "content/model/key.h"

#include "base/text.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

int key_init(void)
{
    return sodium_init() < 0 ? -EIO : 0;
}

void key_generate(struct secret_key *ret)
{
    struct public_key key;
    crypto_sign_keypair(key.bytes, ret->bytes);
}

void key_public(const struct secret_key *secret, struct public_key *ret)
{
    crypto_sign_ed25519_sk_to_pk(ret->bytes, secret->bytes);
}

void key_id(const struct public_key *key, struct sha256 *ret)
{
    sha256_of(key->bytes, sizeof(key->bytes), ret);
}

void key_sign(const struct secret_key *secret, const void *message, size_t length,
              uint8_t ret[64])
{
    crypto_sign_detached(ret, NULL, message, length, secret->bytes);
}

bool key_verify(const struct public_key *key, const void *message, size_t length,
                const uint8_t signature[64])
{
    return crypto_sign_verify_detached(signature, message, length, key->bytes) == 0;
}

bool key_equal(const struct public_key *a, const struct public_key *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void key_to_hex(const struct public_key *key, char ret[KEY_HEX_SIZE])
{
    text_from_hex_bytes(key->bytes, sizeof(key->bytes), ret);
}

int key_from_hex(const char *hex, struct public_key *ret)
{
    return text_to_hex_bytes(hex, ret->bytes, sizeof(ret->bytes));
}

void key_wipe(void *memory, size_t length)
{
    sodium_memzero(memory, length);
}

void key_secret_wipe(struct secret_key *secret)
{
    sodium_memzero(secret, sizeof(*secret));
}
