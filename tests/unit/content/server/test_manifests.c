#include "tests/support/test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "content/model/trust.h"
#include "content/routes/registry.h"
#include "content/server/manifests.h"
#include "content/store/objects.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* A province larger than any: 20,000 units in forty areas. */

#define DATES                                                                            \
    "\"issued\": \"2026-01-01T00:00:00Z\", \"expires\": \"2050-01-01T00:00:00Z\""

enum { AREAS = 40, UNITS_PER_AREA = 500, UNITS = AREAS * UNITS_PER_AREA };

struct fixture {
    struct secret_key root, author, server;
    struct object_folder *objects;
    struct registry *registry;
    struct manifests *manifests;
    /* What was kept. */
    unsigned kept;
    size_t units, largest;
    char last[65];
};

static void hex_of(const struct secret_key *secret, char ret[KEY_HEX_SIZE])
{
    struct public_key key;
    key_public(secret, &key);
    key_to_hex(&key, ret);
}

static void bring(struct fixture *f, enum document_type type, const char *payload,
                  const struct secret_key *signer)
{
    struct envelope *e = NULL;
    char *text = NULL;
    struct sha256 name;
    enum document_type got;
    struct diag diag = {""};
    assert_int_equal(envelope_create(type, payload, strlen(payload), &e), 0);
    assert_int_equal(envelope_sign(e, signer), 0);
    assert_int_equal(envelope_write(e, &text), 0);
    if (registry_accept(f->registry, text, strlen(text), clock_wall_ms(clock_system()),
                        &name, &got, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    envelope_destroy(e);
    free(text);
}

static void bring_trust(struct fixture *f)
{
    char root[KEY_HEX_SIZE], author[KEY_HEX_SIZE], server[KEY_HEX_SIZE], text[4096];
    hex_of(&f->root, root);
    hex_of(&f->author, author);
    hex_of(&f->server, server);
    snprintf(text, sizeof(text),
             "{\"type\": \"root\", \"version\": 1, " DATES
             ", \"threshold\": 1, \"keys\": "
             "[{\"key\": \"%s\", \"name\": \"A\"}], \"registrars\": [{\"key\": \"%s\", "
             "\"name\": \"R\"}], \"servers\": [{\"key\": \"%s\", \"name\": \"S\"}]}",
             root, root, server);
    bring(f, DOCUMENT_ROOT, text, &f->root);
    snprintf(
        text, sizeof(text),
        "{\"type\": \"keyring\", \"version\": 1, " DATES
        ", \"authors\": [{\"key\": \"%s\", \"person\": \"An\", \"kinds\": [\"areas\", "
        "\"placement\"], \"areas\": [\"hue\"], \"level\": \"routine\", \"from\": "
        "\"2026-01-01T00:00:00Z\", \"until\": \"2049-01-01T00:00:00Z\", \"state\": "
        "\"active\"}]}",
        author);
    bring(f, DOCUMENT_KEYRING, text, &f->root);
}

static void bring_areas(struct fixture *f)
{
    struct buf text = BUF_INIT(65536);
    assert_int_equal(
        buf_printf(&text, "{\"type\": \"areas\", \"version\": 1, " DATES
                          ", \"zone\": {\"name\": \"Asia/Ho_Chi_Minh\", \"offset_s\": "
                          "25200, \"transitions\": []}, \"areas\": [{\"id\": \"hue\", "
                          "\"name\": \"Hue\"}"),
        0);
    for (int i = 0; i < AREAS; i++)
        assert_int_equal(
            buf_printf(&text,
                       ", {\"id\": \"area-%d\", \"name\": \"%d\", \"parent\": \"hue\"}",
                       i, i),
            0);
    assert_int_equal(buf_append_text(&text, "]}"), 0);
    bring(f, DOCUMENT_AREAS, text.data, &f->author);
    buf_release(&text);
}

/* Names as long as they may be: this is what must fit. */
static void unit_name(int number, char ret[65])
{
    snprintf(ret, 65, "kiosk-%058d", number);
}

static void bring_placement(struct fixture *f, int area)
{
    struct buf text = BUF_INIT(1 << 20);
    char name[65];
    assert_int_equal(buf_printf(&text,
                                "{\"type\": \"placement\", \"area\": \"area-%d\", "
                                "\"version\": 1, " DATES ", \"units\": [",
                                area),
                     0);
    for (int i = 0; i < UNITS_PER_AREA; i++) {
        int number = area * UNITS_PER_AREA + i;
        unit_name(number, name);
        assert_int_equal(
            buf_printf(
                &text,
                "%s{\"unit\": \"%s\", \"key\": \"%064x\", \"name\": \"K\", \"kind\": "
                "\"kiosk\", \"area\": \"area-%d\", \"site\": \"s\", \"tags\": [], "
                "\"languages\": [\"vi\"], \"from\": \"2026-01-01T00:00:00Z\", "
                "\"until\": \"2049-01-01T00:00:00Z\"}",
                i ? ", " : "", name, number + 1, area),
            0);
    }
    assert_int_equal(buf_append_text(&text, "]}"), 0);
    bring(f, DOCUMENT_PLACEMENT, text.data, &f->author);
    buf_release(&text);
}

/* As a unit would read it. */
static int on_keep(void *context, int64_t number, int64_t issued_ms,
                   const struct sha256 *content, const char *text, size_t length,
                   const char *const *units, size_t count)
{
    struct fixture *f = context;
    struct envelope *e = NULL;
    struct manifest *m = NULL;
    struct diag diag = {""};
    (void)issued_ms;
    (void)content;
    if (envelope_parse(text, length, &e, &diag) < 0 ||
        manifest_parse((const char *)e->payload, e->length, &m, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    assert_int_equal(m->number, number);
    assert_int_equal(m->audience.units.count, count);
    assert_string_equal(m->audience.units.texts[count - 1], units[count - 1]);
    f->kept++;
    f->units += count;
    f->largest = length > f->largest ? length : f->largest;
    envelope_destroy(e);
    manifest_destroy(m);
    return 0;
}

static void on_wake(void *context, const char *unit)
{
    struct fixture *f = context;
    snprintf(f->last, sizeof(f->last), "%s", unit);
}

static void on_failed(void *context, const char *sentence)
{
    (void)context;
    fail_msg("%s", sentence);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct diag diag = {""};
    char folder[] = "manifests-XXXXXX";
    if (!f || key_init() < 0 || !mkdtemp(folder))
        return -1;
    key_generate(&f->root);
    key_generate(&f->author);
    key_generate(&f->server);
    struct manifests_config config = {.clock = clock_system(),
                                      .key = f->server,
                                      .lifetime_ms = INT64_C(30) * 86400000,
                                      .context = f,
                                      .keep = on_keep,
                                      .wake = on_wake,
                                      .failed = on_failed};
    if (object_folder_open(folder, &f->objects, &diag) < 0 ||
        registry_create(f->objects, &f->registry) < 0)
        return -1;
    config.registry = f->registry;
    *state = f;
    return manifests_create(&config, &f->manifests);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    manifests_destroy(f->manifests);
    registry_destroy(f->registry);
    object_folder_close(f->objects);
    free(f);
    return 0;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_manifests_build__has_room_for_every_unit(void **state)
{
    struct fixture *f = *state;
    char name[65];
    bring_trust(f);
    bring_areas(f);
    for (int i = 0; i < AREAS; i++)
        bring_placement(f, i);
    double begin = now_s();
    assert_int_equal(manifests_build(f->manifests), 0);
    print_message("%d units: %u manifests, the largest %zu bytes, built in %.2f s\n",
                  UNITS, f->kept, f->largest, now_s() - begin);
    assert_int_equal(f->units, UNITS);
    assert_int_equal(f->kept, AREAS); /* a manifest lists its placement */
    assert_true(f->largest < ENVELOPE_BYTES_MAX);
    for (int i = 0; i < UNITS; i += UNITS_PER_AREA / 2) {
        unit_name(i, name);
        struct issued *m = registry_manifest(f->registry, name);
        assert_non_null(m);
        assert_non_null(strstr(m->text, "payload"));
        registry_manifest_release(f->registry, m);
    }
    /* Nothing has changed: nothing is made. */
    unsigned before = f->kept;
    assert_int_equal(manifests_build(f->manifests), 0);
    assert_int_equal(f->kept, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_manifests_build__has_room_for_every_unit,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
