#pragma once
#include "base/diag.h"
#include "base/json.h"
#include "base/options.h"
#include "content/model/envelope.h"
#include "content/model/keyfile.h"

/* tramtinctl: one table line per command, one file per group. Commands read their own
 * options into one struct, print results on standard output and one sentence on standard
 * error. */

/* Exit codes that scripts can rely on. */
enum { CTL_DONE = 0, CTL_REFUSED = 1, CTL_USAGE = 2, CTL_UNREACHABLE = 3 };

struct ctl_values {
    const char *server, *token, *passphrase_file; /* every command */
    const char *out, *name, *role, *registrars, *server_key, *previous, *kinds, *areas,
        *level;
    const char *area, *site, *tags, *languages, *id, *key, *root, *unit, *from, *to,
        *kind;
    const char *keep, *person, *language, *as_of, *households;
    int64_t threshold, days, revision;
    bool json, cut, sample, help;
};

struct ctl {
    struct ctl_values v;
    const char *const *arguments;
    size_t argument_count;
};

struct command {
    const char *name;      /* "key new" */
    const char *arguments; /* "FILE..." */
    const char *summary;   /* one line */
    const char *teaching;  /* what to know, a paragraph; NULL */
    const struct option_key *keys;
    size_t key_count;
    size_t least, most; /* arguments */
    int (*run)(struct ctl *c);
};

#define CTL_AT(field) offsetof(struct ctl_values, field)
#define CTL_OUT                                                                          \
    {                                                                                    \
        "out", OPTION_TEXT, CTL_AT(out), NULL, 0, 0, "FILE", "where to write it"         \
    }

struct command_group {
    const struct command *commands;
    size_t count;
};
extern const struct command_group commands_key, commands_trust, commands_unit,
    commands_asset, commands_release, commands_verify, commands_server, commands_policy,
    commands_logic, commands_audit, commands_notices;

/* "tramtinctl: sentence" on standard error; returns `code`. */
int ctl_fail(int code, const char *format, ...) PRINTF_LIKE(2, 3);

/* ---- files ---- */
/* An envelope file; 0 or an exit code after saying why. */
MUST_CHECK int ctl_read_envelope(const char *path, struct envelope **ret);
MUST_CHECK int ctl_write_envelope(const char *path, const struct envelope *e);
MUST_CHECK int ctl_read_json(const char *path, json_t **ret);
/* A payload in an unsigned envelope file. Takes over nothing. */
MUST_CHECK int ctl_write_document(const char *path, enum document_type type,
                                  const json_t *payload);
MUST_CHECK int ctl_read_payload(const char *path, enum document_type type, json_t **ret);
MUST_CHECK int ctl_read_key(const char *path, struct keyfile *ret); /* public part */
/* Opens with the passphrase of --passphrase-file, or asks for it. */
MUST_CHECK int ctl_open_key(const struct ctl *c, const char *path, struct keyfile *ret,
                            struct secret_key *ret_secret);
MUST_CHECK int ctl_passphrase(const struct ctl *c, const char *question, char *ret,
                              size_t size);
/* "a,b,c" as a list of texts. */
json_t *ctl_list(const char *text);
/* now, and now + days, as the documents write times. */
json_t *ctl_time(int64_t ms);
int64_t ctl_now_ms(void);

struct release;
/* What a release of notices says, as its forms name it. */
void ctl_notices_show(const struct release *r);

/* ---- server ---- */
/* One call. `body` may be NULL (borrowed). *ret is the caller's, NULL for an empty
 * answer. 0 or an exit code after saying why. */
MUST_CHECK int ctl_call(const struct ctl *c, const char *method, const char *path,
                        const json_t *body, json_t **ret);
MUST_CHECK int ctl_call_text(const struct ctl *c, const char *method, const char *path,
                             const char *body, json_t **ret);
/* A document that the server has, as an envelope. */
MUST_CHECK int ctl_fetch_envelope(const struct ctl *c, const char *sha256,
                                  struct envelope **ret);
void ctl_envelope_free(struct envelope **e); /* for CLEANUP */
