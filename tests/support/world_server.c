/* The server of a world: right unless it was told otherwise. */
#include "tests/support/test.h"

#include "tests/support/world.h"

#include "base/diag.h"
#include "content/model/report.h"

#include <stdio.h>
#include <strings.h>
#include <time.h>

/* Every byte of the head and of what is short, then one of so many. */
#define CUT_DENSE 320
#define CUT_STRIDE 331

static void cut_begin(struct world *w, enum world_answer_kind kind)
{
    hostile_cut_after(atomic_load(&w->cut_at[kind]));
}

/* `r` is what the answer came to. The next one of this kind is cut a little later. */
static int cut_end(struct world *w, enum world_answer_kind kind, int r)
{
    long at = atomic_load(&w->cut_at[kind]);
    bool cut = hostile_was_cut();
    hostile_cut_after(-1);
    if (at < 0)
        return r;
    if (cut)
        atomic_fetch_add(&w->cuts[kind], 1);
    atomic_store(&w->cut_at[kind], !cut ? -1 : at + (at < CUT_DENSE ? 1 : CUT_STRIDE));
    return r;
}

static int say(int fd, int status, const char *body)
{
    return hostile_printf(fd,
                          "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n"
                          "Content-Length: %zu\r\n\r\n",
                          status, strlen(body)) ||
           hostile_send(fd, body, strlen(body));
}

static int say_manifest(struct world *w, int fd, const char *head)
{
    long long after = 0, wait_s = 0;
    const char *query = strchr(head, '?');
    if (query)
        sscanf(query, "?after=%lld&wait=%lld", &after, &wait_s);
    for (int64_t i = 0; i < wait_s * 50; i++) {
        char *text = NULL;
        pthread_mutex_lock(&w->lock);
        if (w->number > after)
            text = strdup(w->manifest);
        pthread_mutex_unlock(&w->lock);
        if (text) {
            cut_begin(w, ANSWER_MANIFEST);
            int r = say(fd, 200, text);
            free(text);
            return cut_end(w, ANSWER_MANIFEST, r);
        }
        const struct timespec tick = {.tv_nsec = 20000000};
        nanosleep(&tick, NULL);
        if (hostile_gone(fd))
            return -1;
    }
    return hostile_printf(fd, "HTTP/1.1 204 No Content\r\n\r\n");
}

static int say_media(struct world *w, int fd, const char *head, const char *data)
{
    size_t from = 0;
    const char *range = strcasestr(head, "\r\nRange: bytes=");
    char other[WORLD_MEDIA_BYTES];
    atomic_fetch_add(&w->object_requests, 1);
    if (range) {
        from = strtoul(range + 15, NULL, 10);
        atomic_fetch_add(&w->ranged, 1);
        hostile_printf(fd, "HTTP/1.1 206 X\r\nContent-Range: bytes %zu-%d/%d\r\n", from,
                       WORLD_MEDIA_BYTES - 1, WORLD_MEDIA_BYTES);
    } else {
        hostile_printf(fd, "HTTP/1.1 200 X\r\n");
    }
    hostile_printf(fd, "ETag: \"x\"\r\nContent-Length: %zu\r\n\r\n",
                   WORLD_MEDIA_BYTES - from);
    switch (atomic_load(&w->badness)) {
    case WRONG_OBJECTS:
        memcpy(other, data, sizeof(other));
        other[1234] ^= 1;
        data = other;
        break;
    case STALL_OBJECTS:
        hostile_send(fd, data + from, (WORLD_MEDIA_BYTES - from) / 2);
        hostile_stall(fd);
        return -1;
    case CUT_OBJECTS:
        hostile_send(fd, data + from, (WORLD_MEDIA_BYTES - from) / 2);
        return -1;
    default:
        break;
    }
    return hostile_send(fd, data + from, WORLD_MEDIA_BYTES - from);
}

