/* Reads text from left to right; at each place the first rule of the table that fits says
 * what stands there. Rules look at what follows and at the word said before. */
#include "content/speech/normalize.h"

#include "base/text.h"
#include "content/speech/lexicon.h"
#include "content/speech/numbers.h"
#include "content/speech/reader.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* ---- rules: bytes that were said; 0: not this ---- */

static void say_month(struct reader *r, int month)
{
    reader_say(r, "tháng");
    if (month == 4)
        reader_say(r, "tư");
    else
        reader_say_int(r, month);
}

/* 24/11/2026, 24-11-2026; 24/11 behind a word that makes it a day. */
static size_t rule_date(struct reader *r)
{
    const char *at = r->at;
    size_t d = reader_digits(at);
    int day = reader_small(at, d);
    if (day < 1 || day > 31 || d > 2 || !strchr("/-.", at[d]) || !at[d])
        return 0;
    char mark = at[d];
    size_t m = reader_digits(at + d + 1), n = d + 1 + m;
    int month = reader_small(at + d + 1, m);
    if (month < 1 || month > 12 || m > 2)
        return 0;
    size_t y = at[n] == mark ? reader_digits(at + n + 1) : 0;
    if (y != 4 && (y != 0 || mark != '/' || reader_is_letter(at[n]) ||
                   (at[n] == '/' && at[n + 1]) ||
                   !reader_follows(r, "ngày|từ|đến|trước|sau|hết|sáng|chiều|tối|hôm|và")))
        return 0;
    if (!reader_follows(r, "ngày"))
        reader_say(r, "ngày");
    if (day <= 10)
        reader_say(r, "mùng");
    reader_say_int(r, day);
    say_month(r, month);
    if (y != 4)
        return n;
    reader_say(r, "năm");
    reader_say_number(r, at + n + 1, 4);
    return n + 5;
}

/* 11/2026 behind "tháng". */
static size_t rule_month(struct reader *r)
{
    size_t m = reader_digits(r->at);
    int month = reader_small(r->at, m);
    if (m > 2 || month < 1 || month > 12 || r->at[m] != '/' ||
        !reader_follows(r, "tháng"))
        return 0;
    size_t y = reader_digits(r->at + m + 1);
    if (y != 4)
        return 0;
    if (month == 4)
        reader_say(r, "tư");
    else
        reader_say_int(r, month);
    reader_say(r, "năm");
    reader_say_number(r, r->at + m + 1, 4);
    return m + 5;
}

/* 7h30, 17h, 07:30. */
static size_t rule_time(struct reader *r)
{
    const char *at = r->at;
    size_t h = reader_digits(at);
    int hour = reader_small(at, h);
    if (h > 2 || hour < 0 || hour > 24 || !(at[h] == 'h' || at[h] == 'g' || at[h] == ':'))
        return 0;
    size_t m = reader_digits(at + h + 1), n = h + 1 + m;
    int minute = reader_small(at + h + 1, m);
    if ((m != 2 && (m != 0 || at[h] == ':')) || minute > 59 || reader_is_letter(at[n]))
        return 0;
    reader_say_int(r, hour);
    reader_say(r, "giờ");
    if (m == 2 && minute > 0) {
        reader_say_int(r, minute);
        reader_say(r, "phút");
    }
    return n;
}

/* The parts of "NĐ-CP", "QĐ-TTg", "QH15" behind a document's number. */
static size_t document_parts(struct reader *r, const char *at)
{
    size_t n = 0;
    for (;;) {
        size_t part = 0;
        while (isalpha((unsigned char)at[n + part]) ||
               (unsigned char)at[n + part] >= 0x80)
            part++;
        const char *word = lexicon_word(at + n, part);
        if (word) {
            reader_say(r, word);
        } else {
            for (size_t i = 0, step; i < part; i += step) {
                const char *letter = lexicon_letter(at + n + i, &step);
                if (!letter)
                    return n + part;
                reader_say(r, letter);
            }
        }
        n += part;
        size_t d = reader_digits(at + n);
        if (d > 0) { /* QH15: the fifteenth */
            reader_say(r, "khóa");
            reader_say_number(r, at + n, d);
            n += d;
        }
        if (at[n] != '-' || !reader_is_letter(at[n + 1]))
            return n;
        n++;
    }
}

/* 20/2021/NĐ-CP, 03/KH-UBND. */
static size_t rule_document(struct reader *r)
{
    const char *at = r->at;
    size_t d = reader_digits(at), n = d;
    if (d == 0 || d > 5 || at[n] != '/')
        return 0;
    size_t y = reader_digits(at + n + 1);
    if (y == 4 && at[n + 5] == '/')
        n += 5;
    else if (y != 0)
        return 0;
    const char *kind = at + n + 1;
    size_t step;
    if (!lexicon_letter(kind, &step) || !lexicon_letter(kind + step, &step))
        return 0;
    reader_say(r, "");
    if (!r->error)
        reader_keep(r, numbers_say(&r->out, at, d));
    if (y == 4) {
        reader_say(r, "năm");
        reader_say_number(r, at + d + 1, 4);
    }
    return n + 1 + document_parts(r, kind);
}

