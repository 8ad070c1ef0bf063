#include "tests/support/test.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/queue.h"
#include "content/model/programme.h"
#include "content/sync/sync.h"
#include "tests/support/field.h"
#include "tests/support/hostile.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* kill -9 at random moments: this program runs itself as a unit ("--unit"), kills it,
 * looks at what lies on the disk, and starts it again. KILLS sets how often. */

#define KILLS_DEFAULT 25
#define MEDIA_BYTES 150000
#define MEDIA_PER_ROUND 3
#define ROUNDS_MAX 1000
#define PLAYS_PER_RUN 1000

/* ---- the unit ---- */

static void programme_drop(void *p)
{
    programme_destroy(p);
}

static void pause_ms(long ms)
{
    const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* Logs plays and says on standard output how many are on the disk; with a negative
 * run, ends when all of that manifest is fetched and everything is reported. */
static int unit_main(char **args)
{
    struct sha256 root;
    struct diag diag = {{0}};
    struct queue *programmes = NULL;
    struct sync *sync = NULL;
    struct sync_status status;
    int64_t run = atoll(args[3]);
    bool last = run < 0;
    if (sha256_from_hex(args[2], &root) < 0 ||
        queue_create(4, programme_drop, &programmes) < 0)
        return 2;
    struct sync_config c = {.state = args[0], .server = args[1], .root = &root};
    if (sync_create(&c, programmes, &sync, &diag) < 0) {
        fprintf(stderr, "%s\n", diag_text(&diag));
        return 3;
    }
    sync_status(sync, &status); /* a fault this early is what the disk remembered wrong */
    for (unsigned i = 0; i < status.fault_count; i++)
        fprintf(stderr, "%s\n", status.faults[i].what);
    if (status.fault_count || sync_start(sync) < 0)
        return 4;
    for (int k = 0; last || k < PLAYS_PER_RUN; k++) {
        const struct play play = {.start_ms = run * PLAYS_PER_RUN + k,
                                  .end_ms = run * PLAYS_PER_RUN + k + 1,
                                  .line = "lich",
                                  .revision = 1,
                                  .item = "clip-0",
                                  .sha256 = "",
                                  .why = "slot",
                                  .clock = "ntp",
                                  .note = ""};
        if (!last && sync_log_play(sync, &play) < 0)
            return 5;
        programme_drop(queue_receive(programmes));
        sync_status(sync, &status);
        dprintf(STDOUT_FILENO, "%llu\n", (unsigned long long)status.plays_kept);
        if (last && status.manifest == -run && status.phase == SYNC_UP_TO_DATE &&
            !status.plays_waiting)
            break;
        pause_ms(last ? 50 : 2);
    }
    sync_destroy(sync);
    queue_destroy(programmes);
    return 0;
}

/* ---- the server ---- */

struct fixture {
    struct field field;
    struct hostile *server;
    char folder[64];
    pthread_mutex_t lock;
    char *manifest;                                    /* guarded by lock */
    int64_t number;                                    /* guarded by lock */
    char unit_key[80];                                 /* guarded by lock */
    bool placed;                                       /* guarded by lock */
    int64_t reported;                                  /* guarded by lock */
    struct sha256 names[ROUNDS_MAX * MEDIA_PER_ROUND]; /* guarded by lock */
    size_t name_count;                                 /* guarded by lock */
    unsigned char seen[ROUNDS_MAX * PLAYS_PER_RUN];    /* guarded by lock */
    unsigned twice;                                    /* guarded by lock */
};

static void media(size_t index, char bytes[MEDIA_BYTES])
{
    uint32_t x = (uint32_t)index * 2654435761u + 1;
    for (size_t i = 0; i < MEDIA_BYTES; i++) {
        x = x * 1664525u + 1013904223u;
        bytes[i] = (char)(x >> 24);
    }
}

static int say(int fd, int status, const char *body, size_t length)
{
    return hostile_printf(fd, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n\r\n", status,
                          length) ||
           hostile_send(fd, body, length);
}

static int say_object(struct fixture *f, int fd, const char *head)
{
    char hex[SHA256_HEX_SIZE], bytes[MEDIA_BYTES];
    struct sha256 name;
    size_t at = SIZE_MAX, from = 0;
    snprintf(hex, sizeof(hex), "%.64s", head + strlen("GET /objects/"));
    if (sha256_from_hex(hex, &name) < 0)
        return say(fd, 404, "", 0);
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < f->name_count; i++)
        if (sha256_equal(&f->names[i], &name))
            at = i;
    pthread_mutex_unlock(&f->lock);
    if (at == SIZE_MAX)
        return say(fd, 404, "", 0);
    media(at, bytes);
    const char *range = strstr(head, "\r\nRange: bytes=");
    if (range)
        from = strtoul(range + 15, NULL, 10);
    if (hostile_printf(fd,
                       "HTTP/1.1 %d X\r\nContent-Range: bytes %zu-%d/%d\r\n"
                       "Content-Length: %zu\r\n\r\n",
                       range ? 206 : 200, from, MEDIA_BYTES - 1, MEDIA_BYTES,
                       MEDIA_BYTES - from))
        return -1;
    /* In pieces, so that a kill finds half a file. */
    for (size_t piece = 20000; from < MEDIA_BYTES; from += piece) {
        if (piece > MEDIA_BYTES - from)
            piece = MEDIA_BYTES - from;
        if (hostile_send(fd, bytes + from, piece))
            return -1;
        pause_ms(2);
    }
    return 0;
}

