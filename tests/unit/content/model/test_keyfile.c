/* Sealed keys: what goes in comes out, and nothing of it can be changed unnoticed. */
#include "tests/support/test.h"

#include "base/diag.h"
#include "base/text.h"
#include "content/model/keyfile.h"

#include <errno.h>
#include <string.h>

#define PASSPHRASE "con chim non trên cành cao"

static int setup(void **state)
{
    (void)state;
    return key_init();
}

static void seal(struct secret_key *ret, char **ret_text)
{
    key_generate(ret);
    assert_int_equal(keyfile_seal(ret, "author", "Nguyễn Thị An", PASSPHRASE, ret_text),
                     0);
}

static void test_keyfile_open__gives_back_what_was_sealed(void **state)
{
    (void)state;
    struct secret_key secret, opened;
    struct public_key key, again;
    struct keyfile about;
    struct diag diag = {""};
    CLEANUP(text_free) char *text = NULL;
    seal(&secret, &text);
    assert_int_equal(keyfile_peek(text, strlen(text), &about, &diag), 0);
    assert_string_equal(about.role, "author");
    assert_string_equal(about.name, "Nguyễn Thị An");
    assert_int_equal(keyfile_open(text, strlen(text), PASSPHRASE, &about, &opened, &diag),
                     0);
    key_public(&secret, &key);
    key_public(&opened, &again);
    assert_true(key_equal(&key, &again));
    assert_true(key_equal(&key, &about.key));
    assert_null(strstr(text, PASSPHRASE));
}

static void test_keyfile_open__refuses_another_passphrase(void **state)
{
    (void)state;
    struct secret_key secret;
    struct keyfile about;
    struct diag diag = {""};
    CLEANUP(text_free) char *text = NULL;
    seal(&secret, &text);
    assert_int_equal(
        keyfile_open(text, strlen(text), PASSPHRASE " ", &about, &secret, &diag),
        -EACCES);
    assert_non_null(strstr(diag_text(&diag), "passphrase"));
}

static void change(char *text, const char *word, const char *other)
{
    char *at = strstr(text, word);
    assert_non_null(at);
    assert_int_equal(strlen(word), strlen(other));
    for (size_t i = 0; other[i]; i++)
        at[i] = other[i];
}

/* Somebody turns an author into a registrar, or takes another's name. */
static void test_keyfile_open__notices_a_change_of_role_or_name(void **state)
{
    (void)state;
    static const char *const words[] = {"\"author\"", "Thị"};
    static const char *const others[] = {"\"friend\"", "Thủ"};
    struct secret_key secret;
    struct keyfile about;
    struct diag diag = {""};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        CLEANUP(text_free) char *text = NULL;
        seal(&secret, &text);
        change(text, words[i], others[i]);
        assert_true(keyfile_open(text, strlen(text), PASSPHRASE, &about, &secret, &diag) <
                    0);
        assert_string_not_equal(diag_text(&diag), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keyfile_open__gives_back_what_was_sealed),
        cmocka_unit_test(test_keyfile_open__refuses_another_passphrase),
        cmocka_unit_test(test_keyfile_open__notices_a_change_of_role_or_name),
    };
    return cmocka_run_group_tests_name("content/model/keyfile", tests, setup, NULL);
}
