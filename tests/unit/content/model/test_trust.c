#include "tests/support/test.h"

#include "base/diag.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/model/programme.h"
#include "content/model/trust.h"

#include <stdio.h>

#define DATES                                                                            \
    "\"issued\": \"2026-01-01T00:00:00Z\", \"expires\": \"2030-01-01T00:00:00Z\""

enum { ROOT_1, ROOT_2, ROOT_3, REGISTRAR, SERVER, AN, BINH, AN_AGAIN, CHI, UNIT, KEYS };

struct fixture {
    struct secret_key keys[KEYS];
    struct trust *trust;
    struct sha256 fingerprint;
    int64_t now_ms;
    struct diag diag;
};

static const char *hex(struct fixture *f, int which, char text[KEY_HEX_SIZE])
{
    struct public_key key;
    key_public(&f->keys[which], &key);
    key_to_hex(&key, text);
    return text;
}

/* The envelope's text, signed by `signers` (ended by -1). */
static char *sign(struct fixture *f, enum document_type type, const char *payload,
                  const int *signers)
{
    struct envelope *e = NULL;
    char *text = NULL;
    assert_int_equal(envelope_create(type, payload, strlen(payload), &e), 0);
    for (; *signers >= 0; signers++)
        assert_int_equal(envelope_sign(e, &f->keys[*signers]), 0);
    assert_int_equal(envelope_write(e, &text), 0);
    envelope_destroy(e);
    return text;
}

#define SIGNERS(...) ((const int[]){__VA_ARGS__, -1})

static int accept(struct fixture *f, enum document_type type, const char *payload,
                  const int *signers)
{
    char *text = sign(f, type, payload, signers);
    f->diag.text[0] = '\0';
    int r = trust_accept(f->trust, text, strlen(text), f->now_ms, NULL, NULL, &f->diag);
    free(text);
    return r;
}

static void root_text(struct fixture *f, int version, int a, int b, const char *expires,
                      char ret[2048])
{
    char k1[KEY_HEX_SIZE], k2[KEY_HEX_SIZE], k3[KEY_HEX_SIZE], k4[KEY_HEX_SIZE];
    snprintf(
        ret, 2048,
        "{\"type\":\"root\",\"version\":%d,\"issued\":\"2026-01-01T00:00:00Z\","
        "\"expires\":\"%s\",\"threshold\":2,\"keys\":[{\"key\":\"%s\",\"name\":\"1\"}"
        ",{\"key\":\"%s\",\"name\":\"2\"}],\"registrars\":[{\"key\":\"%s\",\"name\":"
        "\"r\"}],\"servers\":[{\"key\":\"%s\",\"name\":\"s\"}]}",
        version, expires, hex(f, a, k1), hex(f, b, k2), hex(f, REGISTRAR, k3),
        hex(f, SERVER, k4));
}

static int author(struct fixture *f, char *to, size_t size, int key, const char *person,
                  const char *area, const char *state)
{
    char k[KEY_HEX_SIZE];
    return snprintf(to, size,
                    "{\"key\":\"%s\",\"person\":\"%s\",\"kinds\":[\"campaign\","
                    "\"timetable\",\"settings\",\"withdrawal\",\"areas\",\"placement\"],"
                    "\"areas\":[\"%s\"],\"level\":\"priority\",\"from\":"
                    "\"2026-01-01T00:00:00Z\",\"until\":\"2030-01-01T00:00:00Z\","
                    "\"state\":\"%s\",\"since\":\"2026-06-01T00:00:00Z\"}",
                    hex(f, key, k), person, area, state);
}

static int accept_keyring(struct fixture *f, int version, const char *an_state)
{
    char authors[4][1024], text[6000];
    author(f, authors[0], sizeof(authors[0]), AN, "An", "hue", an_state);
    author(f, authors[1], sizeof(authors[1]), BINH, "Binh", "hue", "active");
    author(f, authors[2], sizeof(authors[2]), AN_AGAIN, "An", "hue", "active");
    author(f, authors[3], sizeof(authors[3]), CHI, "Chi", "a-luoi", "active");
    snprintf(text, sizeof(text),
             "{\"type\":\"keyring\",\"version\":%d," DATES ",\"authors\":[%s,%s,%s,%s]}",
             version, authors[0], authors[1], authors[2], authors[3]);
    return accept(f, DOCUMENT_KEYRING, text, SIGNERS(REGISTRAR));
}

