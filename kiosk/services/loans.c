/* Loans: which are announced, and what one would cost: amount, time, interest, and the
 * table of instalments. Says nothing about who gets one. */
#include "kiosk/services/loan_plan.h"
#include "kiosk/services/money.h"
#include "kiosk/services/notices.h"

enum {
    VERB_AMOUNT = VERB_SCREEN, /* value: VND more or less */
    VERB_MONTHS,
    VERB_GRACE,
    VERB_PERIOD,
    VERB_RATE,
    VERB_SUPPORT,
    VERB_TABLE,
    VERB_NOTICE,     /* value: 1 + index into the world's notices */
    VERB_CALCULATOR, /* value: the same, whose terms it begins with; 0: none's */
};

struct loans {
    bool begun;      /* the terms hold something */
    bool calculator; /* is open */
    bool table;
    size_t open; /* 1 + index of the notice that is read; 0: none */
    struct loan_terms terms;
};

/* Where one begins; every figure can be changed. */
static const struct loan_terms first_terms = {.amount_vnd = 50000000,
                                              .months = 60,
                                              .grace_months = 0,
                                              .period_months = 6,
                                              .rate_bp = 660};

/* As the notice says them, within what the calculator can do; what it leaves out is as in
 * the first terms. */
static struct loan_terms terms_like(const struct notice *n)
{
    struct loan_terms t = first_terms;
    if (n && n->amount_vnd)
        t.amount_vnd = n->amount_vnd;
    if (n && n->months)
        t.months = (int)n->months;
    if (n && n->rate_bp)
        t.rate_bp = (int)n->rate_bp;
    if (t.months < t.period_months)
        t.period_months = t.months;
    return t;
}

static const struct loan_terms *terms_of(const struct loans *l)
{
    return l->begun ? &l->terms : &first_terms;
}

static char *percent(struct page *p, int bp)
{
    return page_text(p, "%d,%02d %%", bp / 100, bp % 100);
}

static void step(struct page *p, const char *text, const char *value, int verb,
                 int64_t by, bool can_less, bool can_more)
{
    struct block *b = page_add(p, BLOCK_STEP, text);
    b->value = value;
    if (can_less)
        b->less = (struct action){verb, -by};
    if (can_more)
        b->action = (struct action){verb, by};
}

static void table_build(struct page *p, const struct loan_plan *plan)
{
    struct block *head = page_add(p, BLOCK_ROW, "");
    head->strong = true;
    static const char *const names[] = {N_("Tháng"), N_("Trả gốc"), N_("Trả lãi"),
                                        N_("Cộng"), N_("Còn nợ")};
    for (int i = 0; i < CELLS_MAX; i++)
        head->cells[head->cell_count++] = page_say(p, names[i]);
    for (int i = 0; i < plan->row_count; i++) {
        const struct loan_row *r = &plan->rows[i];
        const int64_t sums[] = {r->principal_vnd, r->interest_vnd,
                                r->principal_vnd + r->interest_vnd, r->balance_vnd};
        struct block *b = page_add(p, BLOCK_ROW, "");
        b->cells[b->cell_count++] = page_text(p, "%d", r->month);
        for (size_t k = 0; k < ARRAY_LENGTH(sums); k++) {
            char sum[40];
            money_text(sums[k], sum);
            b->cells[b->cell_count++] = page_text(p, "%s", sum);
        }
    }
}

static void result_build(struct page *p, const struct loan_terms *t,
                         const struct loan_plan *plan)
{
    char sum[40];
    const struct loan_row *dearest = &plan->rows[0];
    for (int i = 1; i < plan->row_count; i++)
        if (plan->rows[i].principal_vnd + plan->rows[i].interest_vnd >
            dearest->principal_vnd + dearest->interest_vnd)
            dearest = &plan->rows[i];
    money_text(dearest->principal_vnd + dearest->interest_vnd, sum);
    struct block *b = page_add(p, BLOCK_CHOICE, N_("Kỳ trả nhiều nhất"));
    b->detail = page_say_number(p, N_("Hết tháng thứ {}"), dearest->month);
    b->value = page_text(p, "%s", sum);
    b->icon = ICON_calendar;
    money_text(plan->interest_vnd, sum);
    b = page_add(p, BLOCK_CHOICE, N_("Tổng tiền lãi"));
    char all[40];
    money_text(plan->interest_vnd + t->amount_vnd, all);
    b->detail = page_text(p, "%s: %s", page_say(p, N_("Gốc và lãi")), all);
    b->value = page_text(p, "%s", sum);
    b->icon = ICON_hand_coins;
    b = page_add(p, BLOCK_CHOICE, N_("Xem bảng trả nợ từng kỳ"));
    b->strong = b->leads = true;
    b->icon = ICON_file_text;
    b->action = (struct action){VERB_TABLE, 1};
}

