/* The theme's tables. Pure. */
#include "kiosk/draw/theme.h"

#include "base/attr.h"

#include <math.h>

/* Paper and ink of a printed notice, the green of the hills above Huế, the ochre of its
 * palace walls. */
static const struct colour_rgb colours[PALETTE_COUNT][COLOUR_COUNT] =
    {
        [PALETTE_HOUSE] =
            {
                [COLOUR_PAPER] = {0xfb, 0xf9, 0xf4},
                [COLOUR_SHADE] = {0xf1, 0xed, 0xe3},
                [COLOUR_LINE] = {0xd5, 0xcf, 0xc1},
                [COLOUR_INK] = {0x12, 0x20, 0x2b},
                [COLOUR_INK_SOFT] = {0x3b, 0x4a, 0x56},
                [COLOUR_ACCENT] = {0x0b, 0x4f, 0x55},
                [COLOUR_WARM] = {0x82, 0x35, 0x0a},
                [COLOUR_DEEP] = {0x0a, 0x3d, 0x43},
                [COLOUR_STRIP] = {0x07, 0x2c, 0x32},
                [COLOUR_ON_DEEP] = {0xfb, 0xf9, 0xf4},
                [COLOUR_ON_DEEP_SOFT] = {0xc9, 0xdc, 0xd9},
                [COLOUR_SUN] = {0xff, 0xc9, 0x6b},
                [COLOUR_WHITE] = {0xff, 0xff, 0xff},
                [COLOUR_BLACK] = {0x00, 0x00, 0x00},
                [COLOUR_GOOD] = {0x9b, 0xe5, 0xb4},
                [COLOUR_FAULT] = {0xff, 0xb9, 0xae},
            },
        [PALETTE_CONTRAST] =
            {
                [COLOUR_PAPER] = {0xff, 0xff, 0xff},
                [COLOUR_SHADE] = {0xf4, 0xf4, 0xf4},
                [COLOUR_LINE] = {0x00, 0x00, 0x00},
                [COLOUR_INK] = {0x00, 0x00, 0x00},
                [COLOUR_INK_SOFT] = {0x00, 0x00, 0x00},
                [COLOUR_ACCENT] = {0x00, 0x00, 0x00},
                [COLOUR_WARM] = {0x5a, 0x1e, 0x00},
                [COLOUR_DEEP] = {0x00, 0x00, 0x00},
                [COLOUR_STRIP] = {0x00, 0x00, 0x00},
                [COLOUR_ON_DEEP] = {0xff, 0xff, 0xff},
                [COLOUR_ON_DEEP_SOFT] = {0xff, 0xff, 0xff},
                [COLOUR_SUN] = {0xff, 0xe0, 0x00},
                [COLOUR_WHITE] = {0xff, 0xff, 0xff},
                [COLOUR_BLACK] = {0x00, 0x00, 0x00},
                [COLOUR_GOOD] = {0x9b, 0xff, 0xb4},
                [COLOUR_FAULT] = {0xff, 0xd0, 0xc8},
            },
};

const struct colour_pair colour_pairs[] = {
    {COLOUR_INK, COLOUR_PAPER},         {COLOUR_INK, COLOUR_SHADE},
    {COLOUR_INK_SOFT, COLOUR_PAPER},    {COLOUR_INK_SOFT, COLOUR_SHADE},
    {COLOUR_ACCENT, COLOUR_PAPER},      {COLOUR_ACCENT, COLOUR_SHADE},
    {COLOUR_WARM, COLOUR_PAPER},        {COLOUR_WARM, COLOUR_SHADE},
    {COLOUR_ON_DEEP, COLOUR_DEEP},      {COLOUR_ON_DEEP, COLOUR_STRIP},
    {COLOUR_ON_DEEP_SOFT, COLOUR_DEEP}, {COLOUR_ON_DEEP_SOFT, COLOUR_STRIP},
    {COLOUR_SUN, COLOUR_DEEP},          {COLOUR_SUN, COLOUR_STRIP},
    {COLOUR_GOOD, COLOUR_STRIP},        {COLOUR_FAULT, COLOUR_STRIP},
    {COLOUR_BLACK, COLOUR_WHITE},       {COLOUR_INK, COLOUR_WHITE},
    {COLOUR_ON_DEEP, COLOUR_ACCENT},    {COLOUR_ACCENT, COLOUR_WHITE},
    {COLOUR_INK_SOFT, COLOUR_WHITE},    {COLOUR_WARM, COLOUR_WHITE},
    {COLOUR_ON_DEEP, COLOUR_WARM},
};
const unsigned colour_pairs_count = ARRAY_LENGTH(colour_pairs);

/* Pixels on a canvas whose short side is 1080. */
static const double types[TYPE_COUNT] = {
    [TYPE_NOTE] = 27,  [TYPE_SMALL] = 31,    [TYPE_BODY] = 40,  [TYPE_LEAD] = 50,
    [TYPE_TITLE] = 68, [TYPE_DISPLAY] = 104, [TYPE_CODE] = 148,
};
static const double spaces[SPACE_COUNT] = {
    [SPACE_HAIR] = 2, [SPACE_XS] = 8, [SPACE_S] = 16,
    [SPACE_M] = 28,   [SPACE_L] = 48, [SPACE_XL] = 80,
};

struct colour_rgb colour_rgb(enum palette p, enum colour c)
{
    return colours[p][c];
}

static double channel_linear(uint8_t value)
{
    double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour_rgb c)
{
    return 0.2126 * channel_linear(c.red) + 0.7152 * channel_linear(c.green) +
           0.0722 * channel_linear(c.blue);
}

double colour_contrast(enum palette p, enum colour a, enum colour b)
{
    double la = luminance(colours[p][a]) + 0.05, lb = luminance(colours[p][b]) + 0.05;
    return la > lb ? la / lb : lb / la;
}

void theme_init(struct theme *ret, int width, int height, bool ticker)
{
    struct theme t = {.width = width, .height = height, .portrait = height > width};
    double part = (width < height ? width : height) / 1080.0;
    for (int i = 0; i < TYPE_COUNT; i++)
        t.type[i] = types[i] * part;
    for (int i = 0; i < SPACE_COUNT; i++)
        t.space[i] = fmax(1, round(spaces[i] * part));
    t.margin = round((t.portrait ? 72 : 112) * part);
    t.margin_top = round((t.portrait ? 112 : 80) * part);
    t.strip = round(76 * part);
    t.reserved = ticker ? t.strip : 0;
    *ret = t;
}

void theme_enlarge(struct theme *t, double factor)
{
    for (int i = 0; i < TYPE_COUNT; i++)
        t->type[i] *= factor;
}
