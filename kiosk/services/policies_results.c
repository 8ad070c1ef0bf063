/* What follows from the answers: the policies by outcome, and each with its reasons,
 * papers, office and sources. An amount that nobody has verified is not shown. */
#include "base/buf.h"
#include "kiosk/services/days.h"
#include "kiosk/services/policies.h"

static const struct policy_pack *pack_of(const struct policies *s)
{
    return policy_view_pack(policy_session_view(s->session));
}

static const char *say(const struct policies *s, const struct page *p,
                       const struct policy_text *text)
{
    return policy_pack_text(pack_of(s), text, language_codes[page_language(p)], NULL);
}

const char *policies_class_text(enum policy_class class)
{
    static const char *const texts[] = {
        [POLICY_ENTITLED] = N_("Được hưởng"),
        [POLICY_CONSIDERED] = N_("Được xét theo chỉ tiêu, danh sách"),
        [POLICY_REGISTER] = N_("Được đăng ký"),
    };
    return texts[class];
}

struct group {
    enum policy_outcome outcome;
    enum page_mood mood;
    const char *title;
};
static const struct group groups[] = {
    {POLICY_ELIGIBLE, PAGE_GOOD, N_("Đủ điều kiện")},
    {POLICY_UNDECIDED, PAGE_OPEN, N_("Cần thêm thông tin")},
    {POLICY_NOT_IN_FORCE, PAGE_CLOSED, N_("Chưa có căn cứ hiệu lực")},
    {POLICY_INELIGIBLE, PAGE_CLOSED, N_("Không đủ điều kiện")},
};

static size_t group_count(const struct policies *s, const struct group *g)
{
    const struct policy_result *results = policy_session_evaluate(s->session);
    size_t count, n = 0;
    (void)policy_pack_policies(pack_of(s), &count);
    for (size_t i = 0; i < count; i++)
        n += results[i].outcome == g->outcome;
    return n;
}

static void group_build(const struct policies *s, const struct group *g, struct page *p)
{
    const struct policy_result *results = policy_session_evaluate(s->session);
    size_t count, n = group_count(s, g);
    const struct policy *list = policy_pack_policies(pack_of(s), &count);
    if (n == 0)
        return;
    struct block *head = page_add(p, BLOCK_GROUP, g->title);
    head->mood = g->mood;
    head->value = page_text(p, "%zu", n);
    for (size_t i = 0; i < count; i++) {
        if (results[i].outcome != g->outcome)
            continue;
        struct block *b = page_add(p, BLOCK_CHOICE, say(s, p, &list[i].title));
        if (g->outcome == POLICY_ELIGIBLE)
            b->detail = page_say(p, policies_class_text(list[i].class));
        b->action = (struct action){VERB_POLICY, (int64_t)i + 1};
    }
}

static void choice_build(struct page *p, const char *text, enum icon icon, int verb)
{
    struct block *b = page_add(p, BLOCK_CHOICE, text);
    b->icon = icon;
    b->leads = true;
    b->action = (struct action){verb, 0};
}

/* What is not due waits behind one line: there is most of it, and it says the least. */
static void closed_build(const struct policies *s, const struct group *g, struct page *p)
{
    size_t n = group_count(s, g);
    if (n == 0)
        return;
    struct block *b = page_add(p, BLOCK_CHOICE, g->title);
    b->mood = g->mood;
    b->value = page_text(p, "%zu", n);
    b->leads = true;
    b->action = (struct action){VERB_CLOSED, 0};
}

void policies_results_build(const struct policies *s, struct page *p)
{
    const struct group *ineligible = &groups[ARRAY_LENGTH(groups) - 1];
    page_add(p, BLOCK_TITLE, N_("Kết quả"));
    if (s->closed) {
        group_build(s, ineligible, p);
        return;
    }
    if (policy_session_next(s->session) != POLICY_NO_SLOT)
        choice_build(p, N_("Trả lời tiếp"), ICON_circle_question_mark, VERB_CONTINUE);
    choice_build(p, N_("Mang kết quả về bằng điện thoại"), ICON_qr_code, VERB_TAKE);
    for (const struct group *g = groups; g < ineligible; g++)
        group_build(s, g, p);
    closed_build(s, ineligible, p);
    char day[DAYS_TEXT_SIZE];
    days_text(policy_view_day(policy_session_view(s->session)), day);
    page_add(p, BLOCK_NOTE,
             page_text(p, "%s %s", page_say(p, N_("Theo quy định của ngày")), day));
    page_add(p, BLOCK_NOTE,
             N_("Kết quả để tham khảo; cán bộ xem hồ sơ rồi mới quyết định."));
}

/* ---- to take away ---- */

/* So that a code is still easily scanned: 700 bytes are 93 modules at level M. */
#define CODE_BYTES_MAX ((size_t)700)

/* The day and the titles of what is due, then of what may be; what does not fit is
 * counted. Whose it is nobody has asked. */
