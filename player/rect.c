/* Rectangles in whole pixels. Owns nothing; any thread. */
#include "player/rect.h"

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

bool rect_equal(struct rect a, struct rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

struct rect rect_intersect(struct rect a, struct rect b)
{
    int x = larger(a.x, b.x), y = larger(a.y, b.y);
    int right = smaller(a.x + a.w, b.x + b.w), bottom = smaller(a.y + a.h, b.y + b.h);
    if (right <= x || bottom <= y)
        return (struct rect){x, y, 0, 0};
    return (struct rect){x, y, right - x, bottom - y};
}

struct rect rect_union(struct rect a, struct rect b)
{
    if (rect_empty(a))
        return b;
    if (rect_empty(b))
        return a;
    int x = smaller(a.x, b.x), y = smaller(a.y, b.y);
    int right = larger(a.x + a.w, b.x + b.w), bottom = larger(a.y + a.h, b.y + b.h);
    return (struct rect){x, y, right - x, bottom - y};
}

bool rect_contains(struct rect outer, struct rect inner)
{
    return rect_empty(inner) || rect_equal(rect_intersect(outer, inner), inner);
}

int rect_subtract(struct rect a, struct rect b, struct rect ret[4])
{
    struct rect c = rect_intersect(a, b);
    if (rect_empty(c)) {
        ret[0] = a;
        return rect_empty(a) ? 0 : 1;
    }
    const struct rect parts[4] = {
        {a.x, a.y, a.w, c.y - a.y},                   /* above */
        {a.x, c.y + c.h, a.w, a.y + a.h - c.y - c.h}, /* below */
        {a.x, c.y, c.x - a.x, c.h},                   /* left */
        {c.x + c.w, c.y, a.x + a.w - c.x - c.w, c.h}, /* right */
    };
    int n = 0;
    for (int i = 0; i < 4; i++)
        if (!rect_empty(parts[i]))
            ret[n++] = parts[i];
    return n;
}

struct rect rect_turn(struct rect r, int canvas_width, int canvas_height, int rotation)
{
    switch (rotation) {
    case 90:
        return (struct rect){canvas_height - r.y - r.h, r.x, r.h, r.w};
    case 180:
        return (struct rect){canvas_width - r.x - r.w, canvas_height - r.y - r.h, r.w,
                             r.h};
    case 270:
        return (struct rect){r.y, canvas_width - r.x - r.w, r.h, r.w};
    default:
        return r;
    }
}