static int accept_areas(struct fixture *f, int version, const char *list, int signer)
{
    char text[2000];
    snprintf(text, sizeof(text),
             "{\"type\":\"areas\",\"version\":%d," DATES ",\"zone\":{\"name\":"
             "\"Asia/Ho_Chi_Minh\",\"offset_s\":25200,\"transitions\":[]},\"areas\":%s}",
             version, list);
    return accept(f, DOCUMENT_AREAS, text, SIGNERS(signer));
}

#define AREA(id, parent) "{\"id\":\"" id "\",\"name\":\"x\",\"parent\":\"" parent "\"}"
#define TREE                                                                             \
    "[{\"id\":\"hue\",\"name\":\"x\"}," AREA("a-luoi", "hue") "," AREA("nam-dong",       \
                                                                       "hue") "]"

static int accept_placement_of(struct fixture *f, const char *of, int version,
                               const char *area, int signer)
{
    char k[KEY_HEX_SIZE], text[2000];
    snprintf(text, sizeof(text),
             "{\"type\":\"placement\",\"area\":\"%s\",\"version\":%d," DATES
             ",\"units\":[{\"unit\":\"kiosk-1\",\"key\":\"%s\",\"name\":\"x\",\"kind\":"
             "\"kiosk\",\"area\":\"%s\"}]}",
             of, version, hex(f, UNIT, k), area);
    return accept(f, DOCUMENT_PLACEMENT, text, SIGNERS(signer));
}

static int accept_placement(struct fixture *f, int version, const char *area, int signer)
{
    return accept_placement_of(f, "a-luoi", version, area, signer);
}

static int accept_release(struct fixture *f, const char *kind, const char *line,
                          int revision, const char *area, const char *target,
                          const char *body, const int *signers)
{
    char text[3000];
    snprintf(text, sizeof(text),
             "{\"type\":\"release\",\"kind\":\"%s\",\"line\":\"%s\",\"revision\":%d,"
             "\"level\":\"routine\",\"area\":\"%s\",\"title\":\"x\",\"issued\":"
             "\"2026-02-01T00:00:00Z\",\"effective\":\"2026-02-01T00:00:00Z\","
             "\"valid_from\":\"2026-02-01T00:00:00Z\",\"valid_until\":"
             "\"2026-12-01T00:00:00Z\",\"target\":{\"areas\":[\"%s\"]},\"body\":%s}",
             kind, line, revision, area, target, body);
    return accept(f, DOCUMENT_RELEASE, text, signers);
}

#define TICKER(text) "{\"ticker\":[\"" text "\"]}"
#define CAMPAIGN                                                                         \
    "{\"share_bp\":100,\"items\":[{\"id\":\"s\",\"type\":\"slide\",\"duration_ms\":"     \
    "5000,\"slide\":{\"layout\":\"title\",\"title\":\"x\"}}]}"

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    char text[2048];
    if (!f || key_init() < 0 || timestamp_parse("2026-03-01T00:00:00Z", &f->now_ms) < 0)
        return -1;
    for (int i = 0; i < KEYS; i++)
        key_generate(&f->keys[i]);
    root_text(f, 1, ROOT_1, ROOT_2, "2030-01-01T00:00:00Z", text);
    sha256_of(text, strlen(text), &f->fingerprint);
    if (trust_create(&f->fingerprint, &f->trust) < 0)
        return -1;
    *state = f;
    return accept(f, DOCUMENT_ROOT, text, SIGNERS(ROOT_1, ROOT_2)) < 0 ||
                   accept_keyring(f, 1, "active") < 0 || accept_areas(f, 1, TREE, AN) < 0
               ? -1
               : 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    trust_destroy(f->trust);
    free(f);
    return 0;
}

