#include "tests/support/media_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void media_make(const char *name, const char *arguments)
{
    char command[1024];
    if (access(name, R_OK) == 0)
        return;
    (void)snprintf(command, sizeof(command),
                   "ffmpeg -nostdin -v error -y -threads 2 %s '%s'", arguments, name);
    if (system(command) != 0) { /* NOLINT(cert-env33-c): fixed words of the test */
        (void)fprintf(stderr, "failed: %s\n", command);
        abort();
    }
}

void media_cut(const char *from, long bytes, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    if (!in || !out)
        abort();
    if (bytes < 0) {
        (void)fseek(in, 0, SEEK_END);
        bytes += ftell(in);
        rewind(in);
    }
    for (int byte; bytes > 0 && (byte = fgetc(in)) != EOF; bytes--)
        (void)fputc(byte, out);
    (void)fclose(in);
    (void)fclose(out);
}
