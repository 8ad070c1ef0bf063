/* Fetching many objects, verified and durable, by the unit's own sync.
 *
 *   bench_sync serve LIST FOLDER   a server for it; prints "URL ROOT" and serves until
 *                                  killed: GET /objects/NAME gives FOLDER/NAME. LIST has
 *                                  lines "NAME BYTES".
 *   bench_sync unit STATE URL ROOT fetches all into STATE, then ends.
 */
#include "base/buf.h"
#include "base/diag.h"
#include "base/queue.h"
#include "content/model/programme.h"
#include "content/sync/sync.h"
#include "tests/support/field.h"
#include "tests/support/hostile.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct server {
    struct field field; /* guarded by lock */
    size_t lasting;     /* documents that do not depend on the unit */
    struct buf items;
    const char *folder;
    pthread_mutex_t lock;
    char *manifest; /* guarded by lock */
};

static int say(int fd, int status, const char *body)
{
    return hostile_printf(fd, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n\r\n", status,
                          strlen(body)) ||
           hostile_send(fd, body, strlen(body));
}

static int say_object(const struct server *s, int fd, const char *head)
{
    char path[4096];
    struct stat st;
    snprintf(path, sizeof(path), "%s/%.64s", s->folder, head + strlen("GET /objects/"));
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &st) < 0)
        return say(fd, 404, "");
    int r = hostile_printf(fd, "HTTP/1.1 200 X\r\nContent-Length: %lld\r\n\r\n",
                           (long long)st.st_size);
    for (off_t at = 0; r == 0 && at < st.st_size;)
        if (sendfile(fd, file, &at, (size_t)(st.st_size - at)) <= 0)
            r = -1;
    close(file);
    return r;
}

/* A new unit each time: placed at once, with a manifest for its key alone. */
static int enrol_unit(struct server *s, int fd, const char *body)
{
    const char *text = strstr(body, "\"key\":\"");
    char hex[80];
    struct public_key key;
    snprintf(hex, sizeof(hex), "%.64s", text ? text + 7 : "");
    if (key_from_hex(hex, &key) < 0)
        return say(fd, 400, "");
    pthread_mutex_lock(&s->lock);
    while (s->field.count > s->lasting)
        free(s->field.documents[--s->field.count].text);
    field_place(&s->field, &key, "may-thu");
    field_add_timetable(&s->field, "lich", 1, s->items.data, "[]", &s->field.author);
    s->field.documents[s->field.count - 1].fetched = true;
    free(s->manifest);
    s->manifest = field_manifest(&s->field, 1000);
    pthread_mutex_unlock(&s->lock);
    return say(fd, 200,
               "{\"state\":\"enrolled\",\"unit\":\"may-thu\",\"token\":\"secret\"}");
}

static int say_document(struct server *s, int fd, const char *head)
{
    char hex[SHA256_HEX_SIZE];
    struct sha256 name;
    int r = 1;
    snprintf(hex, sizeof(hex), "%.64s", head + strlen("GET /objects/"));
    if (sha256_from_hex(hex, &name) < 0)
        return say(fd, 404, "");
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->field.count; i++)
        if (sha256_equal(&s->field.documents[i].name, &name))
            r = say(fd, 200, s->field.documents[i].text);
    pthread_mutex_unlock(&s->lock);
    return r;
}

static int answer(void *context, int fd, const char *head, const char *body,
                  size_t length)
{
    struct server *s = context;
    int r;
    (void)length;
    if (strncmp(head, "GET /objects/", 13) == 0 && (r = say_document(s, fd, head)) <= 0)
        return r;
    if (strncmp(head, "GET /objects/", 13) == 0)
        return say_object(s, fd, head);
    if (strncmp(head, "GET /unit/v1/manifest?after=0&", 30) == 0) {
        pthread_mutex_lock(&s->lock);
        r = say(fd, 200, s->manifest);
        pthread_mutex_unlock(&s->lock);
        return r;
    }
    if (strncmp(head, "POST /unit/v1/enrol", 19) == 0)
        return enrol_unit(s, fd, body);
    hostile_stall(fd);
    return -1;
}

static int read_list(struct server *s, const char *path)
{
    char name[80];
    long long bytes;
    FILE *list = fopen(path, "r");
    if (!list)
        return -1;
    int r = buf_append_text(&s->items, "[");
    for (int i = 0; r == 0 && fscanf(list, "%64s %lld", name, &bytes) == 2; i++)
        r = buf_printf(&s->items,
                       "%s{\"id\":\"clip-%d\",\"type\":\"image\",\"title\":\"x\","
                       "\"duration_ms\":10000,\"asset\":{\"sha256\":\"%s\","
                       "\"bytes\":%lld,\"media\":\"image/png\"}}",
                       i ? "," : "", i, name, bytes);
    fclose(list);
    return r < 0 ? r : buf_append_text(&s->items, "]");
}

static int serve(const char *list, const char *folder)
{
    static struct server s = {.items = BUF_INIT(1 << 20)};
    char hex[SHA256_HEX_SIZE];
    s.folder = folder;
    pthread_mutex_init(&s.lock, NULL);
    field_init(&s.field);
    s.lasting = s.field.count;
    if (read_list(&s, list) < 0)
        return 1;
    struct hostile *h = hostile_start(answer, &s);
    sha256_to_hex(&s.field.fingerprint, hex);
    printf("%s %s\n", hostile_url(h), hex);
    fflush(stdout);
    for (;;)
        pause();
}

static void programme_drop(void *p)
{
    programme_destroy(p);
}

static int unit(const char *state, const char *url, const char *root_hex)
{
    struct sha256 root;
    struct queue *programmes = NULL;
    struct sync *sync = NULL;
    struct sync_status status;
    struct diag diag = {{0}};
    struct sync_config c = {.state = state, .server = url, .root = &root, .parallel = 4};
    if (sha256_from_hex(root_hex, &root) < 0 ||
        queue_create(4, programme_drop, &programmes) < 0 ||
        sync_create(&c, programmes, &sync, &diag) < 0 || sync_start(sync) < 0) {
        fprintf(stderr, "%s\n", diag_text(&diag));
        return 1;
    }
    do {
        const struct timespec tick = {.tv_nsec = 5000000};
        nanosleep(&tick, NULL);
        sync_status(sync, &status);
    } while (!status.manifest || status.missing);
    for (unsigned i = 0; i < status.fault_count; i++)
        fprintf(stderr, "%s\n", status.faults[i].what);
    fflush(stderr);
    _exit(status.fault_count != 0); /* durable: nothing needs an orderly end */
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], argv[3]);
    if (argc == 5 && strcmp(argv[1], "unit") == 0)
        return unit(argv[2], argv[3], argv[4]);
    fprintf(stderr, "usage: bench_sync serve LIST FOLDER | unit STATE URL ROOT\n");
    return 2;
}
