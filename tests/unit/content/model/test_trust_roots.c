#include "tests/support/test.h"

#include "base/diag.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/model/trust.h"

#include <errno.h>
#include <stdio.h>

#define DATES                                                                            \
    "\"issued\": \"2026-01-01T00:00:00Z\", \"expires\": \"2030-01-01T00:00:00Z\""

enum { ROOT, OLD_REGISTRAR, NEW_REGISTRAR, KEYS };

struct fixture {
    struct secret_key keys[KEYS];
    char hex[KEYS][KEY_HEX_SIZE];
    char *first, *second; /* roots: the second has another registrar */
    struct sha256 fingerprint;
};

static char *sign(struct fixture *f, enum document_type type, const char *payload,
                  int key)
{
    struct envelope *e = NULL;
    char *text = NULL;
    assert_int_equal(envelope_create(type, payload, strlen(payload), &e), 0);
    assert_int_equal(envelope_sign(e, &f->keys[key]), 0);
    assert_int_equal(envelope_write(e, &text), 0);
    envelope_destroy(e);
    return text;
}

static char *root(struct fixture *f, int version, int registrar)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "{\"type\": \"root\", \"version\": %d, " DATES
             ", \"threshold\": 1, \"keys\": "
             "[{\"key\": \"%s\", \"name\": \"A\"}], \"registrars\": [{\"key\": \"%s\", "
             "\"name\": \"R\"}], \"servers\": [{\"key\": \"%s\", \"name\": \"S\"}]}",
             version, f->hex[ROOT], f->hex[registrar], f->hex[ROOT]);
    if (version == 1)
        sha256_of(text, strlen(text), &f->fingerprint);
    return sign(f, DOCUMENT_ROOT, text, ROOT);
}

static char *keyring(struct fixture *f, int version, int registrar)
{
    char text[512];
    snprintf(text, sizeof(text),
             "{\"type\": \"keyring\", \"version\": %d, " DATES ", \"authors\": []}",
             version);
    return sign(f, DOCUMENT_KEYRING, text, registrar);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct public_key key;
    if (!f || key_init() < 0)
        return -1;
    for (int i = 0; i < KEYS; i++) {
        key_generate(&f->keys[i]);
        key_public(&f->keys[i], &key);
        key_to_hex(&key, f->hex[i]);
    }
    f->first = root(f, 1, OLD_REGISTRAR);
    f->second = root(f, 2, NEW_REGISTRAR);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    free(f->first);
    free(f->second);
    free(f);
    return 0;
}

static int64_t day(int number)
{
    int64_t ms = 0;
    assert_int_equal(timestamp_parse("2026-02-01T00:00:00Z", &ms), 0);
    return ms + number * MS_PER_DAY;
}

static int accept(struct trust *t, const char *text, int64_t accepted_ms)
{
    struct diag diag = {""};
    return trust_accept(t, text, strlen(text), accepted_ms, NULL, NULL, &diag);
}

/* Accepted on day 1; the root that drops its registrar came on day 2. It goes on,
 * whatever the order in which a restart loads them. What comes later needs the new
 * registrar. */
static void test_trust_accept__keeps_the_keyring_of_a_dropped_registrar(void **state)
{
    struct fixture *f = *state;
    struct trust *t = NULL;
    char *old = keyring(f, 1, OLD_REGISTRAR), *late = keyring(f, 2, OLD_REGISTRAR);
    char *new = keyring(f, 2, NEW_REGISTRAR);
    assert_int_equal(trust_create(&f->fingerprint, &t), 0);
    assert_int_equal(accept(t, f->first, day(0)), 0);
    assert_int_equal(accept(t, f->second, day(2)), 0);
    assert_int_equal(accept(t, old, day(1)), 0);
    assert_int_equal(trust_keyring(t)->version, 1);
    assert_int_equal(accept(t, late, day(3)), -EKEYREJECTED);
    assert_int_equal(accept(t, new, day(3)), 0);
    trust_destroy(t);
    /* Nor does it come to a unit that begins now. */
    assert_int_equal(trust_create(&f->fingerprint, &t), 0);
    assert_int_equal(accept(t, f->first, day(3)), 0);
    assert_int_equal(accept(t, f->second, day(3)), 0);
    assert_int_equal(accept(t, old, day(3)), -EKEYREJECTED);
    trust_destroy(t);
    free(old);
    free(late);
    free(new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_trust_accept__keeps_the_keyring_of_a_dropped_registrar, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
