#include "player/display.h"
#include "player/shared.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* What a hostile worker writes about a picture: whatever passes the check can be drawn
 * without leaving the pool, which ends at a page that nobody may read. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *pool(void)
{
    static uint8_t *memory;
    if (!memory) {
        memory = mmap(NULL, SHARED_POOL_BYTES + 4096, PROT_READ,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED ||
            mprotect(memory + SHARED_POOL_BYTES, 4096, PROT_NONE) < 0)
            abort();
    }
    return memory;
}

static struct display *canvas(void)
{
    static struct display *d;
    const struct display_config config = {.driver = "memory", .width = 96, .height = 64};
    if (!d && display_create(&config, &d, NULL) < 0)
        abort();
    return d;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shared_frame f;
    if (size < sizeof(f))
        return -1;
    memcpy(&f, data, sizeof(f));
    if (!shared_frame_check(&f))
        return 0;
    struct frame frame = {.layout = (enum pixel_layout)f.layout,
                          .matrix = (enum colour_matrix)f.matrix,
                          .full_range = f.full_range != 0,
                          .width = f.width,
                          .height = f.height,
                          .display_width = f.display_width,
                          .display_height = f.display_height,
                          .serial = 1};
    for (int i = 0; i < (f.layout == PIXEL_BGRA ? 1 : 3); i++) {
        frame.plane[i] = pool() + f.offset[i];
        frame.stride[i] = f.stride[i];
    }
    struct display *d = canvas();
    display_begin(d);
    display_draw(d, &frame, display_fit(d, &frame), 255);
    display_draw(d, &frame, (struct rect){-20, -10, f.width, f.height}, 128);
    if (display_present(d) < 0)
        abort();
    return 0;
}
