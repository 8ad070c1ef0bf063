/* Files that survive a power cut. No state; any thread. */
#include "base/file.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

void file_closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

int file_read(const char *path, size_t max, char **ret, size_t *ret_length)
{
    CLEANUP(file_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    size_t capacity = 4096, length = 0;
    CLEANUP(text_free) char *data = malloc(capacity + 1);
    if (!data)
        return -ENOMEM;
    for (;;) {
        ssize_t n = read(fd, data + length, capacity - length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        length += (size_t)n;
        if (length > max)
            return -EFBIG;
        if (length == capacity) {
            capacity *= 2;
            char *more = realloc(data, capacity + 1);
            if (!more)
                return -ENOMEM;
            data = more;
        }
    }
    data[length] = '\0';
    *ret = data;
    data = NULL;
    if (ret_length)
        *ret_length = length;
    return 0;
}

int file_write_all(int fd, const void *data, size_t length)
{
    const char *at = data;
    while (length > 0) {
        ssize_t n = write(fd, at, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        at += n;
        length -= (size_t)n;
    }
    return 0;
}

int file_sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    if (!text_copy(folder, sizeof(folder), path))
        return -ENAMETOOLONG;
    char *slash = strrchr(folder, '/');
    if (!slash)
        strcpy(folder, ".");
    else
        slash[slash == folder] = '\0';
    CLEANUP(file_closep) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return -errno;
    return 0;
}

int file_rename_durable(int fd, const char *from, const char *to)
{
    if (fsync(fd) < 0 || rename(from, to) < 0)
        return -errno;
    return file_sync_folder_of(to);
}

int file_write_atomic(const char *path, const void *data, size_t length, unsigned mode)
{
    char beside[PATH_MAX];
    int n = snprintf(beside, sizeof(beside), "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof(beside))
        return -ENAMETOOLONG;
    CLEANUP(file_closep) int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = fchmod(fd, mode) < 0 ? -errno : file_write_all(fd, data, length);
    if (r == 0)
        r = file_rename_durable(fd, beside, path);
    if (r < 0)
        unlink(beside);
    return r;
}

/* What is synced inside a folder is lost with the folder's own name. */
static int make_folder(const char *path, unsigned mode)
{
    if (mkdir(path, mode) == 0)
        return file_sync_folder_of(path);
    return errno == EEXIST ? 0 : -errno;
}

int file_make_folders(const char *path, unsigned mode)
{
    char part[PATH_MAX];
    if (!text_copy(part, sizeof(part), path))
        return -ENAMETOOLONG;
    for (char *at = part + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        int r = make_folder(part, mode);
        if (r < 0)
            return r;
        *at = '/';
    }
    int r = make_folder(part, mode);
    if (r < 0)
        return r;
    struct stat st;
    if (stat(part, &st) < 0)
        return -errno;
    return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int file_free_bytes(const char *path, uint64_t *ret)
{
    struct statvfs fs;
    if (statvfs(path, &fs) < 0)
        return -errno;
    *ret = (uint64_t)fs.f_bavail * fs.f_frsize;
    return 0;
}
