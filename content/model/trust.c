/* What has been verified. One thread at a time. */
#include "content/model/trust_internal.h"

#include "base/diag.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 10000

static void entry_destroy(struct trust_entry *entry)
{
    if (!entry)
        return;
    root_destroy((struct root *)entry->document.root);
    keyring_destroy((struct keyring *)entry->document.keyring);
    areas_destroy((struct areas *)entry->document.areas);
    placement_destroy((struct placement *)entry->document.placement);
    release_destroy((struct release *)entry->document.release);
    envelope_destroy(entry->envelope);
    free(entry);
}

DEFINE_CLEANUP(struct trust_entry *, entry_destroy);

int trust_create(const struct sha256 *fingerprint, struct trust **ret)
{
    struct trust *t = calloc(1, sizeof(*t));
    if (!t)
        return -ENOMEM;
    t->fingerprint = *fingerprint;
    *ret = t;
    return 0;
}

void trust_destroy(struct trust *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++)
        entry_destroy(t->entries[i]);
    free(t->entries);
    free(t->lines);
    free(t->withdrawals);
    free(t);
}

/* Distinct keys of a set that signed. */
static size_t count_keys(const struct envelope *e, const struct named_key *keys,
                         size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += envelope_signed_by(e, &keys[i].key);
    return n;
}

static int judge_expiry(int64_t expires_ms, int64_t accepted_ms, struct diag *diag)
{
    if (accepted_ms < expires_ms)
        return 0;
    return diag_set(diag, -ETIME, "expired before it arrived");
}

static int judge_version(const char *what, int64_t version, int64_t newest,
                         struct diag *diag)
{
    if (version > newest)
        return 0;
    return diag_set(diag, -ESTALE, "%s version %lld is not newer than %lld", what,
                    (long long)version, (long long)newest);
}

/* The first root is the one whose payload has the installed fingerprint; each later one
 * is signed by the threshold of its own keys and of the root before it. */
static int accept_root(struct trust *t, const struct envelope *e,
                       struct trust_document *d, struct diag *diag)
{
    struct root *root = NULL;
    int r = root_parse((const char *)e->payload, e->length, &root, diag);
    if (r < 0)
        return r;
    d->root = root;
    size_t signed_by = count_keys(e, root->keys, root->key_count);
    if (signed_by < root->threshold)
        return diag_set(
            diag, -EKEYREJECTED,
            "root: %zu of %zu keys needed have signed; sign it with another of "
            "its keys",
            signed_by, root->threshold);
    if (!t->root) {
        struct sha256 hash;
        sha256_of(e->payload, e->length, &hash);
        if (!sha256_equal(&hash, &t->fingerprint))
            return diag_set(diag, -EKEYREJECTED,
                            "root: not the one whose fingerprint was installed");
        return 0; /* expiry does not matter: a later root may follow */
    }
    r = judge_version("root", root->version, t->root->version, diag);
    if (r < 0)
        return r;
    if (root->version != t->root->version + 1)
        return diag_set(diag, -EKEYREJECTED, "root: version %lld is missing",
                        (long long)t->root->version + 1);
    if (count_keys(e, t->root->keys, t->root->key_count) < t->root->threshold)
        return diag_set(diag, -EKEYREJECTED,
                        "root: fewer than %zu keys of the root before it have signed",
                        t->root->threshold);
    return 0; /* an expired one may be a step on the way: accept_keyring looks */
}

static int accept_keyring(struct trust *t, const struct envelope *e, int64_t accepted_ms,
                          struct trust_document *d, struct diag *diag)
{
    struct keyring *keyring = NULL;
    int r = keyring_parse((const char *)e->payload, e->length, &keyring, diag);
    if (r < 0)
        return r;
    d->keyring = keyring;
    const struct root *root = trust_root_at(t, accepted_ms);
    if (count_keys(e, root->registrars, root->registrar_count) == 0)
        return diag_set(diag, -EKEYREJECTED,
                        "keyring: no registrar of the root has signed");
    if (accepted_ms >= root->expires_ms)
        return diag_set(diag, -ETIME, "keyring: the root has expired");
    r = judge_version("keyring", keyring->version, t->keyring ? t->keyring->version : 0,
                      diag);
    return r < 0 ? r : judge_expiry(keyring->expires_ms, accepted_ms, diag);
}

/* A tree's author answers for every top of it, and for those of the tree it replaces:
 * else whoever holds one commune could hang the province under it. */
