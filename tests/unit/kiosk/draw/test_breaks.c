#include "tests/support/test.h"

#include "kiosk/draw/breaks.h"

#include "base/text.h"

#define ZWSP "\u200b"
#define NBSP "\u00a0"

static void assert_prepared(const char *text, const char *expected)
{
    CLEANUP(text_free) char *got = NULL;
    assert_int_equal(breaks_prepare(text, &got), 0);
    assert_string_equal(got, expected);
}

static void test_breaks_prepare__composes_decomposed_vietnamese(void **state)
{
    (void)state;
    assert_prepared("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt");
}

static void test_breaks_prepare__marks_breaks_between_lao_words(void **state)
{
    (void)state;
    CLEANUP(text_free) char *got = NULL;
    assert_int_equal(breaks_prepare("ຍິນດີຕ້ອນຮັບສູ່ປະເທດລາວ", &got), 0);
    assert_non_null(strstr(got, ZWSP));
    /* Never between a consonant and its vowel. */
    assert_null(strstr(got, "ຕ" ZWSP "້"));
}

static void test_breaks_prepare__leaves_vietnamese_and_addresses_alone(void **state)
{
    (void)state;
    assert_prepared("Văn bản 03/KH-UBND", "Văn bản 03/KH-UBND");
    assert_prepared("", "");
}

static void test_breaks_prepare__keeps_words_of_two_syllables_together(void **state)
{
    (void)state;
    assert_prepared("Thẻ Bảo hiểm y tế cho hộ nghèo",
                    "Thẻ Bảo" NBSP "hiểm" NBSP "y" NBSP "tế cho hộ" NBSP "nghèo");
    assert_prepared("Ủy ban xã mở cửa thứ", "Ủy" NBSP "ban xã mở cửa" NBSP "thứ");
    assert_prepared("bay tết", "bay tết"); /* not inside other words */
}

static void test_breaks_prepare__keeps_figures_with_their_unit(void **state)
{
    (void)state;
    assert_prepared("xuống 1,76 %", "xuống 1,76" NBSP "%");
}

static void test_breaks_prepare__leaves_no_short_last_word_alone(void **state)
{
    (void)state;
    assert_prepared("mang theo sổ đi nhé", "mang theo sổ đi" NBSP "nhé");
    assert_prepared("hai dòng nữa đó nhé\nđi", "hai dòng nữa đó" NBSP "nhé\nđi");
}

static void test_breaks_prepare__refuses_what_is_not_utf8(void **state)
{
    (void)state;
    char *got = NULL;
    assert_int_equal(breaks_prepare("\xff\xfe", &got), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_breaks_prepare__composes_decomposed_vietnamese),
        cmocka_unit_test(test_breaks_prepare__marks_breaks_between_lao_words),
        cmocka_unit_test(test_breaks_prepare__leaves_vietnamese_and_addresses_alone),
        cmocka_unit_test(test_breaks_prepare__keeps_words_of_two_syllables_together),
        cmocka_unit_test(test_breaks_prepare__keeps_figures_with_their_unit),
        cmocka_unit_test(test_breaks_prepare__leaves_no_short_last_word_alone),
        cmocka_unit_test(test_breaks_prepare__refuses_what_is_not_utf8),
    };
    return cmocka_run_group_tests_name("kiosk/draw/breaks", tests, NULL, NULL);
}
