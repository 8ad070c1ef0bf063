#pragma once
#include "base/attr.h"
#include "player/display.h"
#include "player/frame.h"
#include "player/rows.h"

#include <stddef.h>
#include <stdint.h>

/* A frame made ready for a window: halved until less than twice as large as it is shown,
 * turned by the window's rotation, and (BGRA only) scaled. Kept from one presentation to
 * the next, so that a still layer is prepared once. What needs no preparation is borrowed
 * from the frame. One thread. */

struct picture {
    enum pixel_layout layout;
    const struct colour *colour; /* PIXEL_I420 only */
    int width, height;
    int phase_x, phase_y; /* column x uses the chroma of column (x + phase_x) / 2 */
    const uint8_t *plane[3];
    int stride[3];
};

/* Memory to use again for the next frame: fresh pages cost more than turning them. */
struct spare {
    uint8_t *data;
    size_t size;
};

enum { SPARES_MAX = 6 };

struct prepared {
    struct picture picture;
    struct spare memory[3]; /* of the planes, NULL: borrowed */
    struct spare spares[SPARES_MAX];
    struct frame source;
    int shown_width, shown_height, rotation; /* what it was prepared for */
};

/* `width` x `height`: the size shown, in window orientation. Cheap when nothing changed.
 * -ENOMEM. */
MUST_CHECK int prepared_update(struct prepared *p, const struct row_functions *rows,
                               const struct frame *frame, int rotation, int width,
                               int height);
void prepared_release(struct prepared *p);

/* Whether two frames surely have the same pixels. */
bool frame_same(const struct frame *a, const struct frame *b);
