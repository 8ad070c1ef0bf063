/* Manifests and reports: what is written reads back as it was. */
#include "tests/support/test.h"

#include "base/diag.h"
#include "base/text.h"
#include "content/model/manifest.h"
#include "content/model/report.h"

#include <errno.h>
#include <string.h>

static void test_manifest_write__reads_back(void **state)
{
    (void)state;
    const char *units[] = {"kiosk-1", "kiosk-2"}, *areas[] = {"hue"}, *tags[] = {"cho"};
    struct manifest_document documents[] = {
        {.bytes = 5, .type = DOCUMENT_ROOT, .inline_text = "{\"a\": \"ạ \\\"x\\\"\"}"},
        {.bytes = 123456, .type = DOCUMENT_RELEASE},
    };
    documents[0].sha256.bytes[0] = 0xab;
    documents[1].sha256.bytes[31] = 0xcd;
    const struct manifest m = {
        .number = INT64_C(1795280400123),
        .issued_ms = INT64_C(1795280400000),
        .expires_ms = INT64_C(1797872400000),
        .audience = {.areas = {areas, 1}, .units = {units, 2}, .tags_any = {tags, 1}},
        .documents = documents,
        .count = 2};
    CLEANUP(text_free) char *text = NULL;
    struct manifest *r = NULL;
    struct diag diag = {""};
    assert_int_equal(manifest_write(&m, &text), 0);
    if (manifest_parse(text, strlen(text), &r, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    assert_int_equal(r->number, m.number);
    assert_int_equal(r->issued_ms, m.issued_ms);
    assert_int_equal(r->expires_ms, m.expires_ms);
    assert_int_equal(r->audience.units.count, 2);
    assert_string_equal(r->audience.units.texts[1], "kiosk-2");
    assert_string_equal(r->audience.areas.texts[0], "hue");
    assert_string_equal(r->audience.tags_any.texts[0], "cho");
    assert_int_equal(r->count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(sha256_equal(&r->documents[i].sha256, &documents[i].sha256));
        assert_int_equal(r->documents[i].bytes, documents[i].bytes);
        assert_int_equal(r->documents[i].type, documents[i].type);
    }
    assert_string_equal(r->documents[0].inline_text, documents[0].inline_text);
    assert_null(r->documents[1].inline_text);
    manifest_destroy(r);
}

static void test_report_write__reads_back(void **state)
{
    (void)state;
    const struct play plays[] = {{.start_ms = 1795280400000,
                                  .end_ms = 1795280412000,
                                  .planned_start_ms = 1795280400000,
                                  .line = "bhyt",
                                  .revision = 3,
                                  .item = "s-1",
                                  .sha256 = "",
                                  .why = "slot",
                                  .completed = true,
                                  .clock = "ntp",
                                  .note = ""},
                                 {.start_ms = 1795280412000,
                                  .end_ms = 1795280420000,
                                  .planned_start_ms = 1795280412000,
                                  .line = "",
                                  .item = "card",
                                  .sha256 = "",
                                  .why = "last_resort",
                                  .clock = "none",
                                  .note = "phim: không mở được \"tệp\""}};
    const struct fault faults[] = {{"object 0123: out of space", 1795280400000, 7}};
    const struct health health = {.version = "1.2",
                                  .uptime_s = 99,
                                  .manifest = 12,
                                  .disk_free_bytes = INT64_C(5000000000),
                                  .faults = faults,
                                  .fault_count = 1};
    const struct report m = {.unit = "kiosk-1",
                             .number = 41,
                             .sent_ms = 1795280430000,
                             .clock = "rtc",
                             .plays = plays,
                             .play_count = 2,
                             .health = &health};
    CLEANUP(text_free) char *text = NULL;
    struct report *r = NULL;
    struct diag diag = {""};
    assert_int_equal(report_write(&m, &text), 0);
    if (report_parse(text, strlen(text), &r, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    assert_string_equal(r->unit, "kiosk-1");
    assert_int_equal(r->number, 41);
    assert_int_equal(r->sent_ms, m.sent_ms);
    assert_string_equal(r->clock, "rtc");
    assert_int_equal(r->play_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(r->plays[i].start_ms, plays[i].start_ms);
        assert_int_equal(r->plays[i].end_ms, plays[i].end_ms);
        assert_int_equal(r->plays[i].revision, plays[i].revision);
        assert_string_equal(r->plays[i].line, plays[i].line);
        assert_string_equal(r->plays[i].item, plays[i].item);
        assert_string_equal(r->plays[i].why, plays[i].why);
        assert_string_equal(r->plays[i].clock, plays[i].clock);
        assert_string_equal(r->plays[i].note, plays[i].note);
        assert_int_equal(r->plays[i].completed, plays[i].completed);
    }
    assert_non_null(r->health);
    assert_int_equal(r->health->disk_free_bytes, health.disk_free_bytes);
    assert_string_equal(r->health->faults[0].what, faults[0].what);
    assert_int_equal(r->health->faults[0].count, 7);
    report_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manifest_write__reads_back),
        cmocka_unit_test(test_report_write__reads_back),
    };
    return cmocka_run_group_tests_name("content/model/manifest", tests, NULL, NULL);
}
