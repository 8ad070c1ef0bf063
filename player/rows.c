/* Colours, and the choice of the inner loops. Owns nothing; any thread. */
#include "player/rows.h"

#include "base/attr.h"

#include <stddef.h>

#define SCALED(x) ((int16_t)((x)*8192 + ((x) < 0 ? -0.5 : 0.5)))
#define SCALED_BIAS(x) ((int16_t)((x)*32 + ((x) < 0 ? -0.5 : 0.5) + 16))

/* ITU-R BT.601, BT.709 and BT.2020: luma coefficients of red and blue; video range puts
 * Y' on 16..235 and chroma on 16..240. */
#define COLOUR(kr, kb, y_scale, y_black, c_scale)                                        \
    {                                                                                    \
        .y = SCALED(y_scale), .v_to_red = SCALED(2 * (1 - (kr)) * (c_scale)),            \
        .u_to_green = SCALED(-2 * (1 - (kb)) * (kb) / (1 - (kr) - (kb)) * (c_scale)),    \
        .v_to_green = SCALED(-2 * (1 - (kr)) * (kr) / (1 - (kr) - (kb)) * (c_scale)),    \
        .u_to_blue = SCALED(2 * (1 - (kb)) * (c_scale)),                                 \
        .bias = SCALED_BIAS(-(y_scale) * (y_black)), .black = (y_black),                 \
    }
#define BOTH_RANGES(kr, kb)                                                              \
    {                                                                                    \
        COLOUR(kr, kb, 255.0 / 219, 16, 255.0 / 224), COLOUR(kr, kb, 1.0, 0, 1.0)        \
    }

static const struct colour colours[][2] = {
    [COLOUR_BT601] = BOTH_RANGES(0.299, 0.114),
    [COLOUR_BT709] = BOTH_RANGES(0.2126, 0.0722),
    [COLOUR_BT2020] = BOTH_RANGES(0.2627, 0.0593),
};

const struct colour *colour_of(enum colour_matrix matrix, bool full_range)
{
    if ((unsigned)matrix >= ARRAY_LENGTH(colours))
        matrix = COLOUR_BT709;
    return &colours[matrix][full_range];
}

static const struct row_functions *const fastest_first[] = {
#ifdef __x86_64__
    &rows_avx2,
    &rows_sse4,
#endif
    &rows_plain,
};

const struct row_functions *rows_best(void)
{
    for (size_t i = 0; i < ARRAY_LENGTH(fastest_first); i++)
        if (fastest_first[i]->usable())
            return fastest_first[i];
    return &rows_plain;
}
