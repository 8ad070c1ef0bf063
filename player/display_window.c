/* The window of the two SDL drivers: full screen also without a window manager. SDL's
 * video subsystem is counted by SDL itself; the main thread. */
#include "player/display_driver.h"

#include "base/diag.h"

#include <SDL.h>
#include <errno.h>

static SDL_Window *window_open(const struct display_config *config, uint32_t flags)
{
    const char *title = config->title ? config->title : "Trạm Tin";
    SDL_Rect whole;
    bool fullscreen = config->fullscreen || config->width <= 0 || config->height <= 0;
    if (!fullscreen)
        return SDL_CreateWindow(title, SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                config->width, config->height,
                                flags | SDL_WINDOW_RESIZABLE);
    if (SDL_GetDisplayBounds(0, &whole) < 0)
        return NULL;
    /* Created with its final place and size, not as SDL's full screen: that needs a
     * window manager, and waits 100 ms for one that is not there. */
    return SDL_CreateWindow(title, whole.x, whole.y, whole.w, whole.h,
                            flags | SDL_WINDOW_BORDERLESS);
}

int display_window_create(const struct display_config *config, uint32_t flags,
                          struct SDL_Window **ret, struct diag *diag)
{
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "1");
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) < 0)
        return diag_set(diag, -ENODEV, "no display: %s", SDL_GetError());
    SDL_Window *window = window_open(config, flags);
    if (!window) {
        diag_set(diag, -ENODEV, "cannot open a window: %s", SDL_GetError());
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
        return -ENODEV;
    }
    SDL_DisableScreenSaver();
    if (config->hide_cursor)
        SDL_ShowCursor(SDL_DISABLE);
    *ret = window;
    return 0;
}

void display_window_destroy(struct SDL_Window *window)
{
    SDL_DestroyWindow(window);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
}
