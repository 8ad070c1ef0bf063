/* The server's key as a file of hex, mode 0600. */
#include "content/server/identity.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void path_of(const char *data, char *ret, size_t size)
{
    snprintf(ret, size, "%s/server.key", data);
}

void identity_write(const struct secret_key *key, char ret[IDENTITY_TEXT_SIZE])
{
    text_from_hex_bytes(key->bytes, sizeof(key->bytes), ret);
    memcpy(ret + 2 * sizeof(key->bytes), "\n", 2);
}

static int parse(const char *text, size_t length, struct secret_key *ret)
{
    char hex[IDENTITY_TEXT_SIZE];
    if (length != IDENTITY_TEXT_SIZE - 1)
        return -EINVAL;
    memcpy(hex, text, length);
    hex[length - 1] = '\0';
    int r = text_to_hex_bytes(hex, ret->bytes, sizeof(ret->bytes));
    key_wipe(hex, sizeof(hex));
    return r;
}

int identity_restore(const char *data, const char *text)
{
    struct secret_key key;
    char path[PATH_MAX];
    int r = parse(text, strlen(text), &key);
    key_secret_wipe(&key);
    path_of(data, path, sizeof(path));
    return r < 0 ? r : file_write_atomic(path, text, strlen(text), 0600);
}

static int make(const char *path, struct secret_key *ret)
{
    char text[IDENTITY_TEXT_SIZE];
    key_generate(ret);
    identity_write(ret, text);
    int r = file_write_atomic(path, text, strlen(text), 0600);
    key_wipe(text, sizeof(text));
    return r;
}

int identity_open(const char *data, struct secret_key *ret, struct diag *diag)
{
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    path_of(data, path, sizeof(path));
    int r = file_read(path, 4096, &text, &length);
    if (r == -ENOENT)
        r = make(path, ret);
    else if (r == 0)
        r = parse(text, length, ret);
    if (text)
        key_wipe(text, length);
    free(text);
    return r < 0 ? diag_set(diag, r, "cannot use the server's key '%s': %s", path,
                            strerror(-r))
                 : 0;
}
