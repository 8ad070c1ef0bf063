/* Objects on their way: received, hashed while they come, synced, then named. */
#include "base/file.h"
#include "base/text.h"
#include "content/sync/object_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The disk begins to write while the network still delivers. */
#define FLUSH_STEP_BYTES (UINT64_C(1) << 20)
#define COPY_BYTES ((size_t)256 << 10)

void object_partial_path(const struct object_store *s, const struct sha256 *name,
                         const char *suffix, char *ret, size_t size)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(name, hex);
    snprintf(ret, size, "%s/partial/%s%s", s->folder, hex, suffix);
}

static void read_etag(struct object_partial *p)
{
    char path[PATH_MAX];
    char *text = NULL;
    object_partial_path(p->store, &p->name, ".etag", path, sizeof(path));
    if (file_read(path, sizeof(p->etag) - 1, &text, NULL) == 0)
        text_copy(p->etag, sizeof(p->etag), text);
    free(text);
    /* It goes into a header: nothing but printable ASCII. */
    for (const char *at = p->etag; *at; at++)
        if (*at < ' ' || *at > '~')
            p->etag[0] = '\0';
}

int object_partial_open(struct object_store *s, const struct sha256 *name,
                        struct object_partial **ret)
{
    if (object_store_has(s, name))
        return -EEXIST;
    struct object_partial *p = calloc(1, sizeof(*p));
    if (!p)
        return -ENOMEM;
    char path[PATH_MAX];
    object_partial_path(s, name, ".part", path, sizeof(path));
    p->store = s;
    p->name = *name;
    p->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    int r = p->fd < 0 ? -errno : sha256_begin(&p->hash);
    struct stat st = {0};
    if (r == 0 && fstat(p->fd, &st) < 0)
        r = -errno;
    if (r < 0) {
        object_partial_close(p);
        return r;
    }
    p->on_disk = (uint64_t)st.st_size;
    p->resumed = p->on_disk > 0;
    if (p->resumed)
        read_etag(p);
    *ret = p;
    return 0;
}

int object_partial_catch_up(struct object_partial *p, uint64_t max_bytes)
{
    static const size_t step = COPY_BYTES;
    if (p->bytes >= p->on_disk)
        return 0;
    char *block = malloc(step);
    if (!block)
        return -ENOMEM;
    int r = 0;
    while (r == 0 && max_bytes > 0 && p->bytes < p->on_disk) {
        ssize_t n = pread(p->fd, block, step, (off_t)p->bytes);
        if (n <= 0) {
            r = n < 0 ? -errno : -EIO;
            break;
        }
        sha256_update(p->hash, block, (size_t)n);
        p->bytes += (uint64_t)n;
        max_bytes -= (uint64_t)n < max_bytes ? (uint64_t)n : max_bytes;
    }
    free(block);
    return r < 0 ? r : p->bytes < p->on_disk;
}

const int *object_partial_file(const struct object_partial *p)
{
    return &p->fd;
}

uint64_t object_partial_bytes(const struct object_partial *p)
{
    return p->bytes;
}

bool object_partial_resumed(const struct object_partial *p)
{
    return p->resumed;
}

const char *object_partial_etag(const struct object_partial *p)
{
    return p->etag;
}

void object_partial_set_etag(struct object_partial *p, const char *etag)
{
    if (strcmp(p->etag, etag) == 0)
        return;
    char path[PATH_MAX];
    text_copy(p->etag, sizeof(p->etag), etag);
    object_partial_path(p->store, &p->name, ".etag", path, sizeof(path));
    /* Not synced: a torn ETag does not match and the transfer begins again. */
    CLEANUP(file_closep)
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd >= 0 && file_write_all(fd, p->etag, strlen(p->etag)) < 0)
        unlink(path);
}

void object_partial_feed(struct object_partial *p, const void *data, size_t length)
{
    sha256_update(p->hash, data, length);
    p->bytes += length;
    if (p->bytes - p->flushed < FLUSH_STEP_BYTES)
        return;
    sync_file_range(p->fd, (off_t)p->flushed, (off_t)(p->bytes - p->flushed),
                    SYNC_FILE_RANGE_WRITE);
    p->flushed = p->bytes;
}

void object_partial_restart(struct object_partial *p)
{
    sha256_destroy(p->hash);
    p->hash = NULL;
    p->bytes = p->on_disk = p->flushed = 0;
    p->resumed = false;
    if (sha256_begin(&p->hash) < 0)
        abort(); /* libcrypto without memory for 100 bytes */
}