static char *take_text(const struct policies *s, struct page *p)
{
    struct buf b = BUF_INIT(CODE_BYTES_MAX);
    char day[DAYS_TEXT_SIZE];
    size_t count, left = 0;
    const struct policy *list = policy_pack_policies(pack_of(s), &count);
    const struct policy_result *results = policy_session_evaluate(s->session);
    days_text(policy_view_day(policy_session_view(s->session)), day);
    int r = buf_printf(&b, "Trạm Tin %s\n", day);
    for (size_t g = 0; r == 0 && g < 2; g++) {
        bool head = false;
        for (size_t i = 0; i < count; i++) {
            if (results[i].outcome != groups[g].outcome)
                continue;
            if (!head && buf_printf(&b, "\n%s:\n", page_say(p, groups[g].title)) < 0)
                left++;
            head = true;
            left += buf_printf(&b, "- %s\n", say(s, p, &list[i].title)) < 0;
        }
    }
    char *text = left ? page_text(p, "%s+ %zu", b.data ? b.data : "", left)
                      : page_text(p, "%s", b.data ? b.data : "");
    buf_release(&b);
    return text;
}

void policies_take_build(const struct policies *s, struct page *p)
{
    page_add(p, BLOCK_TITLE, N_("Mang kết quả về bằng điện thoại"));
    struct block *b =
        page_add(p, BLOCK_CODE,
                 N_("Mở máy ảnh của điện thoại và đưa vào mã này. Điện thoại "
                    "hiện danh sách; không cần mạng, không gửi gì đi đâu."));
    b->value = take_text(s, p);
}

/* ---- one policy ---- */

static void benefits_build(const struct policies *s, size_t index,
                           const struct policy_version *v, struct page *p)
{
    for (size_t i = 0; i < v->benefit_count; i++) {
        char text[2400];
        (void)policy_session_benefit(s->session, index, i,
                                     language_codes[page_language(p)],
                                     page_say(p, N_("(hỏi cán bộ)")), text, sizeof(text));
        page_add(p, BLOCK_CHOICE, page_text(p, "%s", text))->icon = ICON_hand_coins;
    }
}

static void texts_build(const struct policies *s, const char *head, enum icon icon,
                        const struct policy_text *texts, size_t count, struct page *p)
{
    if (count == 0)
        return;
    page_add(p, BLOCK_GROUP, head)->icon = icon;
    for (size_t i = 0; i < count; i++)
        page_add(p, BLOCK_TEXT, page_text(p, "•  %s", say(s, p, &texts[i])));
}

static const char *source_text(const struct policy_source *source, struct page *p)
{
    return page_text(p, "%s%s%s%s%s%s", source->document, *source->article ? ", " : "",
                     source->article, *source->clause ? ", " : "", source->clause,
                     source->state == POLICY_CHECKED
                         ? ""
                         : page_text(p, " · %s", page_say(p, N_("chưa đối chiếu"))));
}

static void reasons_build(const struct policies *s, size_t index, struct page *p)
{
    static const enum page_mood moods[] = {[POLICY_TRUE] = PAGE_GOOD,
                                           [POLICY_FALSE] = PAGE_CLOSED,
                                           [POLICY_NOT_KNOWN] = PAGE_OPEN};
    struct policy_reason reasons[POLICY_REASONS_MAX];
    size_t count = policy_session_reasons(s->session, index, reasons);
    if (count == 0)
        return;
    page_add(p, BLOCK_GROUP, N_("Vì sao"))->icon = ICON_landmark;
    for (size_t i = 0; i < count; i++) {
        if (reasons[i].kind != POLICY_CLAUSE)
            continue;
        struct block *b = page_add(p, BLOCK_CHOICE, say(s, p, reasons[i].text));
        b->mood = moods[reasons[i].truth];
        b->detail = source_text(reasons[i].clause->source, p);
    }
}

void policies_detail_build(const struct policies *s, struct page *p)
{
    size_t count, index = s->open - 1;
    const struct policy *list = policy_pack_policies(pack_of(s), &count);
    if (index >= count)
        return;
    const struct policy *policy = &list[index];
    const struct policy_result *r = &policy_session_evaluate(s->session)[index];
    struct block *title = page_add(p, BLOCK_TITLE, say(s, p, &policy->title));
    for (size_t i = 0; i < ARRAY_LENGTH(groups); i++)
        if (groups[i].outcome == r->outcome)
            title->detail = page_say(p, r->outcome == POLICY_ELIGIBLE
                                            ? policies_class_text(policy->class)
                                            : groups[i].title);
    if (r->instead)
        page_add(p, BLOCK_TEXT,
                 page_text(p, "%s: %s",
                           page_say(p, N_("Được hưởng chính sách khác thay vào đó")),
                           say(s, p, &r->instead->title)));
    if (r->version && r->outcome != POLICY_INELIGIBLE)
        benefits_build(s, index, r->version, p);
    reasons_build(s, index, p);
    if (r->version && r->outcome != POLICY_INELIGIBLE) {
        texts_build(s, N_("Cán bộ còn xem thêm"), ICON_search, r->version->residual,
                    r->version->residual_count, p);
        texts_build(s, N_("Giấy tờ mang theo"), ICON_file_text, r->version->papers,
                    r->version->paper_count, p);
    }
    if (policy->office) {
        page_add(p, BLOCK_GROUP, N_("Nơi làm thủ tục"))->icon = ICON_map_pin;
        page_add(p, BLOCK_TEXT, say(s, p, &policy->office->name));
        if (*say(s, p, &policy->office->where))
            page_add(p, BLOCK_NOTE, say(s, p, &policy->office->where));
    }
}
