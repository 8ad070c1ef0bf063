/* Any bytes as a bundle: every record visited lies inside the file. */
#include "base/diag.h"
#include "base/file.h"
#include "content/model/bundle.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int visit(void *context, const struct sha256 *name, int fd, uint64_t offset,
                 uint64_t length)
{
    (void)name;
    (void)fd;
    if (offset + length > *(size_t *)context)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diag diag = {""};
    int fd = memfd_create("bundle", MFD_CLOEXEC);
    if (fd < 0)
        abort();
    if (file_write_all(fd, data, size) == 0 &&
        bundle_read(fd, 1 << 20, visit, &size, &diag) < 0 && !diag.text[0])
        abort();
    close(fd);
    return 0;
}