void object_partial_close(struct object_partial *p)
{
    if (!p)
        return;
    if (p->fd >= 0)
        close(p->fd);
    sha256_destroy(p->hash);
    free(p);
}

static void remove_files(const struct object_partial *p)
{
    char path[PATH_MAX];
    object_partial_path(p->store, &p->name, ".part", path, sizeof(path));
    unlink(path);
    object_partial_path(p->store, &p->name, ".etag", path, sizeof(path));
    unlink(path);
}

void object_partial_discard(struct object_partial **take)
{
    if (*take)
        remove_files(*take);
    object_partial_close(*take);
    *take = NULL;
}

int object_partial_finish(struct object_partial **take)
{
    struct object_partial *p = *take;
    struct sha256 hash;
    sha256_finish(p->hash, &hash);
    if (!sha256_equal(&hash, &p->name)) {
        object_partial_discard(take);
        return -EBADMSG;
    }
    p->next = p->store->finished;
    p->store->finished = p;
    p->store->finished_count++;
    *take = NULL;
    return 0;
}

unsigned object_store_uncommitted(const struct object_store *s)
{
    return s->finished_count;
}

/* Give a synced file its name; `synced` remembers which folders are to be synced. */
static int name_file(struct object_partial *p, bool folders[256])
{
    char from[PATH_MAX], to[PATH_MAX];
    object_partial_path(p->store, &p->name, ".part", from, sizeof(from));
    object_path(p->store, &p->name, to, sizeof(to));
    if (rename(from, to) < 0) {
        if (errno != ENOENT)
            return -errno;
        char *slash = strrchr(to, '/');
        *slash = '\0';
        if (mkdir(to, 0755) < 0 && errno != EEXIST)
            return -errno;
        if (file_sync_folder_of(to) < 0)
            return -EIO;
        *slash = '/';
        if (rename(from, to) < 0)
            return -errno;
    }
    folders[p->name.bytes[0]] = true;
    object_partial_path(p->store, &p->name, ".etag", from, sizeof(from));
    unlink(from);
    return object_enter(p->store, &p->name, p->bytes);
}

static int sync_folders(const struct object_store *s, const bool folders[256])
{
    int r = 0;
    for (unsigned i = 0; i < 256; i++) {
        char path[PATH_MAX];
        if (!folders[i])
            continue;
        snprintf(path, sizeof(path), "%s/objects/%02x/x", s->folder, i);
        int k = file_sync_folder_of(path);
        r = r < 0 ? r : k;
    }
    return r;
}

int object_store_commit(struct object_store *s)
{
    bool folders[256] = {false};
    int named = 0, r = 0;
    /* All data is on its way before the first wait. */
    for (struct object_partial *p = s->finished; p; p = p->next)
        sync_file_range(p->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    while (s->finished) {
        struct object_partial *p = s->finished;
        s->finished = p->next;
        s->finished_count--;
        int k = fsync(p->fd) < 0 ? -errno : name_file(p, folders);
        if (k < 0) {
            r = r < 0 ? r : k;
            object_partial_discard(&p); /* what fsync refused once is not to be trusted */
        } else {
            named++;
            object_partial_close(p);
        }
    }
    int k = sync_folders(s, folders);
    r = r < 0 ? r : k;
    return r < 0 ? r : named;
}

int object_store_import(struct object_store *s, int from, const struct sha256 *name)
{
    struct object_partial *p = NULL;
    int r = object_partial_open(s, name, &p);
    if (r == -EEXIST)
        return 0;
    if (r < 0)
        return r;
    char *block = malloc(COPY_BYTES);
    if (ftruncate(p->fd, 0) < 0)
        r = -errno;
    object_partial_restart(p);
    r = block ? r : -ENOMEM;
    for (off_t at = 0; r == 0;) {
        ssize_t n = pread(from, block, COPY_BYTES, at);
        if (n <= 0) {
            r = n < 0 ? -errno : 0;
            break;
        }
        r = file_write_all(p->fd, block, (size_t)n);
        object_partial_feed(p, block, (size_t)n);
        at += n;
    }
    free(block);
    if (r == 0)
        r = object_partial_finish(&p);
    else
        object_partial_discard(&p);
    if (r == 0)
        r = object_store_commit(s);
    return r < 0 ? r : 0;
}
