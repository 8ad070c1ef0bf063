/* What a policy gives, as a sentence. */
#include "base/text.h"
#include "content/policy/session.h"
#include "content/policy/session_internal.h"

#include <stdio.h>
#include <string.h>

#define AMOUNT "{amount}"
#define SENTENCE_MAX 2400

/* "1.500.000 đồng", or "1,500,000 VND". */
static void format_amount(int64_t number, const char *language, char *ret, size_t size)
{
    bool vietnamese = strcmp(language, "vi") == 0;
    char digits[24];
    int n = snprintf(digits, sizeof(digits), "%lld", (long long)number);
    size_t at = 0;
    for (int i = 0; i < n && at + 2 < size; i++) {
        if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
            ret[at++] = vietnamese ? '.' : ',';
        ret[at++] = digits[i];
    }
    snprintf(ret + at, size - at, " %s", vietnamese ? "đồng" : "VND");
}

bool policy_session_benefit(const struct policy_session *s, size_t policy, size_t index,
                            const char *language, const char *ask, char *ret, size_t size)
{
    const struct policy_version *v = s->view->policies[policy].version;
    char number[40], whole[SENTENCE_MAX];
    int64_t amount;
    ret[0] = '\0';
    if (!v || index >= v->benefit_count)
        return true;
    const char *text =
        policy_pack_text(s->view->pack, &v->benefits[index].text, language, NULL);
    const char *at = strstr(text, AMOUNT);
    if (!at)
        return text_copy(ret, size, text);
    bool shown = policy_session_amount(s, policy, index, &amount);
    if (shown)
        format_amount(amount, language, number, sizeof(number));
    int n = snprintf(whole, sizeof(whole), "%.*s%s%s", (int)(at - text), text,
                     shown ? number : ask, at + strlen(AMOUNT));
    return text_copy(ret, size, whole) && n < (int)sizeof(whole);
}
