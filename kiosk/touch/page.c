/* Pages: blocks and texts in one arena. */
#include "kiosk/touch/page.h"

#include "base/arena.h"
#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MAX = 512, PAGE_BYTES_MAX = 1 << 20, TEXT_MAX = 2048 };

struct page {
    struct arena *arena;
    enum language language;
    size_t count;
    struct block blocks[BLOCKS_MAX];
    struct block spare; /* what does not fit is written here */
    int failed;
    char nothing[1]; /* stands in for a text that does not fit */
};

int page_create(enum language language, struct page **ret)
{
    struct page *p = calloc(1, sizeof(*p));
    if (!p)
        return -ENOMEM;
    if (arena_create(PAGE_BYTES_MAX, &p->arena) < 0) {
        free(p);
        return -ENOMEM;
    }
    p->language = language;
    *ret = p;
    return 0;
}

void page_destroy(struct page *p)
{
    if (!p)
        return;
    arena_destroy(p->arena);
    free(p);
}

struct block *page_add(struct page *p, enum block_kind kind, const char *text)
{
    struct block *b = p->count < BLOCKS_MAX ? &p->blocks[p->count++] : &p->spare;
    if (b == &p->spare)
        p->failed = -ENOMEM;
    *b = (struct block){.kind = kind, .text = page_text(p, "%s", page_say(p, text))};
    return b;
}

char *page_text(struct page *p, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    char *copy = arena_text(p->arena, text);
    if (!copy) {
        p->failed = -ENOMEM;
        p->nothing[0] = '\0';
    }
    return copy ? copy : p->nothing;
}

const char *page_say(const struct page *p, const char *vi)
{
    return vi ? language_text(p->language, vi) : "";
}

char *page_say_number(struct page *p, const char *vi, int64_t number)
{
    const char *text = page_say(p, vi), *at = strstr(text, "{}");
    if (!at)
        return page_text(p, "%s", text);
    return page_text(p, "%.*s%lld%s", (int)(at - text), text, (long long)number, at + 2);
}

static void own(struct page *p, const char **text)
{
    if (*text)
        *text = page_text(p, "%s", *text);
}

int page_finish(struct page *p)
{
    for (size_t i = 0; i < p->count; i++) {
        struct block *b = &p->blocks[i];
        own(p, &b->detail);
        own(p, &b->value);
        for (int k = 0; k < b->cell_count; k++)
            own(p, &b->cells[k]);
    }
    return p->failed;
}

size_t page_block_count(const struct page *p)
{
    return p->count;
}

const struct block *page_block(const struct page *p, size_t index)
{
    return &p->blocks[index];
}

enum language page_language(const struct page *p)
{
    return p->language;
}

static int speak(struct buf *b, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    if (n == 0)
        return 0;
    return buf_printf(b, "%s%s\n", text, strchr(".?!:;", text[n - 1]) ? "" : ".");
}

int page_speech(const struct page *p, char **ret)
{
    struct buf b = BUF_INIT(PAGE_BYTES_MAX);
    int r = 0;
    for (size_t i = 0; r == 0 && i < p->count; i++) {
        const struct block *block = &p->blocks[i];
        if (block->kind == BLOCK_DIGITS) /* what was typed is nobody else's business */
            continue;
        const char *const texts[] = {block->text, block->detail,
                                     block->kind == BLOCK_CODE ? "" : block->value};
        for (size_t k = 0; r == 0 && k < ARRAY_LENGTH(texts); k++)
            r = speak(&b, texts[k]);
        for (int k = 0; r == 0 && k < block->cell_count; k++)
            r = speak(&b, block->cells[k]);
    }
    if (r == 0)
        *ret = buf_take(&b);
    buf_release(&b);
    return r;
}
