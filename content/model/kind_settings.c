/* Kind settings: what an area sets for its units. */
#include "base/arena.h"
#include "content/model/kind.h"

static void parse_contact(struct json_reader *r, struct arena *a, struct settings *s)
{
    s->contact_name = s->contact_office = s->contact_telephone = s->contact_hours = "";
    if (!json_reader_has(r, "contact"))
        return;
    struct json_reader c;
    json_reader_child(&c, r, "contact", json_read_object(r, "contact"));
    s->contact_name = arena_text(a, json_read_text_or(&c, "name", 200, ""));
    s->contact_office = arena_text(a, json_read_text_or(&c, "office", 200, ""));
    s->contact_telephone = arena_text(a, json_read_text_or(&c, "telephone", 40, ""));
    s->contact_hours = arena_text(a, json_read_text_or(&c, "hours", 200, ""));
    kind_reader_done(r, &c);
}

static void parse_download(struct json_reader *r, struct arena *a, struct settings *s)
{
    if (!json_reader_has(r, "download"))
        return;
    struct json_reader d;
    json_reader_child(&d, r, "download", json_read_object(r, "download"));
    s->download_limit_kbps = json_read_int_or(&d, "limit_kbps", 0, 10000000, 0);
    s->download_windows = kind_windows_parse(&d, "windows", a, &s->download_window_count);
    kind_reader_done(r, &d);
}

static void parse(struct json_reader *r, struct release *release)
{
    static const char *const rotations[] = {"0", "90", "180", "270"};
    struct arena *a = release->arena;
    struct settings_rule *rule = &release->body.settings.rule;
    struct settings *s = &release->body.settings.settings;
    rule->guaranteed_bp =
        (int)json_read_int_or(r, "guaranteed_bp", 0, 10000, GUARANTEED_DEFAULT_BP);
    rule->sound = kind_windows_parse(r, "sound_hours", a, &rule->sound_count);
    s->volume_ceiling_bp = (int)json_read_int_or(r, "volume_ceiling_bp", 0, 10000, 10000);
    s->ticker = texts_parse(r, "ticker", a, 20, 500);
    s->transition_ms = json_read_int_or(r, "transition_ms", 0, 3000, 0);
    s->rotation = (int)json_read_int_or(r, "rotation", 0, 270, 0);
    if (!r->error && s->rotation % 90 != 0)
        json_reader_fail(r, "rotation", "expected %s, %s, %s or %s", rotations[0],
                         rotations[1], rotations[2], rotations[3]);
    parse_contact(r, a, s);
    parse_download(r, a, s);
    rule->content = s;
}

static int plan(const struct release *release, struct plan_builder *b, struct diag *diag)
{
    struct settings_rule rule = release->body.settings.rule;
    rule.release = release->rule;
    return plan_builder_add_settings(b, &rule, diag);
}

const struct release_kind kind_settings = {
    .name = "settings",
    .validity_max_days = 1100,
    .signatures = {1, 0, 0},
    .parse = parse,
    .plan = plan,
};
