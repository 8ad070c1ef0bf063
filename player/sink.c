/* The table of sinks. */
#include "player/sink.h"

#include <stddef.h>
#include <string.h>

const struct sink_driver *const sink_drivers[] = {&sink_sdl, &sink_null, &sink_file,
                                                  NULL};

const struct sink_driver *sink_driver_find(const char *name)
{
    for (size_t i = 0; sink_drivers[i]; i++)
        if (strcmp(sink_drivers[i]->name, name) == 0)
            return sink_drivers[i];
    return NULL;
}
