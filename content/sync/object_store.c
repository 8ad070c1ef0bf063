/* The unit's objects: what is there, what is wanted, what goes when room is needed. */
#include "content/sync/object_store.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"
#include "content/sync/object_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Left free for logs, documents and the play log. */
#define DISK_RESERVE_BYTES (UINT64_C(256) << 20)

void object_path(const struct object_store *s, const struct sha256 *name, char *ret,
                 size_t size)
{
    char hex[SHA256_HEX_SIZE];
    sha256_to_hex(name, hex);
    snprintf(ret, size, "%s/objects/%.2s/%s", s->folder, hex, hex + 2);
}

static int compare(const struct sha256 *a, const struct sha256 *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* The place of `name`, or where it would stand. */
static size_t find_locked(const struct object_store *s, const struct sha256 *name,
                          bool *found)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int c = compare(&s->entries[middle].name, name);
        if (c == 0) {
            *found = true;
            return middle;
        }
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

static int enter_locked(struct object_store *s, const struct sha256 *name, uint64_t bytes)
{
    bool found;
    size_t at = find_locked(s, name, &found);
    if (found)
        return 0;
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? s->capacity * 2 : 64;
        struct object_entry *more = realloc(s->entries, capacity * sizeof(*more));
        if (!more)
            return -ENOMEM;
        s->entries = more;
        s->capacity = capacity;
    }
    memmove(&s->entries[at + 1], &s->entries[at], (s->count - at) * sizeof(*s->entries));
    s->entries[at] = (struct object_entry){
        .name = *name, .bytes = bytes, .plays_ms = INT64_MAX, .wanted = true};
    s->count++;
    s->bytes += bytes;
    return 0;
}

int object_enter(struct object_store *s, const struct sha256 *name, uint64_t bytes)
{
    pthread_mutex_lock(&s->lock);
    int r = enter_locked(s, name, bytes);
    pthread_mutex_unlock(&s->lock);
    return r;
}

/* One folder objects/aa: files whose names are the rest of a hash. */
static int scan_folder(struct object_store *s, const char *two)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/objects/%s", s->folder, two);
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOTDIR ? 0 : -errno;
    int r = 0;
    for (struct dirent *e; r == 0 && (e = readdir(dir));) {
        char hex[SHA256_HEX_SIZE + 256];
        struct sha256 name;
        struct stat st;
        snprintf(hex, sizeof(hex), "%s%s", two, e->d_name);
        if (sha256_from_hex(hex, &name) == 0 &&
            fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode))
            r = enter_locked(s, &name, (uint64_t)st.st_size);
    }
    closedir(dir);
    return r;
}

static int scan(struct object_store *s)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/objects", s->folder);
    DIR *dir = opendir(path);
    if (!dir)
        return -errno;
    int r = 0;
    for (struct dirent *e; r == 0 && (e = readdir(dir));)
        if (strlen(e->d_name) == 2 && e->d_name[0] != '.')
            r = scan_folder(s, e->d_name);
    closedir(dir);
    return r;
}

static int make_folders(struct object_store *s)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/objects", s->folder);
    int r = file_make_folders(path, 0755);
    snprintf(path, sizeof(path), "%s/partial", s->folder);
    return r < 0 ? r : file_make_folders(path, 0755);
}

int object_store_open(const char *folder, uint64_t quota_bytes, struct object_store **ret,
                      struct diag *diag)
{
    struct object_store *s = calloc(1, sizeof(*s));
    if (!s)
        return diag_set(diag, -ENOMEM, "out of memory");
    pthread_mutex_init(&s->lock, NULL);
    s->quota_bytes = quota_bytes;
    int r = text_copy(s->folder, sizeof(s->folder), folder) ? 0 : -ENAMETOOLONG;
    if (r == 0)
        r = make_folders(s);
    if (r == 0)
        r = scan(s);
    if (r < 0) {
        object_store_close(s);
        return diag_set(diag, r, "cannot open the objects in '%s': %s", folder,
                        strerror(-r));
    }
    *ret = s;
    return 0;
}

void object_store_close(struct object_store *s)
{
    if (!s)
        return;
    for (struct object_partial *p = s->finished, *next; p; p = next) {
        next = p->next;
        object_partial_close(p);
    }
    pthread_mutex_destroy(&s->lock);
    free(s->entries);
    free(s->pins);
    free(s);
}

bool object_store_has(struct object_store *s, const struct sha256 *name)
{
    bool found;
    pthread_mutex_lock(&s->lock);
    find_locked(s, name, &found);
    pthread_mutex_unlock(&s->lock);
    return found;
}

int object_store_get(struct object_store *s, const struct sha256 *name)
{
    char path[PATH_MAX];
    object_path(s, name, path, sizeof(path));
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st = {0};
    if (fd < 0)
        return -errno;
    bool found, read = fstat(fd, &st) == 0;
    pthread_mutex_lock(&s->lock);
    size_t at = find_locked(s, name, &found);
    bool whole = found && read && s->entries[at].bytes == (uint64_t)st.st_size;
    pthread_mutex_unlock(&s->lock);
    if (whole)
        return fd;
    close(fd);
    return found ? -EBADMSG : -ENOENT;
}

uint64_t object_store_bytes(struct object_store *s)
{
    pthread_mutex_lock(&s->lock);
    uint64_t bytes = s->bytes;
    pthread_mutex_unlock(&s->lock);
    return bytes;
}

static struct object_pin *pin_locked(struct object_store *s, const struct sha256 *name)
{
    for (size_t i = 0; i < s->pin_count; i++)
        if (sha256_equal(&s->pins[i].name, name))
            return &s->pins[i];
    return NULL;
}

