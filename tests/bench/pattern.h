#pragma once

/* A picture's number that a program can read from the screen: a row of blocks in the top
 * left corner, white or black, in this order:
 *   white, black, 4 bits of the clip, 12 bits of the frame, parity of both, its opposite
 * The opposite bits make a black, white or foreign screen tell itself apart. */
enum {
    PATTERN_BLOCKS = 20,
    PATTERN_BLOCK = 48, /* pixels, square */
    PATTERN_CLIP_BITS = 4,
    PATTERN_FRAME_BITS = 12,
};

/* The blocks of a picture, first block in the lowest bit. */
static inline unsigned pattern_bits(unsigned clip, unsigned frame)
{
    unsigned bits = 1, parity = 0, place = 2;
    for (int i = 0; i < PATTERN_CLIP_BITS; i++, place++)
        bits |= (clip >> i & 1U) << place;
    for (int i = 0; i < PATTERN_FRAME_BITS; i++, place++)
        bits |= (frame >> i & 1U) << place;
    for (unsigned i = 2; i < place; i++)
        parity ^= bits >> i & 1U;
    return bits | parity << place | (parity ^ 1U) << (place + 1);
}
