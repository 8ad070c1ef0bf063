/* Notices as lines and as pages. What a form leaves empty is not shown. */
#include "kiosk/services/notices.h"

#include "kiosk/services/days.h"
#include "kiosk/services/money.h"

#include <string.h>

enum { SOON_DAYS = 7, LINES_MAX = 150 };

/* ---- lists ---- */

static bool is_new(const struct service_world *w, const struct notice *n)
{
    return w->today - n->from_day < NOTICE_NEW_DAYS;
}

size_t notices_count(const struct service_world *w, enum notice_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < w->notice_count; i++)
        count += w->notices[i]->type == type;
    return count;
}

size_t notices_new_count(const struct service_world *w, enum notice_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < w->notice_count; i++)
        count += w->notices[i]->type == type && is_new(w, w->notices[i]);
    return count;
}

const struct notice *notice_open(const struct service_world *w, size_t open)
{
    return open > 0 && open <= w->notice_count ? w->notices[open - 1] : NULL;
}

static enum icon icon_of(const struct notice *n)
{
    static const enum icon icons[NOTICE_TYPE_COUNT] = {
        [NOTICE_LOAN] = ICON_banknote,
        [NOTICE_JOB] = ICON_briefcase,
        [NOTICE_TRAINING] = ICON_graduation_cap,
        [NOTICE_COMMUNE] = ICON_megaphone,
    };
    return n->overseas ? ICON_plane : icons[n->type];
}

static const char *day_words(struct page *p, int64_t day)
{
    char text[DAYS_TEXT_SIZE];
    days_text(day, text);
    return page_text(p, "%s", text);
}

/* "Hôm nay là ngày cuối", "Còn 3 ngày". */
static const char *left_words(const struct service_world *w, const struct notice *n,
                              struct page *p)
{
    int64_t left = n->until_day - w->today;
    return left == 0 ? page_say(p, N_("Hôm nay là ngày cuối"))
                     : page_say_number(p, N_("Còn {} ngày"), left);
}

static void line_build(const struct service_world *w, size_t index, int verb,
                       struct page *p)
{
    const struct notice *n = w->notices[index];
    struct block *b = page_add(p, BLOCK_CHOICE, n->title);
    const char *where = *n->workplace ? n->workplace : "";
    b->detail = page_text(p, "%s%s%s", n->organisation, *where ? " · " : "", where);
    if (n->sample)
        b->detail = page_text(p, "%s · %s", page_say(p, N_("Ví dụ")), b->detail);
    b->icon = icon_of(n);
    if (is_new(w, n))
        b->value = page_say(p, N_("Mới"));
    else if (n->until_day - w->today <= SOON_DAYS)
        b->value = left_words(w, n, p);
    b->action = (struct action){verb, (int64_t)index + 1};
}

static bool belongs(const struct service_world *w, const struct notice_lines *l,
                    const struct notice *n)
{
    return n->type == l->type && (!l->passes || l->passes(w, l->state, n));
}

size_t notice_lines_build(const struct service_world *w, const struct notice_lines *l,
                          struct page *p)
{
    size_t count = 0, lines = 0;
    for (size_t i = 0; i < w->notice_count; i++)
        count += belongs(w, l, w->notices[i]);
    if (count > 0 && l->head)
        page_add(p, BLOCK_GROUP, l->head)->value = page_text(p, "%zu", count);
    for (size_t i = 0; i < w->notice_count && lines < LINES_MAX; i++)
        if (belongs(w, l, w->notices[i])) {
            line_build(w, i, l->verb, p);
            lines++;
        }
    if (count > lines)
        page_add(p, BLOCK_NOTE,
                 page_say_number(p, N_("Và {} thông báo cũ hơn: xin hỏi cán bộ."),
                                 (int64_t)(count - lines)));
    return count;
}

/* ---- one notice ---- */

static void row(struct page *p, enum icon icon, const char *label, const char *text)
{
    if (!*text)
        return;
    struct block *b = page_add(p, BLOCK_CHOICE, text);
    b->detail = page_say(p, label);
    b->icon = icon;
}

