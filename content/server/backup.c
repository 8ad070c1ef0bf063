/* Backup and restore. */
#include "content/server/backup.h"

#include "base/db/db.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"
#include "content/model/envelope.h"
#include "content/server/identity.h"
#include "content/store/depot.h"
#include "content/store/objects.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct carrier {
    struct depot *copy;
    const struct object_folder *from;
    struct object_folder *to;
    unsigned missing;
};

/* Envelopes are small and cannot be made again; media are neither. */
static int carry(void *context, const struct sha256 *name, uint64_t bytes)
{
    struct carrier *c = context;
    CLEANUP(text_free) char *data = NULL;
    size_t length;
    struct depot_object object = {.name = *name, .bytes = bytes};
    if (bytes <= ENVELOPE_BYTES_MAX) {
        int r = object_folder_read(c->from, name, ENVELOPE_BYTES_MAX, &data, &length);
        if (r < 0)
            return r;
        object.data = data;
    }
    return depot_object_add(c->copy, &object);
}

static int carry_all(struct depot *copy, const struct object_folder *objects,
                     const char *data, struct diag *diag)
{
    struct carrier c = {.copy = copy, .from = objects};
    struct secret_key key;
    char text[IDENTITY_TEXT_SIZE];
    int r = identity_open(data, &key, diag);
    if (r < 0)
        return r;
    identity_write(&key, text);
    r = depot_value_set(copy, "server.key", text);
    key_wipe(text, sizeof(text));
    key_secret_wipe(&key);
    if (r == 0)
        r = object_folder_visit(objects, carry, &c);
    return r < 0 ? diag_set(diag, r, "cannot write the backup: %s", strerror(-r)) : 0;
}

static int copy_whole(struct depot *depot, const struct object_folder *objects,
                      const char *data, const char *path, struct diag *diag)
{
    struct depot *copy = NULL;
    int r = depot_backup(depot, path, diag);
    if (r == 0 && chmod(path, 0600) < 0)
        r = diag_set(diag, -errno, "cannot write '%s'", path);
    if (r == 0)
        r = depot_open(&db_sqlite, path, &copy, diag);
    if (r == 0)
        r = carry_all(copy, objects, data, diag);
    if (r == 0) /* a bad copy is no backup */
        r = depot_check(copy, diag);
    depot_close(copy); /* the last to close folds the journal in */
    return r;
}

int backup_write(struct depot *depot, const struct object_folder *objects,
                 const char *data, const char *path, int64_t *ret_bytes,
                 struct diag *diag)
{
    char beside[PATH_MAX];
    struct stat st = {0};
    if (snprintf(beside, sizeof(beside), "%s.part", path) >= (int)sizeof(beside))
        return diag_set(diag, -ENAMETOOLONG, "'%s': the path is too long", path);
    if (access(path, F_OK) == 0)
        return diag_set(diag, -EEXIST, "'%s' is there already", path);
    unlink(beside); /* of an attempt that was cut off */
    int r = copy_whole(depot, objects, data, beside, diag);
    if (r == 0) {
        CLEANUP(file_closep) int fd = open(beside, O_RDWR | O_CLOEXEC);
        r = fd < 0 || fstat(fd, &st) < 0 ? -errno : file_rename_durable(fd, beside, path);
        if (r < 0)
            diag_set(diag, r, "cannot write '%s': %s", path, strerror(-r));
        else
            *ret_bytes = st.st_size;
    }
    if (r < 0)
        unlink(beside);
    return r;
}

static bool is_empty(const char *folder)
{
    DIR *d = opendir(folder);
    unsigned count = 0;
    while (d && readdir(d))
        count++;
    if (d)
        closedir(d);
    return count <= 2; /* . and .. */
}

static int put_back(void *context, const struct depot_object *object)
{
    struct carrier *c = context;
    struct sha256 name;
    if (!object->data) {
        c->missing++;
        return 0;
    }
    int r = object_folder_add(c->to, object->data, object->bytes, &name);
    return r == 0 && !sha256_equal(&name, &object->name) ? -EBADMSG : r;
}

static int copy_file(const char *from, const char *to)
{
    char *data = NULL;
    size_t length;
    int r = file_read(from, (size_t)1 << 36, &data, &length);
    if (r == 0 && (length < 16 || memcmp(data, "SQLite format 3", 16) != 0))
        r = -EINVAL;
    if (r == 0)
        r = file_write_atomic(to, data, length, 0600);
    free(data);
    return r;
}

static int unpack(struct depot *depot, const char *data, struct carrier *c)
{
    char text[IDENTITY_TEXT_SIZE];
    int r = depot_value_get(depot, "server.key", text, sizeof(text));
    if (r == 0)
        r = identity_restore(data, text);
    key_wipe(text, sizeof(text));
    if (r == 0)
        r = depot_objects_visit(depot, put_back, c);
    return r < 0 ? r : depot_after_restore(depot);
}

int backup_restore(const char *path, const char *data, unsigned *ret_missing,
                   struct diag *diag)
{
    char target[PATH_MAX];
    struct carrier c = {0};
    struct depot *depot = NULL;
    if (access(path, R_OK) < 0)
        return diag_set(diag, -errno, "cannot read the backup '%s': %s", path,
                        strerror(errno));
    if (!is_empty(data))
        return diag_set(diag, -ENOTEMPTY, "'%s' is not empty; restore into an empty one",
                        data);
    int r = file_make_folders(data, 0750);
    snprintf(target, sizeof(target), "%s/tramtin.db", data);
    if (r == 0)
        r = copy_file(path, target);
    if (r == -EINVAL)
        return diag_set(diag, r, "'%s' is no backup", path);
    if (r < 0)
        return diag_set(diag, r, "cannot restore '%s': %s", path, strerror(-r));
    r = depot_open(&db_sqlite, target, &depot, diag);
    snprintf(target, sizeof(target), "%s/objects", data);
    if (r == 0)
        r = object_folder_open(target, &c.to, diag);
    if (r == 0) {
        r = unpack(depot, data, &c);
        if (r < 0)
            diag_set(diag, r, "cannot restore '%s': %s", path, strerror(-r));
    }
    object_folder_close(c.to);
    depot_close(depot);
    if (r == 0)
        *ret_missing = c.missing;
    return r;
}
