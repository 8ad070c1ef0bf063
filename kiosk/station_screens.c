/* The station's own screens: card or enrolment beneath, clock, ticker and the
 * technician's overlay above. Each is redrawn in the background when its facts change. */
#include "kiosk/station.h"

#include "kiosk/station_touch.h"

#include "base/attr.h"
#include "base/log.h"
#include "base/text.h"
#include "kiosk/slides/slide.h"
#include "scheduler/zone.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 11 };

/* A drawing job with all the texts it needs. */
struct screen_job {
    struct show_job show; /* first */
    struct live_screen *live;
    const struct screen *screen;
    struct theme theme;
    struct screen_facts facts;
    char place[128], contact[3][200], code[24], server[256], state[320];
    struct screen_line lines[LINES];
    char texts[LINES][400];
};

static void screen_job_run(struct job *j)
{
    struct screen_job *s = (struct screen_job *)j;
    struct canvas *c;
    if (screen_render(s->screen, &s->theme, &s->facts, &c) == 0)
        s->show.canvas = c;
}

static void screen_job_destroy(struct job *j)
{
    struct screen_job *s = (struct screen_job *)j;
    canvas_destroy(s->show.canvas);
    free(s);
}

static const char *text_or_null(char *to, size_t size, const char *from)
{
    (void)text_copy(to, size, from);
    return *to ? to : NULL;
}

static void facts_state(struct screen_job *j, const struct sync_status *st)
{
    const char *sentence = "Đang khởi động";
    enum screen_mood mood = MOOD_PLAIN;
    if (*st->trouble) {
        sentence = "Chưa nối được máy chủ, sẽ tự thử lại";
        mood = MOOD_FAULT;
    } else if (st->phase == SYNC_ENROLLING) {
        sentence = "Đã nối máy chủ, đang chờ cán bộ nhập mã";
        mood = MOOD_WARN;
    } else if (st->phase == SYNC_FETCHING || st->phase == SYNC_UP_TO_DATE) {
        sentence = "Đã được nhận, đang tải chương trình";
        mood = MOOD_GOOD;
    }
    (void)text_copy(j->state, sizeof(j->state), sentence);
    j->facts.state = j->state;
    j->facts.state_mood = mood;
}

static void facts_fill(struct station *s, struct screen_job *j)
{
    struct screen_facts *f = &j->facts;
    int64_t wall = clock_wall_ms(s->clock);
    const struct zone *zone =
        s->held ? plan_zone(programme_plan(s->held->programme)) : &zone_vietnam;
    f->local_ms = zone_to_local(zone, wall);
    f->clock_trusted = clock_trust(s->clock, s->status.clock_floor_ms) > CLOCK_TRUST_NONE;
    f->place = text_or_null(j->place, sizeof(j->place), station_place(s));
    f->code = text_or_null(j->code, sizeof(j->code), s->status.code);
    f->server = text_or_null(j->server, sizeof(j->server), s->status.server);
    facts_state(j, &s->status);
    if (!s->held)
        return;
    const struct settings *set = programme_settings(s->held->programme, wall);
    f->contact_name =
        text_or_null(j->contact[0], sizeof(j->contact[0]), set->contact_name);
    f->contact_office =
        text_or_null(j->contact[1], sizeof(j->contact[1]), set->contact_office);
    f->contact_telephone =
        text_or_null(j->contact[2], sizeof(j->contact[2]), set->contact_telephone);
}

/* ---- the technician's lines ---- */

static void line_add(struct screen_job *j, const char *label, enum screen_mood mood,
                     const char *format, ...) PRINTF_LIKE(4, 5);
static void line_add(struct screen_job *j, const char *label, enum screen_mood mood,
                     const char *format, ...)
{
    size_t i = j->facts.line_count;
    if (i == LINES)
        return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(j->texts[i], sizeof(j->texts[i]), format, arguments);
    va_end(arguments);
    j->lines[i] = (struct screen_line){label, j->texts[i], mood};
    j->facts.lines = j->lines;
    j->facts.line_count++;
}

/* Of this process and what it started, proportional share; 0 when not known. */
static long memory_kib(void)
{
    FILE *f = fopen("/proc/self/smaps_rollup", "re");
    char line[128];
    long kib = 0;
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, "Pss:", 4) == 0)
            kib = strtol(line + 4, NULL, 10);
    if (f)
        (void)fclose(f);
    return kib;
}

static const char *item_name(const struct item *item)
{
    const struct model_item *model = programme_item(item);
    if (item->title && *item->title)
        return item->title;
    return model && model->slide && *model->slide->title ? model->slide->title : item->id;
}