static void calculator_build(const struct loans *l, struct page *p)
{
    const struct loan_terms *t = terms_of(l);
    struct loan_plan plan;
    bool works = loan_plan_make(t, &plan) == 0;
    if (l->table && works) {
        page_add(p, BLOCK_TITLE, N_("Bảng trả nợ"));
        table_build(p, &plan);
        return;
    }
    page_add(p, BLOCK_TITLE, N_("Vay vốn: tính thử"));
    char sum[40];
    money_text(t->amount_vnd, sum);
    step(p, N_("Số tiền vay"), page_text(p, "%s", sum), VERB_AMOUNT, 5000000,
         t->amount_vnd > 5000000, t->amount_vnd < 500000000);
    step(p, N_("Thời hạn"), page_say_number(p, N_("{} tháng"), t->months), VERB_MONTHS, 6,
         t->months > 6 && t->months - 6 > t->grace_months, t->months < 180);
    step(p, N_("Ân hạn, chỉ trả lãi"),
         page_say_number(p, N_("{} tháng"), t->grace_months), VERB_GRACE, 6,
         t->grace_months > 0, t->grace_months + 6 < t->months);
    step(p, N_("Trả gốc mỗi"), page_say_number(p, N_("{} tháng"), t->period_months),
         VERB_PERIOD, 6, t->period_months > 6, t->period_months < 12);
    step(p, N_("Lãi suất một năm"), percent(p, t->rate_bp), VERB_RATE, 10, t->rate_bp > 0,
         t->rate_bp < 2000);
    step(p, N_("Tiền lãi được hỗ trợ"), page_text(p, "%d %%", t->support_bp / 100),
         VERB_SUPPORT, 1000, t->support_bp > 0, t->support_bp < 10000);
    if (works)
        result_build(p, t, &plan);
    page_add(p, BLOCK_NOTE,
             N_("Chỉ để tham khảo. Mức vay và lãi suất thật do ngân hàng quyết định."));
}

static void calculator_choice(struct page *p, const char *text, size_t like)
{
    struct block *b = page_add(p, BLOCK_CHOICE, text);
    b->detail = page_say(p, N_("Tính thử tiền gốc và tiền lãi"));
    b->icon = ICON_hand_coins;
    b->strong = b->leads = true;
    b->action = (struct action){VERB_CALCULATOR, (int64_t)like};
}

/* Where nothing is announced the calculator is all there is. */
static bool has_list(const struct service_context *c)
{
    return notices_count(c->world, NOTICE_LOAN) > 0;
}

static void loans_build(const struct service_context *c, struct page *p)
{
    const struct loans *l = c->state;
    const struct notice *n = notice_open(c->world, l->open);
    if (l->calculator || !has_list(c)) {
        calculator_build(l, p);
    } else if (n) {
        notice_build(c->world, n, p);
        calculator_choice(p, N_("Tính thử khoản vay này"), l->open);
    } else {
        const struct notice_lines all = {
            .type = NOTICE_LOAN, .head = N_("Đang cho vay"), .verb = VERB_NOTICE};
        page_add(p, BLOCK_TITLE, N_("Vay vốn"));
        calculator_choice(p, N_("Vay thì phải trả bao nhiêu?"), 0);
        (void)notice_lines_build(c->world, &all, p);
    }
}

static void terms_change(struct loans *l, struct action action)
{
    if (!l->begun)
        l->terms = first_terms;
    l->begun = true;
    struct loan_terms *t = &l->terms;
    int by = (int)action.value;
    if (action.verb == VERB_AMOUNT)
        t->amount_vnd += action.value;
    else if (action.verb == VERB_MONTHS)
        t->months += by;
    else if (action.verb == VERB_GRACE)
        t->grace_months += by;
    else if (action.verb == VERB_PERIOD)
        t->period_months += by;
    else if (action.verb == VERB_RATE)
        t->rate_bp += by;
    else
        t->support_bp += by;
}

static void loans_act(const struct service_context *c, struct action action)
{
    struct loans *l = c->state;
    switch (action.verb) {
    case VERB_NOTICE:
        l->open = (size_t)action.value;
        break;
    case VERB_CALCULATOR:
        l->calculator = true;
        if (action.value || !l->begun)
            l->terms = terms_like(notice_open(c->world, (size_t)action.value));
        l->begun = true;
        break;
    case VERB_TABLE:
        l->table = true;
        break;
    default:
        terms_change(l, action);
    }
}

static bool loans_back(const struct service_context *c)
{
    struct loans *l = c->state;
    bool inside = l->table || l->calculator || l->open;
    if (l->table)
        l->table = false;
    else if (l->calculator)
        l->calculator = false;
    else
        l->open = 0;
    return inside;
}

static size_t loans_news(const struct service_world *w)
{
    return notices_new_count(w, NOTICE_LOAN);
}

const struct service service_loans = {
    .name = "loans",
    .title = N_("Vay vốn"),
    .detail = N_("Đang cho vay gì, phải trả bao nhiêu"),
    .icon = ICON_banknote,
    .state_size = sizeof(struct loans),
    .build = loans_build,
    .act = loans_act,
    .back = loans_back,
    .news = loans_news,
};
