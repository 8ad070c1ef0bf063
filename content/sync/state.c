/* The unit's state folder. */
#include "content/sync/state.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define TEXT_BYTES_MAX ((size_t)8 << 20)

/* trust.json is our own, but disks err. */
static const struct json_limits trust_limits = {
    .bytes = TEXT_BYTES_MAX, .depth = 8, .nodes = 100000};

void state_path(const struct state *s, const char *name, char *ret, size_t size)
{
    snprintf(ret, size, "%s/%s", s->folder, name);
}

int state_init(struct state *s, const char *folder, struct diag *diag)
{
    char path[PATH_MAX];
    s->lock = -1;
    int r = text_copy(s->folder, sizeof(s->folder), folder) ? 0 : -ENAMETOOLONG;
    state_path(s, "documents", path, sizeof(path));
    if (r == 0)
        r = file_make_folders(path, 0700);
    if (r < 0)
        return diag_set(diag, r, "cannot make '%s': %s", path, strerror(-r));
    state_path(s, "lock", path, sizeof(path));
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock < 0)
        return diag_set(diag, -errno, "cannot open '%s': %s", path, strerror(errno));
    if (flock(s->lock, LOCK_EX | LOCK_NB) < 0) {
        state_release(s);
        return diag_set(diag, -EBUSY, "another program uses '%s'", folder);
    }
    return 0;
}

void state_release(struct state *s)
{
    if (s->lock >= 0)
        close(s->lock);
    s->lock = -1;
}

static int write_text(const struct state *s, const char *name, const char *text)
{
    char path[PATH_MAX];
    state_path(s, name, path, sizeof(path));
    return file_write_atomic(path, text, strlen(text), 0600);
}

int state_key(const struct state *s, struct secret_key *ret, struct diag *diag)
{
    char path[PATH_MAX];
    char hex[2 * sizeof(ret->bytes) + 1];
    CLEANUP(text_free) char *text = NULL;
    size_t length = 0;
    state_path(s, "unit.key", path, sizeof(path));
    int r = file_read(path, 4096, &text, &length);
    if (r == -ENOENT) {
        struct secret_key made;
        key_generate(&made);
        text_from_hex_bytes(made.bytes, sizeof(made.bytes), hex);
        r = write_text(s, "unit.key", hex);
        key_wipe(hex, sizeof(hex));
        if (r < 0)
            return diag_set(diag, r, "cannot write '%s': %s", path, strerror(-r));
        *ret = made;
        key_secret_wipe(&made);
        return 0;
    }
    if (r == 0)
        r = text_to_hex_bytes(text, ret->bytes, sizeof(ret->bytes));
    if (text)
        key_wipe(text, length);
    return r < 0 ? diag_set(diag, r, "cannot read '%s': %s", path, strerror(-r)) : 0;
}

int state_root(const struct state *s, const struct sha256 *given, struct sha256 *ret,
               struct diag *diag)
{
    char path[PATH_MAX], hex[SHA256_HEX_SIZE];
    CLEANUP(text_free) char *text = NULL;
    struct sha256 known;
    state_path(s, "root.sha256", path, sizeof(path));
    int r = file_read(path, 4096, &text, NULL);
    if (r == 0)
        r = sha256_from_hex(text, &known);
    if (!given && r < 0)
        return diag_set(diag, r == -ENOENT ? -EINVAL : r,
                        r == -ENOENT ? "--root is needed the first time: what "
                                       "'tramtinctl root fingerprint' prints"
                                     : "cannot read the root fingerprint");
    if (given && (r < 0 || !sha256_equal(&known, given))) {
        sha256_to_hex(given, hex);
        r = write_text(s, "root.sha256", hex);
        if (r < 0)
            return diag_set(diag, r, "cannot write '%s': %s", path, strerror(-r));
    }
    *ret = given ? *given : known;
    return 0;
}

int state_identity_read(const struct state *s, struct identity *ret, struct diag *diag)
{
    char path[PATH_MAX];
    CLEANUP(text_free) char *text = NULL;
    CLEANUP(json_decrefp) json_t *value = NULL;
    size_t length;
    state_path(s, "identity.json", path, sizeof(path));
    int r = file_read(path, TEXT_BYTES_MAX, &text, &length);
    if (r == 0)
        r = json_parse(text, length, &json_limits_document, &value, diag);
    if (r < 0)
        return r == -ENOENT ? r : diag_context(diag, r, "%s", path);
    struct json_reader reader;
    json_reader_init(&reader, value, "identity", diag);
    const char *unit = json_read_identifier(&reader, "unit");
    const char *token = json_read_text(&reader, "token", sizeof(ret->token) - 1);
    const char *server = json_read_text(&reader, "server", sizeof(ret->server) - 1);
    r = json_reader_finish(&reader);
    if (r < 0)
        return r;
    text_copy(ret->unit, sizeof(ret->unit), unit);
    text_copy(ret->token, sizeof(ret->token), token);
    text_copy(ret->server, sizeof(ret->server), server);
    return 0;
}

int state_identity_write(const struct state *s, const struct identity *i)
{
    CLEANUP(text_free) char *text = NULL;
    CLEANUP(json_decrefp)
    json_t *value = json_pack("{s:s,s:s,s:s}", "unit", i->unit, "token", i->token,
                              "server", i->server);
    int r = value ? json_write(value, &text) : -ENOMEM;
    return r < 0 ? r : write_text(s, "identity.json", text);
}

static void document_path(const struct state *s, const struct sha256 *name, char *ret,
                          size_t size)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(name, hex);
    snprintf(ret, size, "%s/documents/%s", s->folder, hex);
}