static void lines_programme(struct station *s, struct screen_job *j,
                            const struct signage_state *st)
{
    const struct zone *zone =
        s->held ? plan_zone(programme_plan(s->held->programme)) : &zone_vietnam;
    const char *line = st->entry && st->entry->release ? st->entry->release->line : "–";
    line_add(j, "Đang phát", *st->note ? MOOD_WARN : MOOD_PLAIN, "%s · %s%s%s",
             st->card ? "thẻ dự phòng" : item_name(st->item), line,
             *st->note ? " · " : "", st->note);
    char why[300] = "chưa có chương trình";
    if (st->entry)
        entry_why_text(st->entry, "vi", why, sizeof(why));
    line_add(j, "Vì sao", MOOD_PLAIN, "%s", why);
    char coming[390] = "";
    size_t n = 0;
    for (int i = 0; i < st->coming_count && n < sizeof(coming) - 120; i++) {
        char at[16];
        screen_time_text(zone_to_local(zone, st->coming[i]->start_ms), at);
        int64_t second = st->coming[i]->start_ms / 1000 % 60;
        n += (size_t)snprintf(coming + n, sizeof(coming) - n, "%s%s:%02d %.80s",
                              i ? "\n" : "", at, (int)second,
                              item_name(st->coming[i]->item));
    }
    line_add(j, "Tiếp theo", MOOD_PLAIN, "%s", *coming ? coming : "–");
}

/* What technicians here call it. */
static const char *phase_text(enum sync_phase phase)
{
    static const char *const texts[] = {
        [SYNC_STARTING] = "đang khởi động", [SYNC_ENROLLING] = "chờ ghi danh",
        [SYNC_OFFLINE] = "mất kết nối",     [SYNC_FETCHING] = "đang tải",
        [SYNC_UP_TO_DATE] = "đã cập nhật",
    };
    return texts[phase];
}

static const char *clock_text(enum clock_trust trust)
{
    static const char *const texts[] = {
        [CLOCK_TRUST_NONE] = "không tin được (none)",
        [CLOCK_TRUST_SET] = "kỹ thuật viên đặt (set)",
        [CLOCK_TRUST_RTC] = "đồng hồ máy (rtc)",
        [CLOCK_TRUST_NTP] = "đồng bộ qua mạng (ntp)",
    };
    return texts[trust];
}

static void lines_fill(struct station *s, struct screen_job *j,
                       const struct signage_state *st)
{
    const struct sync_status *y = &s->status;
    lines_programme(s, j, st);
    line_add(j, "Máy chủ", *y->trouble ? MOOD_FAULT : MOOD_GOOD, "%s · %s%s%s", y->server,
             phase_text(y->phase), *y->trouble ? " · " : "", y->trouble);
    line_add(j, "Tệp", y->missing ? MOOD_WARN : MOOD_GOOD,
             "%u còn thiếu (%llu MB) · đã có %llu MB", y->missing,
             (unsigned long long)(y->missing_bytes + 999999) / 1000000,
             (unsigned long long)y->stored_bytes / 1000000);
    line_add(j, "Bản kê", MOOD_PLAIN, "số %lld · %llu lượt phát chờ gửi",
             (long long)y->manifest, (unsigned long long)y->plays_waiting);
    line_add(j, "Đồng hồ", st->clock > CLOCK_TRUST_NONE ? MOOD_GOOD : MOOD_FAULT, "%s",
             clock_text(st->clock));
    if (!st->is_clip)
        line_add(j, "Hình", MOOD_PLAIN, "trang tĩnh · %s", display_driver(s->display));
    else
        line_add(j, "Hình", st->counts.dropped ? MOOD_WARN : MOOD_PLAIN,
                 "%llu đã hiện · %llu muộn · %llu rơi · %s",
                 (unsigned long long)st->counts.shown,
                 (unsigned long long)st->counts.late,
                 (unsigned long long)st->counts.dropped, display_driver(s->display));
    line_add(j, "Bộ nhớ", MOOD_PLAIN, "%.0f MB", (double)memory_kib() / 1024);
    for (unsigned i = 0; i < y->fault_count && i < 2; i++)
        line_add(j, "Lỗi", MOOD_FAULT, "%s (%lld lần)", y->faults[i].what,
                 (long long)y->faults[i].count);
}

/* ---- drawing when facts change ---- */

static void live_redraw(struct station *s, struct live_screen *live,
                        const struct screen *screen, const char *facts,
                        const struct signage_state *state)
{
    if (live->job ||
        (live->canvas && live->screen == screen && strcmp(live->facts, facts) == 0))
        return;
    struct screen_job *j = calloc(1, sizeof(*j));
    if (!j)
        return;
    j->show.job = (struct job){screen_job_run, screen_job_destroy};
    j->live = live;
    j->screen = screen;
    j->theme = s->theme;
    facts_fill(s, j);
    if (state)
        lines_fill(s, j, state);
    struct job *job = &j->show.job;
    if (background_send(s->maker.background, &job) < 0) {
        job->destroy(job);
        return; /* tried again at the next update */
    }
    live->job = &j->show;
    live->screen = screen;
    (void)text_copy(live->facts, sizeof(live->facts), facts);
}

int station_screens_create(struct station *s)
{
    station_set_theme(s);
    /* The one picture that must be there before anything else. */
    struct screen_job j = {.theme = s->theme};
    facts_fill(s, &j);
    s->card.screen = &screen_card;
    return screen_render(&screen_card, &s->theme, &j.facts, &s->card.canvas);
}