static void count_plays(struct fixture *f, const struct report *report)
{
    for (size_t i = 0; i < report->play_count; i++) {
        int64_t id = report->plays[i].start_ms;
        if (id < 0 || id >= ROUNDS_MAX * PLAYS_PER_RUN || f->seen[id]++)
            f->twice++;
    }
}

static int take_report(struct fixture *f, int fd, const char *body, size_t length)
{
    struct envelope *e = NULL;
    struct report *report = NULL;
    struct diag diag;
    char answer[64];
    if (envelope_parse(body, length, &e, &diag) < 0 ||
        report_parse((const char *)e->payload, e->length, &report, &diag) < 0) {
        envelope_destroy(e);
        return say(fd, 400, "", 0);
    }
    pthread_mutex_lock(&f->lock);
    bool gap = report->number > f->reported + 1;
    if (report->number == f->reported + 1) {
        f->reported++;
        count_plays(f, report);
    }
    int n = snprintf(answer, sizeof(answer), "{\"%s\": %lld}",
                     gap ? "expected" : "number", (long long)f->reported + gap);
    pthread_mutex_unlock(&f->lock);
    report_destroy(report);
    envelope_destroy(e);
    return say(fd, gap ? 409 : 200, answer, (size_t)n);
}

static int say_manifest(struct fixture *f, int fd, const char *head)
{
    long long after = 0;
    const char *query = strstr(head, "?after=");
    if (query)
        after = atoll(query + 7);
    for (;;) {
        char *text = NULL;
        pthread_mutex_lock(&f->lock);
        if (f->number > after)
            text = strdup(f->manifest);
        pthread_mutex_unlock(&f->lock);
        if (text) {
            int r = say(fd, 200, text, strlen(text));
            free(text);
            return r;
        }
        pause_ms(10);
        if (hostile_gone(fd))
            return -1;
    }
}

static int answer(void *context, int fd, const char *head, const char *body,
                  size_t length)
{
    struct fixture *f = context;
    static const char enrolled[] =
        "{\"state\":\"enrolled\",\"unit\":\"may-thu\",\"token\":\"secret\"}";
    if (strncmp(head, "GET /objects/", 13) == 0)
        return say_object(f, fd, head);
    if (strncmp(head, "GET /unit/v1/manifest", 21) == 0)
        return say_manifest(f, fd, head);
    if (strncmp(head, "POST /unit/v1/reports", 21) == 0)
        return take_report(f, fd, body, length);
    const char *key = strstr(body, "\"key\":\"");
    if (!key)
        return say(fd, 404, "", 0);
    pthread_mutex_lock(&f->lock);
    struct public_key public;
    snprintf(f->unit_key, sizeof(f->unit_key), "%.64s", key + 7);
    if (!f->placed && key_from_hex(f->unit_key, &public) == 0) {
        field_place(&f->field, &public, "may-thu");
        f->placed = true;
    }
    pthread_mutex_unlock(&f->lock);
    return say(fd, 200, enrolled, strlen(enrolled));
}

/* A revision with new media, and a manifest that lists it instead of the one before. */
static void publish(struct fixture *f, int round)
{
    char items[4096] = "[", hex[SHA256_HEX_SIZE], bytes[MEDIA_BYTES];
    pthread_mutex_lock(&f->lock);
    for (int i = 0; i < MEDIA_PER_ROUND; i++) {
        struct sha256 *name = &f->names[f->name_count];
        media(f->name_count++, bytes);
        sha256_of(bytes, MEDIA_BYTES, name);
        sha256_to_hex(name, hex);
        size_t length = strlen(items);
        snprintf(items + length, sizeof(items) - length,
                 "%s{\"id\":\"clip-%d\",\"type\":\"image\",\"title\":\"x\","
                 "\"duration_ms\":10000,\"asset\":{\"sha256\":\"%s\",\"bytes\":%d,"
                 "\"media\":\"image/png\"}}",
                 i ? "," : "", i, hex, MEDIA_BYTES);
    }
    strcat(items, "]");
    for (size_t i = 0; i < f->field.count; i++)
        if (f->field.documents[i].type == DOCUMENT_RELEASE) {
            free(f->field.documents[i].text);
            f->field.documents[i] = f->field.documents[--f->field.count];
        }
    field_add_timetable(&f->field, "lich", round + 1, items, "[]", &f->field.author);
    free(f->manifest);
    f->manifest = field_manifest(&f->field, 1000 + round);
    f->number = 1000 + round;
    pthread_mutex_unlock(&f->lock);
}

