/* notices: loans, jobs, training and announcements, from tables of office programs. */
#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "content/ctl/ctl.h"
#include "content/model/notice_table.h"
#include "content/model/release.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TABLE_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define OFFSET_MS                                                                        \
    (INT64_C(7) * 3600 * 1000) /* Vietnam has one zone and no summer time                \
                                */

static int read_type(const char *name, enum notice_type *ret)
{
    for (int i = 0; i < NOTICE_TYPE_COUNT; i++)
        if (strcmp(notice_forms[i].name, name) == 0) {
            *ret = (enum notice_type)i;
            return 0;
        }
    return ctl_fail(CTL_USAGE,
                    "'%s' is no type of notice: loan, job, training or commune", name);
}

/* ---- template ---- */

static int template(struct ctl *c)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(65536);
    enum notice_type type = NOTICE_LOAN;
    int code = read_type(c->arguments[0], &type);
    if (code != 0)
        return code;
    if (notice_table_template(type, &text) < 0)
        return ctl_fail(CTL_REFUSED, "out of memory");
    if (!c->v.out)
        return fputs(text.data, stdout) < 0 ? CTL_REFUSED : CTL_DONE;
    int r = file_write_atomic(c->v.out, text.data, text.length, 0644);
    return r < 0 ? ctl_fail(CTL_REFUSED, "cannot write '%s': %s", c->v.out, strerror(-r))
                 : CTL_DONE;
}

/* ---- import ---- */

/* Every fault with its file in front of it. */
static int print_faults(const char *file, const struct buf *faults)
{
    const char *at = faults->data;
    size_t count = 0;
    for (; at && *at; count++) {
        size_t n = strcspn(at, "\n");
        ctl_fail(CTL_REFUSED, "%s: %.*s", file, (int)n, at);
        at += n + (at[n] == '\n');
    }
    return CTL_REFUSED;
}

static int import_one(const char *type_name, const char *file, json_t *notices)
{
    CLEANUP(text_free) char *bytes = NULL;
    CLEANUP(buf_release) struct buf faults = BUF_INIT(65536);
    enum notice_type type = NOTICE_LOAN;
    size_t length;
    int code = read_type(type_name, &type);
    if (code != 0)
        return code;
    int r = file_read(file, TABLE_BYTES_MAX, &bytes, &length);
    if (r < 0)
        return ctl_fail(CTL_REFUSED, "cannot read '%s': %s", file, strerror(-r));
    size_t before = json_array_size(notices);
    r = notice_table_read(bytes, length, type, (ctl_now_ms() + OFFSET_MS) / MS_PER_DAY,
                          notices, &faults);
    if (r < 0)
        return faults.length ? print_faults(file, &faults)
                             : ctl_fail(CTL_REFUSED, "%s: %s", file, strerror(-r));
    fprintf(stderr, "%s: %zu notices\n", file, json_array_size(notices) - before);
    return 0;
}

static int import(struct ctl *c)
{
    CLEANUP(json_decrefp) json_t *notices = json_array();
    CLEANUP(json_decrefp) json_t *release = NULL;
    CLEANUP(text_free) char *text = NULL;
    if (!c->v.id || !c->v.area)
        return ctl_fail(CTL_USAGE, "--line and --area: whose notices are they?");
    if (c->argument_count % 2 != 0)
        return ctl_fail(CTL_USAGE, "expected a type before each file: job jobs.csv");
    int code = 0;
    for (size_t i = 0; code == 0 && i < c->argument_count; i += 2)
        code = import_one(c->arguments[i], c->arguments[i + 1], notices);
    if (code != 0)
        return code;
    if (json_array_size(notices) > NOTICES_MAX)
        return ctl_fail(CTL_REFUSED,
                        "%zu notices: one release holds %d, so make several "
                        "lines of them, by type or area",
                        json_array_size(notices), NOTICES_MAX);
    release = json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:O, s:b}}", "kind", "notices",
                        "line", c->v.id, "level", "routine", "area", c->v.area, "title",
                        c->v.name ? c->v.name : "Thông báo vay vốn, việc làm", "body",
                        "notices", notices, "sample", c->v.sample);
    text = release ? json_dumps(release, JSON_INDENT(1)) : NULL;
    if (!text)
        return ctl_fail(CTL_REFUSED, "out of memory");
    if (!c->v.out)
        return puts(text) < 0 ? CTL_REFUSED : CTL_DONE;
    int r = file_write_atomic(c->v.out, text, strlen(text), 0644);
    return r < 0 ? ctl_fail(CTL_REFUSED, "cannot write '%s': %s", c->v.out, strerror(-r))
                 : CTL_DONE;
}

