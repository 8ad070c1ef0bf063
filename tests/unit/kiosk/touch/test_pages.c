/* Every page of the touch screen in three languages, beside its picture. */
#include "tests/support/test.h"

#include "base/diag.h"
#include "content/model/release.h"
#include "content/policy/date.h"
#include "content/policy/view.h"
#include "kiosk/touch/session.h"
#include "tests/golden/notices.h"
#include "tests/support/golden.h"
#include "tests/support/policy.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 640, HEIGHT = 360, STEPS_MAX = 8 };

static const struct settings settings = {.contact_name = "Bộ phận Một cửa",
                                         .contact_office = "Ủy ban nhân dân xã",
                                         .contact_telephone = "0234 3878 000",
                                         .contact_hours = "Thứ hai đến thứ sáu"};

/* A page and the way there: the service, then the verbs that are touched, each the first
 * of its kind on the page. */
static const struct {
    const char *name, *service;
    int verbs[STEPS_MAX]; /* relative to VERB_SCREEN */
} pages[] = {
    {"home", NULL, {-1}},
    {"question", "policies", {-1}},
    {"results", "policies", {0, 0, 4, -1}},
    {"policy", "policies", {0, 0, 4, 6, -1}},
    {"take", "policies", {0, 0, 4, 7, -1}},
    {"loans", "loans", {-1}},
    {"loan", "loans", {7, -1}},
    {"calculator", "loans", {8, -1}},
    {"instalments", "loans", {8, 6, -1}},
    {"jobs", "jobs", {-1}},
    {"job", "jobs", {0, -1}},
    {"places", "jobs", {1, -1}},
    {"commune", "commune", {-1}},
    {"contact", "contact", {-1}},
};

static struct service_world world;

static void open_service(struct session *s, const char *name)
{
    for (size_t i = 0; name && services[i]; i++)
        if (strcmp(services[i]->name, name) == 0)
            (void)session_act(s, &world, (struct action){VERB_OPEN, (int64_t)i}, 0);
}

static void touch(struct session *s, int verb)
{
    struct page *p = NULL;
    struct action a = {VERB_NONE, 0};
    assert_int_equal(session_page(s, &world, 0, &p), 0);
    for (size_t i = 0; a.verb == VERB_NONE && i < page_block_count(p); i++)
        if (page_block(p, i)->action.verb == VERB_SCREEN + verb)
            a = page_block(p, i)->action;
    page_destroy(p);
    if (a.verb == VERB_NONE)
        fail_msg("nothing asks for %d here", verb);
    (void)session_act(s, &world, a, 0);
}

static void page_check(size_t index, enum language language)
{
    struct session *s = NULL;
    struct page *p = NULL;
    struct canvas *c = NULL;
    struct theme theme;
    struct page_view view;
    char name[64];
    assert_int_equal(session_create(&s), 0);
    session_begin(s, 0);
    for (int i = 0; i < (int)language; i++)
        (void)session_act(s, &world, (struct action){VERB_LANGUAGE, 0}, 0);
    open_service(s, pages[index].service);
    for (const int *verb = pages[index].verbs; *verb >= 0; verb++)
        touch(s, *verb);
    theme_init(&theme, WIDTH, HEIGHT, false);
    assert_int_equal(canvas_create(WIDTH, HEIGHT, &c), 0);
    struct page_look look = {.theme = &theme,
                             .touch = 30,
                             .place = "Xã Hồng Thượng",
                             .time = "08:30",
                             .can_read = language != LANGUAGE_LO};
    session_look(s, &look);
    assert_int_equal(session_page(s, &world, 0, &p), 0);
    page_render(p, &look, c, &view);
    (void)snprintf(name, sizeof(name), "touch/%s-%s", pages[index].name,
                   language_codes[language]);
    golden_check(c, name, false);
    page_destroy(p);
    canvas_destroy(c);
    session_destroy(s);
}

static void test_page_render__looks_as_it_did_in_every_language(void **state)
{
    (void)state;
    struct policy_pack *pack = policy_pack_real();
    struct policy_view *view = NULL;
    struct diag diag = {""};
    int64_t day;
    assert_int_equal(day_parse("2026-11-24", &day), 0);
    assert_int_equal(policy_view_create(pack, day, &view, &diag), 0);
    world = (struct service_world){.settings = &settings,
                                   .policies = view,
                                   .notices = sample_notices,
                                   .notice_count = ARRAY_LENGTH(sample_notices),
                                   .today = TODAY,
                                   .clock_trusted = true};
    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++)
        for (int language = 0; language < LANGUAGE_COUNT; language++)
            page_check(i, (enum language)language);
    policy_view_destroy(view);
    policy_pack_destroy(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page_render__looks_as_it_did_in_every_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