static void assert_said(const struct fixture *f, const char *part)
{
    if (!strstr(f->diag.text, part))
        fail_msg("expected '%s' in '%s'", part, f->diag.text);
}

static void test_trust_accept__walks_roots_by_both_thresholds(void **state)
{
    struct fixture *f = *state;
    char text[2048];
    root_text(f, 3, ROOT_2, ROOT_3, "2030-01-01T00:00:00Z", text);
    assert_int_equal(accept(f, DOCUMENT_ROOT, text, SIGNERS(ROOT_1, ROOT_2, ROOT_3)),
                     -EKEYREJECTED);
    assert_said(f, "version 2 is missing");
    root_text(f, 2, ROOT_2, ROOT_3, "2026-02-01T00:00:00Z", text);
    assert_int_equal(accept(f, DOCUMENT_ROOT, text, SIGNERS(ROOT_2, ROOT_3)),
                     -EKEYREJECTED);
    assert_said(f, "the root before it");
    assert_int_equal(accept(f, DOCUMENT_ROOT, text, SIGNERS(ROOT_1, ROOT_2)),
                     -EKEYREJECTED);
    assert_int_equal(accept(f, DOCUMENT_ROOT, text, SIGNERS(ROOT_1, ROOT_2, ROOT_3)), 0);
    assert_int_equal(accept_keyring(f, 2, "active"), -ETIME); /* expired on the way */
    assert_said(f, "the root has expired");
    root_text(f, 3, ROOT_2, ROOT_3, "2030-01-01T00:00:00Z", text);
    assert_int_equal(accept(f, DOCUMENT_ROOT, text, SIGNERS(ROOT_2, ROOT_3)), 0);
    assert_int_equal(accept_keyring(f, 2, "active"), 0);
}

static void test_trust_accept__begins_with_the_installed_fingerprint(void **state)
{
    struct fixture *f = *state;
    char text[2048];
    trust_destroy(f->trust);
    f->trust = NULL;
    assert_int_equal(trust_create(&f->fingerprint, &f->trust), 0);
    assert_int_equal(accept_keyring(f, 1, "active"), -EKEYREJECTED);
    assert_said(f, "no root");
    root_text(f, 2, ROOT_1, ROOT_2, "2030-01-01T00:00:00Z", text);
    assert_int_equal(accept(f, DOCUMENT_ROOT, text, SIGNERS(ROOT_1, ROOT_2)),
                     -EKEYREJECTED);
    assert_said(f, "fingerprint");
}

static void test_trust_accept__refuses_what_is_older(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(accept_keyring(f, 3, "active"), 0);
    assert_int_equal(accept_keyring(f, 2, "active"), -ESTALE);
    assert_said(f, "not newer than 3");
}

static void test_trust_accept__counts_people(void **state)
{
    static const struct {
        const char *area, *target;
        int signers[4], expected;
        const char *said;
    } rows[] = {
        {"hue", "a-luoi", {AN, BINH, -1}, 0, ""},
        {"hue", "a-luoi", {AN, -1}, -EKEYREJECTED, "1 of 2 people"},
        {"hue", "a-luoi", {AN, AN_AGAIN, -1}, -EKEYREJECTED, "signed already"},
        {"hue", "a-luoi", {AN, CHI, -1}, -EKEYREJECTED, "not for this area"},
        {"hue", "a-luoi", {AN, SERVER, -1}, -EKEYREJECTED, "1 of 2 people"},
        {"a-luoi", "a-luoi", {AN, CHI, -1}, 0, ""},
        {"a-luoi", "nam-dong", {AN, CHI, -1}, -EKEYREJECTED, "not under 'a-luoi'"},
        {"nowhere", "nowhere", {AN, BINH, -1}, -EKEYREJECTED, "unknown area"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(accept_release(f, "campaign", rows[i].area, (int)i + 1,
                                        rows[i].area, rows[i].target, CAMPAIGN,
                                        rows[i].signers),
                         rows[i].expected);
        assert_said(f, rows[i].said);
    }
}

static void test_trust_accept__refuses_what_has_expired(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(timestamp_parse("2027-01-01T00:00:00Z", &f->now_ms), 0);
    assert_int_equal(
        accept_release(f, "settings", "s", 1, "hue", "hue", TICKER("a"), SIGNERS(AN)),
        -ETIME);
    assert_said(f, "expired");
}

static void test_trust_accept__refuses_a_second_text_of_one_revision(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        accept_release(f, "settings", "s", 1, "hue", "hue", TICKER("a"), SIGNERS(AN)), 0);
    assert_int_equal(
        accept_release(f, "settings", "s", 1, "hue", "hue", TICKER("b"), SIGNERS(AN)),
        -EKEYREJECTED);
    assert_said(f, "another release has this number");
}

