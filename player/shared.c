/* Checking what a worker wrote. Pure. */
#include "player/shared.h"

static bool plane_fits(uint64_t offset, int32_t stride, int64_t row_bytes, int64_t rows)
{
    if (stride <= 0 || stride < row_bytes || stride > SHARED_EDGE_MAX * 8)
        return false;
    uint64_t bytes = (uint64_t)stride * (uint64_t)(rows - 1) + (uint64_t)row_bytes;
    /* Vectors may be read a little beyond the last row. */
    return offset < SHARED_POOL_BYTES && bytes + 64 <= SHARED_POOL_BYTES - offset;
}

static bool edge(int32_t n)
{
    return n > 0 && n <= SHARED_EDGE_MAX;
}

bool shared_frame_check(const struct shared_frame *f)
{
    if (!edge(f->width) || !edge(f->height) || f->display_width <= 0 ||
        f->display_height <= 0 || f->display_width > 4 * SHARED_EDGE_MAX ||
        f->display_height > 4 * SHARED_EDGE_MAX)
        return false;
    if (f->pts_us < 0 || f->pts_us > SHARED_TIME_MAX_US || f->duration_us < 0 ||
        f->duration_us > SHARED_TIME_MAX_US || f->matrix > COLOUR_BT2020)
        return false;
    if (f->layout == PIXEL_BGRA)
        return plane_fits(f->offset[0], f->stride[0], INT64_C(4) * f->width, f->height);
    int32_t half_width = (f->width + 1) / 2, half_height = (f->height + 1) / 2;
    return f->layout == PIXEL_I420 &&
           plane_fits(f->offset[0], f->stride[0], f->width, f->height) &&
           plane_fits(f->offset[1], f->stride[1], half_width, half_height) &&
           plane_fits(f->offset[2], f->stride[2], half_width, half_height);
}
