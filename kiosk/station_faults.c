/* What goes wrong in the sync is said once in the log, when it begins; health counts it.
 */
#include "base/log.h"
#include "kiosk/station.h"

#include <string.h>

static bool known(const struct sync_status *before, const struct sync_fault *fault)
{
    for (unsigned i = 0; i < before->fault_count; i++)
        if (strcmp(before->faults[i].what, fault->what) == 0)
            return true;
    return false;
}

void station_follow_sync(struct station *s)
{
    const struct sync_status before = s->status;
    sync_status(s->sync, &s->status);
    for (unsigned i = s->status.fault_count; i-- > 0;) /* oldest first */
        if (!known(&before, &s->status.faults[i]))
            log_write(LOG_WARNING, "unit", s->status.faults[i].what, NULL);
    if (s->status.trouble[0] && !before.trouble[0])
        log_write(LOG_WARNING, "sync", "the server is not reached", "why=\"%s\"",
                  s->status.trouble);
    else if (!s->status.trouble[0] && before.trouble[0])
        log_write(LOG_INFO, "sync", "the server is reached again", NULL);
}
