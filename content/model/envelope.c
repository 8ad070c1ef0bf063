/* DSSE envelopes. Pure. */
#include "content/model/envelope.h"

#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_PREFIX "application/vnd.tramtin."
#define TYPE_SUFFIX "+json"

static const char *const type_names[] = {
    [DOCUMENT_ROOT] = "root",       [DOCUMENT_KEYRING] = "keyring",
    [DOCUMENT_AREAS] = "areas",     [DOCUMENT_PLACEMENT] = "placement",
    [DOCUMENT_RELEASE] = "release", [DOCUMENT_MANIFEST] = "manifest",
    [DOCUMENT_REPORT] = "report",   [DOCUMENT_TYPE_COUNT] = NULL,
};

const char *document_type_name(enum document_type type)
{
    return type_names[type];
}

int document_type_of_name(const char *name, enum document_type *ret)
{
    for (int i = 0; type_names[i]; i++)
        if (strcmp(type_names[i], name) == 0) {
            *ret = (enum document_type)i;
            return 0;
        }
    return -EINVAL;
}

static void payload_type(enum document_type type, char ret[64])
{
    snprintf(ret, 64, TYPE_PREFIX "%s" TYPE_SUFFIX, type_names[type]);
}

static int type_of_payload_type(const char *text, enum document_type *ret)
{
    size_t prefix = strlen(TYPE_PREFIX), suffix = strlen(TYPE_SUFFIX), n = strlen(text);
    char name[32];
    if (n <= prefix + suffix || n - prefix - suffix >= sizeof(name) ||
        strncmp(text, TYPE_PREFIX, prefix) != 0 ||
        strcmp(text + n - suffix, TYPE_SUFFIX) != 0)
        return -EINVAL;
    memcpy(name, text + prefix, n - prefix - suffix);
    name[n - prefix - suffix] = '\0';
    return document_type_of_name(name, ret);
}

static int parse_signature(struct envelope *e, const struct json_reader *parent,
                           size_t index, const json_t *value)
{
    struct json_reader r;
    json_reader_element(&r, parent, "signatures", index, value);
    json_read_hex(&r, "keyid", e->signatures[index].key_id.bytes, 32);
    const char *sig = json_read_text(&r, "sig", 128);
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (!r.error &&
        (text_from_base64(sig, strlen(sig), &bytes, &length) < 0 || length != 64))
        json_reader_fail(&r, "sig", "expected 64 bytes of base64");
    else if (bytes)
        memcpy(e->signatures[index].bytes, bytes, 64);
    free(bytes);
    return json_reader_finish(&r);
}

static int parse_into(struct envelope *e, const json_t *value, struct diag *diag)
{
    struct json_reader r;
    json_reader_init(&r, value, "envelope", diag);
    const char *type = json_read_text(&r, "payloadType", 128);
    const char *payload = json_read_text(&r, "payload", ENVELOPE_BYTES_MAX);
    const json_t *signatures = json_read_array(&r, "signatures", ENVELOPE_SIGNATURES_MAX);
    if (!r.error && type_of_payload_type(type, &e->type) < 0)
        json_reader_fail(&r, "payloadType", "'%.64s' is not a document of ours", type);
    if (!r.error &&
        text_from_base64(payload, strlen(payload), &e->payload, &e->length) < 0)
        json_reader_fail(&r, "payload", "expected base64");
    e->signature_count = json_array_size(signatures);
    for (size_t i = 0; !r.error && i < e->signature_count; i++)
        r.error = parse_signature(e, &r, i, json_array_get(signatures, i));
    return json_reader_finish(&r);
}

int envelope_parse(const char *text, size_t length, struct envelope **ret,
                   struct diag *diag)
{
    CLEANUP(json_decrefp) json_t *value = NULL;
    int r = json_parse(text, length, &json_limits_document, &value, diag);
    if (r < 0)
        return r;
    struct envelope *e = calloc(1, sizeof(*e));
    if (!e)
        return -ENOMEM;
    r = parse_into(e, value, diag);
    if (r < 0) {
        envelope_destroy(e);
        return r;
    }
    *ret = e;
    return 0;
}