/* 0234 3878 000, 0905.123.456: digit by digit, a pause between the groups. */
static size_t rule_telephone(struct reader *r)
{
    size_t n = 0, count = 0, groups = 0;
    if (*r->at != '0' || !reader_is_digit(r->at[1]))
        return 0;
    for (size_t d; (d = reader_digits(r->at + n)) > 0 && count <= 12; groups++) {
        count += d;
        n += d;
        if (!strchr(" .-", r->at[n]) || !r->at[n] || !reader_is_digit(r->at[n + 1]))
            break;
        n++;
    }
    if (count < 9 || count > 12 || r->at[n] == '/')
        return 0;
    for (size_t at = 0; at < n;) {
        size_t d = reader_digits(r->at + at);
        reader_say(r, "");
        if (!r->error)
            reader_keep(r, numbers_spell(&r->out, r->at + at, d));
        at += d + 1;
        if (at < n)
            reader_keep(r, buf_append_text(&r->out, ","));
    }
    return n;
}

/* The digits of a number without its separators, and where it ends. */
struct number {
    char whole[64], part[32];
    size_t whole_count, part_count, length;
};

static bool number_read(const char *at, struct number *ret)
{
    size_t d = reader_digits(at), n = d;
    *ret = (struct number){.whole_count = 0};
    if (d == 0 || d >= sizeof(ret->whole))
        return false;
    memcpy(ret->whole, at, d);
    ret->whole_count = d;
    while (d <= 3 && at[n] == '.' && reader_digits(at + n + 1) == 3 &&
           ret->whole_count + 3 < sizeof(ret->whole)) {
        memcpy(ret->whole + ret->whole_count, at + n + 1, 3);
        ret->whole_count += 3;
        n += 4;
    }
    bool grouped = n > d;
    char point = at[n];
    size_t part =
        point == ',' || (point == '.' && !grouped) ? reader_digits(at + n + 1) : 0;
    if (part > 0 && part < sizeof(ret->part)) {
        memcpy(ret->part, at + n + 1, part);
        ret->part_count = part;
        n += 1 + part;
    }
    ret->length = n;
    return true;
}

static bool is_zero(const char *text, size_t count)
{
    return strspn(text, "0") >= count;
}

static void number_say(struct reader *r, const struct number *n)
{
    if (n->part_count == 0) {
        reader_say_number(r, n->whole, n->whole_count);
        return;
    }
    reader_say(r, "");
    if (!r->error)
        reader_keep(r, numbers_say(&r->out, n->whole, n->whole_count));
    if (is_zero(n->part, n->part_count))
        return;
    reader_say(r, "phẩy ");
    if (!r->error)
        reader_keep(r, numbers_say_decimals(&r->out, n->part, n->part_count));
}

/* "-" or "–" between two numbers. */
static size_t dash(const char *at)
{
    size_t blanks = strspn(at, " ");
    size_t n = at[blanks] == '-'                             ? 1
               : strncmp(at + blanks, "–", strlen("–")) == 0 ? strlen("–")
                                                             : 0;
    if (n == 0 || (blanks > 0 && at[blanks + n] != ' '))
        return 0;
    n += blanks;
    n += strspn(at + n, " ");
    return reader_is_digit(at[n]) ? n : 0;
}

static size_t unit_say(struct reader *r, const char *at)
{
    size_t blanks = strspn(at, " "), n;
    const char *unit = lexicon_unit(at + blanks, &n);
    if (!unit || blanks > 1)
        return 0;
    reader_say(r, unit);
    return blanks + n;
}

/* 1.500.000 đồng, 6,60 %, 1–5, 2021-2025, -3 °C, 1/2. */
static size_t rule_number(struct reader *r)
{
    struct number n, second;
    const char *at = r->at;
    size_t minus = *at == '-' && reader_is_digit(at[1]) && reader_word_begins(r) ? 1 : 0;
    if (!number_read(at + minus, &n))
        return 0;
    if (minus)
        reader_say(r, "âm");
    number_say(r, &n);
    size_t length = minus + n.length, gap = dash(at + length);
    if (gap > 0 && number_read(at + length + gap, &second)) {
        reader_say(r, "đến");
        number_say(r, &second);
        length += gap + second.length;
    } else if (at[length] == '/' && reader_is_digit(at[length + 1]) &&
               number_read(at + length + 1, &second)) {
        reader_say(r, second.whole_count == 1 && n.whole_count == 1 ? "phần" : "trên");
        number_say(r, &second);
        length += 1 + second.length;
    }
    return length + unit_say(r, at + length);
}