static void row_number(struct page *p, enum icon icon, const char *label,
                       const char *pattern, int64_t number)
{
    if (number > 0)
        row(p, icon, label, page_say_number(p, pattern, number));
}

static void loan_rows(const struct notice *n, struct page *p)
{
    char sum[40];
    money_text(n->amount_vnd, sum);
    row(p, ICON_users, N_("Ai được vay"), n->audience);
    row(p, ICON_banknote, N_("Mức vay tối đa"), n->amount_vnd ? sum : "");
    if (n->rate_bp)
        row(p, ICON_hand_coins, N_("Lãi suất một năm"),
            page_text(p, "%d,%02d %%", (int)(n->rate_bp / 100), (int)(n->rate_bp % 100)));
    row_number(p, ICON_calendar, N_("Thời hạn tối đa"), N_("{} tháng"), n->months);
    row(p, ICON_file_text, N_("Vay để làm gì"), n->text);
    row(p, ICON_landmark, N_("Nơi cho vay"), n->organisation);
}

static void job_rows(const struct notice *n, struct page *p)
{
    row_number(p, ICON_users, N_("Số lượng cần tuyển"), N_("{} người"), n->places);
    row(p, n->overseas ? ICON_plane : ICON_map_pin,
        n->overseas ? N_("Làm việc ở nước ngoài") : N_("Nơi làm việc"), n->workplace);
    row(p, ICON_briefcase, N_("Nghề"), n->trade);
    row(p, ICON_file_text, N_("Yêu cầu"), n->text);
    row(p, ICON_landmark, N_("Đơn vị tuyển dụng"), n->organisation);
}

static void training_rows(const struct notice *n, struct page *p)
{
    row(p, ICON_users, N_("Ai được học"), n->audience);
    row(p, ICON_map_pin, N_("Nơi học"), n->workplace);
    row(p, ICON_briefcase, N_("Nghề"), n->trade);
    if (n->starts_day)
        row(p, ICON_calendar, N_("Khai giảng"), day_words(p, n->starts_day));
    row_number(p, ICON_clock, N_("Thời gian học"), N_("{} ngày"), n->days);
    row_number(p, ICON_users, N_("Số chỗ"), N_("{} người"), n->places);
    row(p, ICON_file_text, N_("Hỗ trợ và yêu cầu"), n->text);
    row(p, ICON_landmark, N_("Nơi dạy"), n->organisation);
}

static void commune_rows(const struct notice *n, struct page *p)
{
    for (const char *at = n->text; *at;) {
        size_t length = strcspn(at, "\r\n");
        if (length > 0)
            page_add(p, BLOCK_TEXT, page_text(p, "%.*s", (int)length, at));
        at += length;
        at += strspn(at, "\r\n");
    }
    row(p, ICON_landmark, N_("Nơi thông báo"), n->organisation);
}

static void contact_rows(const struct service_world *w, const struct notice *n,
                         struct page *p)
{
    row(p, ICON_calendar, N_("Hạn cuối"),
        page_text(p, "%s · %s", day_words(p, n->until_day), left_words(w, n, p)));
    row(p, ICON_map_pin, N_("Địa chỉ"), n->address);
    row(p, ICON_phone, N_("Liên hệ"),
        page_text(p, "%s%s%s", n->contact, *n->contact && *n->telephone ? " · " : "",
                  n->telephone));
}

void notice_build(const struct service_world *w, const struct notice *n, struct page *p)
{
    static void (*const rows[NOTICE_TYPE_COUNT])(const struct notice *, struct page *) = {
        [NOTICE_LOAN] = loan_rows,
        [NOTICE_JOB] = job_rows,
        [NOTICE_TRAINING] = training_rows,
        [NOTICE_COMMUNE] = commune_rows,
    };
    page_add(p, BLOCK_TITLE, n->title);
    if (n->sample)
        page_add(p, BLOCK_CHOICE, N_("Ví dụ để xem thử, không phải thông báo thật"))
            ->mood = PAGE_OPEN;
    rows[n->type](n, p);
    contact_rows(w, n, p);
}