int envelope_create(enum document_type type, const char *payload, size_t length,
                    struct envelope **ret)
{
    struct envelope *e = calloc(1, sizeof(*e));
    if (!e || !(e->payload = malloc(length + 1))) {
        free(e);
        return -ENOMEM;
    }
    memcpy(e->payload, payload, length);
    e->length = length;
    e->type = type;
    *ret = e;
    return 0;
}

void envelope_destroy(struct envelope *e)
{
    if (!e)
        return;
    free(e->payload);
    free(e);
}

/* DSSE pre-authentication encoding: what is really signed. */
static int encode(const struct envelope *e, struct buf *ret)
{
    char type[64];
    payload_type(e->type, type);
    int r = buf_printf(ret, "DSSEv1 %zu %s %zu ", strlen(type), type, e->length);
    return r < 0 ? r : buf_append(ret, e->payload, e->length);
}

int envelope_sign(struct envelope *e, const struct secret_key *secret)
{
    struct public_key key;
    struct sha256 id;
    key_public(secret, &key);
    key_id(&key, &id);
    size_t at = 0;
    while (at < e->signature_count && !sha256_equal(&e->signatures[at].key_id, &id))
        at++;
    if (at == ENVELOPE_SIGNATURES_MAX)
        return -EOVERFLOW;
    CLEANUP(buf_release) struct buf message = BUF_INIT(ENVELOPE_BYTES_MAX + 128);
    int r = encode(e, &message);
    if (r < 0)
        return r;
    key_sign(secret, message.data, message.length, e->signatures[at].bytes);
    e->signatures[at].key_id = id;
    if (at == e->signature_count)
        e->signature_count++;
    return 0;
}

int envelope_merge(struct envelope *e, const struct envelope *from)
{
    if (e->type != from->type || e->length != from->length ||
        memcmp(e->payload, from->payload, e->length) != 0)
        return -EINVAL;
    for (size_t i = 0; i < from->signature_count; i++) {
        size_t at = 0;
        /* A different signature under the same key id is kept beside: nobody has verified
         * either here, and a bad one must not push out a good one. */
        while (at < e->signature_count && memcmp(&e->signatures[at], &from->signatures[i],
                                                 sizeof(e->signatures[at])) != 0)
            at++;
        if (at < e->signature_count)
            continue;
        if (at == ENVELOPE_SIGNATURES_MAX)
            return -EOVERFLOW;
        e->signatures[e->signature_count++] = from->signatures[i];
    }
    return 0;
}

bool envelope_signed_by(const struct envelope *e, const struct public_key *key)
{
    struct sha256 id;
    key_id(key, &id);
    CLEANUP(buf_release) struct buf message = BUF_INIT(ENVELOPE_BYTES_MAX + 128);
    for (size_t i = 0; i < e->signature_count; i++) {
        if (!sha256_equal(&e->signatures[i].key_id, &id))
            continue;
        if (message.length == 0 && encode(e, &message) < 0)
            return false;
        if (key_verify(key, message.data, message.length, e->signatures[i].bytes))
            return true;
    }
    return false;
}

int envelope_write(const struct envelope *e, char **ret)
{
    char type[64];
    payload_type(e->type, type);
    CLEANUP(text_free) char *payload = NULL;
    int r = text_to_base64(e->payload, e->length, &payload);
    if (r < 0)
        return r;
    CLEANUP(json_decrefp) json_t *signatures = json_array();
    for (size_t i = 0; i < e->signature_count; i++) {
        char id[SHA256_HEX_SIZE];
        CLEANUP(text_free) char *sig = NULL;
        sha256_to_hex(&e->signatures[i].key_id, id);
        r = text_to_base64(e->signatures[i].bytes, 64, &sig);
        if (r < 0)
            return r;
        json_array_append_new(signatures,
                              json_pack("{s:s, s:s}", "keyid", id, "sig", sig));
    }
    CLEANUP(json_decrefp)
    json_t *value = json_pack("{s:s, s:s, s:O}", "payloadType", type, "payload", payload,
                              "signatures", signatures);
    return value ? json_write(value, ret) : -ENOMEM;
}
