/* verify: judge documents and bundles without any server, as a unit would. */
#include "content/ctl/ctl.h"

#include "base/file.h"
#include "base/text.h"
#include "content/model/bundle.h"
#include "content/model/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct verification {
    struct trust *trust;
    size_t objects, documents, refused;
};

static void begin_trust(struct verification *v, const char *text, size_t length)
{
    struct envelope *e = NULL;
    if (v->trust || envelope_parse(text, length, &e, NULL) < 0)
        return;
    struct sha256 fingerprint;
    sha256_of(e->payload, e->length, &fingerprint);
    if (e->type == DOCUMENT_ROOT && trust_create(&fingerprint, &v->trust) < 0)
        v->trust = NULL;
    envelope_destroy(e);
}

static void verify_text(struct verification *v, const char *what, const char *text,
                        size_t length)
{
    struct diag d = {""};
    struct sha256 name;
    enum document_type type = DOCUMENT_ROOT;
    int64_t now = ctl_now_ms();
    begin_trust(v, text, length);
    v->documents++;
    if (!v->trust) {
        struct envelope *e = NULL;
        v->refused++;
        if (envelope_parse(text, length, &e, &d) < 0)
            printf("%s: refused: %s\n", what, diag_text(&d));
        else
            printf(
                "%s: refused: no root to judge it by; name the root's file before it\n",
                what);
        envelope_destroy(e);
        return;
    }
    int r = trust_accept(v->trust, text, length, now, &name, &type, &d);
    if (r == -EINVAL && type == DOCUMENT_MANIFEST) {
        struct manifest *m = NULL;
        r = trust_accept_manifest(v->trust, text, length, now, NULL, &m, &d);
        manifest_destroy(m);
    }
    if (r < 0) {
        v->refused++;
        printf("%s: refused: %s\n", what, diag_text(&d));
    } else {
        printf("%s: %s, valid\n", what, document_type_name(type));
    }
}

/* Records that are documents are judged; the others have matched their hash already. */
static int visit(void *context, const struct sha256 *name, int fd, uint64_t offset,
                 uint64_t length)
{
    struct verification *v = context;
    char hex[SHA256_HEX_SIZE];
    v->objects++;
    if (length > ENVELOPE_BYTES_MAX)
        return 0;
    CLEANUP(text_free) char *text = malloc(length + 1);
    if (!text || pread(fd, text, length, (off_t)offset) != (ssize_t)length)
        return -EIO;
    struct envelope *e = NULL;
    if (envelope_parse(text, length, &e, NULL) < 0)
        return 0;
    envelope_destroy(e);
    sha256_to_hex(name, hex);
    verify_text(v, hex, text, length);
    return 0;
}

static int verify_file(struct verification *v, const char *path)
{
    char begin[16] = "";
    CLEANUP(file_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ctl_fail(CTL_REFUSED, "cannot open '%s': %s", path, strerror(errno));
    if (pread(fd, begin, sizeof(begin) - 1, 0) > 0 &&
        strncmp(begin, "tramtin-bundle ", 15) == 0) {
        struct diag d = {""};
        int r = bundle_read(fd, UINT64_MAX, visit, v, &d);
        return r < 0 ? ctl_fail(CTL_REFUSED, "%s: %s", path, diag_text(&d)) : 0;
    }
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    int r = file_read(path, ENVELOPE_BYTES_MAX, &text, &length);
    if (r < 0)
        return ctl_fail(CTL_REFUSED, "cannot read '%s': %s", path, strerror(-r));
    verify_text(v, path, text, length);
    return 0;
}

static int verify(struct ctl *c)
{
    struct verification v = {0};
    int code = 0;
    for (size_t i = 0; code == 0 && i < c->argument_count; i++)
        code = verify_file(&v, c->arguments[i]);
    trust_destroy(v.trust);
    return code == 0 && v.refused ? CTL_REFUSED : code;
}

static const struct command commands[] = {
    {"verify", "FILE...", "judge documents or a bundle offline, as a unit would",
     "In order: the root (your own copy), then keyring, areas, then what is to be "
     "judged.",
     NULL, 0, 1, 1000, verify},
};
const struct command_group commands_verify = {commands, ARRAY_LENGTH(commands)};
