/* Sound through SDL. The callback only copies. */
#include "base/diag.h"
#include "player/shared.h"
#include "player/sink.h"

#include <SDL2/SDL.h>
#include <errno.h>
#include <stdlib.h>

#define BLOCK_FRAMES 1024

struct sink {
    SDL_AudioDeviceID device;
    sink_pull pull;
    void *context;
};

static void callback(void *opaque, Uint8 *stream, int bytes)
{
    struct sink *s = opaque;
    int frames = bytes / (int)(2 * sizeof(float));
    /* One block is being played while the next is pulled. */
    s->pull(s->context, (float *)(void *)stream, frames,
            (int64_t)frames * 1000000 / SHARED_RATE);
}

static void sdl_close(struct sink *s)
{
    if (s->device)
        SDL_CloseAudioDevice(s->device);
    SDL_QuitSubSystem(SDL_INIT_AUDIO);
    free(s);
}

static int sdl_open(const char *path, sink_pull pull, void *context, struct sink **ret,
                    struct diag *diag)
{
    (void)path;
    if (SDL_InitSubSystem(SDL_INIT_AUDIO) < 0)
        return diag_set(diag, -ENODEV, "no sound: %s", SDL_GetError());
    struct sink *s = calloc(1, sizeof(*s));
    if (!s) {
        SDL_QuitSubSystem(SDL_INIT_AUDIO);
        return -ENOMEM;
    }
    s->pull = pull;
    s->context = context;
    SDL_AudioSpec want = {.freq = SHARED_RATE,
                          .format = AUDIO_F32SYS,
                          .channels = 2,
                          .samples = BLOCK_FRAMES,
                          .callback = callback,
                          .userdata = s};
    SDL_AudioSpec have;
    s->device = SDL_OpenAudioDevice(NULL, 0, &want, &have, 0);
    if (!s->device) {
        diag_set(diag, -ENODEV, "no sound device: %s", SDL_GetError());
        sdl_close(s);
        return -ENODEV;
    }
    SDL_PauseAudioDevice(s->device, 0);
    *ret = s;
    return 0;
}

/* SDL goes on calling for a device that was unplugged, but says so here. */
static bool sdl_alive(struct sink *s)
{
    return SDL_GetAudioDeviceStatus(s->device) != SDL_AUDIO_STOPPED;
}

const struct sink_driver sink_sdl = {"sdl", sdl_open, sdl_close, sdl_alive};
