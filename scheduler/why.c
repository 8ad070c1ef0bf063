/* Why an entry plays, as a name and as a sentence. Pure. */
#include "scheduler/rundown.h"

#include <stdio.h>
#include <string.h>

const struct item item_last_resort = {
    .id = "last-resort",
    .type = "card",
    .title = "",
    .sha256 = "",
    .duration_ms = 60000,
};

struct why_words {
    const char *name;
    const char *vi, *en;
};

static const struct why_words words[] = {
    [WHY_SLOT] = {"slot", "Trong khung", "In the slot"},
    [WHY_CAMPAIGN] = {"campaign", "Chiến dịch", "Campaign"},
    [WHY_COUNT] = {"count", "Chiến dịch theo số lần phát", "Campaign by number of plays"},
    [WHY_PRIORITY_HARD] = {"priority-hard", "Ưu tiên, phát đúng giờ",
                           "Priority, at its time"},
    [WHY_PRIORITY_SOFT] = {"priority-soft", "Ưu tiên, phát sau mục đang chạy",
                           "Priority, after what was on"},
    [WHY_FILLER] = {"filler", "Nội dung nền", "Filler"},
    [WHY_LAST_RESORT] = {"last-resort", "Không có chương trình", "No programme"},
};

static const struct {
    unsigned flag;
    const char *vi, *en;
} notes[] = {
    {WHY_CUT_BY_SLOT, "dừng khi hết khung", "ends with its slot"},
    {WHY_CUT_BY_PRIORITY, "bị ngắt bởi nội dung ưu tiên",
     "interrupted by a priority item"},
    {WHY_CUT_BY_WITHDRAWAL, "bị thu hồi", "withdrawn"},
    {WHY_OVERRUN, "kéo dài quá khung trong mức cho phép",
     "runs over within its tolerance"},
    {WHY_RESUMED, "tiếp tục sau khi bị ngắt", "goes on after an interruption"},
    {WHY_CONFLICT, "trùng giờ với nội dung ưu tiên khác",
     "collides with another priority item"},
    {WHY_SCALED_DOWN, "các chiến dịch xin quá thời lượng nên được chia lại",
     "campaigns asked for more than there is"},
};

const char *why_name(enum why_rule rule)
{
    return words[rule].name;
}

static void add(char **at, size_t *size, const char *a, const char *b)
{
    int n = snprintf(*at, *size, "%s%s", a, b);
    if (n < 0 || (size_t)n >= *size)
        n = *size ? (int)*size - 1 : 0;
    *at += n;
    *size -= (size_t)n;
}

void entry_why_text(const struct entry *e, const char *language, char *ret, size_t size)
{
    if (size == 0)
        return;
    bool vi = strcmp(language, "vi") == 0;
    char share[64];
    *ret = '\0';
    add(&ret, &size, vi ? words[e->rule].vi : words[e->rule].en, "");
    if (e->slot && e->rule == WHY_SLOT)
        add(&ret, &size, " ", e->slot->name[0] ? e->slot->name : e->slot->id);
    else if (e->release)
        add(&ret, &size, ": ",
            e->release->title[0] ? e->release->title : e->release->line);
    if (e->rule == WHY_CAMPAIGN) {
        snprintf(share, sizeof(share),
                 vi ? ", %d,%02d %% thời lượng" : ", %d.%02d %% of time",
                 e->given_bp / 100, e->given_bp % 100);
        add(&ret, &size, share, "");
    }
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
        if (e->flags & notes[i].flag)
            add(&ret, &size, "; ", vi ? notes[i].vi : notes[i].en);
}