static int judge_tops(const struct trust *t, const struct envelope *e,
                      const struct areas *areas, const struct trust_document *d,
                      struct diag *diag)
{
    size_t tops = 0;
    for (size_t i = 0; i < areas->count; i++) {
        struct diag why = {""};
        if (areas->list[i].parent)
            continue;
        tops++;
        if (trust_count_people(t, e, "areas", areas->list[i].id, LEVEL_ROUTINE, &d->name,
                               d->accepted_ms, &why) < 1)
            return diag_set(diag, -EKEYREJECTED,
                            "areas: nobody who may has signed for '%s': %s",
                            areas->list[i].id, diag_text(&why));
    }
    return tops ? 0 : diag_set(diag, -EINVAL, "areas.areas: no area is the top");
}

static int accept_areas(struct trust *t, const struct envelope *e, int64_t accepted_ms,
                        struct trust_document *d, struct diag *diag)
{
    struct areas *areas = NULL;
    int r = areas_parse((const char *)e->payload, e->length, &areas, diag);
    if (r < 0)
        return r;
    d->areas = areas;
    r = judge_version("areas", areas->version, t->areas ? t->areas->version : 0, diag);
    if (r < 0)
        return r;
    r = judge_tops(t, e, areas, d, diag);
    if (r == 0 && t->areas)
        r = judge_tops(t, e, t->areas, d, diag);
    return r < 0 ? r : judge_expiry(areas->expires_ms, accepted_ms, diag);
}

static int judge_placement(const struct trust *t, const struct envelope *e,
                           const struct trust_document *d, struct diag *diag)
{
    const struct placement *p = d->placement;
    for (size_t i = 0; i < p->count; i++)
        if (!areas_is_under(t->areas, p->units[i].area, p->area))
            return diag_set(diag, -EKEYREJECTED, "placement: '%s' is not under '%s'",
                            p->units[i].area, p->area);
    struct diag why = {""};
    if (trust_count_people(t, e, "placement", p->area, LEVEL_ROUTINE, &d->name,
                           d->accepted_ms, &why) < 1)
        return diag_set(diag, -EKEYREJECTED, "placement: nobody who may has signed: %s",
                        diag_text(&why));
    return 0;
}

/* Nobody takes a unit away from an area that they do not answer for: it must first be let
 * go there, or be placed by an area above both. */
static int judge_moves(const struct trust *t, const struct placement *p,
                       int64_t accepted_ms, struct diag *diag)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct placed_unit *now =
            trust_find_unit(t, &p->units[i].key, NULL, accepted_ms);
        if (now && !areas_is_under(t->areas, now->area, p->area))
            return diag_set(diag, -EKEYREJECTED,
                            "placement: '%s' stands in '%s', which is not under '%s'",
                            now->unit, now->area, p->area);
    }
    return 0;
}

static int accept_placement(struct trust *t, const struct envelope *e,
                            int64_t accepted_ms, struct trust_document *d,
                            struct diag *diag)
{
    struct placement *placement = NULL;
    int r = placement_parse((const char *)e->payload, e->length, &placement, diag);
    if (r < 0)
        return r;
    d->placement = placement;
    if (!t->areas)
        return diag_set(diag, -EKEYREJECTED, "placement: no areas to judge it by");
    const struct placement *newest = trust_newest_placement(t, placement->area);
    r = judge_version("placement", placement->version, newest ? newest->version : 0,
                      diag);
    if (r < 0)
        return r;
    d->standing = true;
    r = judge_placement(t, e, d, diag);
    if (r == 0)
        r = judge_moves(t, placement, accepted_ms, diag);
    return r < 0 ? r : judge_expiry(placement->expires_ms, accepted_ms, diag);
}

static int accept_release(struct trust *t, const struct envelope *e, int64_t accepted_ms,
                          struct trust_document *d, struct diag *diag)
{
    struct release *release = NULL;
    int r = release_parse((const char *)e->payload, e->length, &release, diag);
    if (r < 0)
        return r;
    d->release = release;
    const struct release_rule *rule = &release->rule;
    for (size_t i = 0; i < t->count; i++) {
        const struct release *other = t->entries[i]->document.release;
        if (other && strcmp(other->rule.line, rule->line) == 0 &&
            other->rule.revision == rule->revision)
            return diag_set(diag, -EKEYREJECTED,
                            "'%s' revision %lld: another release has this number",
                            rule->line, (long long)rule->revision);
    }
    r = trust_judge_release(t, e, release, &d->name, accepted_ms, diag);
    if (r < 0)
        return diag_context(diag, r, "'%s' revision %lld", rule->line,
                            (long long)rule->revision);
    r = trust_judge_line(t, rule, diag);
    if (r < 0)
        return r;
    d->standing = true;
    r = judge_expiry(rule->valid_until_ms, accepted_ms, diag);
    if (r < 0)
        return diag_context(diag, r, "'%s'", rule->line);
    return trust_remember(t, release, &d->name);
}

