/* Any text as a policy pack: refused with a sentence, or evaluated and asked to the end
 * on its days of change, with answers taken from the text itself; nothing decided turns.
 */
#include "base/diag.h"
#include "content/policy/session.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define POLICIES 300

static void interview(struct policy_session *s, size_t policies, const uint8_t *data,
                      size_t size)
{
    enum policy_outcome before[POLICIES];
    struct policy_reason reasons[POLICY_REASONS_MAX];
    size_t slot, step = 0;
    for (size_t i = 0; i < policies; i++)
        before[i] = POLICY_UNDECIDED;
    while ((slot = policy_session_next(s)) != POLICY_NO_SLOT && step < 40) {
        const struct policy_fact *f = policy_session_fact(s, slot, NULL, NULL);
        uint8_t byte = data[(step++ * 31) % size];
        int64_t span = f->high - f->low, answer = f->low + (span ? byte % span : 0);
        if (byte % 7 == 0 || policy_session_answer(s, slot, answer) < 0)
            policy_session_answer_unknown(s, slot);
        const struct policy_result *r = policy_session_evaluate(s);
        for (size_t i = 0; i < policies; i++) {
            if (before[i] != POLICY_UNDECIDED && before[i] != r[i].outcome)
                abort();
            before[i] = r[i].outcome;
            (void)policy_session_reasons(s, i, reasons);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag diag = {""};
    struct policy_pack *pack = NULL;
    int64_t days[4];
    size_t policies;
    if (size == 0)
        return 0;
    if (policy_pack_parse((const char *)data, size, &pack, &diag) < 0) {
        if (!diag.text[0])
            abort();
        return 0;
    }
    policy_pack_policies(pack, &policies);
    size_t changes = policy_pack_changes(pack, days, 4);
    for (size_t i = 0; i < changes && i < 4 && policies <= POLICIES; i++) {
        struct policy_view *view = NULL;
        struct policy_session *s = NULL;
        if (policy_view_create(pack, days[i], &view, &diag) < 0)
            abort(); /* the parser has tried this day */
        if (policy_session_create(view, &s) == 0)
            interview(s, policies, data, size);
        policy_session_destroy(s);
        policy_view_destroy(view);
    }
    policy_pack_destroy(pack);
    return 0;
}
