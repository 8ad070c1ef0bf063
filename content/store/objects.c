/* Objects as files. Order of every store: write beside, sync, hash what is on the disk,
 * link, sync the folder. */
#include "content/store/objects.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct object_folder {
    char *path;
};

int object_folder_open(const char *path, struct object_folder **ret, struct diag *diag)
{
    if (strlen(path) > PATH_MAX - 128)
        return diag_set(diag, -ENAMETOOLONG, "cannot open '%s': the path is too long",
                        path);
    int r = file_make_folders(path, 0755);
    if (r < 0)
        return diag_set(diag, r, "cannot make '%s': %s", path, strerror(-r));
    struct object_folder *f = calloc(1, sizeof(*f));
    if (f)
        f->path = strdup(path);
    if (!f || !f->path) {
        free(f);
        return diag_set(diag, -ENOMEM, "out of memory");
    }
    *ret = f;
    return 0;
}

void object_folder_close(struct object_folder *f)
{
    if (!f)
        return;
    free(f->path);
    free(f);
}

void object_folder_path(const struct object_folder *f, const struct sha256 *name,
                        char *ret, size_t size)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(name, hex);
    snprintf(ret, size, "%s/%.2s/%s", f->path, hex, hex + 2);
}

bool object_folder_has(const struct object_folder *f, const struct sha256 *name)
{
    char path[PATH_MAX];
    object_folder_path(f, name, path, sizeof(path));
    return access(path, F_OK) == 0;
}

/* Two names for one file, then one: link never replaces, so a race of two stores of the
 * same bytes leaves the first. */
static int give_name(struct object_folder *f, int fd, const char *from,
                     const struct sha256 *name)
{
    char path[PATH_MAX], shelf[PATH_MAX];
    object_folder_path(f, name, path, sizeof(path));
    snprintf(shelf, sizeof(shelf), "%s/%02x", f->path, name->bytes[0]);
    int r = file_make_folders(shelf, 0755);
    if (r < 0)
        return r;
    if (fchmod(fd, 0444) < 0 || fsync(fd) < 0)
        return -errno;
    if (link(from, path) < 0) {
        if (errno != EEXIST || utimensat(AT_FDCWD, path, NULL, 0) < 0)
            return -errno;
    }
    r = file_sync_folder_of(path);
    if (r == 0)
        unlink(from);
    return r;
}

int object_folder_take_file(struct object_folder *f, const char *path,
                            const struct sha256 *expected, struct sha256 *ret,
                            uint64_t *ret_bytes)
{
    CLEANUP(file_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -errno;
    struct sha256 name;
    uint64_t bytes;
    int r = sha256_of_fd(fd, UINT64_MAX, &name, &bytes);
    if (r < 0)
        return r;
    if (expected && !sha256_equal(expected, &name))
        return -EBADMSG;
    r = give_name(f, fd, path, &name);
    if (r < 0)
        return r;
    *ret = name;
    if (ret_bytes)
        *ret_bytes = bytes;
    return 0;
}

int object_folder_add(struct object_folder *f, const void *data, size_t length,
                      struct sha256 *ret)
{
    char path[PATH_MAX];
    struct sha256 name;
    sha256_of(data, length, &name);
    object_folder_path(f, &name, path, sizeof(path));
    if (utimensat(AT_FDCWD, path, NULL, 0) == 0) { /* there, and young again */
        *ret = name;
        return 0;
    }
    snprintf(path, sizeof(path), "%s/incoming-XXXXXX", f->path);
    CLEANUP(file_closep) int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = file_write_all(fd, data, length);
    if (r == 0)
        r = give_name(f, fd, path, &name);
    if (r < 0) {
        unlink(path);
        return r;
    }
    *ret = name;
    return 0;
}

int object_folder_get(const struct object_folder *f, const struct sha256 *name,
                      int *ret_fd, uint64_t *ret_bytes)
{
    char path[PATH_MAX];
    struct stat st;
    object_folder_path(f, name, path, sizeof(path));
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -errno;
    int r = fstat(fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -ENOENT;
    if (r < 0) {
        close(fd);
        return r;
    }
    *ret_bytes = (uint64_t)st.st_size;
    *ret_fd = fd;
    return 0;
}

int object_folder_read(const struct object_folder *f, const struct sha256 *name,
                       size_t max, char **ret, size_t *ret_length)
{
    char path[PATH_MAX];
    CLEANUP(text_free) char *data = NULL;
    size_t length;
    struct sha256 found;
    object_folder_path(f, name, path, sizeof(path));
    int r = file_read(path, max, &data, &length);
    if (r < 0)
        return r;
    sha256_of(data, length, &found);
    if (!sha256_equal(&found, name))
        return -EBADMSG;
    *ret = data;
    *ret_length = length;
    data = NULL;
    return 0;
}

int object_folder_remove(struct object_folder *f, const struct sha256 *name)
{
    char path[PATH_MAX];
    object_folder_path(f, name, path, sizeof(path));
    return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

static int visit_shelf(const struct object_folder *f, unsigned shelf,
                       int (*visit)(void *context, const struct sha256 *name,
                                    uint64_t bytes),
                       void *context)
{
    char path[PATH_MAX], hex[SHA256_HEX_SIZE + 8];
    snprintf(path, sizeof(path), "%s/%02x", f->path, shelf);
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT ? 0 : -errno;
    int r = 0;
    for (struct dirent *e; r == 0 && (e = readdir(folder));) {
        struct sha256 name;
        struct stat st;
        if (strlen(e->d_name) != SHA256_HEX_SIZE - 3)
            continue;
        snprintf(hex, sizeof(hex), "%02x%.62s", shelf, e->d_name);
        if (sha256_from_hex(hex, &name) == 0 &&
            fstatat(dirfd(folder), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
            r = visit(context, &name, (uint64_t)st.st_size);
    }
    closedir(folder);
    return r;
}

int object_folder_visit(const struct object_folder *f,
                        int (*visit)(void *context, const struct sha256 *name,
                                     uint64_t bytes),
                        void *context)
{
    int r = 0;
    for (unsigned shelf = 0; r == 0 && shelf < 256; shelf++)
        r = visit_shelf(f, shelf, visit, context);
    return r;
}
