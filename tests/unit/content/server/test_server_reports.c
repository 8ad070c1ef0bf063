#include "tests/support/test.h"

#include "tests/support/office.h"

#include <stdio.h>

static size_t count_plays(struct office *f)
{
    office_expect(
        f, office_get(f, "/api/v1/units/kiosk-1/plays?day=2026-11-23", f->admin), 200);
    json_t *value = office_parsed(f);
    size_t count = json_array_size(json_object_get(value, "plays"));
    json_decref(value);
    return count;
}

static void test_server__counts_a_report_once(void **state)
{
    struct office *f = *state;
    office_bring_all(f);
    office_bring_placement(f, 1, true);
    char *token = office_enrol(f, UNIT_1, 200);
    office_send_report(f, token, 1, UNIT_1, 200);
    office_send_report(f, token, 1, UNIT_1, 200);
    office_expect_holds(f, "{\"number\":1}");
    assert_int_equal(count_plays(f), 1);
    office_send_report(f, token, 3, UNIT_1, 409);
    office_expect_holds(f, "\"expected\":2");
    office_send_report(f, token, 2, UNIT_2, 400); /* another unit's key */
    office_send_report(f, token, 2, UNIT_1, 200);
    assert_int_equal(count_plays(f), 2);
    free(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_server__counts_a_report_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
