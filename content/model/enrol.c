/* The enrolment code. Pure. */
#include "content/model/enrol.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford */
static const char label[] = "tramtin-enrol-1";

static void group(const char digits[12], char ret[ENROL_CODE_SIZE])
{
    for (int i = 0, at = 0; i < 12; i++) {
        if (i == 4 || i == 8)
            ret[at++] = '-';
        ret[at++] = digits[i];
    }
    ret[ENROL_CODE_SIZE - 1] = '\0';
}

void enrol_code(const struct public_key *unit, const struct sha256 *root_fingerprint,
                char ret[ENROL_CODE_SIZE])
{
    uint8_t message[sizeof(label) - 1 + 32 + 32];
    memcpy(message, label, sizeof(label) - 1);
    memcpy(message + sizeof(label) - 1, unit->bytes, 32);
    memcpy(message + sizeof(label) - 1 + 32, root_fingerprint->bytes, 32);
    struct sha256 hash;
    sha256_of(message, sizeof(message), &hash);
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | hash.bytes[i];
    char digits[12];
    for (int i = 0; i < 12; i++)
        digits[i] = alphabet[bits >> (59 - 5 * i) & 31];
    group(digits, ret);
}

int enrol_code_normalise(const char *typed, char ret[ENROL_CODE_SIZE])
{
    char digits[12];
    size_t count = 0;
    for (; *typed; typed++) {
        char c = (char)toupper((unsigned char)*typed);
        if (c == ' ' || c == '-')
            continue;
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (count == sizeof(digits) || !strchr(alphabet, c))
            return -EINVAL;
        digits[count++] = c;
    }
    if (count != sizeof(digits))
        return -EINVAL;
    group(digits, ret);
    return 0;
}