/* II behind "chương", "quý", "khóa", ...: the number. */
static size_t rule_roman(struct reader *r)
{
    static const char signs[] = "IVXLC";
    static const int values[] = {1, 5, 10, 50, 100};
    size_t n = strspn(r->at, signs);
    int sum = 0, last = 0;
    if (n == 0 || reader_is_letter(r->at[n]) || reader_is_digit(r->at[n]) ||
        !reader_follows(
            r, "chương|quý|khóa|khoá|phần|mục|kỷ|lần|cấp|vùng|khu vực|nhóm|tiểu"))
        return 0;
    for (size_t i = n; i-- > 0;) {
        int v = values[strchr(signs, r->at[i]) - signs];
        sum += v < last ? -v : v;
        last = v > last ? v : last;
    }
    reader_say_int(r, sum);
    return n;
}

/* UBND, TP. Huế, BHYT. */
static size_t rule_word(struct reader *r)
{
    size_t n = 0;
    while (reader_is_letter(r->at[n]) ||
           ((r->at[n] == '&' || r->at[n] == '-' || r->at[n] == '.') &&
            reader_is_letter(r->at[n + 1])))
        n++;
    for (size_t end = n + (r->at[n] == '.'); end > 0; end--) {
        bool whole = !reader_is_letter(r->at[end]) || r->at[end - 1] == '.';
        const char *word = whole ? lexicon_word(r->at, end) : NULL;
        if (word) {
            reader_say(r, word);
            return end;
        }
    }
    return 0;
}

/* Two to five capital letters without a vowel: nobody can say them but one by one. */
static size_t rule_letters(struct reader *r)
{
    size_t n = 0, count = 0, step;
    while (lexicon_letter(r->at + n, &step)) {
        if (strchr("AEIOUY", r->at[n]))
            return 0;
        n += step;
        count++;
    }
    if (count < 2 || count > 5 || reader_is_letter(r->at[n]))
        return 0;
    for (size_t i = 0; i < n; i += step)
        reader_say(r, lexicon_letter(r->at + i, &step));
    return n;
}

static size_t rule_sign(struct reader *r)
{
    static const struct {
        const char *sign, *words;
    } signs[] = {{"•", ""},     {"·", ","},         {"&", "và"}, {"+", "cộng"},
                 {"=", "bằng"}, {"≤", "không quá"}, {"≥", "từ"}, {"→", ","},
                 {"…", "."},    {"*", ""}};
    for (size_t i = 0; i < ARRAY_LENGTH(signs); i++) {
        size_t n = strlen(signs[i].sign);
        if (strncmp(r->at, signs[i].sign, n) != 0)
            continue;
        if (strchr(",.", signs[i].words[0])) {
            while (r->out.length > 0 && r->out.data[r->out.length - 1] == ' ')
                r->out.data[--r->out.length] = '\0';
            reader_keep(r, buf_append_text(&r->out, signs[i].words));
        } else {
            reader_say(r, signs[i].words);
        }
        return n + strspn(r->at + n, *signs[i].words ? "" : " ");
    }
    return 0;
}

static const struct {
    size_t (*rule)(struct reader *r);
    bool word; /* only where a word begins */
} rules[] = {
    {rule_date, true},     {rule_month, true},     {rule_time, true},
    {rule_document, true}, {rule_telephone, true}, {rule_number, true},
    {rule_roman, true},    {rule_word, true},      {rule_letters, true},
    {rule_sign, false},
};

/* What follows a word that was said must not run into it. */
static void part(struct reader *r)
{
    if ((reader_is_letter(*r->at) || reader_is_digit(*r->at)) && r->out.length > 0 &&
        reader_is_letter(r->out.data[r->out.length - 1]))
        reader_keep(r, buf_append_text(&r->out, " "));
}

static void step(struct reader *r)
{
    bool begins = reader_word_begins(r);
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        size_t n = rules[i].word && !begins ? 0 : rules[i].rule(r);
        if (n > 0) {
            r->at += n;
            part(r);
            return;
        }
    }
    reader_keep(r, buf_append(&r->out, r->at, 1));
    r->at++;
}

int speech_normalize(const char *text, char **ret)
{
    struct reader r = {.begin = text, .at = text, .out = BUF_INIT(SPEECH_TEXT_BYTES_MAX)};
    if (!text_is_utf8(text, strlen(text)))
        return -EINVAL;
    while (*r.at && !r.error)
        step(&r);
    if (!r.error && !r.out.data)
        reader_keep(&r, buf_append_text(&r.out, ""));
    if (r.error) {
        buf_release(&r.out);
        return r.error;
    }
    *ret = buf_take(&r.out);
    return 0;
}