/* ---- the test ---- */

static pid_t unit_start(const struct fixture *f, int run, int *ret_pipe)
{
    int ends[2];
    char root[SHA256_HEX_SIZE], number[16];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    sha256_to_hex(&f->field.fingerprint, root);
    snprintf(number, sizeof(number), "%d", run);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl("/proc/self/exe", "test_sync_kill", "--unit", f->folder,
              hostile_url(f->server), root, number, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    *ret_pipe = ends[0];
    return pid;
}

/* The last complete number that the unit wrote. */
static unsigned last_number(int fd)
{
    char text[65536];
    size_t length = 0;
    for (ssize_t n; (n = read(fd, text + length, sizeof(text) - 1 - length)) > 0;)
        length += (size_t)n;
    close(fd);
    while (length > 0 && text[length - 1] != '\n')
        length--;
    text[length ? length - 1 : 0] = '\0';
    const char *line = strrchr(text, '\n');
    return (unsigned)atoi(line ? line + 1 : text);
}

/* Whatever has a name has the right bytes. */
static unsigned check_objects(const struct fixture *f)
{
    char path[512];
    unsigned count = 0;
    for (unsigned i = 0; i < 256; i++) {
        snprintf(path, sizeof(path), "%s/objects/%02x", f->folder, i);
        DIR *dir = opendir(path);
        for (struct dirent *e; dir && (e = readdir(dir));) {
            char hex[320];
            struct sha256 name, hash;
            uint64_t bytes;
            if (e->d_name[0] == '.')
                continue;
            snprintf(hex, sizeof(hex), "%02x%s", i, e->d_name);
            assert_int_equal(sha256_from_hex(hex, &name), 0);
            int fd = openat(dirfd(dir), e->d_name, O_RDONLY | O_CLOEXEC);
            assert_int_equal(sha256_of_fd(fd, 1 << 30, &hash, &bytes), 0);
            assert_true(sha256_equal(&name, &hash));
            close(fd);
            count++;
        }
        if (dir)
            closedir(dir);
    }
    return count;
}

static void test_sync__loses_nothing_when_killed_at_any_moment(void **state)
{
    (void)state;
    struct fixture *f = calloc(1, sizeof(*f));
    const char *text = getenv("KILLS");
    int kills = text ? atoi(text) : KILLS_DEFAULT;
    assert_in_range(kills, 1, ROUNDS_MAX - 1);
    snprintf(f->folder, sizeof(f->folder), "unit.XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    pthread_mutex_init(&f->lock, NULL);
    field_init(&f->field);
    f->server = hostile_start(answer, f);
    uint64_t random = (uint64_t)time(NULL) ^ (uint64_t)getpid() << 32;
    print_message("seed %llu\n", (unsigned long long)random);
    static unsigned durable[ROUNDS_MAX];
    int fd, status;
    for (int i = 0; i < kills; i++) {
        publish(f, i);
        pid_t pid = unit_start(f, i, &fd);
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        pause_ms((long)((random >> 33) % 200));
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status)); /* it had not given up by itself */
        durable[i] = last_number(fd);
        check_objects(f);
    }
    publish(f, kills);
    pid_t pid = unit_start(f, -1000 - kills, &fd);
    last_number(fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(check_objects(f), MEDIA_PER_ROUND);
    hostile_stop(f->server);
    assert_int_equal(f->twice, 0);
    unsigned total = 0;
    for (int i = 0; i < kills; i++)
        for (unsigned k = 0; k < durable[i]; k++, total++)
            assert_int_equal(f->seen[i * PLAYS_PER_RUN + (int)k], 1);
    print_message("%d kills, %u plays that were on the disk, all reported once\n", kills,
                  total);
    assert_true(kills < 20 || total > 0);
    field_release(&f->field);
    free(f->manifest);
    free(f);
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "--unit") == 0)
        return unit_main(argv + 2);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sync__loses_nothing_when_killed_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
