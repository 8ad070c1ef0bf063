/* Kind campaign: items with a share, a number of plays, or a time. */
#include "base/arena.h"
#include "content/model/kind.h"

static void parse(struct json_reader *r, struct release *release)
{
    struct campaign_rule *c = &release->body.campaign;
    release->items = items_parse(r, "items", 200, release->arena, &release->item_count);
    if (!r->error && release->item_count == 0)
        json_reader_fail(r, "items", "empty");
    c->items = items_for_plan(release->arena, release->items, release->item_count);
    c->item_count = release->item_count;
    c->rank = (int)json_read_int_or(r, "rank", 0, 1000, 500);
    bool share = json_reader_has(r, "share_bp"),
         count = json_reader_has(r, "plays_per_day");
    bool at = json_reader_has(r, "at");
    if (share + count + at != 1) {
        json_reader_fail(r, "share_bp", "expected one of share_bp, plays_per_day, at");
    } else if (share) {
        c->mode = CAMPAIGN_SHARE;
        c->share_bp = (int)json_read_int(r, "share_bp", 1, 10000);
    } else if (count) {
        c->mode = CAMPAIGN_COUNT;
        c->plays_per_day = (int)json_read_int(r, "plays_per_day", 1, 1000);
    } else {
        struct json_reader when;
        json_reader_child(&when, r, "at", json_read_object(r, "at"));
        c->mode = CAMPAIGN_AT;
        kind_when_parse(&when, release->arena, &c->when);
        c->hard = json_read_bool_or(&when, "hard", false);
        c->tolerance_ms = json_read_int_or(&when, "tolerance_ms", 0, 3600000, 60000);
        kind_reader_done(r, &when);
    }
    if (!r->error && (c->mode == CAMPAIGN_AT) != (release->rule.level == LEVEL_PRIORITY))
        json_reader_fail(r, "at",
                         "a campaign at a set time has level priority, others not");
}

static int plan(const struct release *release, struct plan_builder *b, struct diag *diag)
{
    struct campaign_rule rule = release->body.campaign;
    rule.release = release->rule;
    return plan_builder_add_campaign(b, &rule, diag);
}

const struct release_kind kind_campaign = {
    .name = "campaign",
    .validity_max_days = 400,
    .signatures = {2, 2, 0},
    .parse = parse,
    .plan = plan,
};
