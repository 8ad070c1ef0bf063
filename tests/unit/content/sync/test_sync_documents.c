#include "tests/support/test.h"

#include "tests/support/world.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A server that hands out documents which nobody may sign so: each is refused with one
 * sentence, also to the server, and what was on the air goes on. With $TRAMTIN_KIOSK the
 * unit is the real program, see tests/fault/test_kiosk_documents.sh. */

#define LOG "kiosk.log"

#define SLIDE                                                                            \
    "[{\"id\":\"%s\",\"type\":\"slide\",\"duration_ms\":1000,"                           \
    "\"slide\":{\"layout\":\"title\",\"title\":\"%s\"}}]"

static pid_t kiosk;

static void kiosk_start(struct world *w)
{
    char root[SHA256_HEX_SIZE];
    sha256_to_hex(&w->field.fingerprint, root);
    kiosk = fork();
    assert_true(kiosk >= 0);
    if (kiosk > 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int fd = open(LOG, O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(fd, 2);
    execl(getenv("TRAMTIN_KIOSK"), "tramtin-kiosk", "--state", w->folder, "--server",
          hostile_url(w->server), "--root", root, "--driver", "memory", "--size",
          "320x180", "--sound", "null", (char *)NULL);
    _exit(127);
}

static void unit_begin(struct world *w)
{
    if (getenv("TRAMTIN_KIOSK"))
        kiosk_start(w);
    else
        world_begin(w);
}

static void kiosk_end(void)
{
    int status;
    if (kiosk <= 0)
        return;
    kill(kiosk, SIGTERM);
    assert_int_equal(waitpid(kiosk, &status, 0), kiosk);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    kiosk = 0;
}

/* The log of the program; within this one there is none. */
static unsigned logged(const char *sentence)
{
    char line[1024];
    unsigned count = 0;
    FILE *f = fopen(LOG, "r");
    while (f && fgets(line, sizeof(line), f))
        count += strstr(line, sentence) != NULL;
    if (f)
        fclose(f);
    return count;
}

static bool told(struct world *w, const char *sentence)
{
    pthread_mutex_lock(&w->lock);
    bool health = strstr(w->health, sentence) != NULL;
    pthread_mutex_unlock(&w->lock);
    return health && (kiosk ? logged(sentence) > 0 : world_fault_seen(w, sentence));
}

static void expect_told(struct world *w, const char *sentence)
{
    for (int i = 0; i < 2000 && !told(w, sentence); i++)
        usleep(10000);
    if (!told(w, sentence)) {
        pthread_mutex_lock(&w->lock);
        print_message("health:\n%s", w->health);
        pthread_mutex_unlock(&w->lock);
        fail_msg("never told: %s", sentence);
    }
    if (kiosk)
        assert_int_equal(logged(sentence), 1);
}

static void slides(struct world *w, const char *line, int revision, const char *id,
                   const struct secret_key *by)
{
    char items[512], filler[512];
    snprintf(items, sizeof(items), SLIDE, id, id);
    snprintf(filler, sizeof(filler), SLIDE, "nen", "nen");
    pthread_mutex_lock(&w->lock);
    field_add_timetable(&w->field, line, revision, items, filler, by);
    pthread_mutex_unlock(&w->lock);
}

#define DATES                                                                            \
    "\"issued\":\"2026-01-01T00:00:00Z\",\"effective\":\"2026-01-01T00:00:00Z\","        \
    "\"valid_from\":\"2026-01-01T00:00:00Z\","

static void add(struct world *w, enum document_type type, const char *payload,
                const struct secret_key *by, const struct secret_key *second)
{
    pthread_mutex_lock(&w->lock);
    field_add(&w->field, type, payload, by, second);
    pthread_mutex_unlock(&w->lock);
}

static void release(struct world *w, const char *head, const char *until,
                    const struct secret_key *by, const struct secret_key *second)
{
    char payload[2048];
    bool campaign = strstr(head, "campaign") != NULL;
    snprintf(payload, sizeof(payload),
             "{\"type\":\"release\",\"revision\":1,\"title\":\"X\"," DATES
             "\"valid_until\":\"%s\",%s,\"body\":%s" SLIDE "%s}",
             until, head,
             campaign ? "{\"share_bp\":5000,\"items\":" : "{\"slots\":[],\"filler\":",
             "x", "x", "}");
    add(w, DOCUMENT_RELEASE, payload, by, second);
}

static void enrol_with_slides(struct world *w)
{
    struct public_key key;
    unit_begin(w);
    for (int i = 0; i < 2000 && !world_asked_to_enrol(w); i++)
        usleep(10000);
    pthread_mutex_lock(&w->lock);
    assert_int_equal(key_from_hex(w->unit_key, &key), 0);
    field_place(&w->field, &key, "may-thu");
    pthread_mutex_unlock(&w->lock);
    slides(w, "lich", 2, "dung", &w->field.commune);
    world_publish(w, 1000);
    atomic_store(&w->placed, true);
}

static unsigned plays_now(struct world *w)
{
    pthread_mutex_lock(&w->lock);
    unsigned plays = w->plays;
    pthread_mutex_unlock(&w->lock);
    return plays;
}

/* A list that claims to be newer than it is. */
static void publish_as(struct world *w, int64_t claimed, int64_t number)
{
    world_publish(w, number);
    pthread_mutex_lock(&w->lock);
    w->number = claimed;
    pthread_mutex_unlock(&w->lock);
}

static void test_sync__tells_of_each_document_that_is_not_right(void **state)
{
    struct world *w = *state;
    struct field *f = &w->field;
    const char *const late = "2026-12-01T00:00:00Z";
    struct secret_key stranger;
    key_generate(&stranger);
    enrol_with_slides(w);

    slides(w, "gia-mao", 1, "gia", &stranger); /* forged */
    release(w,
            "\"kind\":\"timetable\",\"level\":\"routine\",\"line\":\"het-han\",\"area\":"
            "\"hue\",\"target\":{}",
            "2026-02-01T00:00:00Z", &f->author, NULL);
    release(w,
            "\"kind\":\"timetable\",\"level\":\"routine\",\"line\":\"vuon-xa\",\"area\":"
            "\"a-luoi\",\"target\":{\"areas\":[\"hue\"]}",
            late, &f->commune, NULL);
    release(w,
            "\"kind\":\"timetable\",\"level\":\"routine\",\"line\":\"khac-xa\",\"area\":"
            "\"hue\",\"target\":{}",
            late, &f->commune, NULL);
    release(w,
            "\"kind\":\"timetable\",\"level\":\"priority\",\"line\":\"qua-muc\",\"area\":"
            "\"a-luoi\",\"target\":{}",
            late, &f->commune, &f->author);
    release(w,
            "\"kind\":\"campaign\",\"level\":\"routine\",\"line\":\"thieu-ky\",\"area\":"
            "\"hue\",\"target\":{}",
            late, &f->author, NULL);
    add(w, DOCUMENT_KEYRING,
        "{\"type\":\"keyring\",\"version\":1,\"issued\":\"2026-01-01T00:00:00Z\","
        "\"expires\":\"2036-01-01T00:00:00Z\",\"authors\":[]}",
        &f->registrar, NULL); /* older */
    world_publish(w, 2000);
    expect_told(w, "'gia-mao' revision 1: 0 of 1 people needed have signed");
    expect_told(w, "'het-han': expired before it arrived");
    expect_told(w, "'vuon-xa' revision 1: targets 'hue', which is not under 'a-luoi'");
    expect_told(w, "'khac-xa' revision 1: 0 of 1 people needed have signed: C does not "
                   "count: the key is not for this area");
    expect_told(w, "'qua-muc' revision 1: 1 of 2 people needed have signed: C does not "
                   "count: the key is not for this level");
    expect_told(w, "'thieu-ky' revision 1: 1 of 2 people needed have signed");
    expect_told(w, "keyring version 1 is not newer than 1");

    publish_as(w, 3000, 1500);
    expect_told(w, "manifest 1500 is not newer than 2000");
    struct secret_key server = f->server;
    f->server = stranger;
    world_publish(w, 4000);
    f->server = server;
    expect_told(w, "manifest refused: ");

    if (kiosk) { /* and the programme runs all the while */
        unsigned before = plays_now(w);
        for (int i = 0; i < 4000 && plays_now(w) < before + 5; i++)
            usleep(10000);
        assert_true(plays_now(w) >= before + 5);
    } else {
        world_log_plays(w, 1);
        WAIT_FOR(w, world_plays_reported);
    }
    world_publish(w, 5000); /* the next right one is followed */
    for (int i = 0; i < 2000 && !(kiosk ? logged("new programme manifest=5000") > 0
                                        : world_newest_manifest(w));
         i++)
        usleep(10000);
    assert_true(kiosk ? logged("new programme manifest=5000") > 0
                      : world_newest_manifest(w));
    kiosk_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_sync__tells_of_each_document_that_is_not_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
