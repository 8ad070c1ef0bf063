/* What the commune has to say. */
#include "kiosk/services/notices.h"

enum { VERB_NOTICE = VERB_SCREEN };

struct commune {
    size_t open; /* 1 + index into the world's notices; 0: the list */
};

static void commune_build(const struct service_context *c, struct page *p)
{
    const struct commune *s = c->state;
    const struct notice *n = notice_open(c->world, s->open);
    if (n) {
        notice_build(c->world, n, p);
        return;
    }
    page_add(p, BLOCK_TITLE, N_("Thông báo của xã"));
    const struct notice_lines all = {.type = NOTICE_COMMUNE, .verb = VERB_NOTICE};
    if (notice_lines_build(c->world, &all, p) == 0)
        page_add(p, BLOCK_TEXT, N_("Hiện không có thông báo nào."));
}

static void commune_act(const struct service_context *c, struct action action)
{
    struct commune *s = c->state;
    s->open = (size_t)action.value;
}

static bool commune_back(const struct service_context *c)
{
    struct commune *s = c->state;
    bool open = s->open > 0;
    s->open = 0;
    return open;
}

static size_t commune_news(const struct service_world *w)
{
    return notices_new_count(w, NOTICE_COMMUNE);
}

const struct service service_commune = {
    .name = "commune",
    .title = N_("Thông báo của xã"),
    .detail = N_("Lịch, việc cần làm, lời mời họp"),
    .icon = ICON_megaphone,
    .state_size = sizeof(struct commune),
    .build = commune_build,
    .act = commune_act,
    .back = commune_back,
    .news = commune_news,
};
