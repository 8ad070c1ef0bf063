#include "tests/support/test.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/timestamp.h"
#include "content/model/notice_table.h"
#include "content/model/programme.h"
#include "tests/support/field.h"

#include <errno.h>
#include <stdio.h>

/* ---- documents ---- */

#define JOB                                                                              \
    "{\"type\":\"job\",\"id\":\"j1\",\"title\":\"Thợ may\",\"places\":5,"              \
    "\"trade\":\"May\",\"workplace\":\"Huế\",\"organisation\":\"Xưởng\","           \
    "\"from_day\":\"2026-03-01\",\"until_day\":\"2026-03-31\""

static void expect_refused(const char *notices, const char *why)
{
    char text[3000];
    struct release *r = NULL;
    struct diag d = {""};
    (void)snprintf(
        text, sizeof(text),
        "{\"type\":\"release\",\"kind\":\"notices\",\"line\":\"x\",\"revision\":1,"
        "\"level\":\"routine\",\"area\":\"hue\",\"title\":\"x\",\"issued\":"
        "\"2026-01-01T00:00:00Z\",\"effective\":\"2026-01-01T00:00:00Z\",\"valid_from\":"
        "\"2026-01-01T00:00:00Z\",\"valid_until\":\"2027-01-01T00:00:00Z\","
        "\"body\":{\"notices\":[%s]}}",
        notices);
    int e = release_parse(text, strlen(text), &r, &d);
    if (!why) {
        if (e < 0)
            fail_msg("%s", diag_text(&d));
        release_destroy(r);
        return;
    }
    assert_int_equal(e, -EINVAL);
    if (!strstr(diag_text(&d), why))
        fail_msg("'%s' does not say '%s'", diag_text(&d), why);
}

static void test_notice_parse__has_no_room_for_advertising(void **state)
{
    (void)state;
    expect_refused(JOB "}", NULL);
    expect_refused(JOB ",\"overseas\":true,\"telephone\":\"0234 (1) 2.3\"}", NULL);
    expect_refused(JOB ",\"slogan\":\"x\"}", "notices[0].slogan: unknown key");
    expect_refused(JOB ",\"text\":\"Tuyển gấp!\"}", "no links, no exclamation marks");
    expect_refused(JOB ",\"text\":\"xem WWW.x.vn\"}", "no links, no exclamation marks");
    expect_refused(JOB ",\"text\":\"https://x.vn\"}", "no links, no exclamation marks");
    expect_refused(JOB ",\"text\":\"a\\nb\"}", "a single line");
    expect_refused(JOB ",\"telephone\":\"gọi ngay\"}", "a telephone number");
    expect_refused(JOB ",\"area\":\"Huế\"}", "1 to 64 of a-z");
    expect_refused(JOB ",\"rate_bp\":5}", "rate_bp: unknown key"); /* a loan's */
}

static void test_notice_parse__needs_what_its_form_needs(void **state)
{
    (void)state;
    expect_refused("{\"type\":\"song\"}", "type");
    expect_refused("{\"type\":\"loan\",\"id\":\"l\"}", "notices[0].title");
    expect_refused("{\"type\":\"commune\",\"id\":\"c\",\"title\":\"x\",\"text\":\"\","
                   "\"organisation\":\"x\",\"from_day\":\"2026-03-01\",\"until_day\":"
                   "\"2026-03-01\"}",
                   "never empty");
    expect_refused(
        "{\"type\":\"commune\",\"id\":\"c\",\"title\":\"x\",\"text\":\"a\\nb!\","
        "\"organisation\":\"x\",\"from_day\":\"2026-03-01\",\"until_day\":"
        "\"2026-02-28\"}",
        "until_day: before from_day");
    expect_refused(JOB "}," JOB "}", "notices[1].id: 'j1' is taken by [0]");
}

/* ---- what a unit shows ---- */

struct fixture {
    struct field field;
    struct trust *trust;
    struct public_key unit;
    struct diag diag;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct secret_key secret;
    field_init(&f->field);
    key_generate(&secret);
    key_public(&secret, &f->unit);
    field_place(&f->field, &f->unit, "kiosk-1");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    trust_destroy(f->trust);
    field_release(&f->field);
    free(f);
    return 0;
}

