/* What the rules of the normaliser look with and say with. */
#include "content/speech/reader.h"

#include "content/speech/numbers.h"

#include <ctype.h>
#include <string.h>

/* ---- looking ---- */

bool reader_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool reader_is_letter(char c)
{
    return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

size_t reader_digits(const char *at)
{
    return strspn(at, "0123456789");
}

/* The number of 1 ... 4 digits, or -1. */
int reader_small(const char *at, size_t count)
{
    int n = 0;
    if (count == 0 || count > 4)
        return -1;
    for (size_t i = 0; i < count; i++)
        n = n * 10 + (at[i] - '0');
    return n;
}

bool reader_word_begins(const struct reader *r)
{
    return r->at == r->begin ||
           (!reader_is_letter(r->at[-1]) && !reader_is_digit(r->at[-1]));
}

/* Whether the word before is one of `words` (separated by '|'), without regard to the
 * case of ASCII letters. */
bool reader_follows(const struct reader *r, const char *words)
{
    const char *end = r->at;
    while (end > r->begin && end[-1] == ' ')
        end--;
    const char *begin = end;
    while (begin > r->begin && reader_is_letter(begin[-1]))
        begin--;
    size_t length = (size_t)(end - begin);
    for (const char *w = words; *w; w += *w == '|') {
        size_t n = strcspn(w, "|");
        if (n == length && n > 0 && strncasecmp(w, begin, n) == 0)
            return true;
        w += n;
    }
    return false;
}

/* ---- saying ---- */

void reader_keep(struct reader *r, int error)
{
    if (!r->error)
        r->error = error;
}

/* A word of its own. */
void reader_say(struct reader *r, const char *words)
{
    bool glued = r->out.length > 0 && !strchr(" \n(\"-", r->out.data[r->out.length - 1]);
    if (glued)
        reader_keep(r, buf_append_text(&r->out, " "));
    if (!r->error)
        reader_keep(r, buf_append_text(&r->out, words));
}

void reader_say_number(struct reader *r, const char *at, size_t count)
{
    reader_say(r, "");
    if (!r->error)
        reader_keep(r, count > 1 && *at == '0' ? numbers_spell(&r->out, at, count)
                                               : numbers_say(&r->out, at, count));
}

void reader_say_int(struct reader *r, int number)
{
    reader_say(r, "");
    if (!r->error)
        reader_keep(r, numbers_say_int(&r->out, number));
}
