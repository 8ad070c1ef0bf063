/* A session from the first touch to the wiping, and pages at every size. */
#include "tests/support/test.h"

#include "base/diag.h"
#include "base/file.h"
#include "content/model/notice.h"
#include "content/model/release.h"
#include "content/policy/date.h"
#include "content/policy/view.h"
#include "kiosk/touch/session.h"
#include "tests/golden/notices.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct settings settings = {.contact_name = "Bộ phận Một cửa",
                                         .contact_office = "Ủy ban nhân dân xã",
                                         .contact_telephone = "0234 3878 000",
                                         .contact_hours = "Sáng thứ hai"};
static const struct service_world world = {.settings = &settings, .clock_trusted = true};

static const struct service_world announced = {.settings = &settings,
                                               .clock_trusted = true,
                                               .today = TODAY,
                                               .notices = sample_notices,
                                               .notice_count =
                                                   ARRAY_LENGTH(sample_notices)};

static int setup(void **state)
{
    struct session *s = NULL;
    if (session_create(&s) < 0)
        return -1;
    session_begin(s, 0);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    session_destroy(*state);
    return 0;
}

static void open_service(struct session *s, const char *name)
{
    for (size_t i = 0; services[i]; i++)
        if (strcmp(services[i]->name, name) == 0)
            assert_true(
                session_act(s, &world, (struct action){VERB_OPEN, (int64_t)i}, 0));
}

static const char *title(struct session *s, int64_t now_us, char ret[256])
{
    struct page *p = NULL;
    assert_int_equal(session_page(s, &world, now_us, &p), 0);
    (void)snprintf(ret, 256, "%s", page_block(p, 0)->text);
    page_destroy(p);
    return ret;
}

static void
test_session_tick__asks_after_a_minute_and_ends_after_the_countdown(void **state)
{
    struct session *s = *state;
    char text[256];
    assert_false(session_tick(s, SESSION_IDLE_US - 1));
    assert_true(session_tick(s, SESSION_IDLE_US));
    assert_string_equal(title(s, SESSION_IDLE_US, text), "Bà con còn ở đây không?");
    session_stay(s, SESSION_IDLE_US);
    assert_string_equal(title(s, SESSION_IDLE_US, text), "Xin chào! Bà con cần gì?");
    int64_t end = SESSION_IDLE_US * 2 + SESSION_COUNTDOWN_US;
    assert_true(session_tick(s, end));
    assert_false(session_active(s));
    assert_int_equal(session_next_us(s), INT64_MAX);
}

static void test_session_end__forgets_what_was_said(void **state)
{
    struct session *s = *state;
    struct page *fresh = NULL, *p = NULL;
    open_service(s, "loans");
    assert_int_equal(session_page(s, &world, 0, &fresh), 0);
    char *before = NULL, *after = NULL;
    assert_int_equal(page_speech(fresh, &before), 0);
    /* The first step's "more". */
    for (size_t i = 0; i < page_block_count(fresh); i++)
        if (page_block(fresh, i)->kind == BLOCK_STEP) {
            session_act(s, &world, page_block(fresh, i)->action, 0);
            break;
        }
    page_destroy(fresh);
    assert_int_equal(session_page(s, &world, 0, &p), 0);
    assert_int_equal(page_speech(p, &after), 0);
    assert_string_not_equal(before, after);
    free(after);
    page_destroy(p);
    session_end(s);
    session_begin(s, 0);
    open_service(s, "loans");
    assert_int_equal(session_page(s, &world, 0, &p), 0);
    assert_int_equal(page_speech(p, &after), 0);
    assert_string_equal(before, after);
    free(before);
    free(after);
    page_destroy(p);
}

static void test_session_act__switching_the_language_keeps_the_place(void **state)
{
    struct session *s = *state;
    char text[256];
    open_service(s, "loans");
    session_act(s, &world, (struct action){VERB_LANGUAGE, 0}, 0);
    session_act(s, &world, (struct action){VERB_LANGUAGE, 0}, 0);
    struct page *p = NULL;
    assert_int_equal(session_page(s, &world, 0, &p), 0);
    assert_int_equal(page_language(p), LANGUAGE_EN);
    assert_string_equal(page_say(p, "Quay lại"), "Back");
    page_destroy(p);
    session_act(s, &world, (struct action){VERB_LANGUAGE, 0}, 0);
    assert_string_equal(title(s, 0, text), "Vay vốn: tính thử");
    session_act(s, &world, (struct action){VERB_BACK, 0}, 0);
    assert_string_equal(title(s, 0, text), "Xin chào! Bà con cần gì?");
}