static void test_trust_accept__a_line_stays_with_its_area(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        accept_release(f, "settings", "s", 1, "hue", "hue", TICKER("a"), SIGNERS(AN)), 0);
    assert_int_equal(accept_release(f, "settings", "s", 2, "a-luoi", "a-luoi",
                                    TICKER("b"), SIGNERS(AN)),
                     -EKEYREJECTED);
    assert_said(f, "'s' is a line of 'hue', not of 'a-luoi'");
    assert_int_equal(accept_release(f, "settings", "t", 1, "a-luoi", "a-luoi",
                                    TICKER("c"), SIGNERS(AN)),
                     0);
    assert_int_equal(
        accept_release(f, "settings", "t", 2, "hue", "hue", TICKER("d"), SIGNERS(AN)), 0);
}

static void test_trust_accept__refuses_a_tree_over_the_province(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(
        accept_areas(
            f, 2, "[{\"id\":\"a-luoi\",\"name\":\"x\"}," AREA("hue", "a-luoi") "]", CHI),
        -EKEYREJECTED);
    assert_said(f, "'hue'");
    assert_int_equal(accept_areas(f, 2, TREE, BINH), 0);
}

static struct programme *programme(struct fixture *f)
{
    struct programme *p = NULL;
    assert_int_equal(programme_create(f->trust, NULL, "kiosk-1", f->now_ms, &p, &f->diag),
                     0);
    return p;
}

static size_t ticker_count(struct fixture *f)
{
    struct programme *p = programme(f);
    size_t count = programme_settings(p, f->now_ms)->ticker.count;
    programme_destroy(p);
    return count;
}

static void test_trust_accept__compromised_goes_at_once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(accept_placement(f, 1, "a-luoi", BINH), 0);
    assert_int_equal(
        accept_release(f, "settings", "s", 1, "hue", "hue", TICKER("a"), SIGNERS(AN)), 0);
    assert_int_equal(ticker_count(f), 1);
    assert_int_equal(accept_keyring(f, 2, "compromised"), 0);
    assert_int_equal(ticker_count(f), 0);
    assert_int_equal(
        accept_release(f, "settings", "s", 2, "hue", "hue", TICKER("a"), SIGNERS(AN)),
        -EKEYREJECTED);
    assert_said(f, "compromised");
}

static void test_trust_accept__a_compromised_placement_goes(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(accept_placement(f, 1, "nam-dong", BINH), -EKEYREJECTED);
    assert_said(f, "not under 'a-luoi'");
    assert_int_equal(accept_placement(f, 1, "a-luoi", AN), 0);
    assert_non_null(trust_find_unit(f->trust, NULL, "kiosk-1", f->now_ms));
    assert_int_equal(accept_keyring(f, 2, "compromised"), 0);
    assert_null(trust_find_unit(f->trust, NULL, "kiosk-1", f->now_ms));
}