/* ---- show ---- */

static void show_field(const struct notice_field *f, const struct notice *n)
{
    const void *at = (const char *)n + f->offset;
    int64_t figure = 0, year;
    int month, day;
    if (f->value == NOTICE_DAY || f->value == NOTICE_FIGURE || f->value == NOTICE_RATE)
        memcpy(&figure, at, sizeof(figure));
    switch (f->value) {
    case NOTICE_DAY:
        timestamp_civil_from_days(figure, &year, &month, &day);
        if (figure)
            printf("    %s: %02d/%02d/%04d\n", f->label, day, month, (int)year);
        break;
    case NOTICE_FIGURE:
        if (figure)
            printf("    %s: %" PRId64 "\n", f->label, figure);
        break;
    case NOTICE_RATE:
        if (figure)
            printf("    %s: %" PRId64 ",%02d\n", f->label, figure / 100,
                   (int)(figure % 100));
        break;
    case NOTICE_FLAG:
        if (*(const bool *)at)
            printf("    %s: có\n", f->label);
        break;
    default:
        if (**(const char *const *)at)
            printf("    %s: %s\n", f->label, *(const char *const *)at);
    }
}

void ctl_notices_show(const struct release *r)
{
    for (size_t i = 0; i < r->body.notices.count; i++) {
        const struct notice *n = &r->body.notices.notices[i];
        printf("  %s%s\n", notice_forms[n->type].name, n->sample ? " (sample)" : "");
        for (const struct notice_field *const *f = notice_forms[n->type].fields; *f; f++)
            show_field(*f, n);
    }
}

static const struct option_key keys_template[] = {CTL_OUT};
static const struct option_key keys_import[] = {
    {"line", OPTION_TEXT, CTL_AT(id), NULL, 0, 0, "ID", "the release's lasting identity"},
    {"area", OPTION_TEXT, CTL_AT(area), NULL, 0, 0, "AREA", "who issues it"},
    {"title", OPTION_TEXT, CTL_AT(name), NULL, 0, 0, "TEXT", "for those who approve it"},
    {"sample", OPTION_FLAG, CTL_AT(sample), NULL, 0, 0, NULL,
     "mark all of them as examples on the screen"},
    CTL_OUT};

static const struct command commands[] = {
    {"notices template", "TYPE", "an empty table to fill in, with an example",
     "TYPE is loan, job, training or commune. Open it with a spreadsheet, replace the\n"
     "example, save it as CSV or Unicode text. Columns may change places; those that "
     "are\n"
     "not needed may be left out.",
     keys_template, ARRAY_LENGTH(keys_template), 1, 1, template},
    {"notices import", "TYPE FILE...", "a draft for release build, from filled-in tables",
     "tramtinctl notices import job jobs.csv loan loans.csv --line viec-lam --area hue "
     "\\\n"
     "    --out notices.draft\n"
     "tramtinctl release build notices.draft --out notices.release\n\n"
     "Every mistake is said with its line and column. Two people sign the release: who\n"
     "wrote it and who approves it; release show prints what they sign.",
     keys_import, ARRAY_LENGTH(keys_import), 2, 16, import},
};
const struct command_group commands_notices = {commands, ARRAY_LENGTH(commands)};