int state_document_read(const struct state *s, const struct sha256 *name, char **ret,
                        size_t *ret_length)
{
    char path[PATH_MAX];
    CLEANUP(text_free) char *text = NULL;
    size_t length = 0;
    struct sha256 hash;
    document_path(s, name, path, sizeof(path));
    int r = file_read(path, ENVELOPE_BYTES_MAX, &text, &length);
    if (r < 0)
        return r;
    sha256_of(text, length, &hash);
    if (!sha256_equal(&hash, name))
        return -EBADMSG;
    *ret = text;
    *ret_length = length;
    text = NULL;
    return 0;
}

int state_document_write(const struct state *s, const struct sha256 *name,
                         const char *text, size_t length)
{
    char path[PATH_MAX];
    document_path(s, name, path, sizeof(path));
    return file_write_atomic(path, text, length, 0600);
}

static int load_document(const struct state *s, struct trust *t, const json_t *entry,
                         struct diag *diag)
{
    struct json_reader reader;
    struct sha256 name, found;
    enum document_type type;
    CLEANUP(text_free) char *text = NULL;
    size_t length = 0;
    json_reader_init(&reader, entry, "accepted", diag);
    json_read_hex(&reader, "sha256", name.bytes, sizeof(name.bytes));
    int64_t at = json_read_int(&reader, "at", INT64_MIN, INT64_MAX);
    int r = json_reader_finish(&reader);
    if (r == 0)
        r = state_document_read(s, &name, &text, &length);
    if (r < 0)
        return r;
    return trust_accept(t, text, length, at, &found, &type, diag);
}

static int load(const struct state *s, struct trust *t, struct diag *diag)
{
    char path[PATH_MAX];
    CLEANUP(text_free) char *text = NULL;
    CLEANUP(json_decrefp) json_t *value = NULL;
    size_t length;
    state_path(s, "trust.json", path, sizeof(path));
    int r = file_read(path, TEXT_BYTES_MAX, &text, &length);
    if (r == -ENOENT)
        return 0;
    if (r == 0)
        r = json_parse(text, length, &trust_limits, &value, diag);
    if (r < 0)
        return diag_context(diag, r, "%s", path);
    struct json_reader reader;
    json_reader_init(&reader, value, "trust", diag);
    const char *remembered = json_read_text(&reader, "state", TEXT_BYTES_MAX);
    const json_t *accepted = json_read_array(&reader, "accepted", MANIFEST_DOCUMENTS_MAX);
    r = json_reader_finish(&reader);
    if (r < 0)
        return r;
    size_t i;
    json_t *entry;
    json_array_foreach(accepted, i, entry)
    {
        r = load_document(s, t, entry, diag);
        if (r == -ENOMEM)
            return r;
    }
    return trust_state_read(t, remembered, strlen(remembered), diag);
}

int state_trust_load(const struct state *s, const struct sha256 *root, struct trust **ret,
                     struct diag *diag)
{
    struct trust *t = NULL;
    int r = trust_create(root, &t);
    if (r < 0)
        return diag_set(diag, r, "out of memory");
    r = load(s, t, diag);
    if (r < 0) {
        trust_destroy(t);
        return r;
    }
    *ret = t;
    return 0;
}

static int64_t version_of(const struct trust_document *d)
{
    return d->root        ? d->root->version
           : d->keyring   ? d->keyring->version
           : d->areas     ? d->areas->version
           : d->placement ? d->placement->version
           : d->release   ? d->release->rule.revision
                          : 0;
}

/* Roots by version, then what they vouch for, releases of a line by revision: the order
 * in which they can be accepted again. */
static int document_compare(const void *a, const void *b)
{
    const struct trust_document *x = *(const struct trust_document *const *)a;
    const struct trust_document *y = *(const struct trust_document *const *)b;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    int64_t left = version_of(x), right = version_of(y);
    return (left > right) - (left < right);
}

static json_t *list_accepted(const struct trust *t)
{
    size_t count = trust_count(t);
    const struct trust_document **sorted = (const struct trust_document **)calloc(
        count + 1, sizeof(struct trust_document *));
    json_t *list = sorted ? json_array() : NULL;
    for (size_t i = 0; sorted && i < count; i++)
        sorted[i] = trust_document(t, i);
    if (sorted)
        qsort((void *)sorted, count, sizeof(struct trust_document *), document_compare);
    for (size_t i = 0; list && i < count; i++) {
        char hex[SHA256_HEX_SIZE];
        sha256_to_hex(&sorted[i]->name, hex);
        if (json_array_append_new(list, json_pack("{s:s,s:I}", "sha256", hex, "at",
                                                  (json_int_t)sorted[i]->accepted_ms)) <
            0) {
            json_decref(list);
            list = NULL;
        }
    }
    free((void *)sorted);
    return list;
}

static void prune(const struct state *s, const struct trust *t)
{
    char path[PATH_MAX];
    state_path(s, "documents", path, sizeof(path));
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));) {
        struct sha256 name;
        if (e->d_name[0] == '.' ||
            (sha256_from_hex(e->d_name, &name) == 0 && trust_has(t, &name)))
            continue;
        unlinkat(dirfd(dir), e->d_name, 0);
    }
    closedir(dir);
}

int state_trust_save(const struct state *s, const struct trust *t)
{
    CLEANUP(text_free) char *remembered = NULL;
    CLEANUP(text_free) char *text = NULL;
    int r = trust_state_write(t, &remembered);
    if (r < 0)
        return r;
    json_t *accepted = list_accepted(t);
    if (!accepted)
        return -ENOMEM;
    CLEANUP(json_decrefp)
    json_t *value = json_pack("{s:s,s:o}", "state", remembered, "accepted", accepted);
    r = value ? json_write(value, &text) : -ENOMEM;
    if (r == 0)
        r = write_text(s, "trust.json", text);
    if (r == 0)
        prune(s, t);
    return r;
}