static void live_release(struct live_screen *live)
{
    canvas_destroy(live->canvas);
    live->canvas = NULL;
    live->facts[0] = '\0';
}

void station_screens_destroy(struct station *s)
{
    live_release(&s->card);
    live_release(&s->strip_clock);
    live_release(&s->overlay);
    ticker_destroy(s->ticker);
    s->ticker = NULL;
}

static void ticker_update(struct station *s)
{
    const struct settings *set =
        s->held ? programme_settings(s->held->programme, clock_wall_ms(s->clock)) : NULL;
    uint64_t hash = 0;
    for (size_t i = 0; set && i < set->ticker.count; i++) /* FNV-1a */
        for (const char *p = set->ticker.texts[i]; *p; p++)
            hash = (hash ^ (uint8_t)*p) * UINT64_C(0x100000001b3) + i + 1;
    if (hash == s->ticker_hash)
        return;
    s->ticker_hash = hash;
    ticker_destroy(s->ticker);
    s->ticker = NULL;
    if (set && set->ticker.count &&
        ticker_create(&s->theme, set->ticker.texts, set->ticker.count, &s->ticker) < 0)
        log_write(LOG_WARNING, "kiosk", "cannot draw the ticker", NULL);
    station_set_theme(s);
}

void station_set_theme(struct station *s)
{
    int width, height;
    display_canvas_size(s->display, &width, &height);
    if (width == s->theme.width && height == s->theme.height &&
        (s->theme.reserved > 0) == (s->ticker != NULL))
        return;
    if (width != s->theme.width || height != s->theme.height)
        s->ticker_hash = UINT64_MAX; /* its strip has another size now */
    theme_init(&s->theme, width, height, s->ticker != NULL);
    live_release(&s->strip_clock);
    live_release(&s->overlay);
    s->card.facts[0] = '\0'; /* the old one stays until the new one is drawn */
}

void station_screens_update(struct station *s, int64_t now_us)
{
    ticker_update(s);
    bool enrolling = !s->held && s->status.code[0] != '\0';
    int64_t wall = clock_wall_ms(s->clock);
    bool trusted = clock_trust(s->clock, s->status.clock_floor_ms) > CLOCK_TRUST_NONE;
    char facts[64];
    (void)snprintf(facts, sizeof(facts), "%d %lld %d %s", trusted,
                   (long long)(enrolling ? 0 : wall / 60000),
                   (int)s->status.phase + (*s->status.trouble ? 100 : 0),
                   enrolling ? s->status.code : "");
    live_redraw(s, &s->card, enrolling ? &screen_enrol : &screen_card, facts, NULL);
    (void)snprintf(facts, sizeof(facts), "%d %lld", trusted, (long long)(wall / 60000));
    live_redraw(s, &s->strip_clock, &screen_clock, facts, NULL);
    if (!s->overlay_shown)
        return;
    struct signage_state state;
    signage_state(s->signage, &state);
    (void)snprintf(facts, sizeof(facts), "%lld", (long long)(now_us / 1000000));
    live_redraw(s, &s->overlay, &screen_overlay, facts, &state);
}

bool station_screens_receive(struct station *s, struct show_job *job)
{
    if (job->job.run != screen_job_run)
        return false;
    struct screen_job *j = (struct screen_job *)job;
    struct live_screen *live = j->live;
    live->job = NULL;
    bool fits = j->theme.width == s->theme.width && j->theme.height == s->theme.height &&
                j->theme.reserved == s->theme.reserved;
    if (job->canvas && fits) {
        canvas_destroy(live->canvas);
        live->canvas = job->canvas;
        job->canvas = NULL;
    } else {
        live->facts[0] = '\0'; /* draw it again */
    }
    job->job.destroy(&job->job);
    return true;
}

static void canvas_show(struct station *s, struct canvas *c, struct box at)
{
    struct frame frame;
    canvas_frame(c, &frame);
    display_draw(
        s->display, &frame,
        (struct rect){(int)round(at.x), (int)round(at.y), frame.width, frame.height},
        255);
}

void station_draw_beneath(struct station *s, const struct signage_state *state)
{
    if (state->card && s->card.canvas) {
        struct frame frame;
        canvas_frame(s->card.canvas, &frame);
        display_draw(s->display, &frame, display_fit(s->display, &frame), 255);
    }
}

void station_draw_above(struct station *s, const struct signage_state *state)
{
    bool covered = station_touch_covers(s);
    bool slide = state->item && strcmp(state->item->type, "slide") == 0;
    if (slide && !covered && s->strip_clock.canvas)
        canvas_show(s, s->strip_clock.canvas, slide_clock_box(&s->theme));
    if (s->ticker && s->held && !covered) {
        struct frame frame;
        ticker_frame(s->ticker, s->ticker_us, &frame);
        display_draw(
            s->display, &frame,
            (struct rect){0, s->theme.height - frame.height, frame.width, frame.height},
            255);
    }
    if (s->overlay_shown && s->overlay.canvas)
        canvas_show(s, s->overlay.canvas, screen_box(&screen_overlay, &s->theme));
}
