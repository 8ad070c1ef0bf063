/* The figures that today's programme shows as slides, to look up at one's own pace. */
#include "content/model/item.h"
#include "kiosk/services/service.h"

enum { VERB_SLIDE = VERB_SCREEN };

struct figures {
    size_t open; /* 1 + index of the slide; 0: the list */
};

static void bars_build(struct page *p, const struct slide *slide)
{
    double most = 0;
    for (size_t i = 0; i < slide->row_count; i++)
        if (slide->rows[i].value > most)
            most = slide->rows[i].value;
    for (size_t i = 0; i < slide->row_count; i++) {
        const struct slide_row *row = &slide->rows[i];
        struct block *b = page_add(p, BLOCK_BAR, row->label);
        char *text = page_text(p, "%.2f", row->value);
        for (char *c = text; *c; c++)
            if (*c == '.')
                *c = ',';
        b->value = page_text(p, "%s %s", text, slide->unit);
        b->share = most > 0 ? row->value / most : 0;
        b->strong = row->highlight;
    }
}

static void row_build(struct page *p, struct text_list cells, bool head)
{
    struct block *b = page_add(p, BLOCK_ROW, "");
    b->strong = head;
    for (size_t i = 0; i < cells.count && i < CELLS_MAX; i++)
        b->cells[b->cell_count++] = cells.texts[i];
}

static void slide_build(struct page *p, const struct slide *slide)
{
    page_add(p, BLOCK_TITLE, slide->title);
    if (*slide->subtitle)
        page_add(p, BLOCK_TEXT, slide->subtitle);
    if (slide->layout == SLIDE_BAR)
        bars_build(p, slide);
    if (slide->layout == SLIDE_TABLE) {
        row_build(p, slide->columns, true);
        for (size_t i = 0; i < slide->row_count; i++)
            row_build(p, slide->rows[i].cells, false);
    }
    if (*slide->source)
        page_add(p, BLOCK_NOTE, slide->source);
}

static void figures_build(const struct service_context *c, struct page *p)
{
    const struct figures *f = c->state;
    const struct service_world *w = c->world;
    if (f->open > 0 && f->open <= w->slide_count) {
        slide_build(p, w->slides[f->open - 1]);
        return;
    }
    page_add(p, BLOCK_TITLE, N_("Số liệu giảm nghèo"));
    for (size_t i = 0; i < w->slide_count; i++) {
        struct block *b = page_add(p, BLOCK_CHOICE, w->slides[i]->title);
        b->detail = w->slides[i]->subtitle;
        b->icon = ICON_chart_column;
        b->action = (struct action){VERB_SLIDE, (int64_t)i + 1};
    }
    if (w->slide_count == 0)
        page_add(p, BLOCK_TEXT, N_("Hôm nay chưa có số liệu nào."));
}

static void figures_act(const struct service_context *c, struct action action)
{
    struct figures *f = c->state;
    f->open = (size_t)action.value;
}

static bool figures_back(const struct service_context *c)
{
    struct figures *f = c->state;
    bool open = f->open > 0;
    f->open = 0;
    return open;
}

static bool figures_offered(const struct service_world *w)
{
    return w->slide_count > 0;
}

const struct service service_figures = {
    .name = "figures",
    .title = N_("Số liệu giảm nghèo"),
    .detail = N_("Từng nơi trong tỉnh"),
    .icon = ICON_chart_column,
    .state_size = sizeof(struct figures),
    .build = figures_build,
    .act = figures_act,
    .back = figures_back,
    .offered = figures_offered,
};
