#include "tests/support/test.h"

#include "base/diag.h"
#include "base/timestamp.h"
#include "content/model/programme.h"
#include "tests/support/field.h"

#include <stdio.h>

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

/* Signed by two people; in force from `effective`, until 2027. */
static void add_pack(struct fixture *f, const char *line, int revision, const char *area,
                     const char *effective, const char *text)
{
    char payload[2000];
    snprintf(
        payload, sizeof(payload),
        "{\"type\":\"release\",\"kind\":\"policy_pack\",\"line\":\"%s\",\"revision\":%d,"
        "\"level\":\"routine\",\"area\":\"hue\",\"title\":\"x\",\"issued\":"
        "\"2026-01-01T00:00:00Z\",\"effective\":\"%s\",\"valid_from\":"
        "\"2026-01-01T00:00:00Z\",\"valid_until\":\"2027-01-01T00:00:00Z\","
        "\"target\":{\"areas\":[\"%s\"]},\"body\":{\"pack\":\"%s\"}}",
        line, revision, effective, area, text);
    field_add(&f->field, DOCUMENT_RELEASE, payload, &f->field.author, &f->field.second);
}

static int64_t at(const char *text)
{
    int64_t ms;
    assert_int_equal(timestamp_parse(text, &ms), 0);
    return ms;
}

static int accept_all(struct fixture *f)
{
    int r = trust_create(&f->field.fingerprint, &f->trust);
    for (size_t i = 0; r == 0 && i < f->field.count; i++) {
        struct sha256 name;
        enum document_type type;
        const char *text = f->field.documents[i].text;
        r = trust_accept(f->trust, text, strlen(text), at("2026-03-01T00:00:00Z"), &name,
                         &type, &f->diag);
    }
    return r;
}

/* The text of the pack that the unit shows at an instant; "" for none. */
static void expect_shown(struct fixture *f, const char *when, const char *expected)
{
    struct programme *p = NULL;
    assert_int_equal(programme_create(f->trust, &f->unit, NULL,
                                      at("2026-03-01T00:00:00Z"), &p, &f->diag),
                     0);
    const struct release *r = programme_shown(p, &kind_policy_pack, at(when));
    assert_string_equal(r ? r->body.policy_pack.text : "", expected);
    assert_null(programme_shown(p, &kind_campaign, at(when)));
    programme_destroy(p);
}

static void test_shown_release__a_revision_counts_from_when_it_is_effective(void **state)
{
    struct fixture *f = *state;
    add_pack(f, "rules", 1, "hue", "2026-02-01T00:00:00Z", "one");
    add_pack(f, "rules", 2, "hue", "2026-06-01T00:00:00Z", "two");
    assert_int_equal(accept_all(f), 0);
    expect_shown(f, "2026-01-31T23:59:59Z", "");
    expect_shown(f, "2026-02-01T00:00:00Z", "one");
    expect_shown(f, "2026-05-31T23:59:59Z", "one");
    expect_shown(f, "2026-06-01T00:00:00Z", "two");
    expect_shown(f, "2027-01-01T00:00:00Z", "");
}

static void test_shown_release__the_nearest_area_comes_first(void **state)
{
    struct fixture *f = *state;
    add_pack(f, "near", 1, "a-luoi", "2026-02-01T00:00:00Z", "near");
    add_pack(f, "far", 1, "hue", "2026-03-01T00:00:00Z", "far");
    assert_int_equal(accept_all(f), 0);
    expect_shown(f, "2026-04-01T00:00:00Z", "near");
}

static void test_kind_policy_pack__needs_two_people_and_a_text(void **state)
{
    struct fixture *f = *state;
    add_pack(f, "rules", 1, "hue", "2026-02-01T00:00:00Z", "");
    assert_true(accept_all(f) < 0);
    assert_non_null(strstr(diag_text(&f->diag), "release.body.pack: empty"));
    free(f->field.documents[--f->field.count].text);
    trust_destroy(f->trust);
    f->trust = NULL;
    struct secret_key second = f->field.second;
    f->field.second = f->field.author;
    add_pack(f, "rules", 1, "hue", "2026-02-01T00:00:00Z", "one");
    f->field.second = second;
    assert_true(accept_all(f) < 0);
    assert_non_null(strstr(diag_text(&f->diag), "1 of 2"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_shown_release__a_revision_counts_from_when_it_is_effective),
        TEST(test_shown_release__the_nearest_area_comes_first),
        TEST(test_kind_policy_pack__needs_two_people_and_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
