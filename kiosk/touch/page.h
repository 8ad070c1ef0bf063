#pragma once
#include "base/attr.h"
#include "kiosk/draw/icon.h"
#include "kiosk/draw/theme.h"
#include "kiosk/touch/language.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a screen says and offers, without a word on where it stands: a list of blocks. One
 * description serves the eye (page_render), the finger and the keys (targets), the ear
 * (page_speech) and the printer. Built anew after every touch; one thread at a time. */

struct page;

/* What a touch asks for. Verbs below VERB_SCREEN belong to the session; the others to the
 * screen that built the page. */
enum verb {
    VERB_NONE,
    VERB_BACK,
    VERB_HOME,
    VERB_OPEN,     /* value: index into screens */
    VERB_LANGUAGE, /* the next one */
    VERB_READ,     /* aloud, or stop */
    VERB_SCALE,    /* larger text, or as before */
    VERB_CONTRAST,
    VERB_REACH, /* everything into the lower half, or as before */
    VERB_EARLIER,
    VERB_LATER, /* a page too long for the screen */
    VERB_STAY,  /* "I am still here" */
    VERB_PRINT, /* what the page says, on paper */
    VERB_SCREEN = 100,
};
struct action {
    int verb;
    int64_t value;
};

enum page_mood { PAGE_PLAIN, PAGE_GOOD, PAGE_OPEN, PAGE_CLOSED };

enum block_kind {
    BLOCK_TITLE,  /* the screen's question or name */
    BLOCK_TEXT,   /* a paragraph */
    BLOCK_NOTE,   /* small: source, date */
    BLOCK_GROUP,  /* the head of what follows; mood, value: how many */
    BLOCK_TILE,   /* a large button with an icon; neighbours form a grid */
    BLOCK_CHOICE, /* a button of a list: text, detail, value at the right */
    BLOCK_STEP,   /* text, value, and two buttons: less, more */
    BLOCK_ROW,    /* cells of a table; `strong`: its head */
    BLOCK_BAR,    /* text, value, a bar of `share` */
    BLOCK_CODE,   /* a QR code of `value` beside `text` */
    BLOCK_DIGITS, /* what was typed, and the keys 0-9, delete */
};

enum { CELLS_MAX = 5 };

struct block {
    enum block_kind kind;
    enum page_mood mood;
    enum icon icon;
    const char *text, *detail, *value; /* NULL or "": absent */
    struct action action;              /* VERB_NONE: not to be touched */
    struct action less;                /* BLOCK_STEP: `action` is more */
    bool strong;                       /* meant especially */
    bool leads;   /* says nothing of its own, only leads on: not for paper */
    double share; /* 0..1 */
    const char *cells[CELLS_MAX];
    int cell_count;
};

/* *ret is the caller's (page_destroy). -ENOMEM. */
MUST_CHECK int page_create(enum language language, struct page **ret);
void page_destroy(struct page *p); /* accepts NULL */
DEFINE_CLEANUP(struct page *, page_destroy);

/* The text is translated and copied: it may be one of the Vietnamese
 * sources of the catalogue or anything else. Out of memory is remembered and told by
 * page_finish. The block is borrowed, to fill in further with what lives until then. */
struct block *page_add(struct page *p, enum block_kind kind, const char *text);
/* Copied as it stands, printf-like, for texts with figures in them. Belongs to the page.
 */
char *page_text(struct page *p, const char *format, ...) PRINTF_LIKE(2, 3);
/* The catalogue's text in the page's language. */
const char *page_say(const struct page *p, const char *vi);
/* The same with its "{}" replaced by a figure. */
char *page_say_number(struct page *p, const char *vi, int64_t number);
/* Copies what was only borrowed: the page stands for itself then. 0 or -ENOMEM, also for
 * what failed before. */
MUST_CHECK int page_finish(struct page *p);

size_t page_block_count(const struct page *p);
const struct block *page_block(const struct page *p, size_t index);
enum language page_language(const struct page *p);

/* How a page is shown. */
struct page_look {
    const struct theme *theme; /* of the whole screen */
    double touch;              /* the least side of a target, pixels: 20 mm */
    bool large, contrast, low;
    int sheet;     /* which part of a page too long, from 0 */
    int focus;     /* the target that the keys are on; -1: none */
    bool home;     /* keeps room for the programme; no way back */
    bool can_read; /* this unit has a voice */
    bool reading;
    const char *print; /* what the printer's button says; NULL: no printer, no button */
    bool printing;
    const char *banner;       /* a bulletin that is on the air meanwhile; NULL: none */
    const char *place, *time; /* for the head; NULL: unknown */
};

struct page_target {
    struct box box;
    struct action action;
    bool digit; /* a key of BLOCK_DIGITS: action.value is its digit, or -1 */
};

enum { TARGETS_MAX = 64 };

/* Where things ended up. */
struct page_view {
    struct page_target targets[TARGETS_MAX];
    int target_count;
    int sheets;         /* 1: all fits */
    struct box picture; /* room for the programme; w 0: none */
};

/* Draws the whole screen into `c`, transparent where the programme shows through. */
void page_render(const struct page *p, const struct page_look *look, struct canvas *c,
                 struct page_view *ret);

/* The page as words, one sentence a line, for reading aloud; not what was typed. *ret is
 * the caller's (free). -ENOMEM. */
MUST_CHECK int page_speech(const struct page *p, char **ret);
