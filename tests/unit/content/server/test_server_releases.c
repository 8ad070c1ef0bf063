#include "tests/support/test.h"

#include "base/diag.h"
#include "base/text.h"
#include "tests/support/office.h"

#include <stdio.h>

static void test_server__gathers_signatures(void **state)
{
    struct office *f = *state;
    office_bring_all(f);
    char *draft = office_campaign(f, 1, NULL, 0);
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, draft), 201);
    office_expect_holds(f, "\"state\":\"waiting\"");
    json_t *value = office_parsed(f);
    const char *id = json_string_value(json_object_get(value, "id"));
    struct envelope *e = NULL;
    struct diag diag = {""};
    assert_int_equal(envelope_parse(draft, strlen(draft), &e, &diag), 0);
    char path[160], body[512];
    for (int i = AN; i <= BINH; i++) {
        char hex[SHA256_HEX_SIZE], *sig = NULL;
        assert_int_equal(envelope_sign(e, &f->keys[i]), 0);
        size_t last = e->signature_count - 1;
        sha256_to_hex(&e->signatures[last].key_id, hex);
        assert_int_equal(text_to_base64(e->signatures[last].bytes, 64, &sig), 0);
        snprintf(body, sizeof(body), "{\"keyid\": \"%s\", \"sig\": \"%s\"}", hex, sig);
        snprintf(path, sizeof(path), "/api/v1/releases/%s/signatures", id);
        office_expect(f, office_post(f, path, f->admin, body), 201);
        office_expect_holds(f, i == AN ? "\"state\":\"waiting\""
                                       : "\"state\":\"published\"");
        free(sig);
    }
    snprintf(path, sizeof(path), "/api/v1/releases/%s", id);
    office_expect(f, office_get(f, path, f->admin), 200);
    office_expect_holds(f, "Le Binh");
    office_expect(
        f, office_get(f, "/api/v1/releases?state=published&line=bhyt", f->admin), 200);
    office_expect_holds(f, id);
    envelope_destroy(e);
    json_decref(value);
    free(draft);
}

static void test_server__refuses_as_a_unit_would(void **state)
{
    struct office *f = *state;
    char *release = office_campaign(f, 1, SIGNED_BY(AN, BINH));
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, release), 409);
    office_bring_all(f);
    char *foreign = office_campaign(f, 1, SIGNED_BY(UNIT_1, UNIT_2));
    office_expect(f, office_post(f, "/api/v1/releases", f->admin, foreign), 201);
    office_expect_holds(f, "\"state\":\"waiting\"");
    office_expect(f, office_post(f, "/api/v1/documents", f->admin, release), 422);
    office_expect(f, office_post(f, "/api/v1/documents", f->admin, "{}"), 400);
    office_expect(f, office_post(f, "/api/v1/documents", NULL, "{}"), 401);
    char *keyring = office_sealed(f, DOCUMENT_KEYRING,
                                  "{\"type\": \"keyring\", \"version\": 9, " PERIOD
                                  ", \"authors\": []}",
                                  SIGNED_BY(AN));
    office_expect(f, office_post(f, "/api/v1/documents", f->admin, keyring), 422);
    office_expect_holds(f, "\"detail\":");
    free(keyring);
    free(foreign);
    free(release);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_server__gathers_signatures),
        OFFICE_TEST(test_server__refuses_as_a_unit_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
