/* What the household may get: one question after the other, each the one that settles
 * most, until nothing that is open matters. Answers live in the session only. */
#include "kiosk/services/policies.h"

#include "content/policy/date.h"
#include "kiosk/services/money.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct policy_pack *pack_of(const struct policies *s)
{
    return policy_view_pack(policy_session_view(s->session));
}

static const char *pack_say(const struct policies *s, const struct page *p,
                            const struct policy_text *text)
{
    return policy_pack_text(pack_of(s), text, language_codes[page_language(p)], NULL);
}

/* The first page makes the session; a page without one says so. */
static bool begin(const struct service_context *c)
{
    struct policies *s = c->state;
    return s->session || (c->world->policies &&
                          policy_session_create(c->world->policies, &s->session) == 0);
}

/* ---- a question ---- */

/* "ddmmyyyy" as far as it is typed: "24/11/19". */
static void date_typed(struct page *p, const char *digits, struct block *b)
{
    char text[16];
    size_t n = 0;
    for (size_t i = 0; i < 8 && digits[i]; i++) {
        if (i == 2 || i == 4)
            text[n++] = '/';
        text[n++] = digits[i];
    }
    text[n] = '\0';
    b->value = page_text(p, "%s", text);
}

static void number_typed(struct page *p, const char *digits, struct block *b)
{
    char text[40] = "";
    if (*digits)
        money_digits(strtoll(digits, NULL, 10), text);
    b->value = page_text(p, "%s", text);
}

static void choice_add(struct page *p, const char *text, enum icon icon,
                       struct action action)
{
    struct block *b = page_add(p, BLOCK_CHOICE, text);
    b->icon = icon;
    b->action = action;
}

static void typed_build(const struct policies *s, const struct policy_fact *f,
                        struct page *p)
{
    struct block *b = page_add(p, BLOCK_DIGITS, "");
    b->action.verb = VERB_DIGIT;
    if (f->type == POLICY_DATE)
        date_typed(p, s->typed, b);
    else
        number_typed(p, s->typed, b);
    if (s->refused)
        page_add(p, BLOCK_NOTE,
                 f->type == POLICY_DATE
                     ? N_("Chưa đúng. Gõ ngày, tháng, năm, thí dụ 05071958.")
                     : N_("Chưa đúng. Xin gõ lại."));
    choice_add(p, N_("Xong"), ICON_check, (struct action){VERB_DONE, 0});
}

static void answers_build(const struct policies *s, const struct policy_fact *f,
                          struct page *p)
{
    if (f->type == POLICY_BOOLEAN) {
        choice_add(p, N_("Có"), ICON_check, (struct action){VERB_ANSWER, 1});
        choice_add(p, N_("Không"), ICON_x, (struct action){VERB_ANSWER, 0});
    } else if (f->type == POLICY_CHOICE) {
        for (size_t i = 0; i < f->choice_count; i++)
            choice_add(p, pack_say(s, p, &f->choices[i].text), ICON_NONE,
                       (struct action){VERB_ANSWER, (int64_t)i});
    } else {
        typed_build(s, f, p);
    }
    choice_add(p, N_("Không biết"), ICON_circle_question_mark,
               (struct action){VERB_UNKNOWN, 0});
}

static void progress_build(const struct policies *s, struct page *p)
{
    size_t count, settled = 0;
    (void)policy_pack_policies(pack_of(s), &count);
    const struct policy_result *results = policy_session_evaluate(s->session);
    for (size_t i = 0; i < count; i++)
        settled += results[i].outcome != POLICY_UNDECIDED;
    struct block *b = page_add(p, BLOCK_BAR, N_("Đã rõ"));
    b->value = page_text(p, "%zu / %zu", settled, count);
    b->share = count ? (double)settled / (double)count : 0;
}

static void question_build(const struct policies *s, size_t slot, struct page *p)
{
    const struct policy_fact *list = NULL;
    size_t member = 0;
    const struct policy_fact *f = policy_session_fact(s->session, slot, &list, &member);
    struct block *title = page_add(p, BLOCK_TITLE, pack_say(s, p, &f->question));
    if (list)
        title->detail = page_say_number(p, N_("Người thứ {}"), (int64_t)member + 1);
    const char *help = pack_say(s, p, &f->help);
    if (*help)
        page_add(p, BLOCK_NOTE, help);
    answers_build(s, f, p);
    progress_build(s, p);
    if (s->history_count)
        choice_add(p, N_("Xem kết quả đến lúc này"), ICON_file_text,
                   (struct action){VERB_RESULTS, 0});
    page_add(p, BLOCK_NOTE,
             N_("Câu trả lời chỉ ở trên màn hình này và được xóa khi bà con rời đi."));
}

