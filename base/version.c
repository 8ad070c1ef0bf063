/* The program's version. */
#include "base/version.h"

const char *version_text(void)
{
    return TRAMTIN_VERSION;
}
