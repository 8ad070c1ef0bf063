#include "tests/support/test.h"

#include "base/diag.h"
#include "content/server/backup.h"
#include "tests/support/office.h"

#include <stdio.h>
#include <unistd.h>

static void test_backup_restore__keeps_the_field_going(void **state)
{
    struct office *f = *state;
    struct diag diag = {""};
    unsigned missing = 9;
    office_bring_all(f);
    office_bring_placement(f, 1, true);
    char *token = office_enrol(f, UNIT_1, 200);
    int64_t before = office_await_manifest(f, token, 0);
    office_expect(f, office_post(f, "/api/v1/backups", f->admin, ""), 201);
    json_t *value = office_parsed(f);
    char path[256];
    snprintf(path, sizeof(path), "%s/backups/%s", f->data,
             json_string_value(json_object_get(value, "name")));
    json_decref(value);
    for (int i = 1; i <= 5; i++) /* after the backup: lost with the disk */
        office_send_report(f, token, i, UNIT_1, 200);
    server_destroy(f->server);
    f->server = NULL;
    assert_int_equal(backup_restore(path, f->data, &missing, &diag), -ENOTEMPTY);
    char restored[] = "restored-XXXXXX";
    assert_non_null(mkdtemp(restored));
    if (backup_restore(path, restored, &missing, &diag) < 0)
        fail_msg("%s", diag.text);
    assert_int_equal(missing, 0);
    f->settings.data = restored;
    office_start(f);
    assert_int_equal(office_await_manifest(f, token, 0), before);
    office_bring_placement(f, 2, false);
    assert_true(office_await_manifest(f, token, before) > before);
    office_send_report(f, token, 6, UNIT_1,
                       200); /* 1 to 5 are not on the unit any more */
    office_send_report(f, token, 8, UNIT_1, 409);
    server_destroy(f->server);
    f->server = NULL;
    free(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_backup_restore__keeps_the_field_going),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