/* Every target of every service is large enough, on the screen, and over no other. */
static void check_view(const struct page_view *v, double touch, int width, int height)
{
    assert_true(v->target_count > 0);
    for (int i = 0; i < v->target_count; i++) {
        struct box b = v->targets[i].box;
        assert_true(b.w >= touch * 0.99 && b.h >= touch * 0.9);
        assert_true(b.x >= 0 && b.y >= 0 && b.x + b.w <= width + 1 &&
                    b.y + b.h <= height + 1);
        for (int k = 0; k < i; k++) {
            struct box o = v->targets[k].box;
            assert_true(b.x + b.w <= o.x + 1 || o.x + o.w <= b.x + 1 ||
                        b.y + b.h <= o.y + 1 || o.y + o.h <= b.y + 1);
        }
    }
}

static void check_screen(struct session *s, const struct service_world *w, int width,
                         int height, double touch)
{
    struct theme theme;
    struct canvas *c = NULL;
    theme_init(&theme, width, height, false);
    assert_int_equal(canvas_create(width, height, &c), 0);
    struct page_look look = {.theme = &theme, .touch = touch, .place = "Xã Hồng Thượng"};
    struct page *p = NULL;
    assert_int_equal(session_page(s, w, 0, &p), 0);
    session_look(s, &look);
    struct page_view v;
    page_render(p, &look, c, &v);
    check_view(&v, touch, width, height);
    int sheets = v.sheets;
    for (look.sheet = 1; look.sheet < sheets; look.sheet++) {
        page_render(p, &look, c, &v);
        assert_int_equal(v.sheets, sheets);
        check_view(&v, touch, width, height);
    }
    page_destroy(p);
    canvas_destroy(c);
}

static void test_page_render__keeps_targets_large_and_apart(void **state)
{
    struct session *s = *state;
    static const int sizes[][2] = {{1920, 1080}, {1080, 1920}, {1366, 768}};
    static const int verbs[] = {VERB_NONE, VERB_REACH, VERB_SCALE, VERB_LANGUAGE};
    for (size_t v = 0; v < ARRAY_LENGTH(verbs); v++) {
        session_act(s, &world, (struct action){verbs[v], 0}, 0);
        for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
            double touch = sizes[i][0] == 1366 ? 64 : 90;
            session_act(s, &world, (struct action){VERB_HOME, 0}, 0);
            check_screen(s, &announced, sizes[i][0], sizes[i][1], touch);
            for (size_t k = 0; services[k]; k++) {
                open_service(s, services[k]->name);
                check_screen(s, &world, sizes[i][0], sizes[i][1], touch);
                check_screen(s, &announced, sizes[i][0], sizes[i][1], touch);
            }
        }
    }
}

/* The block of the page that says `text`; the page lives until the next call. */
static const struct block *find_block(struct session *s, const char *text,
                                      struct page **page)
{
    page_destroy(*page);
    *page = NULL;
    assert_int_equal(session_page(s, &announced, 0, page), 0);
    for (size_t i = 0; i < page_block_count(*page); i++)
        if (strcmp(page_block(*page, i)->text, text) == 0)
            return page_block(*page, i);
    return NULL;
}

static void touch(struct session *s, const char *text)
{
    struct page *p = NULL;
    const struct block *b = find_block(s, text, &p);
    if (!b)
        fail_msg("no '%s' on this page", text);
    (void)session_act(s, &announced, b->action, 0);
    page_destroy(p);
}

static bool says(struct session *s, const char *text)
{
    struct page *p = NULL;
    bool found = find_block(s, text, &p) != NULL;
    page_destroy(p);
    return found;
}

static void test_service_jobs__shows_what_was_chosen(void **state)
{
    struct session *s = *state;
    struct page *p = NULL;
    const struct block *b = find_block(s, "Việc làm và học nghề", &p);
    assert_string_equal(b->value, "2 mới");
    page_destroy(p);
    touch(s, "Việc làm và học nghề");
    assert_true(says(s, "Thợ may") && says(s, "Lớp xây"));
    touch(s, "Nghề");
    touch(s, "Xây dựng");
    assert_false(says(s, "Thợ may"));
    assert_true(says(s, "Thợ xây") && says(s, "Phụ hồ") && says(s, "Lớp xây"));
    touch(s, "Nơi làm việc, nơi học");
    touch(s, "Ở nước ngoài");
    assert_true(says(s, "Không có thông báo nào như vậy."));
    touch(s, "Nghề");
    touch(s, "Mọi nghề");
    assert_true(says(s, "Làm vườn"));
    touch(s, "Làm vườn");
    assert_true(says(s, "Nhật Bản") && says(s, "3 người"));
    assert_true(says(s, "Ví dụ để xem thử, không phải thông báo thật"));
    session_act(s, &announced, (struct action){VERB_BACK, 0}, 0);
    assert_true(says(s, "Làm vườn"));
}

