/* SHA-256 by libcrypto, which uses the processor's instructions for it. */
#include "base/sha256.h"

#include "base/text.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sha256_state {
    EVP_MD_CTX *context;
};

void sha256_of(const void *data, size_t length, struct sha256 *ret)
{
    /* Cannot fail: one-shot digest of a built-in algorithm. */
    if (EVP_Digest(data, length, ret->bytes, NULL, EVP_sha256(), NULL) != 1)
        abort();
}

int sha256_begin(struct sha256_state **ret)
{
    struct sha256_state *s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    s->context = EVP_MD_CTX_new();
    if (!s->context || EVP_DigestInit_ex(s->context, EVP_sha256(), NULL) != 1) {
        sha256_destroy(s);
        return -ENOMEM;
    }
    *ret = s;
    return 0;
}

void sha256_update(struct sha256_state *s, const void *data, size_t length)
{
    if (EVP_DigestUpdate(s->context, data, length) != 1)
        abort();
}

void sha256_finish(struct sha256_state *s, struct sha256 *ret)
{
    if (EVP_DigestFinal_ex(s->context, ret->bytes, NULL) != 1)
        abort();
}

void sha256_destroy(struct sha256_state *s)
{
    if (!s)
        return;
    EVP_MD_CTX_free(s->context);
    free(s);
}

DEFINE_CLEANUP(struct sha256_state *, sha256_destroy);

int sha256_of_fd(int fd, uint64_t max_bytes, struct sha256 *ret, uint64_t *ret_bytes)
{
    enum { CHUNK = 256 * 1024 };
    CLEANUP(sha256_destroyp) struct sha256_state *s = NULL;
    int r = sha256_begin(&s);
    if (r < 0)
        return r;
    CLEANUP(text_free) char *chunk = malloc(CHUNK);
    if (!chunk)
        return -ENOMEM;
    uint64_t at = 0;
    for (;;) {
        ssize_t n = pread(fd, chunk, CHUNK, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        at += (uint64_t)n;
        if (at > max_bytes)
            return -EFBIG;
        sha256_update(s, chunk, (size_t)n);
    }
    sha256_finish(s, ret);
    if (ret_bytes)
        *ret_bytes = at;
    return 0;
}

bool sha256_equal(const struct sha256 *a, const struct sha256 *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void sha256_to_hex(const struct sha256 *hash, char ret[SHA256_HEX_SIZE])
{
    text_from_hex_bytes(hash->bytes, sizeof(hash->bytes), ret);
}

int sha256_from_hex(const char *hex, struct sha256 *ret)
{
    return text_to_hex_bytes(hex, ret->bytes, sizeof(ret->bytes));
}
