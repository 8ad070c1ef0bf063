/* What reaches a printer: dots that say what the page says, in time or not at all. */
#include "tests/support/test.h"

#include "kiosk/print/escpos.h"
#include "kiosk/print/printer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct receipt_head head = {"Xã Hồng Thượng", "24/11/2026"};

static struct page *make_page(const char *text)
{
    struct page *p = NULL;
    assert_int_equal(page_create(LANGUAGE_VI, &p), 0);
    page_add(p, BLOCK_TITLE, "Kết quả");
    struct block *b = page_add(p, BLOCK_CHOICE, "Trả lời tiếp");
    b->leads = true;
    b->action = (struct action){VERB_SCREEN, 0};
    b = page_add(p, BLOCK_CHOICE, text);
    b->detail = "Được hưởng";
    page_add(p, BLOCK_DIGITS, "")->value = "046123456789";
    assert_int_equal(page_finish(p), 0);
    return p;
}

/* How many dots are dark, and how high the strip is. */
static size_t dark_dots(const struct page *p, int width, int *ret_height)
{
    struct canvas *c = NULL;
    struct buf b = BUF_INIT(1 << 22);
    assert_int_equal(receipt_draw(p, &head, width, &c), 0);
    assert_int_equal(canvas_width(c), width);
    assert_int_equal(escpos_write(c, &b), 0);
    const uint8_t *at = (const uint8_t *)b.data, *end = at + b.length;
    assert_memory_equal(at, "\x1b@", 2);
    size_t dots = 0;
    int rows = 0;
    for (at += 2; memcmp(at, "\x1dv0\0", 4) == 0;) {
        size_t bytes = (size_t)(at[4] + 256 * at[5]),
               height = (size_t)(at[6] + 256 * at[7]);
        assert_int_equal(bytes, (width + 7) / 8);
        rows += (int)height;
        at += 8;
        for (size_t i = 0; i < bytes * height; i++)
            dots += (size_t)__builtin_popcount(*at++);
        assert_true(at < end);
    }
    assert_int_equal(rows, canvas_height(c));
    assert_memory_equal(at,
                        "\x1b"
                        "d\x04\x1dV\x42",
                        7);
    assert_ptr_equal(at + 7, end);
    *ret_height = rows;
    canvas_destroy(c);
    buf_release(&b);
    return dots;
}

static void
test_receipt_draw__grows_with_what_is_said_but_not_with_what_was_typed(void **state)
{
    (void)state;
    int low, high, typed;
    struct page *p = make_page("Thẻ bảo hiểm y tế");
    size_t few = dark_dots(p, 576, &low);
    page_destroy(p);
    p = make_page("Thẻ bảo hiểm y tế cho người thuộc hộ nghèo, hộ cận nghèo, người dân "
                  "tộc thiểu số đang sinh sống tại vùng có điều kiện khó khăn");
    size_t many = dark_dots(p, 576, &high);
    page_destroy(p);
    assert_true(few > 1000);
    assert_true(many > few);
    assert_true(high > low);
    /* Without the digits and the button it is the same strip. */
    assert_int_equal(page_create(LANGUAGE_VI, &p), 0);
    page_add(p, BLOCK_TITLE, "Kết quả");
    page_add(p, BLOCK_CHOICE, "Thẻ bảo hiểm y tế")->detail = "Được hưởng";
    assert_int_equal(page_finish(p), 0);
    size_t dots = dark_dots(p, 576, &typed);
    page_destroy(p);
    assert_int_equal(typed, low);
    assert_int_equal(dots, few);
}

static void test_receipt_draw__fits_narrow_paper(void **state)
{
    (void)state;
    int height;
    struct page *p = make_page("Nghị định 20/2021/NĐ-CP, Điều 5");
    assert_true(dark_dots(p, 384, &height) > 500);
    page_destroy(p);
}

static enum printer_state outcome(struct printer *p)
{
    enum printer_state state;
    while ((state = printer_state(p)) == PRINTER_BUSY)
        poll(NULL, 0, 2);
    return state;
}

static void test_printer_print__sends_one_page_to_a_network_printer(void **state)
{
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listening, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listening, 1), 0);
    assert_int_equal(getsockname(listening, (struct sockaddr *)&address, &size), 0);
    char target[64];
    (void)snprintf(target, sizeof(target), "tcp:127.0.0.1:%d", ntohs(address.sin_port));
    struct printer *p = NULL;
    assert_int_equal(printer_create(target, 576, &p), 0);
    assert_int_equal(printer_state(p), PRINTER_READY);
    struct page *page = make_page("Thẻ"), *second = make_page("Thẻ");
    assert_int_equal(printer_print(p, &page, &head), 0);
    assert_null(page);
    int taken = accept(listening, NULL, NULL);
    assert_int_equal(printer_print(p, &second, &head), -EBUSY);
    assert_non_null(second);
    page_destroy(second);
    char first[2] = "";
    size_t total = 0;
    char bytes[4096];
    for (ssize_t n; (n = read(taken, bytes, sizeof(bytes))) > 0; total += (size_t)n)
        if (total == 0)
            memcpy(first, bytes, 2);
    assert_memory_equal(first, "\x1b@", 2);
    assert_true(total > 72 * 100);
    close(taken);
    assert_int_equal(outcome(p), PRINTER_READY);
    /* Switched off: */
    close(listening);
    page = make_page("Thẻ");
    assert_int_equal(printer_print(p, &page, &head), 0);
    assert_int_equal(outcome(p), PRINTER_FAILED);
    assert_int_equal(printer_error(p), -ECONNREFUSED);
    printer_destroy(p);
}

static void test_printer_destroy__gives_up_a_printer_that_takes_nothing(void **state)
{
    (void)state;
    char path[] = "printer.XXXXXX";
    close(mkstemp(path));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    char *absolute = realpath(path, NULL);
    struct printer *p = NULL;
    assert_int_equal(printer_create(absolute, 4096, &p), 0); /* more than a pipe holds */
    struct page *page = make_page("Thẻ");
    assert_int_equal(printer_print(p, &page, &head), 0);
    struct pollfd fd = {.fd = reader, .events = POLLIN};
    assert_int_equal(poll(&fd, 1, 10000), 1);
    assert_int_equal(printer_state(p), PRINTER_BUSY);
    printer_destroy(p);
    close(reader);
    unlink(path);
    free(absolute);
}

static void test_printer_target_valid__wants_a_device_or_an_address(void **state)
{
    (void)state;
    assert_true(printer_target_valid("/dev/usb/lp0"));
    assert_true(printer_target_valid("tcp:192.168.1.50:9100"));
    assert_true(printer_target_valid("tcp:fe80::1:9100"));
    assert_false(printer_target_valid("lp0"));
    assert_false(printer_target_valid("tcp:192.168.1.50"));
    assert_false(printer_target_valid("tcp::9100"));
    assert_false(printer_target_valid("tcp:host:0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_receipt_draw__grows_with_what_is_said_but_not_with_what_was_typed),
        cmocka_unit_test(test_receipt_draw__fits_narrow_paper),
        cmocka_unit_test(test_printer_print__sends_one_page_to_a_network_printer),
        cmocka_unit_test(test_printer_destroy__gives_up_a_printer_that_takes_nothing),
        cmocka_unit_test(test_printer_target_valid__wants_a_device_or_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
