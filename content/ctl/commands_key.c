/* Commands about keys and signatures. */
#include "content/ctl/ctl.h"

#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static int key_new(struct ctl *c)
{
    if (!c->v.name || !c->v.out)
        return ctl_fail(CTL_USAGE, "key new needs --name and --out");
    if (strcmp(c->v.role, "root") != 0 && strcmp(c->v.role, "registrar") != 0 &&
        strcmp(c->v.role, "author") != 0)
        return ctl_fail(CTL_USAGE, "--role: expected root, registrar or author");
    char passphrase[512], again[512];
    int code = ctl_passphrase(c, "new passphrase: ", passphrase, sizeof(passphrase));
    if (code == 0)
        code = ctl_passphrase(c, "once more: ", again, sizeof(again));
    if (code == 0 && strcmp(passphrase, again) != 0)
        code = ctl_fail(CTL_USAGE, "the two passphrases differ");
    if (code == 0 && strlen(passphrase) < 8)
        code = ctl_fail(CTL_USAGE, "a passphrase needs at least 8 characters");
    CLEANUP(key_secret_wipe) struct secret_key secret;
    CLEANUP(text_free) char *text = NULL;
    key_generate(&secret);
    if (code == 0 && keyfile_seal(&secret, c->v.role, c->v.name, passphrase, &text) < 0)
        code = ctl_fail(CTL_REFUSED, "not enough memory to seal the key");
    key_wipe(passphrase, sizeof(passphrase));
    key_wipe(again, sizeof(again));
    if (code == 0 && file_write_atomic(c->v.out, text, strlen(text), 0600) < 0)
        code = ctl_fail(CTL_REFUSED, "cannot write '%s'", c->v.out);
    if (code != 0)
        return code;
    char hex[KEY_HEX_SIZE];
    struct public_key key;
    key_public(&secret, &key);
    key_to_hex(&key, hex);
    printf("%s\n", hex);
    return CTL_DONE;
}

static int key_show(struct ctl *c)
{
    struct keyfile about;
    int code = ctl_read_key(c->arguments[0], &about);
    if (code != 0)
        return code;
    char hex[KEY_HEX_SIZE], id[SHA256_HEX_SIZE];
    struct sha256 name;
    key_to_hex(&about.key, hex);
    key_id(&about.key, &name);
    sha256_to_hex(&name, id);
    printf("role    %s\nname    %s\nkey     %s\nkeyid   %s\n", about.role, about.name,
           hex, id);
    return CTL_DONE;
}

static int sign(struct ctl *c)
{
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    CLEANUP(key_secret_wipe) struct secret_key secret;
    struct keyfile about = {0};
    int code = ctl_read_envelope(c->arguments[0], &e);
    if (code == 0)
        code = ctl_open_key(c, c->arguments[1], &about, &secret);
    if (code != 0)
        return code;
    if (envelope_sign(e, &secret) < 0)
        return ctl_fail(CTL_REFUSED, "%s has as many signatures as fit", c->arguments[0]);
    code = ctl_write_envelope(c->v.out ? c->v.out : c->arguments[0], e);
    if (code == 0)
        fprintf(stderr, "signed as %s\n", about.name);
    return code;
}

static const struct option_key keys_new[] = {
    {"role", OPTION_TEXT, CTL_AT(role), "author", 0, 0, "ROLE",
     "root, registrar or author"},
    {"name", OPTION_TEXT, CTL_AT(name), NULL, 0, 0, "PERSON", "whose key it is"},
    CTL_OUT,
};
static const struct option_key keys_sign[] = {CTL_OUT};

static const struct command commands[] = {
    {"key new", "", "make a key and seal it with a passphrase",
     "Prints the public key. The file is useless without its passphrase; keep both "
     "apart.",
     keys_new, ARRAY_LENGTH(keys_new), 0, 0, key_new},
    {"key show", "FILE", "what a key file is", NULL, NULL, 0, 1, 1, key_show},
    {"sign", "DOCUMENT KEYFILE", "add a signature to any document",
     "Look at what you sign first: tramtinctl release show, or verify.", keys_sign,
     ARRAY_LENGTH(keys_sign), 2, 2, sign},
};
const struct command_group commands_key = {commands, ARRAY_LENGTH(commands)};
