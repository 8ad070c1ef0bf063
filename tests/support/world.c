/* A unit's sync and what surrounds it, for tests. */
#include "tests/support/test.h"

#include "tests/support/world.h"

#include "base/diag.h"
#include "base/queue.h"
#include "content/model/programme.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int64_t wall_ms(void *context)
{
    struct world *w = context;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000 + atomic_load(&w->skew_ms);
}

static int64_t monotonic_us(void *context)
{
    struct world *w = context;
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return ((int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000) * atomic_load(&w->pace);
}

static enum clock_trust trust_now(void *context, int64_t floor_ms)
{
    (void)floor_ms;
    return (enum clock_trust)atomic_load(&((struct world *)context)->trust);
}

void world_publish(struct world *w, int64_t number)
{
    char *text = field_manifest(&w->field, number);
    pthread_mutex_lock(&w->lock);
    free(w->manifest);
    w->manifest = text;
    w->number = number;
    pthread_mutex_unlock(&w->lock);
}

void world_add_release(struct world *w, const char *line, const struct secret_key *by)
{
    char items[2][512], hex[SHA256_HEX_SIZE];
    for (int i = 0; i < 2; i++) {
        sha256_to_hex(&w->names[i], hex);
        snprintf(items[i], sizeof(items[i]),
                 "[{\"id\":\"clip-%d\",\"type\":\"image\",\"title\":\"x\","
                 "\"duration_ms\":10000,\"asset\":{\"sha256\":\"%s\",\"bytes\":%d,"
                 "\"media\":\"image/png\"}}]",
                 i, hex, WORLD_MEDIA_BYTES);
    }
    pthread_mutex_lock(&w->lock);
    field_add_timetable(&w->field, line, 1, items[0], items[1], by);
    pthread_mutex_unlock(&w->lock);
}

static void programme_drop(void *p)
{
    programme_destroy(p);
}

void world_begin(struct world *w)
{
    struct diag diag = {{0}};
    struct sync_config c = {.state = w->folder,
                            .server = hostile_url(w->server),
                            .root = &w->field.fingerprint,
                            .kind = "kiosk",
                            .version = "test",
                            .quota_bytes = w->quota_bytes,
                            .clock = &w->clock};
    if (sync_create(&c, w->programmes, &w->sync, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    assert_int_equal(sync_start(w->sync), 0);
}

int world_set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    snprintf(w->folder, sizeof(w->folder), "unit.XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    pthread_mutex_init(&w->lock, NULL);
    w->clock = (struct clock){wall_ms, monotonic_us, trust_now, w};
    atomic_store(&w->trust, CLOCK_TRUST_NTP);
    atomic_store(&w->pace, 1);
    for (int i = 0; i < ANSWER_KINDS; i++)
        atomic_store(&w->cut_at[i], -1);
    for (int i = 0; i < 2; i++) {
        for (size_t k = 0; k < WORLD_MEDIA_BYTES; k++)
            w->media[i][k] = (char)(k * 31 + k / 256 + (size_t)i);
        sha256_of(w->media[i], WORLD_MEDIA_BYTES, &w->names[i]);
    }
    field_init(&w->field);
    assert_int_equal(queue_create(4, programme_drop, &w->programmes), 0);
    w->server = hostile_start(world_answer, w);
    *state = w;
    return 0;
}

int world_tear_down(void **state)
{
    struct world *w = *state;
    sync_destroy(w->sync);
    hostile_stop(w->server);
    queue_destroy(w->programmes);
    field_release(&w->field);
    free(w->manifest);
    free(w);
    return 0;
}

void world_wait_for(struct world *w, bool (*ready)(struct world *w), const char *what)
{
    for (int i = 0; i < 3000; i++) {
        if (ready(w))
            return;
        const struct timespec tick = {.tv_nsec = 10000000};
        nanosleep(&tick, NULL);
    }
    struct sync_status s;
    sync_status(w->sync, &s);
    for (unsigned i = 0; i < s.fault_count; i++)
        print_message("fault: %s\n", s.faults[i].what);
    fail_msg("never: %s (phase %s, trouble '%s')", what, sync_phase_name(s.phase),
             s.trouble);
}
bool world_asked_to_enrol(struct world *w)
{
    pthread_mutex_lock(&w->lock);
    bool asked = w->unit_key[0] != '\0';
    pthread_mutex_unlock(&w->lock);
    return asked;
}

bool world_media_present(struct world *w)
{
    return sync_object_present(w->sync, &w->names[0]) &&
           sync_object_present(w->sync, &w->names[1]);
}

bool world_up_to_date(struct world *w)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    pthread_mutex_lock(&w->lock);
    bool newest = s.manifest == w->number;
    pthread_mutex_unlock(&w->lock);
    return s.phase == SYNC_UP_TO_DATE && newest;
}

bool world_newest_manifest(struct world *w)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    pthread_mutex_lock(&w->lock);
    bool newest = s.manifest == w->number;
    pthread_mutex_unlock(&w->lock);
    return newest;
}

bool world_in_trouble(struct world *w)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    return s.trouble[0] != '\0';
}

bool world_plays_reported(struct world *w)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    pthread_mutex_lock(&w->lock);
    bool arrived = w->plays > 0 && s.plays_waiting == 0;
    pthread_mutex_unlock(&w->lock);
    return arrived;
}

bool world_fault_seen(struct world *w, const char *part)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    for (unsigned i = 0; i < s.fault_count; i++)
        if (strstr(s.faults[i].what, part))
            return true;
    return false;
}

bool world_wrong_bytes_seen(struct world *w)
{
    return world_fault_seen(w, "the server sent other bytes");
}

bool world_refusal_seen(struct world *w)
{
    return world_fault_seen(w, "refused");
}

bool world_half_received(struct world *w)
{
    struct sync_status s;
    sync_status(w->sync, &s);
    return s.missing_bytes > 0 && s.missing_bytes <= WORLD_MEDIA_BYTES + 200;
}

void world_enrol(struct world *w)
{
    struct public_key key;
    world_begin(w);
    WAIT_FOR(w, world_asked_to_enrol);
    assert_int_equal(key_from_hex(w->unit_key, &key), 0);
    char code[ENROL_CODE_SIZE];
    struct sync_status s;
    enrol_code(&key, &w->field.fingerprint, code);
    sync_status(w->sync, &s);
    assert_string_equal(s.code, code);
    pthread_mutex_lock(&w->lock);
    field_place(&w->field, &key, "may-thu");
    pthread_mutex_unlock(&w->lock);
    world_add_release(w, "lich", &w->field.author);
    world_publish(w, 1000);
    atomic_store(&w->placed, true);
}

void world_log_plays(struct world *w, int count)
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
        assert_int_equal(sync_log_play(w->sync, &play), 0);
    }
}

void world_restart(struct world *w)
{
    sync_destroy(w->sync);
    w->sync = NULL;
    world_begin(w);
}