static void test_trust_accept__retired_keeps_what_was_accepted(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(accept_placement(f, 1, "a-luoi", BINH), 0);
    assert_int_equal(
        accept_release(f, "settings", "s", 1, "hue", "hue", TICKER("a"), SIGNERS(AN)), 0);
    assert_int_equal(accept_keyring(f, 2, "retired"), 0);
    assert_int_equal(ticker_count(f), 1);
    assert_int_equal(timestamp_parse("2026-07-01T00:00:00Z", &f->now_ms), 0);
    assert_int_equal(
        accept_release(f, "settings", "s", 2, "hue", "hue", TICKER("a"), SIGNERS(AN)),
        -EKEYREJECTED);
    assert_said(f, "retired");
}

#define WITHDRAW "{\"lines\":[{\"line\":\"s\",\"revision\":1}],\"cut\":true}"

static void test_trust_accept__nobody_takes_another_areas_unit(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(accept_placement(f, 1, "a-luoi", BINH), 0);
    assert_int_equal(accept_placement_of(f, "nam-dong", 1, "nam-dong", BINH),
                     -EKEYREJECTED);
    assert_said(f, "stands in 'a-luoi', which is not under 'nam-dong'");
    assert_int_equal(accept_placement_of(f, "hue", 1, "nam-dong", BINH), 0);
}

static void test_trust_standing_units__names_each_once_by_its_newest_entry(void **state)
{
    struct fixture *f = *state;
    const struct placed_unit **units = NULL;
    size_t count = 9;
    assert_int_equal(trust_standing_units(f->trust, f->now_ms, &units, &count), 0);
    assert_int_equal(count, 0);
    free((void *)units);
    assert_int_equal(accept_placement(f, 1, "a-luoi", BINH), 0);
    assert_int_equal(accept_placement_of(f, "hue", 1, "nam-dong", BINH), 0);
    assert_int_equal(trust_standing_units(f->trust, f->now_ms, &units, &count), 0);
    assert_int_equal(count, 1);
    assert_ptr_equal(units[0], trust_find_unit(f->trust, NULL, "kiosk-1", f->now_ms));
    free((void *)units);
}

static void test_programme__a_commune_cannot_withdraw_the_province(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(accept_placement(f, 1, "a-luoi", BINH), 0);
    assert_int_equal(
        accept_release(f, "settings", "s", 1, "hue", "hue", TICKER("a"), SIGNERS(AN)), 0);
    assert_int_equal(accept_release(f, "withdrawal", "w", 1, "a-luoi", "a-luoi", WITHDRAW,
                                    SIGNERS(CHI)),
                     0);
    assert_int_equal(ticker_count(f), 1);
    assert_int_equal(
        accept_release(f, "withdrawal", "w", 2, "hue", "hue", WITHDRAW, SIGNERS(BINH)),
        0);
    assert_int_equal(ticker_count(f), 0);
}

static void test_programme__a_narrower_revision_ends_the_wider(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(accept_placement(f, 1, "a-luoi", BINH), 0);
    assert_int_equal(
        accept_release(f, "settings", "s", 1, "hue", "hue", TICKER("a"), SIGNERS(AN)), 0);
    assert_int_equal(accept_release(f, "settings", "s", 2, "hue", "nam-dong", TICKER("b"),
                                    SIGNERS(AN)),
                     0);
    assert_int_equal(ticker_count(f), 0);
}

static void test_trust_state__survives_a_restart(void **state)
{
    struct fixture *f = *state;
    char *text = NULL, *again = NULL;
    assert_int_equal(
        accept_release(f, "withdrawal", "w", 2, "hue", "hue", WITHDRAW, SIGNERS(BINH)),
        0);
    assert_int_equal(trust_state_write(f->trust, &text), 0);
    struct trust *t = NULL;
    assert_int_equal(trust_create(&f->fingerprint, &t), 0);
    assert_int_equal(trust_state_read(t, text, strlen(text), &f->diag), 0);
    assert_int_equal(trust_state_write(t, &again), 0);
    assert_string_equal(text, again);
    assert_non_null(strstr(text, "\"area\":\"hue\""));
    assert_true(trust_clock_floor(t) == trust_clock_floor(f->trust));
    trust_destroy(t);
    free(text);
    free(again);
}

