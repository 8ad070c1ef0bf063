/* From what is trusted to what one unit plays. */
#include "content/model/programme.h"

#include "base/arena.h"
#include "base/diag.h"
#include "content/model/parse.h"
#include "content/model/shown.h"
#include "content/model/trust_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STANDS_MAX 64

struct programme {
    struct arena *arena;
    struct plan *plan;
    struct unit unit;
    const char *unit_name;
    int64_t manifest_number;
    struct settings defaults;
    struct asset_ref *assets;
    size_t asset_count, asset_capacity;
    const struct release **shown;
    size_t shown_count;
};

void programme_destroy(struct programme *p)
{
    if (!p)
        return;
    plan_destroy(p->plan);
    free(p->assets);
    arena_destroy(p->arena);
    free(p);
}

DEFINE_CLEANUP(struct programme *, programme_destroy);

static struct text_list copy_list(struct arena *a, struct text_list list)
{
    const char **texts = arena_array(a, list.count, sizeof(texts[0]));
    for (size_t i = 0; texts && i < list.count; i++)
        texts[i] = arena_text(a, list.texts[i]);
    return (struct text_list){texts, texts ? list.count : 0};
}

/* When the path above an area next changes. */
static int64_t next_boundary(const struct areas *areas, const char *id, int64_t after_ms)
{
    int64_t best = TIME_NEVER;
    for (const struct area *at = areas_find(areas, id); at;
         at = at->parent ? areas_find(areas, at->parent) : NULL) {
        int64_t from = at->from_ms, until = at->until_ms;
        if (from > after_ms && from < best)
            best = from;
        if (until > after_ms && until < best)
            best = until;
    }
    return best;
}

/* Where the unit stands while its placement lasts, cut where the tree changes. */
static int set_stands(struct programme *p, const struct areas *areas,
                      const struct placed_unit *placed)
{
    struct unit_stand *stands = arena_array(p->arena, STANDS_MAX, sizeof(stands[0]));
    if (!stands)
        return -ENOMEM;
    size_t count = 0;
    for (int64_t at = placed->from_ms; at < placed->until_ms && count < STANDS_MAX;) {
        const char *path[AREA_PATH_MAX];
        int64_t until = next_boundary(areas, placed->area, at);
        if (until > placed->until_ms)
            until = placed->until_ms;
        size_t n = areas_path(areas, placed->area, at, path);
        stands[count++] = (struct unit_stand){
            at, until, copy_list(p->arena, (struct text_list){path, n})};
        at = until;
    }
    p->unit = (struct unit){
        .id = arena_text(p->arena, placed->unit),
        .kind = placed->kind,
        .tags = copy_list(p->arena, placed->tags),
        .languages = copy_list(p->arena, placed->languages),
        .stands = stands,
        .stand_count = count,
    };
    p->unit_name = arena_text(p->arena, placed->name);
    return arena_failed(p->arena);
}

/* Any revision counts: one that leaves a unit out must still end the one before it
 * there. */
static bool line_targets(const struct trust *t, const char *line, const struct unit *unit)
{
    for (size_t k = 0; k < t->count; k++) {
        const struct release *release = t->entries[k]->document.release;
        if (!release || strcmp(release->rule.line, line) != 0)
            continue;
        for (size_t i = 0; i < unit->stand_count; i++)
            if (target_match(&release->rule.target, unit, unit->stands[i].from_ms) !=
                TARGET_NO_MATCH)
                return true;
    }
    return false;
}

/* A line whose highest known revision is missing has been rolled back: nothing of it
 * plays. */
static bool rolled_back(const struct trust *t, const char *line)
{
    int64_t highest = 0, present = 0;
    for (size_t i = 0; i < t->line_count; i++)
        if (strcmp(t->lines[i].line, line) == 0)
            highest = t->lines[i].revision;
    for (size_t i = 0; i < t->count; i++) {
        const struct trust_document *d = &t->entries[i]->document;
        if (d->release && strcmp(d->release->rule.line, line) == 0 &&
            d->release->rule.revision > present)
            present = d->release->rule.revision;
    }
    return present < highest;
}

/* Whoever withdraws answers for the line's area, and was not found out since. */
static bool may_withdraw(const struct trust *t, const struct withdrawal_mark *w,
                         const struct release_rule *rule)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct trust_document *d = &t->entries[i]->document;
        if (sha256_equal(&d->name, &w->document))
            return d->standing && areas_is_under(t->areas, rule->area, w->area);
    }
    return areas_is_under(t->areas, rule->area, w->area);
}

static void apply_withdrawals(const struct trust *t, struct release_rule *rule)
{
    for (size_t i = 0; i < t->withdrawal_count; i++) {
        const struct withdrawal_mark *w = &t->withdrawals[i];
        if (strcmp(w->line, rule->line) != 0 || rule->revision > w->revision ||
            !may_withdraw(t, w, rule))
            continue;
        if (w->from_ms < rule->withdrawn_ms)
            rule->withdrawn_ms = w->from_ms;
        rule->withdrawn_cut |= w->cut;
    }
}

static int add_asset(struct programme *p, const struct asset_ref *asset)
{
    for (size_t i = 0; i < p->asset_count; i++)
        if (sha256_equal(&p->assets[i].sha256, &asset->sha256))
            return 0;
    if (p->asset_count == p->asset_capacity) {
        size_t capacity = p->asset_capacity ? p->asset_capacity * 2 : 32;
        struct asset_ref *assets = realloc(p->assets, capacity * sizeof(assets[0]));
        if (!assets)
            return -ENOMEM;
        p->assets = assets;
        p->asset_capacity = capacity;
    }
    p->assets[p->asset_count] = *asset;
    p->assets[p->asset_count++].media = arena_text(p->arena, asset->media);
    return 0;
}

