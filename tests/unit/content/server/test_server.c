#include "tests/support/test.h"

#include "base/diag.h"
#include "tests/support/office.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

static void test_server__enrols_a_placed_key_only(void **state)
{
    struct office *f = *state;
    office_bring_all(f);
    assert_null(office_enrol(f, UNIT_1, 202));
    office_expect(f, office_get(f, "/api/v1/enrolments", f->admin), 200);
    office_expect_holds(f, f->hex[UNIT_1]);
    office_bring_placement(f, 1, false);
    char *token = office_enrol(f, UNIT_1, 200);
    assert_non_null(token);
    office_expect_holds(f, "\"unit\":\"kiosk-1\"");
    office_expect(f, office_get(f, "/api/v1/enrolments", f->admin), 200);
    office_expect_holds(f, "\"enrolments\":[]");
    office_expect(f, office_get(f, "/unit/v1/manifest?wait=0", "0123"), 401);
    assert_null(office_enrol(f, UNIT_2, 202));
    char *again = office_enrol(f, UNIT_1, 200); /* a new token ends the old one */
    office_expect(f, office_get(f, "/unit/v1/manifest", token), 401);
    free(token);
    free(again);
}

static void test_server__refuses_an_enrolment_without_proof(void **state)
{
    struct office *f = *state;
    char body[512];
    snprintf(body, sizeof(body),
             "{\"key\": \"%s\", \"kind\": \"kiosk\", \"proof\": \"%s\"}", f->hex[UNIT_1],
             "AAAA");
    office_expect(f, office_post(f, "/unit/v1/enrol", NULL, body), 400);
    office_expect_holds(f, "is not a signature by this key");
    office_expect(f, office_post(f, "/unit/v1/enrol", NULL, "{\"key\": 1}"), 400);
}

struct waiter {
    struct office *f;
    const char *token;
    int64_t after;
    struct answer answer;
};

static void *wait_for_manifest(void *context)
{
    struct waiter *w = context;
    char path[128];
    snprintf(path, sizeof(path), "/unit/v1/manifest?after=%lld&wait=50",
             (long long)w->after);
    office_perform(w->f, &w->answer, "GET", path, w->token, NULL);
    return NULL;
}

static void await_parked(struct office *f)
{
    do {
        struct timespec moment = {.tv_nsec = 5000000};
        nanosleep(&moment, NULL);
        office_expect(f, office_get(f, "/metrics", NULL), 200);
    } while (!strstr(f->answer.text, "\ntramtin_parked 1\n"));
}

static void test_server__wakes_the_units_when_a_release_is_published(void **state)
{
    struct office *f = *state;
    office_bring_all(f);
    office_bring_placement(f, 1, true);
    char *token = office_enrol(f, UNIT_1, 200);
    struct waiter w = {.f = f, .token = token};
    w.after = office_await_manifest(f, token, 0);
    office_expect(f, office_get(f, "/unit/v1/manifest?after=99999999999999", token), 204);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_manifest, &w), 0);
    await_parked(f);
    char *release = office_campaign(f, 1, SIGNED_BY(AN, BINH));
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, release), 201);
    office_expect_holds(f, "\"state\":\"published\"");
    pthread_join(thread, NULL);
    assert_int_equal(w.answer.status, 200);
    struct sha256 name;
    char hex[SHA256_HEX_SIZE], path[128];
    sha256_of(release, strlen(release), &name);
    sha256_to_hex(&name, hex);
    struct envelope *e = NULL;
    struct diag diag = {""};
    assert_int_equal(envelope_parse(w.answer.text, w.answer.length, &e, &diag), 0);
    assert_non_null(strstr((char *)e->payload, hex));
    envelope_destroy(e);
    snprintf(path, sizeof(path), "/objects/%s", hex);
    office_expect(f, office_get(f, path, NULL), 200);
    assert_string_equal(f->answer.text, release);
    office_expect(f, office_get(f, "/api/v1/units/kiosk-1/rundown", f->admin), 200);
    office_expect_holds(f, "\"entries\":[{");
    office_expect(f, office_get(f, "/api/v1/units/none/rundown", f->admin), 404);
    free(release);
    free(w.answer.text);
    free(token);
}

static void test_server__remembers_after_a_restart(void **state)
{
    struct office *f = *state;
    office_bring_all(f);
    office_bring_placement(f, 1, true);
    char *token = office_enrol(f, UNIT_1, 200);
    char *release = office_campaign(f, 1, SIGNED_BY(AN, BINH));
    int64_t before = office_await_manifest(f, token, 0);
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, release), 201);
    before = office_await_manifest(f, token, before);
    server_destroy(f->server);
    office_start(f);
    assert_int_equal(office_await_manifest(f, token, 0),
                     before); /* the same, not a new one */
    office_expect(f, office_get(f, "/api/v1/documents", f->admin), 200);
    office_expect_holds(f, "\"placement\"");
    free(release);
    free(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_server__enrols_a_placed_key_only),
        OFFICE_TEST(test_server__refuses_an_enrolment_without_proof),
        OFFICE_TEST(test_server__wakes_the_units_when_a_release_is_published),
        OFFICE_TEST(test_server__remembers_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
