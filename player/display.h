#pragma once
#include "base/attr.h"
#include "player/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A window (or memory) that pictures are composed onto, one picture at a time:
 *
 *     display_begin(d); display_draw(d, &frame, ...); ...; display_present(d);
 *
 * Three drivers behind one interface (a const table each):
 *   surface   converts straight into the window's shared-memory surface (SDL, X11,
 *             framebuffer acceleration hint off)
 *   renderer  SDL renderer with YUV textures, for machines with a GPU
 *   memory    no window; for tests, screenshots and the software reference picture
 *
 * Coordinates are those of the *canvas*: the picture as a viewer sees it, after rotation.
 * A 1920x1080 window at rotation 90 has a canvas of 1080x1920. All calls come from the
 * main thread. Everything is rotated alike: video, pictures, overlays. */

struct display;
struct diag;

struct rect {
    int x, y, w, h;
};

struct display_config {
    const char
        *driver; /* "surface", "renderer", "memory"; NULL: surface, else renderer */
    const char *title;
    int width, height; /* window size in pixels; 0, 0: the whole screen */
    bool fullscreen;
    int rotation; /* 0, 90, 180, 270: clockwise, of the picture on the window */
    bool hide_cursor;
};

/* On success *ret is the caller's (display_destroy). -EINVAL, -ENODEV with a sentence. */
MUST_CHECK int display_create(const struct display_config *config, struct display **ret,
                              struct diag *diag);
void display_destroy(struct display *d); /* accepts NULL */

const char *display_driver(const struct display *d);
void display_canvas_size(const struct display *d, int *width, int *height);

/* Follow the window after SDL_WINDOWEVENT_SIZE_CHANGED; after SDL_WINDOWEVENT_EXPOSED
 * too, since what has not changed is otherwise not shown again. */
MUST_CHECK int display_resize(struct display *d);
MUST_CHECK int display_set_rotation(struct display *d, int rotation);

/* Start a picture: black everywhere that nothing is drawn on. */
void display_begin(struct display *d);

/* Draw `frame` scaled into `to` (clipped at the canvas) with opacity 0..255. Frames with
 * a BGRA layout blend by their premultiplied alpha. The frame's planes are read before
 * display_present returns, never later. Layers must come in order, bottom first. */
void display_draw(struct display *d, const struct frame *frame, struct rect to,
                  int opacity);

/* Show what was drawn. Returns 0 or -EIO when the window is gone. */
MUST_CHECK int display_present(struct display *d);

/* Where display_fit puts frames from now on: a part of the canvas, or with w 0 all of it.
 */
void display_set_viewport(struct display *d, struct rect viewport);

/* The largest rectangle of the frame's display aspect that fits the viewport, centred. */
struct rect display_fit(const struct display *d, const struct frame *frame);

/* The last presented picture as BGRA (opaque), canvas orientation, rows tightly packed.
 * *ret is the caller's (free). */
MUST_CHECK int display_read(struct display *d, uint8_t **ret, int *width, int *height);

/* The same into a PNG file, written atomically. */
MUST_CHECK int display_screenshot(struct display *d, const char *path, struct diag *diag);
