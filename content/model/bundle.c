/* Manifest and objects in one file. */
#include "content/model/bundle.h"

#include "base/diag.h"
#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char magic[] = "tramtin-bundle 1\n";

#define CHUNK (256 * 1024)

int bundle_begin(int fd)
{
    return file_write_all(fd, magic, sizeof(magic) - 1);
}

static int write_header(int fd, const struct sha256 *name, uint64_t bytes)
{
    char hex[SHA256_HEX_SIZE], line[128];
    sha256_to_hex(name, hex);
    int n = snprintf(line, sizeof(line), "%s %" PRIu64 "\n", hex, bytes);
    return file_write_all(fd, line, (size_t)n);
}

int bundle_add_bytes(int fd, const void *data, size_t length)
{
    struct sha256 name;
    sha256_of(data, length, &name);
    int r = write_header(fd, &name, length);
    if (r == 0)
        r = file_write_all(fd, data, length);
    return r < 0 ? r : file_write_all(fd, "\n", 1);
}

int bundle_add_file(int fd, const struct sha256 *name, int source_fd, uint64_t bytes)
{
    int r = write_header(fd, name, bytes);
    char *chunk = malloc(CHUNK);
    if (!chunk)
        return -ENOMEM;
    for (uint64_t at = 0; r == 0 && at < bytes;) {
        size_t want = bytes - at < CHUNK ? (size_t)(bytes - at) : CHUNK;
        ssize_t n = pread(source_fd, chunk, want, (off_t)at);
        if (n <= 0) {
            r = n < 0 ? -errno : -ENODATA;
            break;
        }
        r = file_write_all(fd, chunk, (size_t)n);
        at += (uint64_t)n;
    }
    free(chunk);
    return r < 0 ? r : file_write_all(fd, "\n", 1);
}

/* "<64 hex> <bytes>\n" at `at`; its length. */
static int read_header(int fd, uint64_t at, struct sha256 *name, uint64_t *bytes,
                       struct diag *diag)
{
    char line[96] = "";
    ssize_t n = pread(fd, line, sizeof(line) - 1, (off_t)at);
    if (n < 0)
        return -errno;
    if (n == 0)
        return 0;
    char *end = memchr(line, '\n', (size_t)n);
    if (!end || end - line < 66 || line[64] != ' ')
        return diag_set(diag, -EINVAL, "at byte %" PRIu64 ": no record begins here", at);
    *end = line[64] = '\0';
    char *rest = NULL;
    errno = 0;
    unsigned long long value = strtoull(line + 65, &rest, 10);
    if (line[65] < '0' || line[65] > '9' || *rest || errno ||
        sha256_from_hex(line, name) < 0)
        return diag_set(diag, -EINVAL, "at byte %" PRIu64 ": no record begins here", at);
    *bytes = value;
    return (int)(end - line) + 1;
}

static int hash_range(int fd, uint64_t at, uint64_t bytes, struct sha256 *ret)
{
    struct sha256_state *s = NULL;
    char *chunk = malloc(CHUNK);
    int r = chunk ? sha256_begin(&s) : -ENOMEM;
    while (r == 0 && bytes > 0) {
        ssize_t n = pread(fd, chunk, bytes < CHUNK ? (size_t)bytes : CHUNK, (off_t)at);
        if (n <= 0) {
            r = n < 0 ? -errno : -ENODATA;
            break;
        }
        sha256_update(s, chunk, (size_t)n);
        at += (uint64_t)n;
        bytes -= (uint64_t)n;
    }
    if (r == 0)
        sha256_finish(s, ret);
    sha256_destroy(s);
    free(chunk);
    return r;
}

int bundle_read(int fd, uint64_t max_record_bytes,
                int (*visit)(void *context, const struct sha256 *name, int fd,
                             uint64_t offset, uint64_t length),
                void *context, struct diag *diag)
{
    char begin[sizeof(magic) - 1];
    if (pread(fd, begin, sizeof(begin), 0) != (ssize_t)sizeof(begin) ||
        memcmp(begin, magic, sizeof(begin)) != 0)
        return diag_set(diag, -EINVAL, "not a bundle: it does not begin with '%.16s'",
                        magic);
    for (uint64_t at = sizeof(begin);;) {
        struct sha256 name, hash;
        uint64_t bytes = 0;
        int n = read_header(fd, at, &name, &bytes, diag);
        if (n <= 0)
            return n;
        uint64_t body = at + (uint64_t)n;
        if (bytes > max_record_bytes)
            return diag_set(diag, -EFBIG,
                            "at byte %" PRIu64 ": a record of %" PRIu64 " bytes", at,
                            bytes);
        int r = hash_range(fd, body, bytes, &hash);
        if (r == -ENODATA)
            return diag_set(diag, -EINVAL, "cut short in the record at byte %" PRIu64,
                            at);
        if (r < 0)
            return diag_set(diag, r, "cannot read at byte %" PRIu64 ": %s", at,
                            strerror(-r));
        if (!sha256_equal(&hash, &name))
            return diag_set(diag, -EINVAL,
                            "the record at byte %" PRIu64 " does not match its hash", at);
        char end;
        if (pread(fd, &end, 1, (off_t)(body + bytes)) != 1 || end != '\n')
            return diag_set(diag, -EINVAL,
                            "the record at byte %" PRIu64 " does not end where it says",
                            at);
        r = visit(context, &name, fd, body, bytes);
        if (r < 0)
            return r;
        at = body + bytes + 1;
    }
}