static int accept_manifest(struct fixture *f, int number, const char *unit, int signer)
{
    char text[1000];
    struct public_key key;
    struct manifest *m = NULL;
    key_public(&f->keys[UNIT], &key);
    snprintf(text, sizeof(text),
             "{\"type\":\"manifest\",\"number\":%d," DATES ",\"audience\":{\"units\":"
             "[\"%s\"]},\"documents\":[]}",
             number, unit);
    char *signed_text = sign(f, DOCUMENT_MANIFEST, text, SIGNERS(signer));
    int r = trust_accept_manifest(f->trust, signed_text, strlen(signed_text), f->now_ms,
                                  &key, &m, &f->diag);
    free(signed_text);
    manifest_destroy(m);
    return r;
}

static void test_trust_accept_manifest__refuses_old_and_foreign(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(accept_placement(f, 1, "a-luoi", BINH), 0);
    assert_int_equal(accept_manifest(f, 5, "kiosk-1", SERVER), 0);
    assert_int_equal(accept_manifest(f, 5, "kiosk-1", SERVER), -ESTALE);
    assert_said(f, "manifest 5 is not newer than 5");
    assert_int_equal(accept_manifest(f, 6, "kiosk-2", SERVER), -EKEYREJECTED);
    assert_said(f, "for other units");
    assert_int_equal(accept_manifest(f, 6, "kiosk-1", REGISTRAR), -EKEYREJECTED);
    assert_said(f, "no server key");
    assert_int_equal(timestamp_parse("2031-01-01T00:00:00Z", &f->now_ms), 0);
    assert_int_equal(accept_manifest(f, 6, "kiosk-1", SERVER), -ETIME);
}

/* Property: whichever bit of a sufficiently signed envelope flips, it is refused. */
static void test_trust_accept__refuses_every_flipped_bit(void **state)
{
    struct fixture *f = *state;
    static const char payload[] =
        "{\"type\":\"release\",\"kind\":\"settings\",\"line\":\"s\",\"revision\":1,"
        "\"level\":\"routine\",\"area\":\"hue\",\"title\":\"x\",\"issued\":"
        "\"2026-02-01T00:00:00Z\",\"effective\":\"2026-02-01T00:00:00Z\",\"valid_from\":"
        "\"2026-02-01T00:00:00Z\",\"valid_until\":\"2026-12-01T00:00:00Z\",\"body\":{}}";
    char *text = sign(f, DOCUMENT_RELEASE, payload, SIGNERS(AN));
    size_t length = strlen(text);
    for (size_t bit = 0; bit < length * 8; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        if (trust_accept(f->trust, text, length, f->now_ms, NULL, NULL, NULL) == 0)
            fail_msg("accepted with bit %zu flipped", bit);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    assert_int_equal(trust_accept(f->trust, text, length, f->now_ms, NULL, NULL, NULL),
                     0);
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_trust_accept__walks_roots_by_both_thresholds),
        TEST(test_trust_accept__begins_with_the_installed_fingerprint),
        TEST(test_trust_accept__refuses_what_is_older),
        TEST(test_trust_accept__counts_people),
        TEST(test_trust_accept__refuses_what_has_expired),
        TEST(test_trust_accept__refuses_a_second_text_of_one_revision),
        TEST(test_trust_accept__a_line_stays_with_its_area),
        TEST(test_trust_accept__refuses_a_tree_over_the_province),
        TEST(test_trust_accept__compromised_goes_at_once),
        TEST(test_trust_accept__a_compromised_placement_goes),
        TEST(test_trust_standing_units__names_each_once_by_its_newest_entry),
        TEST(test_trust_accept__retired_keeps_what_was_accepted),
        TEST(test_trust_accept__nobody_takes_another_areas_unit),
        TEST(test_programme__a_commune_cannot_withdraw_the_province),
        TEST(test_programme__a_narrower_revision_ends_the_wider),
        TEST(test_trust_state__survives_a_restart),
        TEST(test_trust_accept_manifest__refuses_old_and_foreign),
        TEST(test_trust_accept__refuses_every_flipped_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
