/* Written and spoken, line by line: tests/golden/speech/screens.tsv. */
#include "tests/support/test.h"

#include "base/file.h"
#include "content/speech/normalize.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_speech_normalize__says_what_is_written(void **state)
{
    (void)state;
    const char *source = getenv("TRAMTIN_SOURCE");
    char path[512], *text = NULL;
    size_t length, cases = 0, wrong = 0;
    (void)snprintf(path, sizeof(path), "%s/tests/golden/speech/screens.tsv",
                   source ? source : ".");
    assert_int_equal(file_read(path, 1 << 20, &text, &length), 0);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), cases++) {
        char *expected = strchr(line, '\t'), *found = NULL;
        assert_non_null(expected);
        *expected++ = '\0';
        assert_int_equal(speech_normalize(line, &found), 0);
        if (strcmp(found, expected) != 0) {
            wrong++;
            print_error("'%s'\n  expected '%s'\n  found    '%s'\n", line, expected,
                        found);
        }
        free(found);
    }
    assert_int_equal(wrong, 0);
    assert_true(cases > 100);
    free(text);
}

static void test_speech_normalize__keeps_lines_and_refuses_what_is_no_text(void **state)
{
    (void)state;
    char *found = NULL;
    assert_int_equal(speech_normalize("a\n5\n", &found), 0);
    assert_string_equal(found, "a\nnăm\n");
    free(found);
    assert_int_equal(speech_normalize("", &found), 0);
    assert_string_equal(found, "");
    free(found);
    assert_int_equal(speech_normalize("\xff", &found), -EINVAL);
}

static void test_speech_normalize__stays_within_its_limit(void **state)
{
    (void)state;
    size_t count = 30000;
    char *long_text = malloc(count * 4 + 1), *found = NULL;
    for (size_t i = 0; i < count; i++)
        memcpy(long_text + 4 * i, "999 ", 4);
    long_text[count * 4] = '\0';
    assert_int_equal(speech_normalize(long_text, &found), -EFBIG);
    free(long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speech_normalize__says_what_is_written),
        cmocka_unit_test(test_speech_normalize__keeps_lines_and_refuses_what_is_no_text),
        cmocka_unit_test(test_speech_normalize__stays_within_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
