/* Sealed key files. Pure but for random salts and nonces. */
#include "content/model/keyfile.h"

#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SALT_BYTES crypto_pwhash_SALTBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
/* OWASP's and libsodium's "moderate": 256 MiB and three passes, about a second on the
 * slow machines that officers have. A file may say other numbers up to these ceilings. */
#define OPS 3
#define MEMORY_BYTES (256 * 1024 * 1024)
#define OPS_MAX 10
#define MEMORY_BYTES_MAX (1024 * 1024 * 1024)

struct sealed {
    struct keyfile about;
    int64_t ops, memory_bytes;
    uint8_t salt[SALT_BYTES], nonce[NONCE_BYTES];
    uint8_t bytes[crypto_sign_SEEDBYTES + TAG_BYTES];
};

/* What is authenticated beside the sealed seed. */
static size_t associated(const struct keyfile *about, char *ret, size_t size)
{
    char hex[KEY_HEX_SIZE];
    key_to_hex(&about->key, hex);
    int n =
        snprintf(ret, size, "tramtin-key-1\n%s\n%s\n%s", about->role, about->name, hex);
    return n > 0 ? (size_t)n : 0;
}

static int derive(const struct sealed *s, const char *passphrase, uint8_t key[32])
{
    return crypto_pwhash(key, 32, passphrase, strlen(passphrase), s->salt,
                         (unsigned long long)s->ops, (size_t)s->memory_bytes,
                         crypto_pwhash_ALG_ARGON2ID13) == 0
               ? 0
               : -ENOMEM;
}

static int write_sealed(const struct sealed *s, char **ret)
{
    char hex[KEY_HEX_SIZE], salt[2 * SALT_BYTES + 1], nonce[2 * NONCE_BYTES + 1];
    char bytes[2 * sizeof(s->bytes) + 1];
    key_to_hex(&s->about.key, hex);
    text_from_hex_bytes(s->salt, SALT_BYTES, salt);
    text_from_hex_bytes(s->nonce, NONCE_BYTES, nonce);
    text_from_hex_bytes(s->bytes, sizeof(s->bytes), bytes);
    CLEANUP(json_decrefp)
    json_t *value = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:{s:s, s:I, s:I, s:s}, s:{s:s, s:s, s:s}}", "type",
        "tramtin-key", "version", 1, "role", s->about.role, "name", s->about.name, "key",
        hex, "kdf", "name", "argon2id13", "ops", (json_int_t)s->ops, "memory_bytes",
        (json_int_t)s->memory_bytes, "salt", salt, "cipher", "name",
        "xchacha20-poly1305-ietf", "nonce", nonce, "sealed", bytes);
    *ret = value ? json_dumps(value, JSON_INDENT(1)) : NULL;
    return *ret ? 0 : -ENOMEM;
}

int keyfile_seal(const struct secret_key *secret, const char *role, const char *name,
                 const char *passphrase, char **ret)
{
    struct sealed s = {.ops = OPS, .memory_bytes = MEMORY_BYTES};
    text_copy(s.about.role, sizeof(s.about.role), role);
    text_copy(s.about.name, sizeof(s.about.name), name);
    key_public(secret, &s.about.key);
    randombytes_buf(s.salt, SALT_BYTES);
    randombytes_buf(s.nonce, NONCE_BYTES);
    uint8_t key[32], seed[crypto_sign_SEEDBYTES];
    int r = derive(&s, passphrase, key);
    if (r == 0) {
        char about[256];
        size_t length = associated(&s.about, about, sizeof(about));
        crypto_sign_ed25519_sk_to_seed(seed, secret->bytes);
        crypto_aead_xchacha20poly1305_ietf_encrypt(s.bytes, NULL, seed, sizeof(seed),
                                                   (const uint8_t *)about, length, NULL,
                                                   s.nonce, key);
        r = write_sealed(&s, ret);
    }
    key_wipe(key, sizeof(key));
    key_wipe(seed, sizeof(seed));
    return r;
}

static int parse_sealed(const char *text, size_t length, struct sealed *s,
                        struct diag *diag)
{
    static const char *const types[] = {"tramtin-key", NULL};
    static const char *const kdfs[] = {"argon2id13", NULL};
    static const char *const ciphers[] = {"xchacha20-poly1305-ietf", NULL};
    CLEANUP(json_decrefp) json_t *value = NULL;
    int r = json_parse(text, length, &json_limits_document, &value, diag);
    if (r < 0)
        return r;
    struct json_reader key, kdf, cipher;
    *s = (struct sealed){0};
    json_reader_init(&key, value, "key file", diag);
    json_read_choice(&key, "type", types);
    json_read_int(&key, "version", 1, 1);
    text_copy(s->about.role, sizeof(s->about.role), json_read_text(&key, "role", 15));
    text_copy(s->about.name, sizeof(s->about.name), json_read_text(&key, "name", 127));
    json_read_hex(&key, "key", s->about.key.bytes, 32);
    json_reader_child(&kdf, &key, "kdf", json_read_object(&key, "kdf"));
    json_read_choice(&kdf, "name", kdfs);
    s->ops = json_read_int(&kdf, "ops", 1, OPS_MAX);
    s->memory_bytes = json_read_int(&kdf, "memory_bytes", 8192, MEMORY_BYTES_MAX);
    json_read_hex(&kdf, "salt", s->salt, SALT_BYTES);
    json_reader_child(&cipher, &key, "cipher", json_read_object(&key, "cipher"));
    json_read_choice(&cipher, "name", ciphers);
    json_read_hex(&cipher, "nonce", s->nonce, NONCE_BYTES);
    json_read_hex(&cipher, "sealed", s->bytes, sizeof(s->bytes));
    r = json_reader_finish(&key);
    if (r == 0)
        r = json_reader_finish(&kdf);
    return r < 0 ? r : json_reader_finish(&cipher);
}

int keyfile_peek(const char *text, size_t length, struct keyfile *ret, struct diag *diag)
{
    struct sealed s;
    int r = parse_sealed(text, length, &s, diag);
    if (r == 0)
        *ret = s.about;
    return r;
}

int keyfile_open(const char *text, size_t length, const char *passphrase,
                 struct keyfile *ret, struct secret_key *ret_secret, struct diag *diag)
{
    struct sealed s;
    int r = parse_sealed(text, length, &s, diag);
    if (r < 0)
        return r;
    uint8_t key[32], seed[crypto_sign_SEEDBYTES];
    r = derive(&s, passphrase, key);
    if (r < 0)
        return diag_set(diag, r, "not enough memory to open the key file");
    char about[256];
    size_t about_length = associated(&s.about, about, sizeof(about));
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            seed, NULL, NULL, s.bytes, sizeof(s.bytes), (const uint8_t *)about,
            about_length, s.nonce, key) != 0) {
        r = diag_set(diag, -EACCES, "wrong passphrase, or the key file was altered");
    } else {
        struct public_key key_of_seed;
        crypto_sign_seed_keypair(key_of_seed.bytes, ret_secret->bytes, seed);
        *ret = s.about;
    }
    key_wipe(key, sizeof(key));
    key_wipe(seed, sizeof(seed));
    return r;
}
