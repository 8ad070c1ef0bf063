#include "tests/support/test.h"

#include "base/diag.h"
#include "base/queue.h"
#include "content/model/programme.h"
#include "content/sync/sync.h"
#include "tests/support/field.h"
#include "tests/support/hostile.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

/* The unit's whole side against a server that each test makes as bad as it likes. */

#define MEDIA_BYTES 300000

enum badness {
    GOOD,
    WRONG_OBJECTS, /* other bytes under the right name */
    STALL_OBJECTS, /* half of each, then nothing */
    CUT_OBJECTS,   /* half of each, then the connection ends */
    LOSE_REPLIES,  /* reports are taken, but the answer is lost */
    GARBAGE,       /* every answer is noise */
    REDIRECT,      /* everything is elsewhere */
};

struct fixture {
    struct field field;
    struct hostile *server;
    struct queue *programmes;
    struct sync *sync;
    char folder[64], media[2][MEDIA_BYTES];
    struct sha256 names[2];
    struct clock clock;
    uint64_t quota_bytes;
    atomic_llong skew_ms;
    atomic_int trust;
    atomic_int badness;
    atomic_bool placed;
    atomic_uint ranged, object_requests;
    pthread_mutex_t lock;
    char *manifest;    /* guarded by lock */
    int64_t number;    /* guarded by lock */
    char unit_key[80]; /* guarded by lock; hex, as enrolled */
    int64_t reported;  /* guarded by lock; highest number */
    unsigned plays;    /* guarded by lock; counted once */
    unsigned repeats;  /* guarded by lock; reports that came again */
};

static int64_t wall_ms(void *context)
{
    struct fixture *f = context;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000 + atomic_load(&f->skew_ms);
}

static int64_t monotonic_us(void *context)
{
    (void)context;
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum clock_trust trust_now(void *context, int64_t floor_ms)
{
    (void)floor_ms;
    return (enum clock_trust)atomic_load(&((struct fixture *)context)->trust);
}

/* ---- the server ---- */

static int say(int fd, int status, const char *body)
{
    return hostile_printf(fd,
                          "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n"
                          "Content-Length: %zu\r\n\r\n",
                          status, strlen(body)) ||
           hostile_send(fd, body, strlen(body));
}

static int say_manifest(struct fixture *f, int fd, const char *head)
{
    long long after = 0, wait_s = 0;
    const char *query = strchr(head, '?');
    if (query)
        sscanf(query, "?after=%lld&wait=%lld", &after, &wait_s);
    for (int64_t i = 0; i < wait_s * 50; i++) {
        char *text = NULL;
        pthread_mutex_lock(&f->lock);
        if (f->number > after)
            text = strdup(f->manifest);
        pthread_mutex_unlock(&f->lock);
        if (text) {
            int r = say(fd, 200, text);
            free(text);
            return r;
        }
        const struct timespec tick = {.tv_nsec = 20000000};
        nanosleep(&tick, NULL);
        if (hostile_gone(fd))
            return -1;
    }
    return hostile_printf(fd, "HTTP/1.1 204 No Content\r\n\r\n");
}

static int say_media(struct fixture *f, int fd, const char *head, const char *data)
{
    size_t from = 0;
    const char *range = strcasestr(head, "\r\nRange: bytes=");
    char other[MEDIA_BYTES];
    atomic_fetch_add(&f->object_requests, 1);
    if (range) {
        from = strtoul(range + 15, NULL, 10);
        atomic_fetch_add(&f->ranged, 1);
        hostile_printf(fd, "HTTP/1.1 206 X\r\nContent-Range: bytes %zu-%d/%d\r\n", from,
                       MEDIA_BYTES - 1, MEDIA_BYTES);
    } else {
        hostile_printf(fd, "HTTP/1.1 200 X\r\n");
    }
    hostile_printf(fd, "ETag: \"x\"\r\nContent-Length: %zu\r\n\r\n", MEDIA_BYTES - from);
    switch (atomic_load(&f->badness)) {
    case WRONG_OBJECTS:
        memcpy(other, data, sizeof(other));
        other[1234] ^= 1;
        data = other;
        break;
    case STALL_OBJECTS:
        hostile_send(fd, data + from, (MEDIA_BYTES - from) / 2);
        hostile_stall(fd);
        return -1;
    case CUT_OBJECTS:
        hostile_send(fd, data + from, (MEDIA_BYTES - from) / 2);
        return -1;
    default:
        break;
    }
    return hostile_send(fd, data + from, MEDIA_BYTES - from);
}

static int say_object(struct fixture *f, int fd, const char *head)
{
    char hex[SHA256_HEX_SIZE] = "";
    struct sha256 name;
    snprintf(hex, sizeof(hex), "%.64s", head + strlen("GET /objects/"));
    if (sha256_from_hex(hex, &name) < 0)
        return say(fd, 404, "{}");
    for (int i = 0; i < 2; i++)
        if (sha256_equal(&name, &f->names[i]))
            return say_media(f, fd, head, f->media[i]);
    int r = 1;
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < f->field.count; i++)
        if (sha256_equal(&name, &f->field.documents[i].name))
            r = say(fd, 200, f->field.documents[i].text);
    pthread_mutex_unlock(&f->lock);
    return r == 1 ? say(fd, 404, "{}") : r;
}

