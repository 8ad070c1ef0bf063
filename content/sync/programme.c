/* From what is verified to what is handed over. */
#include "content/sync/internal.h"

#include "base/diag.h"
#include "base/queue.h"

#include <errno.h>

DEFINE_CLEANUP(struct programme *, programme_destroy);

int programme_renew(struct sync *s, const struct trust *trust, struct diag *diag)
{
    CLEANUP(programme_destroyp) struct programme *own = NULL;
    CLEANUP(programme_destroyp) struct programme *theirs = NULL;
    struct public_key key;
    key_public(&s->key, &key);
    int64_t now_ms = sync_now_ms(s);
    /* Two of the same: the receiver may destroy its own whenever it likes. */
    int r = programme_create(trust, &key, NULL, now_ms, &own, diag);
    if (r == 0)
        r = programme_create(trust, &key, NULL, now_ms, &theirs, diag);
    if (r < 0)
        return r;
    programme_destroy(s->programme);
    s->programme = own;
    programme_destroy(s->unsent);
    s->unsent = theirs;
    own = theirs = NULL;
    return 0;
}

void programme_send_unsent(struct sync *s)
{
    void *message = s->unsent;
    if (!message)
        return;
    if (queue_send(s->programmes, &message) == 0)
        s->unsent = NULL;
}
