/* Files, keys and passphrases of tramtinctl. */
#include "content/ctl/ctl.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "base/timestamp.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

int ctl_fail(int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("tramtinctl: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return code;
}

void ctl_envelope_free(struct envelope **e)
{
    envelope_destroy(*e);
}

static int read_text(const char *path, char **ret, size_t *ret_length)
{
    int r = file_read(path, ENVELOPE_BYTES_MAX, ret, ret_length);
    return r < 0 ? ctl_fail(CTL_REFUSED, "cannot read '%s': %s", path, strerror(-r)) : 0;
}

int ctl_read_envelope(const char *path, struct envelope **ret)
{
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    struct diag d = {""};
    int code = read_text(path, &text, &length);
    if (code == 0 && envelope_parse(text, length, ret, &d) < 0)
        code = ctl_fail(CTL_REFUSED, "%s: %s", path, diag_text(&d));
    return code;
}

int ctl_write_envelope(const char *path, const struct envelope *e)
{
    if (!path)
        return ctl_fail(CTL_USAGE, "--out: where should it be written?");
    CLEANUP(text_free) char *text = NULL;
    int r = envelope_write(e, &text);
    if (r == 0)
        r = file_write_atomic(path, text, strlen(text), 0644);
    return r < 0 ? ctl_fail(CTL_REFUSED, "cannot write '%s': %s", path, strerror(-r)) : 0;
}

int ctl_read_json(const char *path, json_t **ret)
{
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    struct diag d = {""};
    int code = read_text(path, &text, &length);
    if (code == 0 && json_parse(text, length, &json_limits_document, ret, &d) < 0)
        code = ctl_fail(CTL_REFUSED, "%s: %s", path, diag_text(&d));
    if (code == 0 && !json_is_object(*ret)) {
        json_decref(*ret);
        code = ctl_fail(CTL_REFUSED, "%s: expected an object", path);
    }
    return code;
}

int ctl_write_document(const char *path, enum document_type type, const json_t *payload)
{
    CLEANUP(text_free) char *text = json_dumps(payload, JSON_COMPACT);
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    if (!text || envelope_create(type, text, strlen(text), &e) < 0)
        return ctl_fail(CTL_REFUSED, "out of memory");
    return ctl_write_envelope(path, e);
}

int ctl_read_payload(const char *path, enum document_type type, json_t **ret)
{
    CLEANUP(ctl_envelope_free) struct envelope *e = NULL;
    int code = ctl_read_envelope(path, &e);
    if (code != 0)
        return code;
    if (e->type != type)
        return ctl_fail(CTL_REFUSED, "%s: a %s where a %s should be", path,
                        document_type_name(e->type), document_type_name(type));
    struct diag d = {""};
    if (json_parse((const char *)e->payload, e->length, &json_limits_document, ret, &d) <
        0)
        return ctl_fail(CTL_REFUSED, "%s: %s", path, diag_text(&d));
    return 0;
}

int ctl_read_key(const char *path, struct keyfile *ret)
{
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    struct diag d = {""};
    int code = read_text(path, &text, &length);
    if (code == 0 && keyfile_peek(text, length, ret, &d) < 0)
        code = ctl_fail(CTL_REFUSED, "%s: %s", path, diag_text(&d));
    return code;
}

/* From the terminal, without echo. */
static int ask(const char *question, char *ret, size_t size)
{
    struct termios was, quiet;
    if (tcgetattr(STDIN_FILENO, &was) < 0)
        return ctl_fail(CTL_USAGE, "no terminal to ask for the passphrase: give "
                                   "--passphrase-file");
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s", question);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    char *got = fgets(ret, (int)size, stdin);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
    fputc('\n', stderr);
    if (!got)
        return ctl_fail(CTL_USAGE, "no passphrase given");
    ret[strcspn(ret, "\n")] = '\0';
    return 0;
}

int ctl_passphrase(const struct ctl *c, const char *question, char *ret, size_t size)
{
    if (!c->v.passphrase_file)
        return ask(question, ret, size);
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    int code = read_text(c->v.passphrase_file, &text, &length);
    if (code != 0)
        return code;
    text[strcspn(text, "\r\n")] = '\0';
    bool fits = text_copy(ret, size, text);
    key_wipe(text, length);
    return fits ? 0 : ctl_fail(CTL_USAGE, "passphrase too long");
}

int ctl_open_key(const struct ctl *c, const char *path, struct keyfile *ret,
                 struct secret_key *ret_secret)
{
    CLEANUP(text_free) char *text = NULL;
    size_t length;
    struct diag d = {""};
    char passphrase[512], question[300];
    int code = read_text(path, &text, &length);
    if (code == 0 && keyfile_peek(text, length, ret, &d) < 0)
        code = ctl_fail(CTL_REFUSED, "%s: %s", path, diag_text(&d));
    snprintf(question, sizeof(question), "passphrase of %s's %s key: ", ret->name,
             ret->role);
    if (code == 0)
        code = ctl_passphrase(c, question, passphrase, sizeof(passphrase));
    if (code == 0 && keyfile_open(text, length, passphrase, ret, ret_secret, &d) < 0)
        code = ctl_fail(CTL_REFUSED, "%s: %s", path, diag_text(&d));
    key_wipe(passphrase, sizeof(passphrase));
    return code;
}

json_t *ctl_list(const char *text)
{
    json_t *list = json_array();
    while (text && *text) {
        size_t n = strcspn(text, ",");
        if (n)
            json_array_append_new(list, json_stringn(text, n));
        text += n + (text[n] == ',');
    }
    return list;
}

int64_t ctl_now_ms(void)
{
    return clock_wall_ms(clock_system()) / 1000 * 1000;
}

json_t *ctl_time(int64_t ms)
{
    char text[TIMESTAMP_TEXT_SIZE];
    timestamp_format(ms, text);
    return json_string(text);
}