static int take_report(struct fixture *f, int fd, const char *body, size_t length)
{
    struct envelope *e = NULL;
    struct report *report = NULL;
    struct public_key key;
    struct diag diag;
    char answer[64];
    if (envelope_parse(body, length, &e, &diag) < 0 ||
        report_parse((const char *)e->payload, e->length, &report, &diag) < 0) {
        envelope_destroy(e);
        return say(fd, 400, "{}");
    }
    pthread_mutex_lock(&f->lock);
    bool right = key_from_hex(f->unit_key, &key) == 0 && envelope_signed_by(e, &key) &&
                 strcmp(report->unit, "may-thu") == 0;
    if (right && report->number == f->reported + 1) {
        f->reported++;
        f->plays += (unsigned)report->play_count;
    } else if (right && report->number <= f->reported) {
        f->repeats++;
    }
    int status = !right ? 403 : report->number > f->reported ? 409 : 200;
    snprintf(answer, sizeof(answer), "{\"%s\": %lld}",
             status == 409 ? "expected" : "number",
             (long long)f->reported + (status == 409));
    pthread_mutex_unlock(&f->lock);
    report_destroy(report);
    envelope_destroy(e);
    if (atomic_load(&f->badness) == LOSE_REPLIES) {
        atomic_store(&f->badness, GOOD);
        return -1;
    }
    return say(fd, status, answer);
}

static int enrol_unit(struct fixture *f, int fd, const char *body)
{
    const char *key = strstr(body, "\"key\":\"");
    if (!key)
        return say(fd, 400, "{}");
    pthread_mutex_lock(&f->lock);
    snprintf(f->unit_key, sizeof(f->unit_key), "%.64s", key + 7);
    pthread_mutex_unlock(&f->lock);
    return atomic_load(&f->placed) ? say(fd, 200,
                                         "{\"state\":\"enrolled\",\"unit\":\"may-thu\","
                                         "\"token\":\"secret\",\"later\":1}")
                                   : say(fd, 202, "{\"state\":\"pending\"}");
}

static int answer(void *context, int fd, const char *head, const char *body,
                  size_t length)
{
    struct fixture *f = context;
    if (atomic_load(&f->badness) == GARBAGE)
        return hostile_send(fd, "\x00\xff noise \r\n\r\n", 13), -1;
    if (atomic_load(&f->badness) == REDIRECT)
        return hostile_printf(fd, "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:9/\r\n"
                                  "Content-Length: 0\r\n\r\n");
    if (strncmp(head, "POST /unit/v1/enrol", 19) == 0)
        return enrol_unit(f, fd, body);
    if (strncmp(head, "GET /objects/", 13) == 0)
        return say_object(f, fd, head);
    if (!strstr(head, "Authorization: Bearer secret\r\n"))
        return say(fd, 401, "{}");
    if (strncmp(head, "GET /unit/v1/manifest", 21) == 0)
        return say_manifest(f, fd, head);
    if (strncmp(head, "POST /unit/v1/reports", 21) == 0)
        return take_report(f, fd, body, length);
    return say(fd, 404, "{}");
}

/* ---- the fixture ---- */

static void publish(struct fixture *f, int64_t number)
{
    char *text = field_manifest(&f->field, number);
    pthread_mutex_lock(&f->lock);
    free(f->manifest);
    f->manifest = text;
    f->number = number;
    pthread_mutex_unlock(&f->lock);
}