void object_store_pin(struct object_store *s, const struct sha256 *name)
{
    pthread_mutex_lock(&s->lock);
    struct object_pin *pin = pin_locked(s, name);
    if (!pin) {
        struct object_pin *more = realloc(s->pins, (s->pin_count + 1) * sizeof(*more));
        if (more) { /* without memory it is unpinned, and its descriptor keeps it */
            s->pins = more;
            pin = &s->pins[s->pin_count++];
            *pin = (struct object_pin){.name = *name};
        }
    }
    if (pin)
        pin->count++;
    pthread_mutex_unlock(&s->lock);
}

void object_store_unpin(struct object_store *s, const struct sha256 *name)
{
    pthread_mutex_lock(&s->lock);
    struct object_pin *pin = pin_locked(s, name);
    if (pin && --pin->count == 0)
        *pin = s->pins[--s->pin_count];
    pthread_mutex_unlock(&s->lock);
}

/* Take entry `at` off the disk and the table. */
static void remove_locked(struct object_store *s, size_t at)
{
    char path[PATH_MAX];
    object_path(s, &s->entries[at].name, path, sizeof(path));
    if (unlink(path) < 0 && errno != ENOENT)
        return;
    s->bytes -= s->entries[at].bytes;
    s->count--;
    memmove(&s->entries[at], &s->entries[at + 1], (s->count - at) * sizeof(*s->entries));
}

bool object_store_next(struct object_store *s, const struct sha256 *after,
                       struct sha256 *ret)
{
    bool found;
    pthread_mutex_lock(&s->lock);
    size_t at = find_locked(s, after, &found) + (found ? 1 : 0);
    bool more = at < s->count;
    if (more)
        *ret = s->entries[at].name;
    pthread_mutex_unlock(&s->lock);
    return more;
}

void object_store_forget(struct object_store *s, const struct sha256 *name)
{
    bool found;
    pthread_mutex_lock(&s->lock);
    size_t at = find_locked(s, name, &found);
    if (found)
        remove_locked(s, at);
    pthread_mutex_unlock(&s->lock);
}

static int wish_compare(const void *a, const void *b)
{
    const struct object_wish *x = a, *y = b;
    return compare(&x->name, &y->name);
}

static const struct object_wish *wish_find(const struct object_wish *wishes, size_t count,
                                           const struct sha256 *name)
{
    struct object_wish key = {.name = *name};
    return count ? bsearch(&key, wishes, count, sizeof(*wishes), wish_compare) : NULL;
}

/* Partials, and whatever else lies there, that nobody wants. */
static void remove_orphan_partials(struct object_store *s,
                                   const struct object_wish *wishes, size_t count)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/partial", s->folder);
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));) {
        char hex[SHA256_HEX_SIZE];
        struct sha256 name;
        if (e->d_name[0] == '.')
            continue;
        if (snprintf(hex, sizeof(hex), "%.64s", e->d_name) > 0 &&
            sha256_from_hex(hex, &name) == 0 && wish_find(wishes, count, &name))
            continue;
        unlinkat(dirfd(dir), e->d_name, 0);
    }
    closedir(dir);
}

int object_store_plan(struct object_store *s, const struct object_wish *wishes,
                      size_t count)
{
    struct object_wish *sorted = malloc((count + 1) * sizeof(*sorted));
    if (!sorted)
        return -ENOMEM;
    if (count)
        memcpy(sorted, wishes, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), wish_compare);
    pthread_mutex_lock(&s->lock);
    for (size_t i = s->count; i-- > 0;) {
        struct object_entry *e = &s->entries[i];
        const struct object_wish *w = wish_find(sorted, count, &e->name);
        e->wanted = w != NULL;
        e->keep = w && w->keep;
        e->plays_ms = w ? w->plays_ms : INT64_MAX;
        if (!w && !pin_locked(s, &e->name))
            remove_locked(s, i);
    }
    pthread_mutex_unlock(&s->lock);
    remove_orphan_partials(s, sorted, count);
    free(sorted);
    return 0;
}

/* The object that goes first: no longer wanted, then playing latest. */
static bool victim_locked(struct object_store *s, int64_t plays_ms, size_t *ret)
{
    bool found = false;
    for (size_t i = 0; i < s->count; i++) {
        const struct object_entry *e = &s->entries[i];
        if (e->wanted && (e->keep || e->plays_ms <= plays_ms))
            continue;
        if (pin_locked(s, &e->name))
            continue;
        const struct object_entry *best = &s->entries[*ret];
        if (!found || (!e->wanted && best->wanted) ||
            (e->wanted == best->wanted && e->plays_ms > best->plays_ms))
            *ret = i;
        found = true;
    }
    return found;
}

static bool fits_locked(const struct object_store *s, uint64_t bytes)
{
    if (s->quota_bytes && s->bytes + bytes > s->quota_bytes)
        return false;
    uint64_t free_bytes;
    if (file_free_bytes(s->folder, &free_bytes) < 0)
        return true; /* the write itself will tell */
    return free_bytes >= bytes + (s->quota_bytes ? 0 : DISK_RESERVE_BYTES);
}

int object_store_make_room(struct object_store *s, uint64_t bytes, int64_t plays_ms)
{
    int r = 0;
    pthread_mutex_lock(&s->lock);
    while (r == 0 && !fits_locked(s, bytes)) {
        size_t victim = 0, before = s->count;
        if (!victim_locked(s, plays_ms, &victim)) {
            r = -ENOSPC;
            break;
        }
        remove_locked(s, victim);
        if (s->count == before) /* it cannot be removed: the disk is read-only */
            r = -ENOSPC;
    }
    pthread_mutex_unlock(&s->lock);
    return r;
}
