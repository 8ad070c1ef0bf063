#pragma once
#include "kiosk/print/receipt.h"

/* A receipt printer and the thread that waits for it. Everything else runs in the main
 * thread and never waits. */

struct printer;

enum printer_state {
    PRINTER_READY,
    PRINTER_BUSY,
    PRINTER_FAILED, /* the last page; the next attempt is free */
};

/* Whether `target` names one: "/dev/usb/lp0" or "tcp:ADDRESS:PORT" (9100 as
 * a rule). */
bool printer_target_valid(const char *target);

/* `dots`: of its paper's width. *ret is the caller's. -EINVAL, -EAGAIN, -ENOMEM. */
MUST_CHECK int printer_create(const char *target, int dots, struct printer **ret);
/* Gives up what is being printed. Accepts NULL. */
void printer_destroy(struct printer *p);

/* Prints a page; moves *take. The head is copied. -EBUSY while another is printed: *take
 * stays. */
MUST_CHECK int printer_print(struct printer *p, struct page **take,
                             const struct receipt_head *head);
enum printer_state printer_state(struct printer *p);
/* Why the last page failed; 0: it did not. */
int printer_error(struct printer *p);
