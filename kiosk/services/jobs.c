/* Jobs and courses: by place, by trade, or those abroad. A choice is kept as the notice
 * that stands for it, so that a session holds no texts. */
#include "kiosk/services/notices.h"

#include <string.h>

enum { VERB_NOTICE = VERB_SCREEN, VERB_CHOOSE, VERB_CHOSEN };

enum filter { FILTER_PLACE, FILTER_TRADE, FILTER_COUNT };
enum { ABROAD = -1, CHOICES_MAX = 150, FEW = 4 };

struct jobs {
    size_t open;                  /* 1 + index of the notice that is read; 0: the list */
    size_t choosing;              /* 1 + enum filter; 0: none */
    int64_t chosen[FILTER_COUNT]; /* 1 + index of one that has it; ABROAD; 0: all */
};

static const struct {
    const char *title, *all;
    enum icon icon;
} filters[FILTER_COUNT] = {
    [FILTER_PLACE] = {N_("Nơi làm việc, nơi học"), N_("Mọi nơi"), ICON_map_pin},
    [FILTER_TRADE] = {N_("Nghề"), N_("Mọi nghề"), ICON_briefcase},
};

static bool is_ours(const struct notice *n)
{
    return n->type == NOTICE_JOB || n->type == NOTICE_TRAINING;
}

static const char *value_of(const struct notice *n, enum filter f)
{
    return f == FILTER_PLACE ? n->workplace : n->trade;
}

static bool fits(const struct service_world *w, const struct notice *n, enum filter f,
                 int64_t chosen)
{
    if (chosen == ABROAD)
        return n->overseas;
    const struct notice *one = notice_open(w, (size_t)chosen);
    return !one || strcmp(value_of(one, f), value_of(n, f)) == 0;
}

static bool passes(const struct service_world *w, const void *state,
                   const struct notice *n)
{
    const struct jobs *s = state;
    bool pass = true;
    for (int f = 0; f < FILTER_COUNT; f++)
        pass = pass && fits(w, n, (enum filter)f, s->chosen[f]);
    return pass;
}

static size_t count_fitting(const struct service_world *w, enum filter f, int64_t chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < w->notice_count; i++)
        count += is_ours(w->notices[i]) && fits(w, w->notices[i], f, chosen);
    return count;
}

/* ---- choosing ---- */

static void choice_build(const struct service_world *w, const struct jobs *s,
                         const char *text, enum filter f, int64_t chosen, struct page *p)
{
    size_t count = count_fitting(w, f, chosen);
    if (count == 0)
        return;
    struct block *b = page_add(p, BLOCK_CHOICE, text);
    b->value = page_text(p, "%zu", count);
    b->icon = chosen == ABROAD ? ICON_plane : filters[f].icon;
    b->strong = s->chosen[f] == chosen;
    b->action = (struct action){VERB_CHOSEN, chosen};
}

static void choices_build(const struct service_world *w, const struct jobs *s,
                          enum filter f, struct page *p)
{
    page_add(p, BLOCK_TITLE, filters[f].title);
    choice_build(w, s, filters[f].all, f, 0, p);
    if (f == FILTER_PLACE)
        choice_build(w, s, N_("Ở nước ngoài"), f, ABROAD, p);
    size_t lines = 0;
    for (size_t i = 0; i < w->notice_count && lines < CHOICES_MAX; i++) {
        bool first = is_ours(w->notices[i]);
        for (size_t k = 0; first && k < i; k++)
            first = !is_ours(w->notices[k]) ||
                    strcmp(value_of(w->notices[k], f), value_of(w->notices[i], f)) != 0;
        if (first) {
            choice_build(w, s, value_of(w->notices[i], f), f, (int64_t)i + 1, p);
            lines++;
        }
    }
}

/* ---- the list ---- */

static void filters_build(const struct service_world *w, const struct jobs *s,
                          struct page *p)
{
    for (int f = 0; f < FILTER_COUNT; f++) {
        const struct notice *one = notice_open(w, (size_t)s->chosen[f]);
        struct block *b = page_add(p, BLOCK_CHOICE, filters[f].title);
        b->value = s->chosen[f] == ABROAD ? page_say(p, N_("Ở nước ngoài"))
                   : one                  ? value_of(one, (enum filter)f)
                                          : page_say(p, filters[f].all);
        b->icon = filters[f].icon;
        b->action = (struct action){VERB_CHOOSE, f + 1};
    }
}

static void list_build(const struct service_world *w, const struct jobs *s,
                       struct page *p)
{
    size_t count = notices_count(w, NOTICE_JOB) + notices_count(w, NOTICE_TRAINING);
    page_add(p, BLOCK_TITLE, N_("Việc làm và học nghề"));
    if (count == 0) {
        page_add(p, BLOCK_TEXT,
                 N_("Hiện không có thông báo tuyển dụng hay lớp học nào."));
        return;
    }
    if (count > FEW)
        filters_build(w, s, p);
    const struct notice_lines jobs = {NOTICE_JOB, N_("Việc làm"), VERB_NOTICE, passes, s};
    const struct notice_lines courses = {NOTICE_TRAINING, N_("Học nghề"), VERB_NOTICE,
                                         passes, s};
    if (notice_lines_build(w, &jobs, p) + notice_lines_build(w, &courses, p) == 0)
        page_add(p, BLOCK_TEXT, N_("Không có thông báo nào như vậy."));
}

static void jobs_build(const struct service_context *c, struct page *p)
{
    const struct jobs *s = c->state;
    const struct notice *n = notice_open(c->world, s->open);
    if (n)
        notice_build(c->world, n, p);
    else if (s->choosing)
        choices_build(c->world, s, (enum filter)(s->choosing - 1), p);
    else
        list_build(c->world, s, p);
}

static void jobs_act(const struct service_context *c, struct action action)
{
    struct jobs *s = c->state;
    if (action.verb == VERB_NOTICE)
        s->open = (size_t)action.value;
    else if (action.verb == VERB_CHOOSE)
        s->choosing = (size_t)action.value;
    else if (s->choosing) {
        s->chosen[s->choosing - 1] = action.value;
        s->choosing = 0;
    }
}

static bool jobs_back(const struct service_context *c)
{
    struct jobs *s = c->state;
    bool inside = s->open || s->choosing;
    s->open = s->choosing = 0;
    return inside;
}

static size_t jobs_news(const struct service_world *w)
{
    return notices_new_count(w, NOTICE_JOB) + notices_new_count(w, NOTICE_TRAINING);
}

const struct service service_jobs = {
    .name = "jobs",
    .title = N_("Việc làm và học nghề"),
    .detail = N_("Nơi tuyển người, lớp học, đi làm nước ngoài"),
    .icon = ICON_briefcase,
    .state_size = sizeof(struct jobs),
    .build = jobs_build,
    .act = jobs_act,
    .back = jobs_back,
    .news = jobs_news,
};