static void add_release(struct fixture *f, const char *line, const struct secret_key *by)
{
    char items[2][512], hex[SHA256_HEX_SIZE];
    for (int i = 0; i < 2; i++) {
        sha256_to_hex(&f->names[i], hex);
        snprintf(items[i], sizeof(items[i]),
                 "[{\"id\":\"clip-%d\",\"type\":\"image\",\"title\":\"x\","
                 "\"duration_ms\":10000,\"asset\":{\"sha256\":\"%s\",\"bytes\":%d,"
                 "\"media\":\"image/png\"}}]",
                 i, hex, MEDIA_BYTES);
    }
    pthread_mutex_lock(&f->lock);
    field_add_timetable(&f->field, line, 1, items[0], items[1], by);
    pthread_mutex_unlock(&f->lock);
}

static void programme_drop(void *p)
{
    programme_destroy(p);
}

static void begin(struct fixture *f)
{
    struct diag diag = {{0}};
    struct sync_config c = {.state = f->folder,
                            .server = hostile_url(f->server),
                            .root = &f->field.fingerprint,
                            .kind = "kiosk",
                            .version = "test",
                            .quota_bytes = f->quota_bytes,
                            .clock = &f->clock};
    if (sync_create(&c, f->programmes, &f->sync, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    assert_int_equal(sync_start(f->sync), 0);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    snprintf(f->folder, sizeof(f->folder), "unit.XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    pthread_mutex_init(&f->lock, NULL);
    f->clock = (struct clock){wall_ms, monotonic_us, trust_now, f};
    atomic_store(&f->trust, CLOCK_TRUST_NTP);
    for (int i = 0; i < 2; i++) {
        for (size_t k = 0; k < MEDIA_BYTES; k++)
            f->media[i][k] = (char)(k * 31 + k / 256 + (size_t)i);
        sha256_of(f->media[i], MEDIA_BYTES, &f->names[i]);
    }
    field_init(&f->field);
    assert_int_equal(queue_create(4, programme_drop, &f->programmes), 0);
    f->server = hostile_start(answer, f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    sync_destroy(f->sync);
    hostile_stop(f->server);
    queue_destroy(f->programmes);
    field_release(&f->field);
    free(f->manifest);
    free(f);
    return 0;
}

/* Wait until `ready` says so; never longer than 30 s. */
static void wait_for(struct fixture *f, bool (*ready)(struct fixture *f),
                     const char *what)
{
    for (int i = 0; i < 3000; i++) {
        if (ready(f))
            return;
        const struct timespec tick = {.tv_nsec = 10000000};
        nanosleep(&tick, NULL);
    }
    struct sync_status s;
    sync_status(f->sync, &s);
    for (unsigned i = 0; i < s.fault_count; i++)
        print_message("fault: %s\n", s.faults[i].what);
    fail_msg("never: %s (phase %s, trouble '%s')", what, sync_phase_name(s.phase),
             s.trouble);
}
#define WAIT_FOR(f, ready) wait_for(f, ready, #ready)

static bool asked_to_enrol(struct fixture *f)
{
    pthread_mutex_lock(&f->lock);
    bool asked = f->unit_key[0] != '\0';
    pthread_mutex_unlock(&f->lock);
    return asked;
}

static bool media_present(struct fixture *f)
{
    return sync_object_present(f->sync, &f->names[0]) &&
           sync_object_present(f->sync, &f->names[1]);
}

static bool up_to_date(struct fixture *f)
{
    struct sync_status s;
    sync_status(f->sync, &s);
    pthread_mutex_lock(&f->lock);
    bool newest = s.manifest == f->number;
    pthread_mutex_unlock(&f->lock);
    return s.phase == SYNC_UP_TO_DATE && newest;
}

static bool newest_manifest(struct fixture *f)
{
    struct sync_status s;
    sync_status(f->sync, &s);
    pthread_mutex_lock(&f->lock);
    bool newest = s.manifest == f->number;
    pthread_mutex_unlock(&f->lock);
    return newest;
}

static bool in_trouble(struct fixture *f)
{
    struct sync_status s;
    sync_status(f->sync, &s);
    return s.trouble[0] != '\0';
}

static bool plays_reported(struct fixture *f)
{
    struct sync_status s;
    sync_status(f->sync, &s);
    pthread_mutex_lock(&f->lock);
    bool arrived = f->plays > 0 && s.plays_waiting == 0;
    pthread_mutex_unlock(&f->lock);
    return arrived;
}

static bool seven_plays(struct fixture *f)
{
    pthread_mutex_lock(&f->lock);
    bool all = f->plays >= 7;
    pthread_mutex_unlock(&f->lock);
    return all;
}

static bool fault_seen(struct fixture *f, const char *part)
{
    struct sync_status s;
    sync_status(f->sync, &s);
    for (unsigned i = 0; i < s.fault_count; i++)
        if (strstr(s.faults[i].what, part))
            return true;
    return false;
}

static bool wrong_bytes_seen(struct fixture *f)
{
    return fault_seen(f, "the server sent other bytes");
}

static bool refusal_seen(struct fixture *f)
{
    return fault_seen(f, "refused");
}

static bool half_received(struct fixture *f)
{
    struct sync_status s;
    sync_status(f->sync, &s);
    return s.missing_bytes > 0 && s.missing_bytes <= MEDIA_BYTES + 200;
}

/* Code, staff's answer, manifest. */
static void enrol(struct fixture *f)
{
    struct public_key key;
    begin(f);
    WAIT_FOR(f, asked_to_enrol);
    assert_int_equal(key_from_hex(f->unit_key, &key), 0);
    char code[ENROL_CODE_SIZE];
    struct sync_status s;
    enrol_code(&key, &f->field.fingerprint, code);
    sync_status(f->sync, &s);
    assert_string_equal(s.code, code);
    pthread_mutex_lock(&f->lock);
    field_place(&f->field, &key, "may-thu");
    pthread_mutex_unlock(&f->lock);
    add_release(f, "lich", &f->field.author);
    publish(f, 1000);
    atomic_store(&f->placed, true);
}

static void log_plays(struct fixture *f, int count)
{
    for (int i = 0; i < count; i++) {
        const struct play play = {.start_ms = 1000 + i,
                                  .end_ms = 2000 + i,
                                  .planned_start_ms = 1000 + i,
                                  .line = "lich",
                                  .revision = 1,
                                  .item = "clip-0",
                                  .sha256 = "",
                                  .why = "slot",
                                  .completed = true,
                                  .clock = "ntp",
                                  .note = ""};
        assert_int_equal(sync_log_play(f->sync, &play), 0);
    }
}

static void restart(struct fixture *f)
{
    sync_destroy(f->sync);
    f->sync = NULL;
    begin(f);
}

/* ---- the tests ---- */

static void test_sync__goes_from_enrolment_to_reports(void **state)
{
    struct fixture *f = *state;
    enrol(f);
    f->field.documents[f->field.count - 1].fetched = true;
    publish(f, 1001);
    WAIT_FOR(f, up_to_date);
    assert_true(media_present(f));
    struct programme *p = queue_receive(f->programmes);
    assert_non_null(p);
    assert_string_equal(programme_unit(p)->id, "may-thu");
    assert_int_equal(programme_manifest_number(p), 1001);
    programme_destroy(p);
    int fd = sync_object_open(f->sync, &f->names[1]);
    char byte;
    assert_int_equal(read(fd, &byte, 1), 1);
    close(fd);
    log_plays(f, 3);
    WAIT_FOR(f, plays_reported);
    assert_int_equal(f->plays, 3);
    struct sync_status s;
    sync_status(f->sync, &s);
    assert_string_equal(s.unit, "may-thu");
    assert_string_equal(s.code, "");
    assert_int_equal(s.clock, CLOCK_TRUST_NTP);
    for (unsigned i = 0; i < s.fault_count; i++)
        fail_msg("%s", s.faults[i].what);
}

static void test_sync__plays_on_after_a_restart_without_a_server(void **state)
{
    struct fixture *f = *state;
    enrol(f);
    WAIT_FOR(f, up_to_date);
    sync_destroy(f->sync);
    f->sync = NULL;
    programme_destroy(queue_receive(f->programmes));
    atomic_store(&f->badness, GARBAGE);
    begin(f);
    struct programme *p = queue_receive(f->programmes);
    assert_non_null(p); /* at once, before the server was asked */
    assert_int_equal(programme_manifest_number(p), 1000);
    programme_destroy(p);
    assert_true(media_present(f));
    WAIT_FOR(f, in_trouble);
    struct sync_status s;
    sync_status(f->sync, &s);
    assert_int_equal(s.manifest, 1000);
    assert_string_equal(s.unit, "may-thu");
    /* Redirected: not followed. */
    atomic_store(&f->badness, REDIRECT);
    restart(f);
    WAIT_FOR(f, in_trouble);
    sync_status(f->sync, &s);
    assert_non_null(strstr(s.trouble, "302"));
}

static void test_sync__refuses_wrong_objects_and_recovers(void **state)
{
    struct fixture *f = *state;
    atomic_store(&f->badness, WRONG_OBJECTS);
    enrol(f);
    WAIT_FOR(f, wrong_bytes_seen);
    assert_false(media_present(f));
    assert_non_null(f->programmes);
    atomic_store(&f->badness, GOOD);
    WAIT_FOR(f, media_present);
}

static void test_sync__resumes_what_was_cut(void **state)
{
    struct fixture *f = *state;
    atomic_store(&f->badness, CUT_OBJECTS);
    enrol(f);
    WAIT_FOR(f, half_received);
    atomic_store(&f->badness, GOOD);
    WAIT_FOR(f, media_present);
    assert_true(atomic_load(&f->ranged) > 0);
    assert_false(wrong_bytes_seen(f));
}

static void test_sync_stop__ends_within_a_second_amid_transfers(void **state)
{
    struct fixture *f = *state;
    atomic_store(&f->badness, STALL_OBJECTS);
    enrol(f);
    WAIT_FOR(f, half_received);
    int64_t before_us = monotonic_us(NULL);
    sync_stop(f->sync);
    assert_true(monotonic_us(NULL) - before_us < 1000000);
    atomic_store(&f->badness, GOOD);
    restart(f);
    WAIT_FOR(f, media_present);
    assert_true(atomic_load(&f->ranged) > 0); /* what had come was kept */
}

static void test_sync__refuses_a_forged_release_and_goes_on(void **state)
{
    struct fixture *f = *state;
    struct secret_key stranger;
    key_generate(&stranger);
    enrol(f);
    WAIT_FOR(f, up_to_date);
    add_release(f, "gia-mao", &stranger);
    publish(f, 2000);
    WAIT_FOR(f, refusal_seen);
    WAIT_FOR(f, newest_manifest);
    assert_true(media_present(f));
    /* A manifest by a stranger changes nothing at all. */
    struct secret_key server = f->field.server;
    f->field.server = stranger;
    publish(f, 3000);
    f->field.server = server;
    for (int i = 0; i < 3000 && !fault_seen(f, "no server key"); i++)
        usleep(10000);
    struct sync_status s;
    sync_status(f->sync, &s);
    assert_true(fault_seen(f, "no server key"));
    assert_int_equal(s.manifest, 2000);
    /* And the next right one is followed. */
    publish(f, 4000);
    WAIT_FOR(f, newest_manifest);
}

static void test_sync__counts_plays_once_when_the_answer_is_lost(void **state)
{
    struct fixture *f = *state;
    enrol(f);
    WAIT_FOR(f, up_to_date);
    log_plays(f, 5);
    restart(f); /* the log survives, and reports begin at once */
    atomic_store(&f->badness, LOSE_REPLIES);
    WAIT_FOR(f, plays_reported);
    log_plays(f, 2);
    restart(f);
    WAIT_FOR(f, seven_plays);
    pthread_mutex_lock(&f->lock);
    assert_int_equal(f->plays, 7);
    pthread_mutex_unlock(&f->lock);
}

static void test_sync__renumbers_when_the_server_counts_otherwise(void **state)
{
    struct fixture *f = *state;
    f->reported = 40; /* the unit's state was lost, the server's was not */
    enrol(f);
    WAIT_FOR(f, up_to_date);
    log_plays(f, 4);
    WAIT_FOR(f, plays_reported);
    assert_int_equal(f->plays, 4);
    pthread_mutex_lock(&f->lock);
    f->reported = 20; /* the server was restored from a backup */
    f->plays = 0;
    pthread_mutex_unlock(&f->lock);
    log_plays(f, 3);
    restart(f);
    WAIT_FOR(f, plays_reported);
    assert_int_equal(f->plays, 3);
}

static void test_sync__survives_a_clock_that_is_wrong_both_ways(void **state)
{
    struct fixture *f = *state;
    enrol(f);
    WAIT_FOR(f, up_to_date);
    /* 1990: before the floor. What is new is accepted by the floor. */
    atomic_store(&f->skew_ms, -INT64_C(36) * 365 * 86400000);
    atomic_store(&f->trust, CLOCK_TRUST_NONE);
    restart(f);
    publish(f, 5000);
    WAIT_FOR(f, newest_manifest);
    struct sync_status s;
    sync_status(f->sync, &s);
    assert_int_equal(s.clock, CLOCK_TRUST_NONE);
    assert_true(s.clock_floor_ms >= INT64_C(1767225600000));
    /* 2066: everything looks expired. What was accepted stays. */
    atomic_store(&f->skew_ms, INT64_C(40) * 365 * 86400000);
    restart(f);
    publish(f, 6000);
    WAIT_FOR(f, refusal_seen);
    sync_status(f->sync, &s);
    assert_int_equal(s.manifest, 5000);
    atomic_store(&f->skew_ms, 0);
    restart(f);
    WAIT_FOR(f, newest_manifest);
    assert_true(media_present(f));
}

static void test_sync_create__refuses_without_a_root_and_twice(void **state)
{
    struct fixture *f = *state;
    struct diag diag = {{0}};
    struct sync *other = NULL;
    struct sync_config c = {.state = f->folder, .server = hostile_url(f->server)};
    assert_int_equal(sync_create(&c, f->programmes, &other, &diag), -EINVAL);
    assert_string_equal(diag_text(&diag), "no root fingerprint was given");
    begin(f);
    assert_int_equal(sync_create(&c, f->programmes, &other, &diag), -EBUSY);
}

static bool full_disk_seen(struct fixture *f)
{
    return fault_seen(f, "no room on the disk") || fault_seen(f, "No space left");
}

/* In $SMALL_DISK, a tmpfs of 2 MB: tests/fault/test_sync_full.sh. */
static void test_sync__goes_on_when_the_disk_is_full(void **state)
{
    struct fixture *f = *state;
    char path[128];
    static const char block[4096];
    snprintf(f->folder, sizeof(f->folder), "%s/unit", getenv("SMALL_DISK"));
    snprintf(path, sizeof(path), "%s/ballast", getenv("SMALL_DISK"));
    f->quota_bytes = UINT64_C(1) << 30; /* more than there is */
    FILE *ballast = fopen(path, "w");
    assert_non_null(ballast);
    for (int i = 0; i < 370; i++) /* leaves room for documents, not for media */
        assert_int_equal(fwrite(block, sizeof(block), 1, ballast), 1);
    assert_int_equal(fflush(ballast), 0);
    enrol(f);
    WAIT_FOR(f, full_disk_seen);
    struct programme *p = queue_receive(f->programmes);
    assert_non_null(p); /* the programme is there all the same */
    programme_destroy(p);
    while (fwrite(block, sizeof(block), 1, ballast) == 1 && fflush(ballast) == 0)
        ; /* to the last byte */
    log_plays(f, 3);
    fclose(ballast);
    unlink(path);
    WAIT_FOR(f, media_present);
    WAIT_FOR(f, plays_reported);
    assert_int_equal(f->plays, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest full[] = {TEST(test_sync__goes_on_when_the_disk_is_full)};
    if (getenv("SMALL_DISK"))
        return cmocka_run_group_tests(full, NULL, NULL);
    const struct CMUnitTest tests[] = {
        TEST(test_sync__goes_from_enrolment_to_reports),
        TEST(test_sync__plays_on_after_a_restart_without_a_server),
        TEST(test_sync__refuses_wrong_objects_and_recovers),
        TEST(test_sync__resumes_what_was_cut),
        TEST(test_sync_stop__ends_within_a_second_amid_transfers),
        TEST(test_sync__refuses_a_forged_release_and_goes_on),
        TEST(test_sync__counts_plays_once_when_the_answer_is_lost),
        TEST(test_sync__renumbers_when_the_server_counts_otherwise),
        TEST(test_sync__survives_a_clock_that_is_wrong_both_ways),
        TEST(test_sync_create__refuses_without_a_root_and_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