static int say_object(struct world *w, int fd, const char *head)
{
    char hex[SHA256_HEX_SIZE] = "";
    struct sha256 name;
    snprintf(hex, sizeof(hex), "%.64s", head + strlen("GET /objects/"));
    if (sha256_from_hex(hex, &name) < 0)
        return say(fd, 404, "{}");
    for (int i = 0; i < 2; i++)
        if (sha256_equal(&name, &w->names[i])) {
            cut_begin(w, ANSWER_MEDIA);
            return cut_end(w, ANSWER_MEDIA, say_media(w, fd, head, w->media[i]));
        }
    bool found = false;
    int r = 0;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->field.count; i++)
        if (!found && sha256_equal(&name, &w->field.documents[i].name)) {
            found = true;
            cut_begin(w, ANSWER_DOCUMENT);
            r = cut_end(w, ANSWER_DOCUMENT, say(fd, 200, w->field.documents[i].text));
        }
    pthread_mutex_unlock(&w->lock);
    return found ? r : say(fd, 404, "{}");
}

static void take_health(struct world *w, const struct health *health)
{
    size_t used = 0;
    if (!health)
        return;
    w->health[0] = '\0';
    for (size_t i = 0; i < health->fault_count && used < sizeof(w->health) - 300; i++)
        used += (size_t)snprintf(w->health + used, sizeof(w->health) - used, "%s\n",
                                 health->faults[i].what);
}

static int take_report(struct world *w, int fd, const char *body, size_t length)
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
    pthread_mutex_lock(&w->lock);
    bool right = key_from_hex(w->unit_key, &key) == 0 && envelope_signed_by(e, &key) &&
                 strcmp(report->unit, "may-thu") == 0;
    if (right && report->number == w->reported + 1) {
        w->reported++;
        w->plays += (unsigned)report->play_count;
        take_health(w, report->health);
    } else if (right && report->number <= w->reported) {
        w->repeats++;
    }
    int status = !right ? 403 : report->number > w->reported ? 409 : 200;
    snprintf(answer, sizeof(answer), "{\"%s\": %lld}",
             status == 409 ? "expected" : "number",
             (long long)w->reported + (status == 409));
    pthread_mutex_unlock(&w->lock);
    report_destroy(report);
    envelope_destroy(e);
    if (atomic_load(&w->badness) == LOSE_REPLIES) {
        atomic_store(&w->badness, GOOD);
        return -1;
    }
    cut_begin(w, ANSWER_REPORT);
    return cut_end(w, ANSWER_REPORT, say(fd, status, answer));
}

static int enrol_unit(struct world *w, int fd, const char *body)
{
    const char *key = strstr(body, "\"key\":\"");
    if (!key)
        return say(fd, 400, "{}");
    pthread_mutex_lock(&w->lock);
    snprintf(w->unit_key, sizeof(w->unit_key), "%.64s", key + 7);
    pthread_mutex_unlock(&w->lock);
    if (!atomic_load(&w->placed))
        return say(fd, 202, "{\"state\":\"pending\"}");
    cut_begin(w, ANSWER_ENROL);
    return cut_end(w, ANSWER_ENROL,
                   say(fd, 200,
                       "{\"state\":\"enrolled\",\"unit\":\"may-thu\","
                       "\"token\":\"secret\",\"later\":1}"));
}

int world_answer(void *context, int fd, const char *head, const char *body, size_t length)
{
    struct world *w = context;
    if (atomic_load(&w->badness) == GARBAGE)
        return hostile_send(fd, "\x00\xff noise \r\n\r\n", 13), -1;
    if (atomic_load(&w->badness) == REDIRECT)
        return hostile_printf(fd, "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:9/\r\n"
                                  "Content-Length: 0\r\n\r\n");
    if (strncmp(head, "POST /unit/v1/enrol", 19) == 0)
        return enrol_unit(w, fd, body);
    if (strncmp(head, "GET /objects/", 13) == 0)
        return say_object(w, fd, head);
    if (!strstr(head, "Authorization: Bearer secret\r\n"))
        return say(fd, 401, "{}");
    if (strncmp(head, "GET /unit/v1/manifest", 21) == 0)
        return say_manifest(w, fd, head);
    if (strncmp(head, "POST /unit/v1/reports", 21) == 0)
        return take_report(w, fd, body, length);
    return say(fd, 404, "{}");
}
