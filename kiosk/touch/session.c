/* The session's state and its common verbs. */
#include "kiosk/touch/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SERVICES_MAX = 16, STATE_BYTES_MAX = 64 * 1024 };

struct session {
    bool active;
    bool asking; /* "are you still there?" */
    bool large, contrast, low, reading;
    enum language language;
    int open; /* index into services; -1: home */
    int sheet, focus;
    int64_t touched_us;
    size_t offsets[SERVICES_MAX]; /* of each service's state */
    _Alignas(max_align_t) unsigned char states[STATE_BYTES_MAX];
};

int session_create(struct session **ret)
{
    struct session *s = calloc(1, sizeof(*s));
    if (!s)
        return -ENOMEM;
    size_t at = 0;
    for (size_t i = 0; services[i]; i++) {
        s->offsets[i] = at;
        at += (services[i]->state_size + 15) / 16 * 16;
        if (i + 1 > SERVICES_MAX || at > STATE_BYTES_MAX) {
            free(s);
            return -ENOMEM;
        }
    }
    *ret = s;
    return 0;
}

void session_destroy(struct session *s)
{
    if (s)
        session_end(s);
    free(s);
}

void session_begin(struct session *s, int64_t now_us)
{
    session_end(s);
    s->active = true;
    s->touched_us = now_us;
}

bool session_active(const struct session *s)
{
    return s->active;
}

void session_end(struct session *s)
{
    for (size_t i = 0; services[i]; i++)
        if (services[i]->end)
            services[i]->end(s->states + s->offsets[i]);
    explicit_bzero(s->states, sizeof(s->states));
    s->active = s->asking = s->large = s->contrast = s->low = s->reading = false;
    s->language = LANGUAGE_VI;
    s->open = s->focus = -1;
    s->sheet = 0;
}

void session_stay(struct session *s, int64_t now_us)
{
    s->touched_us = now_us;
    s->asking = false;
}

bool session_tick(struct session *s, int64_t now_us)
{
    if (!s->active)
        return false;
    int64_t idle = now_us - s->touched_us;
    if (idle >= SESSION_IDLE_US + SESSION_COUNTDOWN_US) {
        session_end(s);
        return true;
    }
    s->asking = idle >= SESSION_IDLE_US;
    return s->asking; /* its seconds count down */
}

int64_t session_next_us(const struct session *s)
{
    if (!s->active)
        return INT64_MAX;
    if (!s->asking)
        return s->touched_us + SESSION_IDLE_US;
    return s->touched_us; /* now, and once a second: the caller paces */
}

static struct service_context context_of(const struct session *s, int service,
                                         const struct service_world *world)
{
    return (struct service_context){
        world, (unsigned char *)(uintptr_t)(s->states + s->offsets[service])};
}

static void home_build(const struct session *s, const struct service_world *world,
                       struct page *p)
{
    (void)s;
    page_add(p, BLOCK_TITLE, N_("Xin chào! Bà con cần gì?"));
    for (int leading = 1; leading >= 0; leading--) {
        for (size_t i = 0; services[i]; i++) {
            const struct service *service = services[i];
            if (service->leading != (leading == 1) ||
                (service->offered && !service->offered(world)))
                continue;
            struct block *b = page_add(p, BLOCK_TILE, service->title);
            b->detail = page_say(p, service->detail);
            b->icon = service->icon;
            b->strong = service->leading;
            size_t news = service->news ? service->news(world) : 0;
            if (news > 0)
                b->value = page_say_number(p, N_("{} mới"), (int64_t)news);
            b->action = (struct action){VERB_OPEN, (int64_t)i};
        }
    }
}

static void asking_build(const struct session *s, int64_t now_us, struct page *p)
{
    int64_t left =
        s->touched_us + SESSION_IDLE_US + SESSION_COUNTDOWN_US - now_us + 999999;
    page_add(p, BLOCK_TITLE, N_("Bà con còn ở đây không?"));
    page_add(p, BLOCK_TEXT,
             page_say_number(p,
                             N_("Sau {} giây, màn hình trở về chương trình và xóa hết "
                                "những gì đã trả lời."),
                             left > 0 ? left / 1000000 : 0));
    struct block *b = page_add(p, BLOCK_CHOICE, N_("Tôi vẫn ở đây"));
    b->strong = true;
    b->icon = ICON_check;
    b->action = (struct action){VERB_STAY, 0};
}

int session_page(const struct session *s, const struct service_world *world,
                 int64_t now_us, struct page **ret)
{
    struct page *p = NULL;
    int r = page_create(s->language, &p);
    if (r < 0)
        return r;
    if (s->asking) {
        asking_build(s, now_us, p);
    } else if (s->open < 0) {
        home_build(s, world, p);
    } else {
        struct service_context c = context_of(s, s->open, world);
        services[s->open]->build(&c, p);
    }
    r = page_finish(p);
    if (r < 0) {
        page_destroy(p);
        return r;
    }
    *ret = p;
    return 0;
}

void session_look(const struct session *s, struct page_look *look)
{
    look->large = s->large;
    look->contrast = s->contrast;
    look->low = s->low;
    look->sheet = s->sheet;
    look->focus = s->focus;
    look->home = s->open < 0 && !s->asking;
    look->reading = s->reading;
}

static void go(struct session *s, int open)
{
    s->open = open;
    s->sheet = 0;
    s->focus = -1;
}

static void go_back(struct session *s, const struct service_world *world)
{
    if (s->open < 0)
        return;
    struct service_context c = context_of(s, s->open, world);
    bool inside = services[s->open]->back && services[s->open]->back(&c);
    go(s, inside ? s->open : -1);
}

bool session_act(struct session *s, const struct service_world *world, struct action a,
                 int64_t now_us)
{
    session_stay(s, now_us);
    switch (a.verb) {
    case VERB_NONE:
        return false;
    case VERB_STAY:
    case VERB_PRINT:
        break;
    case VERB_BACK:
        go_back(s, world);
        break;
    case VERB_HOME:
        go(s, -1);
        break;
    case VERB_OPEN:
        go(s, (int)a.value);
        break;
    case VERB_LANGUAGE:
        s->language = (enum language)((s->language + 1) % LANGUAGE_COUNT);
        s->reading = false;
        break;
    case VERB_READ:
        s->reading = !s->reading;
        break;
    case VERB_SCALE:
        s->large = !s->large;
        s->sheet = 0;
        break;
    case VERB_CONTRAST:
        s->contrast = !s->contrast;
        break;
    case VERB_REACH:
        s->low = !s->low;
        s->sheet = 0;
        break;
    case VERB_EARLIER:
        s->sheet -= s->sheet > 0;
        break;
    case VERB_LATER:
        s->sheet++;
        break;
    default: {
        if (s->open < 0 || !services[s->open]->act)
            return false;
        struct service_context c = context_of(s, s->open, world);
        services[s->open]->act(&c, a);
    }
    }
    return true;
}

void session_focus_move(struct session *s, const struct page_view *view, int by)
{
    int n = view->target_count;
    if (n > 0)
        s->focus = s->focus < 0 ? (by > 0 ? 0 : n - 1) : (s->focus + by + n) % n;
}

int session_focus(const struct session *s)
{
    return s->focus;
}

void session_reading_done(struct session *s)
{
    s->reading = false;
}
