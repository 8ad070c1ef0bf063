/* Sentences about bad input. Owns nothing; any thread, each with its own diag. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int diag_set(struct diag *d, int error, const char *format, ...)
{
    if (!d)
        return error;
    va_list args;
    va_start(args, format);
    vsnprintf(d->text, sizeof(d->text), format, args);
    va_end(args);
    return error;
}

int diag_context(struct diag *d, int error, const char *format, ...)
{
    if (!d)
        return error;
    char rest[sizeof(d->text)];
    memcpy(rest, d->text, sizeof(rest));
    va_list args;
    va_start(args, format);
    int n = vsnprintf(d->text, sizeof(d->text), format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof(d->text))
        snprintf(d->text + n, sizeof(d->text) - (size_t)n, "%s%s", rest[0] ? ": " : "",
                 rest);
    return error;
}

const char *diag_text(const struct diag *d)
{
    return d && d->text[0] ? d->text : "unknown error";
}