static int64_t at(const char *text)
{
    int64_t ms;
    assert_int_equal(timestamp_parse(text, &ms), 0);
    return ms;
}

static void add(struct fixture *f, const char *line, const char *target,
                const char *notices)
{
    char payload[4000];
    (void)snprintf(
        payload, sizeof(payload),
        "{\"type\":\"release\",\"kind\":\"notices\",\"line\":\"%s\",\"revision\":1,"
        "\"level\":\"routine\",\"area\":\"hue\",\"title\":\"x\",\"issued\":"
        "\"2026-01-01T00:00:00Z\",\"effective\":\"2026-01-01T00:00:00Z\",\"valid_from\":"
        "\"2026-01-01T00:00:00Z\",\"valid_until\":\"2027-01-01T00:00:00Z\","
        "\"target\":{\"areas\":[\"%s\"]},\"body\":{\"notices\":[%s]}}",
        line, target, notices);
    field_add(&f->field, DOCUMENT_RELEASE, payload, &f->field.author, &f->field.second);
}

static void accept(struct fixture *f)
{
    assert_int_equal(trust_create(&f->field.fingerprint, &f->trust), 0);
    for (size_t i = 0; i < f->field.count; i++) {
        struct sha256 name;
        enum document_type type;
        const char *text = f->field.documents[i].text;
        if (trust_accept(f->trust, text, strlen(text), at("2026-03-01T00:00:00Z"), &name,
                         &type, &f->diag) < 0)
            fail_msg("%s", diag_text(&f->diag));
    }
}

/* The ids of what is shown, each followed by a space. */
static void expect_shown(struct fixture *f, const char *when, const char *expected)
{
    struct programme *p = NULL;
    const struct notice *list[10];
    char found[200] = "";
    assert_int_equal(programme_create(f->trust, &f->unit, NULL,
                                      at("2026-03-01T00:00:00Z"), &p, &f->diag),
                     0);
    size_t count = notices_in_force(p, at(when), list, ARRAY_LENGTH(list));
    for (size_t i = 0; i < count; i++) {
        strcat(found, list[i]->id);
        strcat(found, " ");
    }
    assert_string_equal(found, expected);
    if (count > 0)
        assert_int_equal(notices_in_force(p, at(when), list, 1), 1);
    programme_destroy(p);
}

#define COMMUNE(id, from, until, more)                                                   \
    "{\"type\":\"commune\",\"id\":\"" id "\",\"title\":\"x\",\"text\":\"x\","            \
    "\"organisation\":\"x\",\"from_day\":\"" from "\",\"until_day\":\"" until "\"" more  \
    "}"

static void test_notices_in_force__each_in_its_days_local_time(void **state)
{
    struct fixture *f = *state;
    add(f, "a", "hue", COMMUNE("one", "2026-03-01", "2026-03-31", ""));
    add(f, "b", "hue",
        COMMUNE("two", "2026-03-02", "2026-03-09", "") "," COMMUNE("three", "2026-03-02",
                                                                   "2026-03-05", ""));
    accept(f);
    expect_shown(f, "2026-02-28T16:59:59Z", "");
    expect_shown(f, "2026-02-28T17:00:00Z", "one "); /* midnight here */
    expect_shown(f, "2026-03-03T00:00:00Z", "three two one ");
    expect_shown(f, "2026-03-05T16:59:59Z", "three two one ");
    expect_shown(f, "2026-03-05T17:00:00Z", "two one ");
    expect_shown(f, "2026-03-31T17:00:00Z", "");
}

static void test_notices_in_force__only_for_the_area_that_they_name(void **state)
{
    struct fixture *f = *state;
    add(f, "a", "hue",
        COMMUNE("all", "2026-03-01", "2026-03-31", "") "," COMMUNE(
            "here", "2026-03-01", "2026-03-31",
            ",\"area\":\"a-luoi\"") "," COMMUNE("there", "2026-03-01", "2026-03-31",
                                                ",\"area\":\"elsewhere\""));
    accept(f);
    expect_shown(f, "2026-03-03T00:00:00Z", "all here ");
}

/* ---- tables ---- */

