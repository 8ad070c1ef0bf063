#include "tests/support/test.h"

#include "base/diag.h"
#include "base/text.h"
#include "content/model/enrol.h"
#include "content/model/envelope.h"

#include <stdio.h>

/* RFC 8032, 7.1, tests 1 and 2. */
static const struct {
    const char *seed, *key, *message, *signature;
    size_t length;
} vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61"
     "e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
     0},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458"
     "f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
     1},
};

static void test_key_sign__gives_the_signatures_of_rfc_8032(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(vectors); i++) {
        struct secret_key secret;
        struct public_key key;
        uint8_t signature[64], expected[64];
        assert_int_equal(text_to_hex_bytes(vectors[i].seed, secret.bytes, 32), 0);
        assert_int_equal(text_to_hex_bytes(vectors[i].key, secret.bytes + 32, 32), 0);
        assert_int_equal(text_to_hex_bytes(vectors[i].signature, expected, 64), 0);
        key_public(&secret, &key);
        key_sign(&secret, vectors[i].message, vectors[i].length, signature);
        assert_memory_equal(signature, expected, 64);
        assert_true(key_verify(&key, vectors[i].message, vectors[i].length, signature));
        signature[0] ^= 1;
        assert_false(key_verify(&key, vectors[i].message, vectors[i].length, signature));
    }
}

static void test_envelope_sign__signs_the_encoding_of_dsse(void **state)
{
    static const char encoded[] =
        "DSSEv1 36 application/vnd.tramtin.release+json 11 hello world";
    struct secret_key secret;
    struct public_key key;
    struct envelope *e = NULL;
    (void)state;
    key_generate(&secret);
    key_public(&secret, &key);
    assert_int_equal(envelope_create(DOCUMENT_RELEASE, "hello world", 11, &e), 0);
    assert_int_equal(envelope_sign(e, &secret), 0);
    assert_true(key_verify(&key, encoded, strlen(encoded), e->signatures[0].bytes));
    e->type = DOCUMENT_ROOT; /* the type is signed too */
    assert_false(envelope_signed_by(e, &key));
    envelope_destroy(e);
}

static void test_envelope_merge__a_bad_signature_pushes_out_no_good_one(void **state)
{
    struct secret_key secret;
    struct public_key key;
    struct envelope *good = NULL, *bad = NULL, *other = NULL;
    (void)state;
    key_generate(&secret);
    key_public(&secret, &key);
    assert_int_equal(envelope_create(DOCUMENT_RELEASE, "{}", 2, &good), 0);
    assert_int_equal(envelope_create(DOCUMENT_RELEASE, "{}", 2, &bad), 0);
    assert_int_equal(envelope_create(DOCUMENT_RELEASE, "[]", 2, &other), 0);
    assert_int_equal(envelope_sign(good, &secret), 0);
    assert_int_equal(envelope_sign(bad, &secret), 0);
    bad->signatures[0].bytes[0] ^= 1;
    assert_int_equal(envelope_merge(good, bad), 0);
    assert_true(envelope_signed_by(good, &key));
    assert_int_equal(envelope_merge(bad, good), 0);
    assert_true(envelope_signed_by(bad, &key));
    assert_int_equal(bad->signature_count, 2);
    assert_int_equal(envelope_merge(good, other), -EINVAL);
    envelope_destroy(good);
    envelope_destroy(bad);
    envelope_destroy(other);
}

static void test_envelope_parse__says_where(void **state)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        {"{\"payloadType\":\"x\",\"payload\":\"\",\"signatures\":[]}", "payloadType"},
        {"{\"payloadType\":\"application/vnd.tramtin.root+json\",\"payload\":\"!\","
         "\"signatures\":[]}",
         "payload: expected base64"},
        {"{\"payloadType\":\"application/vnd.tramtin.root+json\",\"payload\":\"\","
         "\"signatures\":[],\"more\":1}",
         "more: unknown key"},
        {"{\"payload\":\"\",\"payload\":\"\"}", "payload"},
        {"[]", "expected an object"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct diag diag = {""};
        struct envelope *e = NULL;
        assert_int_equal(envelope_parse(rows[i].text, strlen(rows[i].text), &e, &diag),
                         -EINVAL);
        if (!strstr(diag.text, rows[i].said))
            fail_msg("expected '%s' in '%s'", rows[i].said, diag.text);
    }
}

static void test_enrol_code_normalise__forgives_typing(void **state)
{
    char code[ENROL_CODE_SIZE];
    (void)state;
    assert_int_equal(enrol_code_normalise("o1il 2345-abcd", code), 0);
    assert_string_equal(code, "0111-2345-ABCD");
    assert_int_equal(enrol_code_normalise("0111-2345-ABC", code), -EINVAL);
    assert_int_equal(enrol_code_normalise("0111-2345-ABCDE", code), -EINVAL);
    assert_int_equal(enrol_code_normalise("U111-2345-ABCD", code), -EINVAL);
}

static int setup(void **state)
{
    (void)state;
    return key_init();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_sign__gives_the_signatures_of_rfc_8032),
        cmocka_unit_test(test_envelope_sign__signs_the_encoding_of_dsse),
        cmocka_unit_test(test_envelope_merge__a_bad_signature_pushes_out_no_good_one),
        cmocka_unit_test(test_envelope_parse__says_where),
        cmocka_unit_test(test_enrol_code_normalise__forgives_typing),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