/* The plan points into the release's items, so each programme parses its releases afresh
 * and keeps them in its own arena chain: it must not depend on what the trust does later.
 */
static int add_release(struct programme *p, struct plan_builder *b, const struct trust *t,
                       const struct trust_entry *entry, struct release **keep,
                       struct diag *diag)
{
    const struct envelope *e = entry->envelope;
    struct release *release = NULL;
    int r = release_parse((const char *)e->payload, e->length, &release, diag);
    if (r < 0)
        return r;
    *keep = release;
    apply_withdrawals(t, &release->rule);
    if (release->kind->plan)
        r = release->kind->plan(release, b, diag);
    else
        p->shown[p->shown_count++] = release;
    for (size_t i = 0; r == 0 && i < release->item_count; i++)
        if (release->items[i].asset.bytes)
            r = add_asset(p, &release->items[i].asset);
    return r < 0 ? diag_context(diag, r, "'%s'", release->rule.line) : 0;
}

static bool plays(const struct trust *t, const struct trust_entry *entry,
                  const struct unit *unit)
{
    const struct trust_document *d = &entry->document;
    return d->release && d->standing &&
           (d->release->kind->plan || d->release->kind->shown) &&
           line_targets(t, d->release->rule.line, unit) &&
           !rolled_back(t, d->release->rule.line);
}

static int build_plan(struct programme *p, const struct trust *t, struct diag *diag)
{
    struct plan_builder *b = NULL;
    int r = plan_builder_create(&b);
    p->shown = arena_array(p->arena, t->count, sizeof(const struct release *));
    if (r == 0 && !p->shown)
        r = -ENOMEM;
    for (size_t i = 0; r == 0 && i < t->count; i++) {
        if (!plays(t, t->entries[i], &p->unit))
            continue;
        struct release *release = NULL;
        r = add_release(p, b, t, t->entries[i], &release, diag);
        if (release) /* lives as long as the programme */
            arena_adopt(p->arena, &(struct arena *){release->arena});
    }
    if (r == 0)
        r = plan_build(&b, &t->areas->zone, &p->plan);
    plan_builder_destroy(b);
    return r;
}

int programme_create(const struct trust *t, const struct public_key *key, const char *id,
                     int64_t now_ms, struct programme **ret, struct diag *diag)
{
    const struct placed_unit *placed = trust_find_unit(t, key, id, now_ms);
    if (!placed || !t->areas)
        return diag_set(diag, -ENOENT, "the unit is placed nowhere");
    CLEANUP(programme_destroyp) struct programme *p = calloc(1, sizeof(*p));
    if (!p)
        return -ENOMEM;
    int r = arena_create(ARENA_BYTES_MAX, &p->arena);
    if (r == 0)
        r = set_stands(p, t->areas, placed);
    if (r == 0)
        r = build_plan(p, t, diag);
    if (r < 0)
        return r;
    p->manifest_number = t->manifest_number;
    p->defaults = (struct settings){.volume_ceiling_bp = 10000,
                                    .contact_name = "",
                                    .contact_office = "",
                                    .contact_telephone = "",
                                    .contact_hours = ""};
    *ret = p;
    p = NULL;
    return 0;
}

const struct plan *programme_plan(const struct programme *p)
{
    return p->plan;
}

const struct unit *programme_unit(const struct programme *p)
{
    return &p->unit;
}

const char *programme_unit_name(const struct programme *p)
{
    return p->unit_name;
}

int64_t programme_manifest_number(const struct programme *p)
{
    return p->manifest_number;
}

const struct model_item *programme_item(const struct item *item)
{
    return item->content;
}

const struct settings *programme_settings(const struct programme *p, int64_t at_ms)
{
    const struct settings_rule *rule = plan_settings(p->plan, &p->unit, at_ms);
    return rule ? rule->content : &p->defaults;
}

const struct release *programme_shown(const struct programme *p,
                                      const struct release_kind *kind, int64_t at_ms)
{
    return shown_release(p->shown, p->shown_count, kind, &p->unit, at_ms);
}

const struct release *programme_shown_next(const struct programme *p,
                                           const struct release_kind *kind, int64_t at_ms,
                                           size_t *cursor)
{
    return shown_next(p->shown, p->shown_count, kind, &p->unit, at_ms, cursor);
}

size_t programme_asset_count(const struct programme *p)
{
    return p->asset_count;
}

const struct asset_ref *programme_asset(const struct programme *p, size_t index)
{
    return &p->assets[index];
}

bool programme_concerns(const struct trust *t, const struct trust_document *document,
                        const struct placed_unit *unit, int64_t now_ms)
{
    if (document->placement) {
        for (size_t i = 0; i < document->placement->count; i++)
            if (strcmp(document->placement->units[i].unit, unit->unit) == 0)
                return true;
        return false;
    }
    if (!document->release)
        return true; /* roots, keyring, areas: everybody */
    if (!document->standing || document->release->rule.valid_until_ms <= now_ms)
        return false;
    const char *path[AREA_PATH_MAX];
    struct unit_stand stand = {0, TIME_NEVER, {0}};
    stand.path = (struct text_list){path, areas_path(t->areas, unit->area, now_ms, path)};
    struct unit self = {unit->unit, unit->kind, unit->tags, unit->languages, &stand, 1};
    return line_targets(t, document->release->rule.line, &self);
}