static size_t read_table(enum notice_type type, const char *text, char faults[2000],
                         json_t **ret)
{
    struct buf b = BUF_INIT(65536);
    *ret = json_array();
    int64_t today = timestamp_days_from_civil(2026, 11, 24);
    int r = notice_table_read(text, strlen(text), type, today, *ret, &b);
    assert_int_equal(r, b.length ? -EINVAL : 0);
    (void)snprintf(faults, 2000, "%s", b.data ? b.data : "");
    buf_release(&b);
    return json_array_size(*ret);
}

static void test_notice_table_read__understands_how_people_write(void **state)
{
    (void)state;
    char faults[2000];
    json_t *list;
    assert_int_equal(
        read_table(NOTICE_LOAN,
                   "Nơi cho vay;Chương trình vay;Ai được vay;Mức vay tối đa (đồng);"
                   "Lãi suất (%/năm);until_day;Ghi chú\n",
                   faults, &list),
        0);
    json_decref(list);
    assert_int_equal(
        read_table(NOTICE_LOAN,
                   "Nơi cho vay;Chương trình vay;Ai được vay;Mức vay tối đa (đồng);"
                   "Lãi suất (%/năm);until_day;\n"
                   "Ngân hàng;Trâu bò;Hộ nghèo;100.000.000 đ;6,6 %;1/12/2026;;\n"
                   "Ngân hàng;Rừng;Hộ nghèo;50 000 000;7;2026-12-31\n",
                   faults, &list),
        2);
    assert_string_equal(faults, "");
    const json_t *one = json_array_get(list, 0);
    assert_int_equal(json_integer_value(json_object_get(one, "amount_vnd")), 100000000);
    assert_int_equal(json_integer_value(json_object_get(one, "rate_bp")), 660);
    assert_string_equal(json_string_value(json_object_get(one, "until_day")),
                        "2026-12-01");
    assert_string_equal(json_string_value(json_object_get(one, "from_day")),
                        "2026-11-24");
    assert_string_equal(json_string_value(json_object_get(one, "id")), "loan-2");
    json_decref(list);
}

static void test_notice_table_read__says_every_fault_with_its_line(void **state)
{
    (void)state;
    char faults[2000];
    json_t *list;
    assert_int_equal(
        read_table(NOTICE_JOB,
                   "Vị trí,Số lượng,Nghề,Nơi làm việc,Đơn vị tuyển dụng,Hết hạn\n"
                   "Thợ,1.5,May,Huế,Xưởng,31/12/2026\n"
                   "Thợ,5,May,Huế,Xưởng,31/12/2026\n"
                   ",5,May,Huế,Xưởng,30/2/2026\n",
                   faults, &list),
        1);
    assert_non_null(strstr(faults, "line 2, column \"Số lượng\": '1.5': expected a whole "
                                   "number from 1\n"));
    assert_non_null(strstr(faults, "line 4, column \"Vị trí\": expected something"));
    assert_non_null(strstr(faults, "line 4, column \"Hết hạn\": '30/2/2026': expected a "
                                   "day like 31/12/2026\n"));
    assert_null(strstr(faults, "line 3"));
    json_decref(list);
    assert_int_equal(read_table(NOTICE_JOB, "Vị trí,Lương\nThợ,5 triệu\n", faults, &list),
                     0);
    assert_non_null(strstr(faults, "line 1, column \"Lương\": expected a column of this "
                                   "form"));
    assert_non_null(strstr(faults, "line 1, column \"Số lượng\""));
    json_decref(list);
}

static void test_notice_table_template__is_read_back(void **state)
{
    (void)state;
    for (int type = 0; type < NOTICE_TYPE_COUNT; type++) {
        struct buf b = BUF_INIT(65536);
        char faults[2000];
        json_t *list;
        assert_int_equal(notice_table_template((enum notice_type)type, &b), 0);
        size_t count = read_table((enum notice_type)type, b.data, faults, &list);
        assert_string_equal(faults, "");
        assert_int_equal(count, 1);
        json_decref(list);
        buf_release(&b);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notice_parse__has_no_room_for_advertising),
        cmocka_unit_test(test_notice_parse__needs_what_its_form_needs),
        TEST(test_notices_in_force__each_in_its_days_local_time),
        TEST(test_notices_in_force__only_for_the_area_that_they_name),
        cmocka_unit_test(test_notice_table_read__understands_how_people_write),
        cmocka_unit_test(test_notice_table_read__says_every_fault_with_its_line),
        cmocka_unit_test(test_notice_table_template__is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