static int accept(struct trust *t, const struct envelope *e, int64_t accepted_ms,
                  struct trust_document *d, struct diag *diag)
{
    if (e->type != DOCUMENT_ROOT && !t->root)
        return diag_set(diag, -EKEYREJECTED, "no root to judge a %s by",
                        document_type_name(e->type));
    switch (e->type) {
    case DOCUMENT_ROOT:
        return accept_root(t, e, d, diag);
    case DOCUMENT_KEYRING:
        return accept_keyring(t, e, accepted_ms, d, diag);
    case DOCUMENT_AREAS:
        return accept_areas(t, e, accepted_ms, d, diag);
    case DOCUMENT_PLACEMENT:
        return accept_placement(t, e, accepted_ms, d, diag);
    case DOCUMENT_RELEASE:
        return accept_release(t, e, accepted_ms, d, diag);
    default:
        return diag_set(diag, -EINVAL, "a %s is not kept", document_type_name(e->type));
    }
}

/* A new keyring or tree may change which releases and placements stand. */
static void judge_again(struct trust *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct trust_document *d = &t->entries[i]->document;
        if (d->release)
            d->standing = trust_judge_release(t, t->entries[i]->envelope, d->release,
                                              &d->name, d->accepted_ms, NULL) == 0;
        if (d->placement)
            d->standing = judge_placement(t, t->entries[i]->envelope, d, NULL) == 0;
    }
}

static void note_issued(struct trust *t, const struct trust_document *d)
{
    int64_t issued = d->root        ? d->root->issued_ms
                     : d->keyring   ? d->keyring->issued_ms
                     : d->areas     ? d->areas->issued_ms
                     : d->placement ? d->placement->issued_ms
                                    : d->release->issued_ms;
    /* Not beyond the clock that accepted it: a wrong date must not push the floor ahead.
     */
    if (issued > t->clock_floor_ms && issued <= d->accepted_ms)
        t->clock_floor_ms = issued;
}

static int keep(struct trust *t, struct trust_entry **take)
{
    if (t->count == ENTRIES_MAX)
        return -ENOSPC;
    if (t->count == t->capacity) {
        size_t capacity = t->capacity ? t->capacity * 2 : 32;
        struct trust_entry **entries =
            realloc(t->entries, capacity * sizeof(struct trust_entry *));
        if (!entries)
            return -ENOMEM;
        t->entries = entries;
        t->capacity = capacity;
    }
    struct trust_entry *entry = *take;
    *take = NULL;
    t->entries[t->count++] = entry;
    const struct trust_document *d = &entry->document;
    if (d->root)
        t->root = d->root;
    if (d->keyring)
        t->keyring = d->keyring;
    if (d->areas)
        t->areas = d->areas;
    if (d->keyring || d->areas)
        judge_again(t);
    note_issued(t, d);
    return 0;
}

int trust_accept(struct trust *t, const char *text, size_t length, int64_t accepted_ms,
                 struct sha256 *ret_name, enum document_type *ret_type, struct diag *diag)
{
    struct sha256 name;
    sha256_of(text, length, &name);
    if (ret_name)
        *ret_name = name;
    CLEANUP(entry_destroyp) struct trust_entry *entry = calloc(1, sizeof(*entry));
    if (!entry)
        return -ENOMEM;
    int r = envelope_parse(text, length, &entry->envelope, diag);
    if (r < 0)
        return r;
    struct trust_document *d = &entry->document;
    d->name = name;
    d->type = entry->envelope->type;
    d->accepted_ms = accepted_ms;
    d->bytes = length;
    if (ret_type)
        *ret_type = d->type;
    if (trust_has(t, &name))
        return 0;
    r = accept(t, entry->envelope, accepted_ms, d, diag);
    return r < 0 ? r : keep(t, &entry);
}

