#pragma once
#include "tests/support/test.h"

#include "content/model/trust.h"
#include "content/routes/routes.h"
#include "content/server/server.h"
#include "content/server/settings.h"

/* The whole server in this process, asked over HTTP as units and staff ask: a small
 * province with two approvers and two units. Everything that fails ends the test. */

enum { ROOT_A, ROOT_B, REGISTRAR, AN, BINH, UNIT_1, UNIT_2, KEYS };

struct answer {
    long status;
    char *text;
    size_t length;
};

struct office {
    char data[32];
    struct server_settings settings;
    struct server *server;
    struct secret_key keys[KEYS];
    char hex[KEYS][KEY_HEX_SIZE], server_hex[KEY_HEX_SIZE];
    char admin[ROUTES_TOKEN_SIZE];
    struct answer answer;
};

#define SIGNED_BY(...)                                                                   \
    ((const int[]){__VA_ARGS__}), (sizeof((int[]){__VA_ARGS__}) / sizeof(int))
#define PERIOD                                                                           \
    "\"issued\": \"2026-01-01T00:00:00Z\", \"expires\": \"2050-01-01T00:00:00Z\""
#define OFFICE_TEST(name)                                                                \
    cmocka_unit_test_setup_teardown(name, office_setup, office_teardown)

/* One request; a token may be NULL. Returns the status. */
long office_perform(struct office *f, struct answer *a, const char *method,
                    const char *path, const char *token, const char *body);
long office_get(struct office *f, const char *path, const char *token);
long office_post(struct office *f, const char *path, const char *token, const char *body);
void office_expect(struct office *f, long got, long wanted);
void office_expect_holds(struct office *f, const char *part);
json_t *office_parsed(struct office *f);
/* The envelope of `payload`, signed by these keys; the caller's. */
char *office_sealed(struct office *f, enum document_type type, const char *payload,
                    const int *signers, size_t count);
void office_bring(struct office *f, enum document_type type, const char *payload,
                  const int *signers, size_t count);
void office_bring_root(struct office *f);
void office_bring_keyring(struct office *f);
void office_bring_placement(struct office *f, int version, bool both);
void office_bring_all(struct office *f);
/* A campaign of one slide for everybody under Hue. */
char *office_campaign(struct office *f, int revision, const int *signers, size_t count);
/* Asks to be enrolled; the token on success, the caller's, or NULL. */
char *office_enrol(struct office *f, int key, long wanted);
/* The manifest after `after` as its number; the answer holds the envelope. */
int64_t office_await_manifest(struct office *f, const char *token, int64_t after);
void office_start(struct office *f);
int office_setup(void **state);
int office_teardown(void **state);
/* A report with one play of this day, 2026-11-23, signed by that key. */
void office_send_report(struct office *f, const char *token, int number, int signer,
                        long wanted);
/* As office_campaign, of this area and line. */
char *office_campaign_of(struct office *f, const char *area, const char *line,
                         int revision, const int *signers, size_t count);
/* Somebody with one role, and their token. */
void office_user(struct office *f, const char *name, const char *permission,
                 const char *area, char ret_token[ROUTES_TOKEN_SIZE]);