static void policies_build(const struct service_context *c, struct page *p)
{
    struct policies *s = c->state;
    if (!begin(c)) {
        page_add(p, BLOCK_TITLE, N_("Tôi được hỗ trợ gì?"));
        page_add(p, BLOCK_TEXT, N_("Chưa có bộ chính sách nào. Xin hỏi cán bộ."));
        return;
    }
    if (s->open) {
        policies_detail_build(s, p);
        return;
    }
    if (s->take) {
        policies_take_build(s, p);
        return;
    }
    size_t slot = policy_session_next(s->session);
    if (s->results || slot == POLICY_NO_SLOT)
        policies_results_build(s, p);
    else
        question_build(s, slot, p);
}

/* ---- touches ---- */

static void answered(struct policies *s, size_t slot)
{
    if (s->history_count < HISTORY_MAX)
        s->history[s->history_count++] = slot;
    explicit_bzero(s->typed, sizeof(s->typed));
    s->refused = false;
}

static void digit(struct policies *s, int64_t value)
{
    size_t n = strlen(s->typed);
    s->refused = false;
    if (value < 0 && n > 0)
        s->typed[n - 1] = '\0';
    else if (value >= 0 && n < 12)
        s->typed[n] = (char)('0' + value);
}

/* What was typed, as the fact's type has it; -EINVAL. */
static int typed_value(const struct policies *s, const struct policy_fact *f,
                       int64_t *ret)
{
    const char *d = s->typed;
    if (!*d)
        return -EINVAL;
    if (f->type != POLICY_DATE) {
        *ret = strtoll(d, NULL, 10);
        return 0;
    }
    char text[DAY_TEXT_SIZE];
    if (strlen(d) != 8)
        return -EINVAL;
    (void)snprintf(text, sizeof(text), "%.4s-%.2s-%.2s", d + 4, d + 2, d);
    return day_parse(text, ret);
}

static void done(struct policies *s, size_t slot)
{
    int64_t value;
    const struct policy_fact *f = policy_session_fact(s->session, slot, NULL, NULL);
    s->refused = typed_value(s, f, &value) < 0 ||
                 policy_session_answer(s->session, slot, value) < 0;
    if (!s->refused)
        answered(s, slot);
}

static void policies_act(const struct service_context *c, struct action action)
{
    struct policies *s = c->state;
    if (!begin(c))
        return;
    size_t slot = policy_session_next(s->session);
    bool asking = slot != POLICY_NO_SLOT;
    if (action.verb == VERB_RESULTS || action.verb == VERB_CONTINUE)
        s->results = action.verb == VERB_RESULTS;
    else if (action.verb == VERB_POLICY)
        s->open = (size_t)action.value;
    else if (action.verb == VERB_TAKE)
        s->take = true;
    else if (action.verb == VERB_CLOSED)
        s->closed = true;
    else if (action.verb == VERB_DIGIT)
        digit(s, action.value);
    else if (action.verb == VERB_DONE && asking)
        done(s, slot);
    else if (action.verb == VERB_ANSWER && asking &&
             policy_session_answer(s->session, slot, action.value) == 0)
        answered(s, slot);
    else if (action.verb == VERB_UNKNOWN && asking) {
        policy_session_answer_unknown(s->session, slot);
        answered(s, slot);
    }
}

static bool policies_back(const struct service_context *c)
{
    struct policies *s = c->state;
    if (s->open) {
        s->open = 0;
        return true;
    }
    if (s->take || s->closed) {
        s->take = s->closed = false;
        return true;
    }
    if (s->results) {
        s->results = false;
        if (policy_session_next(s->session) != POLICY_NO_SLOT)
            return true;
    }
    if (!s->history_count)
        return false;
    policy_session_forget(s->session, s->history[--s->history_count]);
    explicit_bzero(s->typed, sizeof(s->typed));
    return true;
}

static void policies_end(void *state)
{
    struct policies *s = state;
    policy_session_destroy(s->session); /* wipes */
    s->session = NULL;
}

static bool policies_offered(const struct service_world *w)
{
    return w->policies != NULL;
}

const struct service service_policies = {
    .name = "policies",
    .title = N_("Tôi được hỗ trợ gì?"),
    .detail = N_("Trả lời vài câu hỏi, biết ngay chính sách nào dành cho nhà mình"),
    .icon = ICON_heart_handshake,
    .leading = true,
    .state_size = sizeof(struct policies),
    .end = policies_end,
    .build = policies_build,
    .act = policies_act,
    .back = policies_back,
    .offered = policies_offered,
};