static int judge_manifest(struct trust *t, const struct manifest *m, int64_t now_ms,
                          const struct public_key *unit, struct diag *diag)
{
    if (m->number <= t->manifest_number)
        return diag_set(diag, -ESTALE, "manifest %lld is not newer than %lld",
                        (long long)m->number, (long long)t->manifest_number);
    int r = judge_expiry(m->expires_ms, now_ms, diag);
    if (r < 0)
        return diag_context(diag, r, "manifest %lld", (long long)m->number);
    const struct placed_unit *p = unit ? trust_find_unit(t, unit, NULL, now_ms) : NULL;
    if (!p || !t->areas)
        return 0; /* not placed yet, as far as we know: its placement is in the manifest
                   */
    struct unit_stand stand = {0, TIME_NEVER, {0}};
    const char *path[AREA_PATH_MAX];
    stand.path = (struct text_list){path, areas_path(t->areas, p->area, now_ms, path)};
    struct unit self = {p->unit, p->kind, p->tags, p->languages, &stand, 1};
    if (target_match(&m->audience, &self, now_ms) == TARGET_NO_MATCH)
        return diag_set(diag, -EKEYREJECTED, "manifest %lld is for other units",
                        (long long)m->number);
    return 0;
}

int trust_accept_manifest(struct trust *t, const char *text, size_t length,
                          int64_t now_ms, const struct public_key *unit,
                          struct manifest **ret, struct diag *diag)
{
    struct envelope *e = NULL;
    int r = envelope_parse(text, length, &e, diag);
    if (r < 0)
        return r;
    struct manifest *m = NULL;
    if (e->type != DOCUMENT_MANIFEST)
        r = diag_set(diag, -EINVAL, "a %s where a manifest should be",
                     document_type_name(e->type));
    else if (!t->root || count_keys(e, t->root->servers, t->root->server_count) == 0)
        r = diag_set(diag, -EKEYREJECTED,
                     "manifest: no server key of the root has signed");
    else
        r = manifest_parse((const char *)e->payload, e->length, &m, diag);
    envelope_destroy(e);
    if (r == 0 && m)
        r = judge_manifest(t, m, now_ms, unit, diag);
    if (r < 0 || !m) {
        manifest_destroy(m);
        return r;
    }
    t->manifest_number = m->number;
    if (m->issued_ms > t->clock_floor_ms && m->issued_ms <= now_ms)
        t->clock_floor_ms = m->issued_ms;
    *ret = m;
    return 0;
}

static bool listed(const struct manifest *m, const struct sha256 *name)
{
    for (size_t i = 0; i < m->count; i++)
        if (sha256_equal(&m->documents[i].sha256, name))
            return true;
    return false;
}

void trust_retain(struct trust *t, const struct manifest *manifest)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++) {
        struct trust_entry *entry = t->entries[i];
        const struct trust_document *d = &entry->document;
        bool drop = (d->type == DOCUMENT_RELEASE || d->type == DOCUMENT_PLACEMENT) &&
                    !listed(manifest, &d->name);
        if (drop)
            entry_destroy(entry);
        else
            t->entries[kept++] = entry;
    }
    t->count = kept;
}

size_t trust_forget(struct trust *t, int64_t now_ms, int64_t grace_ms)
{
    size_t kept = 0, count = t->count;
    /* The latest of a line is what makes the others over: it goes in a later call. */
    bool *over = calloc(count + 1, sizeof(*over));
    for (size_t i = 0; over && i < count; i++)
        over[i] = trust_is_over(t, &t->entries[i]->document, now_ms - grace_ms);
    for (size_t i = 0; over && i < count; i++) {
        if (over[i]) {
            trust_note_forgotten(t, &t->entries[i]->document.release->rule);
            entry_destroy(t->entries[i]);
        } else {
            t->entries[kept++] = t->entries[i];
        }
    }
    if (over)
        t->count = kept;
    free(over);
    return count - t->count;
}

int trust_signatures_missing(const struct trust *t, const char *text, size_t length,
                             int64_t now_ms, struct diag *diag)
{
    CLEANUP(entry_destroyp) struct trust_entry *entry = calloc(1, sizeof(*entry));
    if (!entry)
        return -ENOMEM;
    int r = envelope_parse(text, length, &entry->envelope, diag);
    if (r < 0)
        return r;
    const struct envelope *e = entry->envelope;
    struct release *release = NULL;
    if (e->type != DOCUMENT_RELEASE)
        return diag_set(diag, -EINVAL, "a %s where a release should be",
                        document_type_name(e->type));
    r = release_parse((const char *)e->payload, e->length, &release, diag);
    if (r < 0)
        return r;
    entry->document.release = release;
    struct sha256 name;
    sha256_of(text, length, &name);
    const struct release_rule *rule = &release->rule;
    struct diag why = {""};
    int need = release->kind->signatures[rule->level];
    int have = trust_count_people(t, e, release->kind->name, rule->area, rule->level,
                                  &name, now_ms, &why);
    if (have >= need)
        return 0;
    (void)diag_set(diag, 0, "%d of %d people needed have signed: %s", have, need,
                   diag_text(&why));
    return need - have;
}