static void test_service_loans__calculates_what_is_announced(void **state)
{
    struct session *s = *state;
    touch(s, "Vay vốn");
    touch(s, "Cho vay chăn nuôi");
    assert_true(says(s, "80.000.000 đ") && says(s, "6,60 %"));
    touch(s, "Tính thử khoản vay này");
    struct page *p = NULL;
    assert_string_equal(find_block(s, "Số tiền vay", &p)->value, "80.000.000 đ");
    assert_string_equal(find_block(s, "Thời hạn", &p)->value, "36 tháng");
    assert_string_equal(find_block(s, "Lãi suất một năm", &p)->value, "6,60 %");
    /* 80 million over 36 months, 6 parts: 6.6 % of 80, 66.7 ... 13.3, half a year each */
    assert_string_equal(find_block(s, "Tổng tiền lãi", &p)->value, "9.240.000 đ");
    for (int i = 0; i < 5; i++)
        session_act(s, &announced, find_block(s, "Tiền lãi được hỗ trợ", &p)->action, 0);
    assert_string_equal(find_block(s, "Tổng tiền lãi", &p)->value, "4.620.000 đ");
    page_destroy(p);
    session_act(s, &announced, (struct action){VERB_BACK, 0}, 0);
    assert_true(says(s, "Tính thử khoản vay này"));
    session_act(s, &announced, (struct action){VERB_BACK, 0}, 0);
    assert_true(says(s, "Đang cho vay"));
}

static void test_session_focus_move__goes_round(void **state)
{
    struct session *s = *state;
    const struct page_view v = {.target_count = 3};
    assert_int_equal(session_focus(s), -1);
    session_focus_move(s, &v, -1);
    assert_int_equal(session_focus(s), 2);
    session_focus_move(s, &v, 1);
    assert_int_equal(session_focus(s), 0);
}

static struct policy_pack *hue_pack(void)
{
    const char *source = getenv("TRAMTIN_SOURCE");
    char path[512], *text = NULL;
    size_t length;
    struct policy_pack *pack = NULL;
    struct diag diag = {""};
    (void)snprintf(path, sizeof(path), "%s/content/policy/packs/hue.json",
                   source ? source : ".");
    assert_int_equal(file_read(path, POLICY_PACK_BYTES_MAX, &text, &length), 0);
    if (policy_pack_parse(text, length, &pack, &diag) < 0)
        fail_msg("%s", diag_text(&diag));
    free(text);
    return pack;
}

/* One thing that the page, or its bars, offer. */
static struct action random_action(const struct page *p, struct random *r)
{
    static const int bars[] = {VERB_BACK,  VERB_HOME,     VERB_LANGUAGE, VERB_READ,
                               VERB_SCALE, VERB_CONTRAST, VERB_REACH,    VERB_LATER};
    uint64_t n = page_block_count(p);
    for (int tries = 0; tries < 40 && random_next(r) % 8 != 0; tries++) {
        const struct block *b = page_block(p, (size_t)(random_next(r) % n));
        if (b->kind == BLOCK_DIGITS)
            return (struct action){b->action.verb, (int64_t)(random_next(r) % 11) - 1};
        if (b->action.verb != VERB_NONE)
            return b->kind == BLOCK_STEP && random_next(r) % 2 ? b->less : b->action;
    }
    return (struct action){bars[random_next(r) % ARRAY_LENGTH(bars)], 0};
}

static void test_session__random_touches_reach_no_dead_end(void **state)
{
    struct session *s = *state;
    struct policy_pack *pack = hue_pack();
    struct policy_view *view = NULL;
    struct diag diag;
    int64_t day;
    assert_int_equal(day_parse("2026-11-24", &day), 0);
    assert_int_equal(policy_view_create(pack, day, &view, &diag), 0);
    struct service_world w = announced;
    w.policies = view;
    struct random r = {20261124};
    for (int i = 0; i < 10000; i++) {
        struct page *p = NULL;
        assert_int_equal(session_page(s, &w, i, &p), 0);
        assert_true(page_block_count(p) > 0);
        assert_int_equal(page_block(p, 0)->kind, BLOCK_TITLE);
        assert_string_not_equal(page_block(p, 0)->text, "");
        struct action a = random_action(p, &r);
        page_destroy(p);
        (void)session_act(s, &w, a, i);
        if (random_next(&r) % 400 == 0) {
            session_end(s);
            session_begin(s, i);
        }
    }
    /* Whatever was answered, going back leads home. */
    struct page_look look = {0};
    for (int i = 0; i < 400 && !look.home; i++) {
        session_act(s, &w, (struct action){VERB_BACK, 0}, 0);
        session_look(s, &look);
    }
    assert_true(look.home);
    session_end(s); /* before the view that it borrows */
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_session_tick__asks_after_a_minute_and_ends_after_the_countdown, setup,
            teardown),
        cmocka_unit_test_setup_teardown(test_session_end__forgets_what_was_said, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_session_act__switching_the_language_keeps_the_place, setup, teardown),
        cmocka_unit_test_setup_teardown(test_page_render__keeps_targets_large_and_apart,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_session__random_touches_reach_no_dead_end,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_service_jobs__shows_what_was_chosen, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_service_loans__calculates_what_is_announced,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_session_focus_move__goes_round, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
